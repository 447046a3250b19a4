"""What the charts of a review are drawn from, beside the figures: curves, distribution, months.

    pictures(taken, "all", "respond") -> Pictures(curves {…}, buckets (…), months (…))

They rest on the same rows, cut and instant as the figures.

Source: docs/spec/review.md, part 3.
Floor: rooms.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import Final, NamedTuple

from comity.figures import km, tally
from comity.figures.address import SIDE, code
from comity.figures.columns import Columns
from comity.figures.figures import Period
from comity.figures.km import Sample, Step
from comity.figures.row_tally import lines
from comity.node.review.take import Taken

HOUR_MS: Final = 3_600_000
DAY_MS: Final = 24 * HOUR_MS
EDGES_MS: Final = (
    HOUR_MS, 8 * HOUR_MS, DAY_MS, 3 * DAY_MS, 7 * DAY_MS, 14 * DAY_MS, 30 * DAY_MS, 60 * DAY_MS,
    90 * DAY_MS, 180 * DAY_MS,
)  # fmt: skip
"""Where one bucket of a distribution ends and the next begins."""

STEPS_MAX: Final = 120
"""More cannot be told apart on a screen."""


@dataclass(frozen=True, slots=True)
class Curve:
    """Share that still waits, by time.

    Attributes:
        steps: of the curve.
        n: how many it rests on.
        last_ms: the longest time that anything took or has waited.
    """

    steps: tuple[Step, ...]
    n: int
    last_ms: int


@dataclass(frozen=True, slots=True)
class Bucket:
    """How many took so long: from one edge, up to the next; None where there is none.

    Attributes:
        from_ms: where it begins.
        to_ms: where it ends.
        happened: how many had ended.
        waiting: how many have waited so long and still do, or were stopped.
    """

    from_ms: int
    to_ms: int | None
    happened: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Month:
    """What was asked in one month of UTC.

    Attributes:
        period: the month, or what of it lies in the period.
        asked: how many requests.
        median_ms: Kaplan-Meier, None where it never came so far.
        kept: how many within the agreed time.
        judged: of how many.
        undecided: of how many more it is not known yet.
    """

    period: Period
    asked: int
    median_ms: int | None
    kept: int
    judged: int
    undecided: int


@dataclass(frozen=True, slots=True)
class Pictures:
    """All of them, of one measure in one group.

    Attributes:
        curves: of the group by who answers, `{party: curve}`.
        buckets: the distribution, in order.
        months: in order.
    """

    curves: Mapping[str, Curve]
    buckets: tuple[Bucket, ...]
    months: tuple[Month, ...]


def pictures(taken: Taken, group: str, measure: str) -> Pictures:
    """Return what the charts of a measure are drawn from."""
    columns, period = taken.columns, taken.wanted.period
    leaves, group_at = columns.groups.having(group), columns.groups.at
    own = [row for row in columns.ordered() if group_at[row] in leaves]
    times = [
        _Lasted(row, ms, one.happened)
        for one in columns.times_of(f"timeliness/{measure}/elapsed")
        for row, ms in zip(one.rows, one.ms, strict=True)
        if group_at[row] in leaves
    ]
    months = _Months(columns, period, measure).of(own, times)
    return Pictures(_curves(columns, leaves, times), tuple(_buckets(times)), tuple(months))


class _Lasted(NamedTuple):
    """The time of a row."""

    row: int
    ms: int
    happened: bool


def _sample(times: Iterable[_Lasted]) -> Sample:
    done: list[int] = []
    waits: list[int] = []
    for one in times:
        (done if one.happened else waits).append(one.ms)
    return Sample(sorted(done), sorted(waits))


def months_of(period: Period, now_ms: int) -> Iterator[Period]:
    """Give the months of UTC of a period, as far as they have begun."""
    at_ms = period.from_ms
    while at_ms < min(period.to_ms, now_ms + 1):
        day = datetime.fromtimestamp(at_ms / 1_000, UTC)
        year, month = day.year + day.month // 12, day.month % 12 + 1
        after = int(datetime(year, month, 1, tzinfo=UTC).timestamp()) * 1_000
        yield Period(at_ms, min(after, period.to_ms))
        at_ms = after


def _curves(
    columns: Columns, leaves: Collection[int], times: Iterable[_Lasted]
) -> dict[str, Curve]:
    """Return the curve of each side that was asked, also where no such time has begun."""
    side_of: dict[int, str] = {}
    for text, leaf in columns.groups.numbers.items():
        if leaf in leaves:
            sides = (line for line in lines(text) if line.startswith(f"{SIDE}/"))
            side_of[leaf] = code(next(sides).partition("/")[2])
    by_side: dict[str, list[_Lasted]] = {side: [] for side in sorted(set(side_of.values()))}
    for one in times:
        by_side[side_of[columns.groups.at[one.row]]].append(one)
    return {side: _curve(_sample(own)) for side, own in by_side.items()}


def _curve(sample: Sample) -> Curve:
    last_ms = max((*sample.happened[-1:], *sample.censored[-1:]), default=0)
    return Curve(km.curve(sample, STEPS_MAX), sample.n, last_ms)


def _buckets(times: Sequence[_Lasted]) -> Iterator[Bucket]:
    counted = Counter((bisect_right(EDGES_MS, one.ms), one.happened) for one in times)
    edges = (0, *EDGES_MS, None)
    for at, (from_ms, to_ms) in enumerate(pairwise(edges)):
        assert from_ms is not None
        yield Bucket(from_ms, to_ms, counted[at, True], counted[at, False])


class _Months:
    """The months of a period, as far as anything was asked in them."""

    def __init__(self, columns: Columns, period: Period, measure: str) -> None:
        self._columns, self._period = columns, period
        column = columns.counts[tally.AREAS.index("timeliness")]
        start = f"timeliness/{measure}/clock"
        self._counted = [column.having(f"{start}/{one}") for one in ("kept", "judged", "undecided")]
        self._clock = column.at

    def of(self, own: Sequence[int], times: Iterable[_Lasted]) -> Iterator[Month]:
        """Give the months from the first request to the last: a period may begin long before."""
        if not own:
            return
        asked_ms = self._columns.asked_ms
        first_ms = _month_of(asked_ms[own[0]], self._period)
        months = [*months_of(Period(first_ms, self._period.to_ms), asked_ms[own[-1]])]
        starts = [month.from_ms for month in months]
        rows: list[list[int]] = [[] for _ in months]
        lasted: list[list[_Lasted]] = [[] for _ in months]
        for row in own:
            rows[bisect_right(starts, asked_ms[row]) - 1].append(row)
        for one in times:
            lasted[bisect_right(starts, asked_ms[one.row]) - 1].append(one)
        for at, month in enumerate(months):
            yield self._month(month, rows[at], lasted[at])

    def _month(self, month: Period, rows: Sequence[int], times: Iterable[_Lasted]) -> Month:
        (median,) = km.estimate(_sample(times), (50,))
        counted = [sum(self._clock[row] in some for row in rows) for some in self._counted]
        return Month(month, len(rows), median.at, *counted)


def _month_of(at_ms: int, period: Period) -> int:
    """Return the first instant of the month of an instant, or of the period if that is later."""
    day = datetime.fromtimestamp(at_ms / 1_000, UTC)
    first_ms = int(datetime(day.year, day.month, 1, tzinfo=UTC).timestamp()) * 1_000
    return max(first_ms, period.from_ms)
