"""The use of a room beside the figures: how its rows were answered, by group.

    use(rows)  ->  {"hotline": {"call": {"all": {"n": 2, "legs": {…}, "counts": {…}}, …}}}

What is no request is in no cell of the figures.  Its rows are told apart by their kind and type, so
that a drill never moves a number of real calls, and by side, ground, level and hour.

Source: docs/spec/review.md, 4.11.
Floor: figures (pure).
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final

from comity.figures.address import ALL, SIDE, part
from comity.figures.observation import TYPE, Observation, Span
from comity.kernel.ijson import Json

GROUND: Final = "ground"
LEVEL: Final = "level"
HOUR: Final = "hour"
GROUPING: Final = (GROUND, LEVEL, HOUR)
"""Facts of a row that it is told apart by."""
_MEDIAN, _P90 = 50, 90


@dataclass(frozen=True, slots=True)
class Took:
    """How long one leg took.

    Attributes:
        begun: rows or times in which it began.
        ended: in which it ended.
        stopped: in which it was over before.
        median_ms, p90_ms, longest_ms: of those that ended; None where none did.
    """

    begun: int
    ended: int
    stopped: int
    median_ms: int | None = None
    p90_ms: int | None = None
    longest_ms: int | None = None


def took(spans: Iterable[Span]) -> Took:
    """Return how long some spans took."""
    every = [*spans]
    ms = sorted(max(0, one.end.at_ms - one.begin.at_ms) for one in every if one.end is not None)
    stopped = sum(one.stopped is not None for one in every)
    if not ms:
        return Took(len(every), 0, stopped)
    return Took(len(every), len(ms), stopped, _rank(ms, _MEDIAN), _rank(ms, _P90), ms[-1])


def _rank(ms: Sequence[int], percent: int) -> int:
    """Return the least that so many percent do not exceed (nearest rank)."""
    return ms[max(0, ceil(len(ms) * percent / 100) - 1)]


def groups(row: Observation) -> tuple[str, ...]:
    """Return the groups that a row is in: `all`, `side/sn`, `ground/life`, `level/2`, `hour/03`."""
    by = (f"{one.name}/{part(one.code)}" for one in row.facts if one.name in GROUPING)
    return (ALL, f"{SIDE}/{part(row.addressee)}", *by)


def use(rows: Iterable[Observation]) -> dict[str, Json]:
    """Return the use of every room that the rows are of, in no order of theirs."""
    found: dict[str, dict[str, dict[str, list[Observation]]]] = {}
    for row in rows:
        of = found.setdefault(row.kind, {}).setdefault(row.dimensions.get(TYPE, ""), {})
        for group in groups(row):
            of.setdefault(group, []).append(row)
    return {
        kind: {name: {group: _of(some) for group, some in of.items()} for name, of in types.items()}
        for kind, types in found.items()
    }


def _of(rows: Sequence[Observation]) -> dict[str, Json]:
    spans: dict[str, list[Span]] = {}
    counts: Counter[str] = Counter()
    for row in rows:
        counts[f"status/{part(row.status)}"] += 1
        for span in row.spans:
            spans.setdefault(span.measure, []).append(span)
        for one in row.facts:
            if one.name not in GROUPING:
                words = (one.name, one.code, one.outcome)
                counts["/".join(part(word) for word in words if word)] += (
                    1 if one.count is None else one.count
                )
    legs: dict[str, Json] = {name: _json(took(some)) for name, some in spans.items()}
    return {"n": len(rows), "legs": legs, "counts": dict(counts)}


def _json(one: Took) -> Json:
    return {
        "begun": one.begun,
        "ended": one.ended,
        "stopped": one.stopped,
        "median_ms": one.median_ms,
        "p90_ms": one.p90_ms,
        "longest_ms": one.longest_ms,
    }
