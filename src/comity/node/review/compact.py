"""Rows as they are kept: short lists, since a figure reads all of them.

    [asker, addressee, moment, status, [dimensions], [span…], [hold…], [fact…], [disputed…]]

Each moment stands once: a span that ended with the response names it by its place.  It is the form
of a cache, and no other program reads it.

Floor: node.
"""

from collections.abc import Callable, Sequence
from types import MappingProxyType
from typing import Any, Final, cast

from comity.joint.request import acts
from comity.joint.review import observation as rows
from comity.joint.review.observation import Fact, Hold, Moment, Observation, Span
from comity.kernel.ijson import Json

_NONE: Final = -1


def to_json(found: Sequence[Observation]) -> Json:
    """Return the rows of one request."""
    return [_row(one) for one in found]


def from_json(matter_id: str, value: Json) -> tuple[Observation, ...]:
    """Read back what `to_json` gave."""
    return tuple(_observation(matter_id, one) for one in cast("list[list[Any]]", value))


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
        [[f.name, f.code, f.about, f.party, f.outcome, f.act_id] for f in one.facts],
        [*one.disputed],
    ]


def _span(one: Span, place: Callable[[Moment | None], int]) -> Json:
    waited: list[Json] = [[low, high] for low, high in one.waited]
    found: list[Json] = [one.measure, place(one.begin), place(one.end), place(one.stopped), waited]
    if one.clock:
        found += [one.clock, one.unit, one.agreed, one.used, one.status, one.due_ms]
    return found


def _observation(matter_id: str, value: list[Any]) -> Observation:
    asker, addressee, moments, status, dimensions, spans, holds, facts, disputed = value
    known = [Moment(*one) for one in moments]
    return Observation(
        acts.KIND,
        matter_id,
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
