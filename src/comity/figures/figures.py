"""Rows to figures: for a period and the one before, for all and for each group.

    figures(rows, Period(from_ms, to_ms), now_ms, before, {"cn/us": 812}) ->
        {"definitions": 3, "period": [..], "before": [..], "now_ms": .., "cut": {..},
         "cells": {"all/volume/asked": {"n": 812, "value": 812}, ...},
         "cells_before": {...},
         "contradicted": [{"id": .., "act_id": .., "claimed_ms": .., "at_ms": .., ...}],
         "use": {..}}    where there are rows of another room, as `use` tells them

A function of what it is given, in integers, and of no order: two nodes that hold the same rows
write the same bytes.

Each row is tallied once, in the one combination of groups that it has, its leaf; what rows of a
leaf add alike is counted together, and times are sorted once.

Source: docs/spec/review.md, parts 2 to 4.
Floor: figures (pure).
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeIs

from comity.clocks import days as numbers
from comity.clocks.clock import AT_MS_MAX
from comity.clocks.offsets import DAY_MS
from comity.figures import definition, definitions, use
from comity.figures.address import ALL, split
from comity.figures.cells import Cell, Group, cells, written
from comity.figures.columns import Columns
from comity.figures.observation import Observation
from comity.figures.row_tally import Tally, lines, tallied
from comity.kernel import ijson
from comity.kernel.ijson import Json

type Figures = dict[str, Json]

MEMBERS: Final = frozenset(
    ("definitions", "period", "before", "now_ms", "cut", "cells", "cells_before", "contradicted")
)

USE: Final = "use"
"""A member that stands where a room beside was used."""

_LEAF_BITS: Final = 32
_LEAF: Final = (1 << _LEAF_BITS) - 1


@dataclass(frozen=True, slots=True)
class Period:
    """From an instant on, up to another: `[from_ms, to_ms)`, milliseconds since 1970 UTC."""

    from_ms: int
    to_ms: int

    def holds(self, row: Observation) -> bool:
        """Return whether a row belongs to it: it does by when the request was received."""
        return self.from_ms <= row.asked.at_ms < self.to_ms

    def preceding(self) -> "Period":
        """Return the period before it: as many months, of whole ones of UTC, or else as long."""
        months = self._months()
        if not months:
            return Period(self.from_ms - (self.to_ms - self.from_ms), self.from_ms)
        first = numbers.month_later(self.from_ms // DAY_MS, -months)
        return Period(first * DAY_MS, self.from_ms)

    def _months(self) -> int:
        """Return of how many whole months it is, not over those since 1970; 0 of another."""
        is_known = 0 <= self.from_ms < self.to_ms <= AT_MS_MAX
        if not is_known or self.from_ms % DAY_MS or self.to_ms % DAY_MS:
            return 0
        first, last = (numbers.date_of(at // DAY_MS) for at in (self.from_ms, self.to_ms))
        is_whole = first.day == last.day == 1
        months = (last.year - first.year) * 12 + last.month - first.month if is_whole else 0
        return months if months <= (first.year - 1970) * 12 + first.month - 1 else 0


def figures(
    rows: Iterable[Observation],
    period: Period,
    now_ms: int,
    before: Period | None = None,
    cut: Mapping[str, int] | None = None,
    others: Iterable[Observation] = (),
) -> Figures:
    """Return every figure, as JSON.

    Args:
        rows: in whatever order; what is in neither period does not count.
        period: that is reviewed.
        now_ms: the instant at which the rows stand, and up to which what is open has lasted.
        before: to compare with, or None.
        cut: `{log: size}` on which the rows rest.
        others: rows of rooms beside, of the period alone.
    """
    return of(map(tallied, rows), period, now_ms, before, cut, others)[0]


def of(
    tallies: Iterable[Tally],
    period: Period,
    now_ms: int,
    before: Period | None = None,
    cut: Mapping[str, int] | None = None,
    others: Iterable[Observation] = (),
) -> tuple[Figures, Columns]:
    """Return the same of rows that are tallied already, and the rows of the period in columns."""
    own, earlier = Columns(now_ms), Columns(now_ms)
    contradicted: list[Json] = []
    for one in tallies:
        if period.from_ms <= one.asked_ms < period.to_ms:
            own.add(one)
            contradicted += one.contradicted
        elif before is not None and before.from_ms <= one.asked_ms < before.to_ms:
            earlier.add(one)
    found: Figures = {
        "definitions": definitions.VERSION,
        "period": [period.from_ms, period.to_ms],
        "before": None if before is None else [before.from_ms, before.to_ms],
        "now_ms": now_ms,
        "cut": dict(cut or {}),
        "cells": _cells(own),
        "cells_before": {} if before is None else _cells(earlier),
        "contradicted": sorted(contradicted, key=ijson.render),
    }
    if used := use.use(one for one in others if period.holds(one)):
        found[USE] = used
    return found, own


def digest(found: Figures) -> str:
    """Return the SHA-256 of the canonical JSON of figures, 64 hex digits."""
    return hashlib.sha256(ijson.render(found)).hexdigest()


def is_of(value: Json, sha256: str) -> TypeIs[Figures]:
    """Return whether a value that another program wrote is figures, and has this digest.

    Whoever reads what is true of it can read every cell.
    """
    if not isinstance(value, dict) or digest(value) != sha256 or not value.keys() >= MEMBERS:
        return False
    return all(
        isinstance(cells, dict) and all(map(_is_cell, cells.values()))
        for cells in (value["cells"], value["cells_before"])
    )


def _is_cell(value: Json) -> bool:
    return isinstance(value, dict) and type(value.get("n")) is int and "value" in value


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
        return written(0, None)
    counted = cells.get(f"{group}/{definitions.population(within)}")
    value = counted["value"] if isinstance(counted, dict) else None
    return written(value, 0) if isinstance(value, int) else written(0, None)


def _cells(columns: Columns) -> dict[str, Json]:
    """Return every cell of every group; groups of the same rows have the same."""
    members: dict[str, list[int]] = {ALL: []}
    for leaf, text in enumerate(columns.groups.numbers):
        for name in lines(text):
            members.setdefault(name, []).append(leaf)
    groups = {tuple(leaves): Group() for leaves in members.values()}
    of_leaf: list[list[Group]] = [[] for _ in columns.groups.numbers]
    for leaves, group in groups.items():
        for leaf in leaves:
            of_leaf[leaf].append(group)
    _count(columns, of_leaf)
    for measure in columns.measures():
        _distribute(columns, measure, of_leaf)
    found = {leaves: cells(group) for leaves, group in groups.items()}
    return {
        f"{name}/{address}": one
        for name, leaves in members.items()
        for address, one in found[tuple(leaves)].items()
    }


def _count(columns: Columns, of_leaf: Sequence[Sequence[Group]]) -> None:
    """Count each text once for each leaf, and what it says as often as rows have it."""
    counted: list[Counter[str]] = [Counter() for _ in of_leaf]
    for column in columns.counts:
        addresses = [lines(text) for text in column.numbers]
        for (leaf, number), n in Counter(zip(columns.groups.at, column.at, strict=True)).items():
            counts = counted[leaf]
            for address in addresses[number]:
                counts[address] += n
    for counts, groups in zip(counted, of_leaf, strict=True):
        for group in groups:
            group.counts.update(counts)


def _distribute(columns: Columns, measure: str, of_leaf: Sequence[Sequence[Group]]) -> None:
    """Give the times of a measure, sorted, to each group: packed with its leaf, one sort does."""
    leaf_of = columns.groups.at.__getitem__
    for happened in (True, False):
        packed = sorted(
            ms << _LEAF_BITS | leaf
            for times in columns.times_of(measure)
            if times.happened is happened
            for ms, leaf in zip(times.ms, map(leaf_of, times.rows), strict=True)
        )
        adders: dict[int, tuple[Callable[[int], None], ...]] = {}
        for one in packed:
            leaf = one & _LEAF
            if leaf not in adders:
                lists = [group.samples.setdefault(measure, ([], [])) for group in of_leaf[leaf]]
                adders[leaf] = tuple([times[not happened].append for times in lists])
            time = one >> _LEAF_BITS
            for add in adders[leaf]:
                add(time)
