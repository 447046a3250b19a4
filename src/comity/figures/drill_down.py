"""From a figure to the requests behind it: which it rests on, and which it counts.

    of(columns, "all/quality/response/some")                    -> [(0, True), (3, False), ...]
    of(columns, "all/timeliness/respond/elapsed/median", Lasted(DAY_MS, 3 * DAY_MS))
    each(rows, period, now_ms, "all/quality/response/some")     -> ((row, True), (row, False), ...)

The first tells it of columns, by the numbers of rows: rows that add the same are asked once.  The
second looks at each row alone, and says what the first must give.

Source: docs/spec/review.md 4.7.
Floor: figures (pure).
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from comity.figures import address, definition, definitions, tally
from comity.figures.columns import Column, Columns
from comity.figures.definition import Definition
from comity.figures.figures import Period
from comity.figures.observation import Observation
from comity.figures.row_tally import MARKS

_HAPPENED: Final = [spelled for spelled, mark in MARKS.items() if mark.happened]
_WAITED: Final = [spelled for spelled, mark in MARKS.items() if not mark.happened]


@dataclass(frozen=True, slots=True)
class Lasted:
    """A bar of a distribution: how long something took or has waited.

    Attributes:
        from_ms: so long or longer.
        below_ms: shorter than that, or None.
    """

    from_ms: int
    below_ms: int | None = None

    def holds(self, ms: int) -> bool:
        """Return whether a time belongs to it."""
        return self.from_ms <= ms and (self.below_ms is None or ms < self.below_ms)


def lasted(from_ms: int | None, below_ms: int | None) -> Lasted | None:
    """Return a bar by its bounds; None where neither is given."""
    return None if from_ms is below_ms is None else Lasted(from_ms or 0, below_ms)


def of(columns: Columns, cell: str, bar: Lasted | None = None) -> list[tuple[int, bool]]:
    """Return each row that n of a cell counts, by when it was asked, and whether the cell does.

    A time counts those that it is of: with Kaplan-Meier those for which it has ended.

    Args:
        columns: of the period that is reviewed.
        cell: its address, group included; of one that is not defined there is nothing.
        bar: of a time, those alone that lasted so long; of what is no time there is nothing.
    """
    group, within = address.split(cell)
    one = definitions.of(within)
    if one is None or (bar is not None and one.kind in definition.COUNTED):
        return []
    rows: Iterable[int] = columns.ordered()
    if bar is not None:
        so_long = _so_long(columns, _measure(one, within), bar)
        rows = (row for row in rows if row in so_long)
    column, of_n, counted = _sought(columns, one, within)
    groups, group_at, at = columns.groups.having(group), columns.groups.at, column.at
    return [
        (row, at[row] in counted)
        for row in rows
        if group_at[row] in groups and (of_n is None or at[row] in of_n)
    ]


def _sought(
    columns: Columns, one: Definition, within: str
) -> tuple[Column, set[int] | None, set[int]]:
    """Return where to look, and the texts that n counts, None for all, and that the cell counts."""
    if one.kind in definition.COUNTED:
        area = within.partition("/")[0]
        column = columns.counts[tally.AREAS.index(area)]
        population = definitions.population(within)
        of_n = column.having(population) if population.startswith(f"{area}/") else None
        return column, of_n, column.having(within)
    name = _measure(one, within)
    done, waited = (
        set[int]().union(*(columns.times.having(mark + name) for mark in marks))
        for marks in (_HAPPENED, _WAITED)
    )
    return columns.times, done | waited, done


def _so_long(columns: Columns, measure: str, bar: Lasted) -> set[int]:
    return {
        row
        for times in columns.times_of(measure)
        for row, ms in zip(times.rows, times.ms, strict=True)
        if bar.holds(ms)
    }


def _measure(one: Definition, within: str) -> str:
    name = within.rpartition("/")[0]
    return f"{name}/held" if one.kind == definition.HELD else name


def each(
    rows: Iterable[Observation], period: Period, now_ms: int, cell: str
) -> Iterator[tuple[Observation, bool]]:
    """Yield each row that n of a cell counts, and whether the cell counts it.

    A time counts those that it is of: with Kaplan-Meier those for which it has ended.

    Args:
        rows: in the order in which they are wanted.
        period: that is reviewed.
        now_ms: the instant.
        cell: its address, group included; of one that is not defined there is nothing.
    """
    group, within = address.split(cell)
    is_member, looked = _member(group), _look(within, now_ms)
    if looked is None:
        return
    for row in rows:
        if period.holds(row) and is_member(row):
            found = looked(row)
            if found is not None:
                yield row, found


def _member(group: str) -> Callable[[Observation], bool]:
    kind, _, spelled = group.partition("/")
    code = address.code(spelled)
    if kind == address.ALL:
        return lambda _: True
    if kind == address.SIDE:
        return lambda row: row.addressee == code
    return lambda row: tally.group_code(row, kind) == code


def _look(within: str, now_ms: int) -> Callable[[Observation], bool | None] | None:
    """Return what says of a row whether a cell counts it; None where not even n does."""
    one = definitions.of(within)
    if one is None:
        return None
    area = within.partition("/")[0]
    if one.kind in definition.COUNTED:
        population = definitions.population(within)

        def counts(row: Observation) -> bool | None:
            found = tally.counts(row, area)
            return within in found if population in found else None

        return counts if population.startswith(f"{area}/") else _of_asked(within, area)
    name = _measure(one, within)

    def times(row: Observation) -> bool | None:
        return next(
            (done for known, _, done in tally.times(row, now_ms, area) if known == name), None
        )

    return times


def _of_asked(within: str, area: str) -> Callable[[Observation], bool]:
    """Every row was asked: so whether it is counted is all there is to find."""
    return lambda row: within in tally.counts(row, area)
