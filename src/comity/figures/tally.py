"""What one row adds to the figures: what it counts in, the times it brings, its groups.

    counts(row)          -> ["volume/asked", "timeliness/respond/begun", ...]
    brought(row)         -> [("timeliness/respond/elapsed", True, 86_400_000, None), ...]
    times(row, now_ms)   -> [("timeliness/respond/elapsed", 86_400_000, True), ...]
    groups(row)          -> ("all", "side/sn", "type/preservation", ...)

Each row is read alone, so that no request ever changes what is said of another.

Source: docs/spec/review.md, part 2.
Floor: figures (pure).
"""

from collections.abc import Collection, Iterator
from functools import lru_cache
from typing import Final

from comity.clocks import clock
from comity.figures.address import ALL, SIDE, part
from comity.figures.observation import (
    AGENCY,
    COMPLETE,
    DIMENSIONS,
    RESPOND,
    Fact,
    Moment,
    Observation,
    Span,
)

type Brought = tuple[str, bool, int, int | None]
"""A time at no instant: the measure, whether it happened, milliseconds or units, and since when it
still runs, if it does."""

type Time = tuple[str, int, bool]
"""The measure, milliseconds or units, and whether it happened: else it was waited for so long."""

GIVEN: Final = {"answered": "full", "answered-in-part": "part", "partial": "part"}
"""How an item was answered that something was given of."""
GIVEN_BEFORE: Final = "given"
"""Code of an item of which something was given, and that was asked for again."""
REFUSED: Final = "refused"
OPEN: Final = "open"

_ITEM: Final = "item"
_ROUND: Final = "clarification"
_DEFICIENT: Final = "quality/request/deficient"
"""No address: that anything at all was found deficient."""
_JUDGED: Final = {clock.MET: "kept", clock.MISSED: "missed", clock.OVERDUE: "overdue"}
_UNDECIDED: Final = frozenset({clock.RUNNING, clock.DUE_SOON, clock.PAUSED})
"""What may still be kept or missed."""
_NOT_GIVEN: Final = frozenset({OPEN, "lifted"})
"""What comes of an account of use that was asked for and is not given."""


def groups(row: Observation) -> tuple[str, ...]:
    """Return the groups that a row belongs to: one of each kind, so that they add up to all."""
    return _groups(row.addressee, tuple([group_code(row, name) for name in DIMENSIONS]))


@lru_cache(maxsize=65_536)
def _groups(addressee: str, codes: tuple[str, ...]) -> tuple[str, ...]:
    named = zip(DIMENSIONS, codes, strict=True)
    return (
        ALL,
        f"{SIDE}/{part(addressee)}",
        *(f"{name}/{part(code)}" for name, code in named),
    )


def group_code(row: Observation, dimension: str) -> str:
    """Return the code of the group of a dimension that a row is in; "" where it is not known.

    An agency is of its party: each names its own, and two may name one alike.
    """
    code = row.dimensions.get(dimension, "")
    return f"{row.addressee}:{code}" if code and dimension == AGENCY else code


def counts(row: Observation, area: str = "") -> list[str]:
    """Return the addresses in which a row is counted, each as often as it counts there.

    Args:
        row: of one addressee.
        area: the first part of the addresses that are asked for, or "" for all.
    """
    if area:
        return _AREAS[area](row) if area in _AREAS else []
    return [one for count in _AREAS.values() for one in count(row)]


def brought(row: Observation, area: str = "") -> list[Brought]:
    """Return the times that a row brings, of one area or of all."""
    if area:
        return _TIMES[area](row) if area in _TIMES else []
    return [one for bring in _TIMES.values() for one in bring(row)]


def times(row: Observation, now_ms: int, area: str = "") -> list[Time]:
    """Return the times that a row brings, at the instant: of one area, or of all."""
    return [
        (name, lasted(ms, since_ms, now_ms), happened)
        for name, happened, ms, since_ms in brought(row, area)
    ]


def lasted(ms: int, since_ms: int | None, now_ms: int) -> int:
    """Return a time at the instant."""
    return ms if since_ms is None else max(0, ms + now_ms - since_ms)


def named_moments(row: Observation) -> Iterator[tuple[str, Moment]]:
    """Give the times that a row rests on, each with what it is: `asked`, or the measure it ends.

    Beginnings come before ends, so that what an act ended is told of it last.
    """
    yield "asked", row.asked
    for span in row.spans:
        yield "", span.begin
    for span in row.spans:
        for moment in (span.end, span.stopped):
            if moment is not None:
                yield span.measure, moment


