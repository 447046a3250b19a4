"""Rows to figures: for a period and the one before, for all and for each group.

    figures(rows, Period(from_ms, to_ms), now_ms, before, {"cn/us": 812}) ->
        {"definitions": 1, "period": [..], "before": [..], "now_ms": .., "cut": {..},
         "cells": {"all/volume/asked": {"n": 812, "value": 812}, ...},
         "cells_before": {...},
         "contradicted": [{"id": .., "act_id": .., "claimed_ms": .., "at_ms": .., ...}]}

A function of what it is given, in integers, and of no order: two nodes that hold the same rows
write the same bytes.  A cell is `n`, how many it rests on, and its value: a whole number, or a
ratio `[numerator, denominator]` in lowest terms; null where there is nothing.  `small` is said of
fewer than five, `interval` of a percentile.

Each row is tallied once, in the one combination of groups that it has; times are sorted once.

Source: docs/spec/review.md, parts 2 to 4.
Floor: joint (pure).
"""

import hashlib
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from comity.joint.review import definition, definitions, km, tally
from comity.joint.review.address import ALL, split
from comity.joint.review.definition import Definition
from comity.joint.review.km import Sample
from comity.joint.review.observation import Moment, Observation
from comity.joint.review.tally import Tally
from comity.kernel import ijson
from comity.kernel.ijson import Json

type Cell = dict[str, Json]
type Figures = dict[str, Json]

_LEAF_BITS: Final = 32


@dataclass(frozen=True, slots=True)
class Period:
    """From an instant on, up to another: `[from_ms, to_ms)`, milliseconds since 1970 UTC."""

    from_ms: int
    to_ms: int

    def holds(self, row: Observation) -> bool:
        """Return whether a row belongs to it: it does by when the request was received."""
        return self.from_ms <= row.asked.at_ms < self.to_ms

    def preceding(self) -> "Period":
        """Return the period of the same length before it."""
        return Period(self.from_ms - (self.to_ms - self.from_ms), self.from_ms)


def figures(
    rows: Iterable[Observation],
    period: Period,
    now_ms: int,
    before: Period | None = None,
    cut: Mapping[str, int] | None = None,
    noted: Callable[[Observation, Tally], None] = lambda _row, _one: None,
) -> Figures:
    """Return every figure, as JSON.

    Args:
        rows: in whatever order; what is in neither period does not count.
        period: that is reviewed.
        now_ms: the instant at which the rows stand, and up to which what is open has lasted.
        before: to compare with, or None.
        cut: `{log: size}` on which the rows rest.
        noted: called with each row of the period, and all that it adds.
    """
    own, earlier = _Tallied(), _Tallied()
    contradicted: list[Json] = []
    for row in rows:
        if period.holds(row):
            one = tally.whole(row, now_ms)
            own.add(one)
            noted(row, one)
            contradicted += _contradicted(row)
        elif before is not None and before.holds(row):
            earlier.add(tally.whole(row, now_ms))
    return {
        "definitions": definitions.VERSION,
        "period": [period.from_ms, period.to_ms],
        "before": None if before is None else [before.from_ms, before.to_ms],
        "now_ms": now_ms,
        "cut": dict(cut or {}),
        "cells": own.cells(),
        "cells_before": {} if before is None else earlier.cells(),
        "contradicted": sorted(contradicted, key=ijson.render),
    }


def digest(found: Figures) -> str:
    """Return the SHA-256 of the canonical JSON of figures, 64 hex digits."""
    return hashlib.sha256(ijson.render(found)).hexdigest()


def cell(found: Figures, address: str, *, before: bool = False) -> Cell:
    """Return a cell; of a count that does not stand there nothing was counted."""
    cells = found["cells_before" if before else "cells"]
    assert isinstance(cells, dict)
    one = cells.get(address)
    if isinstance(one, dict):
        return one
    group, within = split(address)
    defined = definitions.of(within)
    if defined is None or defined.kind != definition.COUNT:
        return _written(0, None)
    counted = cells.get(f"{group}/{definitions.population(within)}")
    value = counted["value"] if isinstance(counted, dict) else None
    return _written(value, 0) if isinstance(value, int) else _written(0, None)


def sample(
    rows: Iterable[Observation], period: Period, now_ms: int, group: str, measure: str
) -> Sample:
    """Return the times of a measure in a group, as for a curve: `timeliness/respond/elapsed`."""
    found = [
        (time, happened)
        for row in rows
        if period.holds(row) and group in tally.groups(row)
        for name, time, happened in tally.times(row, now_ms)
        if name == measure
    ]
    return Sample(
        sorted(time for time, happened in found if happened),
        sorted(time for time, happened in found if not happened),
    )


def _contradicted(row: Observation) -> Iterator[Json]:
    """Give each time that is claimed otherwise than it counts, or that a claim contradicts."""
    disputed: dict[str, list[str]] = {}
    moments: dict[str, Moment] = {}
    for what, moment in tally.named_moments(row):
        moments[moment.act_id] = moment
        if what in row.disputed:
            disputed.setdefault(moment.act_id, []).append(what)
    for act_id, moment in moments.items():
        if moment.claimed_ms != moment.at_ms or act_id in disputed:
            yield {
                "id": row.id,
                "addressee": row.addressee,
                "act_id": act_id,
                "claimed_ms": moment.claimed_ms,
                "at_ms": moment.at_ms,
                "high_ms": moment.high_ms,
                "disputed": [*disputed.get(act_id, ())],
            }


