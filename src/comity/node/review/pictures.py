"""What the charts of a review are drawn from, beside the figures: curves, distribution, months.

    pictures(node, taken, "all", "respond") -> Pictures(curves {…}, buckets (…), months (…))

They rest on the same rows, cut and instant as the figures.

Source: docs/spec/review.md, part 3.
Floor: node.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from comity.clocks import clock
from comity.joint.review import figures, km, tally
from comity.joint.review.address import SIDE, part
from comity.joint.review.figures import Period
from comity.joint.review.km import Step
from comity.joint.review.observation import Observation
from comity.node.context import Node
from comity.node.review import taking
from comity.node.review.taking import Taken

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
    """

    period: Period
    asked: int
    median_ms: int | None
    kept: int
    judged: int


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


def pictures(node: Node, taken: Taken, group: str, measure: str) -> Pictures:
    """Return what the charts of a measure are drawn from.

    Raises:
        Fault: `node.store.*`.
    """
    rows = [one for one in taking.rows(node, taken) if group in tally.groups(one)]
    period, now_ms = taken.wanted.period, taken.now_ms
    named = f"timeliness/{measure}/elapsed"
    own = [one for one in rows if period.holds(one)]
    sides = sorted({one.addressee for one in own})
    curves = {side: _curve(own, period, now_ms, f"{SIDE}/{part(side)}", named) for side in sides}
    months = tuple(_months(own, period, now_ms, named, measure))
    return Pictures(curves, tuple(_buckets(own, period, now_ms, group, named)), months)


def months_of(period: Period, now_ms: int) -> Iterator[Period]:
    """Give the months of UTC of a period, as far as they have begun."""
    at_ms = period.from_ms
    while at_ms < min(period.to_ms, now_ms + 1):
        day = datetime.fromtimestamp(at_ms / 1_000, UTC)
        year, month = day.year + day.month // 12, day.month % 12 + 1
        after = int(datetime(year, month, 1, tzinfo=UTC).timestamp()) * 1_000
        yield Period(at_ms, min(after, period.to_ms))
        at_ms = after


def _curve(
    rows: Sequence[Observation], period: Period, now_ms: int, group: str, named: str
) -> Curve:
    sample = figures.sample(rows, period, now_ms, group, named)
    last_ms = max((*sample.happened[-1:], *sample.censored[-1:]), default=0)
    return Curve(km.curve(sample, STEPS_MAX), sample.n, last_ms)


def _buckets(
    rows: Sequence[Observation], period: Period, now_ms: int, group: str, named: str
) -> Iterator[Bucket]:
    sample = figures.sample(rows, period, now_ms, group, named)
    from_ms = 0
    for to_ms in (*EDGES_MS, None):
        happened, waiting = (
            sum(1 for one in times if from_ms <= one and (to_ms is None or one < to_ms))
            for times in (sample.happened, sample.censored)
        )
        yield Bucket(from_ms, to_ms, happened, waiting)
        from_ms = to_ms or from_ms


def _months(
    rows: Sequence[Observation], period: Period, now_ms: int, named: str, measure: str
) -> Iterator[Month]:
    """Give the months from the first request to the last: a period may begin long before."""
    ordered = sorted(rows, key=lambda one: one.asked.at_ms)
    at = 0
    start_ms = _month_of(ordered[0].asked.at_ms, period) if ordered else period.to_ms
    for month in months_of(Period(start_ms, period.to_ms), now_ms):
        first = at
        while at < len(ordered) and ordered[at].asked.at_ms < month.to_ms:
            at += 1
        yield _month(ordered[first:at], month, now_ms, named, measure)
        if at == len(ordered):
            return


def _month_of(at_ms: int, period: Period) -> int:
    """Return the first instant of the month of an instant, or of the period if that is later."""
    day = datetime.fromtimestamp(at_ms / 1_000, UTC)
    first_ms = int(datetime(day.year, day.month, 1, tzinfo=UTC).timestamp()) * 1_000
    return max(first_ms, period.from_ms)


def _month(
    own: Sequence[Observation], period: Period, now_ms: int, named: str, measure: str
) -> Month:
    times = [time for row in own for time in tally.times(row, now_ms) if time[0] == named]
    sample = km.Sample(
        sorted(time for _, time, happened in times if happened),
        sorted(time for _, time, happened in times if not happened),
    )
    (median,) = km.estimate(sample, (50,))
    statuses = [span.status for row in own if (span := row.span(measure)) is not None]
    judged = [one for one in statuses if one in _JUDGED]
    return Month(period, len(own), median.at, judged.count(clock.MET), len(judged))


_JUDGED: Final = frozenset({clock.MET, clock.MISSED, clock.OVERDUE})