def moments(row: Observation) -> Collection[Moment]:
    """Return the times that a row rests on: of each act once."""
    return dict.fromkeys(moment for _, moment in named_moments(row))


def _volume(row: Observation) -> list[str]:
    return ["volume/asked", f"volume/status/{part(row.status)}"]


def _timeliness(row: Observation) -> list[str]:
    return [one for span in row.spans for one in _of_span(span)]


def _ball(row: Observation) -> list[str]:
    holding = {hold.party for hold in row.holds if hold.to_ms is None}
    return [f"ball/{part(party)}/now" for party in holding]


def _held(row: Observation) -> list[Brought]:
    held: dict[str, int] = {}
    since: dict[str, int] = {}
    for hold in row.holds:
        if hold.to_ms is None:
            since[hold.party] = hold.from_ms
        ms = 0 if hold.to_ms is None else max(0, hold.to_ms - hold.from_ms)
        held[hold.party] = held.get(hold.party, 0) + ms
    return [(f"ball/{part(party)}/held", True, ms, since.get(party)) for party, ms in held.items()]


def _lasted(row: Observation) -> list[Brought]:
    found: list[Brought] = []
    for span in row.spans:
        _add_times(found, span)
    return found


def _rounds(row: Observation) -> list[Brought]:
    return [("quality/request/rounds", True, sum(one.name == _ROUND for one in row.facts), None)]


def _evidence(row: Observation) -> list[str]:
    found = [f"evidence/disputed/{part(what)}" for what in row.disputed]
    for moment in moments(row):
        found.append("evidence/times")
        if moment.high_ms is not None:
            found.append("evidence/cosigned")
        if moment.claimed_ms != moment.at_ms:
            found.append("evidence/contradicted")
    return found


def _of_span(span: Span) -> tuple[str, ...]:
    end = span.end
    if end is not None:
        is_cosigned = span.begin.high_ms is not None and end.high_ms is not None
        state = "cosigned" if is_cosigned else "happened"
    else:
        state = OPEN if span.stopped is None else "stopped"
    unit = None if span.used is None else span.unit
    return _span_counts(span.measure, state, unit, span.status)


@lru_cache(maxsize=4096)
def _span_counts(measure: str, state: str, unit: str | None, status: str) -> tuple[str, ...]:
    at = f"timeliness/{part(measure)}"
    found = [f"{at}/begun", f"{at}/{state}"]
    if state == "cosigned":
        found.append(f"{at}/happened")
    if unit is not None:
        found.append(f"{at}/agreed/{part(unit)}/counted")
    if status in _JUDGED:
        found += (f"{at}/clock/judged", f"{at}/clock/{_JUDGED[status]}")
    elif status in _UNDECIDED:
        found.append(f"{at}/clock/undecided")
    return tuple(found)


def _add_times(found: list[Brought], span: Span) -> None:
    elapsed, agreed, age, bound = _span_times(span.measure, span.unit)
    begin, end = span.begin, span.end
    is_done, last = end is not None, end or span.stopped
    if last is None:
        found.append((elapsed, False, 0, begin.at_ms))
    else:
        found.append((elapsed, is_done, max(0, last.at_ms - begin.at_ms), None))
    if span.used is not None:
        is_used = _is_used(span)
        found.append((agreed, is_used, span.used if is_used else span.used - 1, None))
    if span.status == clock.OVERDUE and span.due_ms is not None:
        found.append((age, True, 0, span.due_ms))
    if end is not None:
        widths = _width_ms(begin), _width_ms(end)
        if widths[0] is not None and widths[1] is not None:
            found.append((bound, True, widths[0] + widths[1], None))


def _is_used(span: Span) -> bool:
    """Return whether the agreed time has come to its end, rather than being waited for so long.

    A clock may wait for less or for more than the time that it measures: what is counted by it has
    ended only with it.  One that was stopped late is missed too, and has not ended.  What has not
    ended is in the last of its units, and has waited for those before it.
    """
    return span.status == clock.MET or (span.status == clock.MISSED and span.end is not None)


