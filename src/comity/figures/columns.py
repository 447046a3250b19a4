"""The rows of a period in columns: what figures are counted from, and what is behind a cell.

    row        0        1        2        ...
    ids        m1       m2       m3
    asked_ms   17..     17..     17..
    groups     0        1        0          numbers of texts: rows of the same groups have one
    counts     0 | 3    0 | 1    2 | 3      the same, of each area
    times      0        0        1          the same; and beside each text the times themselves

A page is asked of it often, so it keeps no row, and is small: some hundred bytes of each.

Source: docs/spec/review.md, parts 2 and 4.
Floor: figures (pure).
"""

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from comity.figures import tally
from comity.figures.row_tally import MARKS, Tally, lines


class Column:
    """One text of each row, as the number of that text."""

    def __init__(self) -> None:
        """Begin with no row."""
        self.numbers: dict[str, int] = {}
        self.at = array("I")

    def add(self, text: str) -> int:
        """Add the next row; return the number of its text."""
        number = self.numbers.setdefault(text, len(self.numbers))
        self.at.append(number)
        return number

    def having(self, line: str) -> set[int]:
        """Return the numbers of the texts in which a line stands."""
        wanted = f"\n{line}\n"
        return {number for text, number in self.numbers.items() if wanted in f"\n{text}\n"}


@dataclass(slots=True)
class _Series:
    """The times of the rows that bring the same ones: as many of each row as there are names."""

    names: Sequence[str]
    rows: array[int] = field(default_factory=lambda: array("I"))
    ms: array[int] = field(default_factory=lambda: array("q"))


class Times(NamedTuple):
    """Times of one measure: of rows, in no order, all of which happened, or none."""

    happened: bool
    rows: Sequence[int]
    ms: Sequence[int]


class Columns:
    """What rows add, at an instant."""

    def __init__(self, now_ms: int) -> None:
        """Begin with no row."""
        self.now_ms = now_ms
        self.ids: list[str] = []
        self.asked_ms = array("q")
        self.groups = Column()
        self.counts = tuple(Column() for _ in tally.AREAS)
        self.times = Column()
        self._series: list[_Series] = []
        self._ordered: list[int] = []

    def add(self, one: Tally) -> None:
        """Take in a row."""
        self.asked_ms.append(one.asked_ms)
        self.groups.add(one.groups)
        for column, text in zip(self.counts, one.counts, strict=True):
            column.add(text)
        number = self.times.add(one.times)
        if number == len(self._series):
            self._series.append(_Series(lines(one.times)))
        series = self._series[number]
        series.rows.append(len(self.ids))
        series.ms.extend(one.ms)
        self.ids.append(one.id)

    def ordered(self) -> list[int]:
        """Return the rows by when they were asked, and by id."""
        if len(self._ordered) != len(self.ids):
            self._ordered = sorted(range(len(self.ids)), key=self.ids.__getitem__)
            self._ordered.sort(key=self.asked_ms.__getitem__)
        return self._ordered

    def measures(self) -> set[str]:
        """Return the measures of which there are times."""
        return {name[1:] for series in self._series for name in series.names}

    def times_of(self, measure: str) -> Iterator[Times]:
        """Give the times of a measure."""
        for series in self._series:
            for at, name in enumerate(series.names):
                if name[1:] == measure:
                    happened, runs = MARKS[name[0]]
                    ms: Sequence[int] = series.ms[at :: len(series.names)]
                    if runs:
                        ms = [max(0, self.now_ms + one) for one in ms]
                    yield Times(happened, series.rows, ms)