@dataclass(slots=True)
class _Group:
    """What the rows of one group add up to."""

    counts: Counter[str] = field(default_factory=Counter)
    samples: dict[str, tuple[list[int], list[int]]] = field(default_factory=dict)

    def sample(self, name: str) -> Sample:
        return Sample(*self.samples.get(name, ((), ())))


class _Tallied:
    """Rows of one period, each in the combination of groups that it has: a leaf."""

    def __init__(self) -> None:
        self._leaves: dict[tuple[str, ...], int] = {}
        self._counted: list[list[str]] = []
        self._times: defaultdict[str, list[int]] = defaultdict(list)

    def add(self, one: Tally) -> None:
        """Add a row; a time is packed with its leaf, so that one sort serves every group."""
        leaf = self._leaves.setdefault(one.groups, len(self._leaves))
        if leaf == len(self._counted):
            self._counted.append([])
        counted, low = self._counted[leaf], leaf << 1
        for counts in one.counts:
            counted += counts
        for times in one.times:
            for name, time, happened in times:
                self._times[name].append(time << (_LEAF_BITS + 1) | low | happened)

    def cells(self) -> dict[str, Json]:
        """Return every cell of every group."""
        found: dict[str, Json] = {}
        for name, group in self._groups().items():
            for address, one in _Cells(group).all():
                found[f"{name}/{address}"] = one
        return found

    def _groups(self) -> dict[str, _Group]:
        groups: dict[str, _Group] = {ALL: _Group()}
        of_leaf = [[groups.setdefault(name, _Group()) for name in names] for names in self._leaves]
        for counted, members in zip(self._counted, of_leaf, strict=True):
            counts = Counter(counted)
            for group in members:
                group.counts.update(counts)
        for name, packed in self._times.items():
            _distribute(name, sorted(packed), of_leaf)
        return groups


def _distribute(name: str, packed: Sequence[int], of_leaf: Sequence[Sequence[_Group]]) -> None:
    """Give sorted times to each group of their leaf."""
    mask = (1 << (_LEAF_BITS + 1)) - 1
    adders: dict[int, tuple[Callable[[int], None], ...]] = {}
    for one in packed:
        key = one & mask
        if key not in adders:
            lists = [group.samples.setdefault(name, ([], [])) for group in of_leaf[key >> 1]]
            adders[key] = tuple([times[1 - (key & 1)].append for times in lists])
        time = one >> (_LEAF_BITS + 1)
        for add in adders[key]:
            add(time)


class _Cells:
    """The cells of one group, by their definitions."""

    def __init__(self, group: _Group) -> None:
        self._group = group
        self._estimates: dict[str, dict[str, km.Percentile]] = {}

    def all(self) -> Iterator[tuple[str, Cell]]:
        """Give each address that the group has, with its cell; first what every group has."""
        counts, samples = self._group.counts, self._group.samples
        of_times = (address for name in samples for address in definitions.of_times(name))
        for address in dict.fromkeys((*definitions.expected(), *counts, *of_times)):
            one = definitions.of(address)
            if one is not None:
                yield address, self._cell(address, one)

    def _cell(self, address: str, one: Definition) -> Cell:
        if one.kind in definition.COUNTED:
            counts = self._group.counts
            n, value = counts[definitions.population(address)], counts[address]
            return _written(n, value if one.kind == definition.COUNT else _ratio(value, n))
        name, _, last = address.rpartition("/")
        if one.kind == definition.HELD:
            return self._held(f"{name}/held")
        if name not in self._group.samples:
            return _written(0, None)
        if one.kind == definition.KAPLAN_MEIER:
            return self._estimate(name, last)
        times = self._group.sample(name).happened
        found = km.plain(times, 50 if one.kind == definition.PLAIN else 100)
        return _written(len(times), found)

    def _estimate(self, name: str, last: str) -> Cell:
        times = self._group.sample(name)
        if name not in self._estimates:
            found = km.estimate(times, [*definitions.PERCENTILES.values()])
            self._estimates[name] = dict(zip(definitions.PERCENTILES, found, strict=True))
        one = self._estimates[name][last]
        written = _written(times.n, one.at)
        return {**written, "interval": [one.low, one.high]} if times.n else written

    def _held(self, name: str) -> Cell:
        samples = self._group.samples
        seconds = {
            one: sum(ms // 1000 for ms in happened)
            for one, (happened, _) in samples.items()
            if one.startswith("ball/")
        }
        n = len(samples[name][0]) if name in samples else 0
        return _written(n, _ratio(seconds.get(name, 0), sum(seconds.values())))


def _ratio(part: int, whole: int) -> Json:
    if whole == 0:
        return None
    shared = math.gcd(part, whole)
    return [part // shared, whole // shared]


def _written(n: int, value: Json) -> Cell:
    if n == 0:
        return {"n": 0, "value": None}
    small: Cell = {"small": True} if n < definitions.SMALL_BELOW else {}
    return {"n": n, "value": value, **small}