@lru_cache(maxsize=1024)
def _span_times(measure: str, unit: str) -> tuple[str, str, str, str]:
    at = f"timeliness/{part(measure)}"
    return f"{at}/elapsed", f"{at}/agreed/{part(unit)}", f"{at}/overdue-age", f"{at}/bound"


def _width_ms(moment: Moment) -> int | None:
    if moment.low_ms is None or moment.high_ms is None:
        return None
    return max(0, moment.high_ms - moment.low_ms)


def _quality(row: Observation) -> list[str]:
    found: list[str] = []
    once: set[str] = set()
    is_given = False
    for fact in row.facts:
        name = fact.name
        is_given = is_given or (name == _ITEM and _is_given(fact))
        if name in _ONCE:
            once.update(_ONCE[name](fact))
        if name in _EACH:
            found += _EACH[name](fact, row)
    is_deficient = _DEFICIENT in once
    is_done = {span.measure for span in row.spans if span.end is not None}
    if is_deficient or RESPOND in is_done or COMPLETE in is_done:
        found.append("quality/request/judged")
        if not is_deficient:
            found.append("quality/request/complete")
    if is_given or COMPLETE in is_done:
        found.append("quality/response/decided")
        if is_given:
            found.append("quality/response/some")
    once.discard(_DEFICIENT)
    return [*found, *once]


def _is_given(fact: Fact) -> bool:
    return fact.outcome in GIVEN or fact.code == GIVEN_BEFORE


def _deficiency(fact: Fact) -> list[str]:
    at = "quality/request"
    lacking = [f"{at}/lacking/{part(fact.about)}"] if fact.about else []
    return [_DEFICIENT, f"{at}/deficient/{part(fact.code)}", *lacking]


def _refusal(fact: Fact) -> list[str]:
    return ["quality/response/refused", f"quality/response/refused/{part(fact.code)}"]


def _postponement(fact: Fact) -> list[str]:
    return ["quality/response/postponed", f"quality/response/postponed/{part(fact.code)}"]


def _conditioned(fact: Fact) -> list[str]:
    return ["quality/response/conditioned", f"quality/response/conditioned/{part(fact.code)}"]


def _correction(fact: Fact) -> list[str]:
    return ["quality/corrected", f"quality/corrected/{part(fact.code)}"]


def _clarification(_: Fact, __: Observation) -> list[str]:
    return ["quality/request/rounds"]


def _item(fact: Fact, _: Observation) -> list[str]:
    outcome = GIVEN.get(fact.outcome, REFUSED if fact.outcome == REFUSED else OPEN)
    return ["quality/response/items", f"quality/response/items/{outcome}"]


def _condition(fact: Fact, _: Observation) -> list[str]:
    at = "quality/response/conditions"
    return [at, f"{at}/{part(fact.outcome)}"]


def _assessment(fact: Fact, row: Observation) -> list[str]:
    side = "response" if fact.party == row.asker else "request"
    at = f"quality/{side}/assessed"
    criterion = f"{at}/{part(fact.code)}"
    return [at, criterion, f"{criterion}/{part(fact.outcome)}"]


def _dispute(fact: Fact, row: Observation) -> list[str]:
    side = "request" if fact.party == row.asker else "response"
    return [f"quality/{side}/disputed", f"quality/{side}/disputed/{part(fact.outcome)}"]


def _use(fact: Fact, _: Observation) -> list[str]:
    at = "quality/use"
    if fact.outcome in _NOT_GIVEN:
        return [f"{at}/asked"]
    return [f"{at}/asked", f"{at}/reported", f"{at}/reported/{part(fact.code)}"]


_ONCE: Final = {
    "deficiency": _deficiency,
    "refusal": _refusal,
    "postponement": _postponement,
    "condition": _conditioned,
    "correction": _correction,
}
"""A request counts once, however often that was said of it."""

_EACH: Final = {
    _ROUND: _clarification,
    _ITEM: _item,
    "condition": _condition,
    "assessment": _assessment,
    "dispute": _dispute,
    "use": _use,
}
"""Each counts."""

_AREAS: Final = {
    "volume": _volume,
    "timeliness": _timeliness,
    "ball": _ball,
    "quality": _quality,
    "evidence": _evidence,
}

_TIMES: Final = {"timeliness": _lasted, "ball": _held, "quality": _rounds}

AREAS: Final = tuple(_AREAS)
"""The first parts of addresses, in order."""
