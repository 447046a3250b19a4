"""The cells of one group: each figure of it, by its definition.

    cells(Group(counts, samples)) -> {"volume/asked": {"n": 812, "value": 812}, ...}

A cell is `n`, how many it rests on, and its value: a whole number, or a ratio
`[numerator, denominator]` in lowest terms; null where there is nothing.  `small` is said of fewer
than five, `interval` of a percentile.

Source: docs/spec/review.md, parts 2 to 4.
Floor: figures (pure).
"""

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from comity.figures import definition, definitions, km
from comity.figures.definition import Definition
from comity.figures.km import Sample
from comity.kernel.ijson import Json

type Cell = dict[str, Json]


@dataclass(slots=True)
class Group:
    """What the rows of one group add up to.

    Attributes:
        counts: `{address: how often}`.
        samples: `{measure: (happened, censored)}`, each sorted.
    """

    counts: Counter[str] = field(default_factory=Counter)
    samples: dict[str, tuple[list[int], list[int]]] = field(default_factory=dict)


def cells(group: Group) -> dict[str, Cell]:
    """Return each address that a group has, with its cell."""
    return dict(_Cells(group).all())


class _Cells:
    """The cells of one group, by their definitions."""

    def __init__(self, group: Group) -> None:
        self._group = group
        self._estimates: dict[str, dict[str, km.Percentile]] = {}
        self._seconds = {
            name: sum([ms // 1_000 for ms in happened])
            for name, (happened, _) in group.samples.items()
            if name.startswith("ball/")
        }

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
            return written(n, value if one.kind == definition.COUNT else _ratio(value, n))
        name, _, last = address.rpartition("/")
        if one.kind == definition.HELD:
            return self._held(f"{name}/held")
        if name not in self._group.samples:
            return written(0, None)
        if one.kind == definition.KAPLAN_MEIER:
            return self._estimate(name, last)
        times = self._group.samples[name][0]
        found = km.plain(times, 50 if one.kind == definition.PLAIN else 100)
        return written(len(times), found)

    def _estimate(self, name: str, last: str) -> Cell:
        times = Sample(*self._group.samples[name])
        if name not in self._estimates:
            found = km.estimate(times, [*definitions.PERCENTILES.values()])
            self._estimates[name] = dict(zip(definitions.PERCENTILES, found, strict=True))
        one = self._estimates[name][last]
        cell = written(times.n, one.at)
        return {**cell, "interval": [one.low, one.high]} if times.n else cell

    def _held(self, name: str) -> Cell:
        samples = self._group.samples
        n = len(samples[name][0]) if name in samples else 0
        held = self._seconds.get(name, 0)
        return written(n, _ratio(held, sum(self._seconds.values())))


def _ratio(part: int, whole: int) -> Json:
    if whole == 0:
        return None
    shared = math.gcd(part, whole)
    return [part // shared, whole // shared]


def written(n: int, value: Json) -> Cell:
    """Return a cell; with nothing behind it it is empty, and not zero."""
    if n == 0:
        return {"n": 0, "value": None}
    small: Cell = {"small": True} if n < definitions.SMALL_BELOW else {}
    return {"n": n, "value": value, **small}
