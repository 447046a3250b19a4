"""Rows, and what they add to figures, as they are kept: short lists, since very many are read.

    [asker, addressee, moment, status, [dimensions], [span…], [hold…], [fact…], [disputed…]]

    [asked_ms, groups, [counts…], times, [ms…], [contradicted…]]

Each moment stands once: a span that ended with the response names it by its place.  What a row adds
stands apart, and is all that figures read.  Both are the form of a cache, and no other program
reads them.

Floor: node.
"""

from collections.abc import Callable, Sequence
from types import MappingProxyType
from typing import Any, Final, cast

from comity.acts.record import Matter
from comity.figures import observation as rows
from comity.figures.observation import Fact, Hold, Moment, Observation, Span
from comity.figures.row_tally import Tally, tallied
from comity.kernel.ijson import Json

_NONE: Final = -1


def to_json(found: Sequence[Observation]) -> Json:
    """Return the rows of one matter."""
    return [_row(one) for one in found]


def from_json(matter: Matter, value: Json) -> tuple[Observation, ...]:
    """Read back what `to_json` gave."""
    return tuple(_observation(matter, one) for one in cast("list[list[Any]]", value))


def tallies_to_json(found: Sequence[Observation]) -> Json:
    """Return what the rows of one request add."""
    value: list[Json] = []
    for row in found:
        _, asked_ms, groups, counts, times, ms, contradicted = tallied(row)
        value.append([asked_ms, groups, [*counts], times, [*ms], [*contradicted]])
    return value


def tallies_from_json(matter_id: str, value: Json) -> list[Tally]:
    """Read back what `tallies_to_json` gave."""
    return [Tally(matter_id, *one) for one in cast("list[list[Any]]", value)]


def _row(one: Observation) -> Json:
    moments = {one.asked: 0}

    def place(moment: Moment | None) -> int:
        return _NONE if moment is None else moments.setdefault(moment, len(moments))

    spans: list[Json] = [_span(span, place) for span in one.spans]
    return [
        one.asker,
        one.addressee,
        [[m.act_id, m.at_ms, m.claimed_ms, m.low_ms, m.high_ms] for m in moments],
        one.status,
        [one.dimensions.get(name, "") for name in rows.DIMENSIONS],
        spans,
        [[hold.party, hold.from_ms, hold.to_ms] for hold in one.holds],
        [_fact(fact) for fact in one.facts],
        [*one.disputed],
    ]


def _fact(one: Fact) -> Json:
    said: list[Json] = [one.name, one.code, one.about, one.party, one.outcome, one.act_id]
    return said if one.count is None else [*said, one.count]


def _span(one: Span, place: Callable[[Moment | None], int]) -> Json:
    waited: list[Json] = [[low, high] for low, high in one.waited]
    found: list[Json] = [one.measure, place(one.begin), place(one.end), place(one.stopped), waited]
    if one.clock:
        found += [one.clock, one.unit, one.agreed, one.used, one.status, one.due_ms]
    return found


def _observation(matter: Matter, value: list[Any]) -> Observation:
    asker, addressee, moments, status, dimensions, spans, holds, facts, disputed = value
    known = [Moment(*one) for one in moments]
    return Observation(
        matter.kind,
        matter.id,
        asker,
        addressee,
        known[0],
        status,
        MappingProxyType(
            {name: code for name, code in zip(rows.DIMENSIONS, dimensions, strict=True) if code}
        ),
        tuple([_read_span(one, known) for one in spans]),
        tuple([Hold(*one) for one in holds]),
        tuple([Fact(*one) for one in facts]),
        tuple(disputed),
    )


def _read_span(value: list[Any], known: Sequence[Moment]) -> Span:
    measure, begin, end, stopped, waited, *more = value
    return Span(
        measure,
        known[begin],
        None if end == _NONE else known[end],
        None if stopped == _NONE else known[stopped],
        tuple([(low, high) for low, high in waited]) if waited else (),
        *more,
    )
