"""What charts are drawn from is what the rows say."""

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st
from support.observed import DAY_MS, NOW_MS, START_MS, observations

from comity.clocks import clock
from comity.figures import figures, km, tally
from comity.figures.figures import Period
from comity.figures.observation import MEASURES
from comity.figures.row_tally import tallied
from comity.node.review.take import Taken, Wanted
from comity.rooms.review import chart_data

chances = st.randoms(use_true_random=True)
PERIOD = Period(START_MS + 40 * DAY_MS, NOW_MS - 20 * DAY_MS)
JUDGED = (clock.MET, clock.MISSED, clock.OVERDUE)


@given(chances, st.sampled_from(MEASURES), st.sampled_from(("all", "side/us", "urgency/~")))
@settings(max_examples=20)
def test_pictures_show_each_request_of_the_group_once(
    chance: Random, measure: str, group: str
) -> None:
    """In the curve of its side, in the bucket of its time, in the month in which it was asked."""
    rows = [row for row in observations(chance, 30) if chance.random() < 0.8]
    found, columns = figures.of(map(tallied, rows), PERIOD, NOW_MS)
    taken = Taken(Wanted("", PERIOD), {}, NOW_MS, found, "", columns)
    drawn = chart_data.pictures(taken, group, measure)
    own = [row for row in rows if PERIOD.holds(row) and group in tally.groups(row)]
    times = {
        (row.addressee, row.asked.at_ms, time, happened)
        for row in own
        for name, time, happened in tally.times(row, NOW_MS)
        if name == f"timeliness/{measure}/elapsed"
    }
    assert [*drawn.curves] == sorted({row.addressee for row in own})
    for side, curve in drawn.curves.items():
        mine = [one for one in times if one[0] == side]
        assert (curve.n, curve.last_ms) == (len(mine), max((one[2] for one in mine), default=0))
        sample = km.Sample(
            sorted(one[2] for one in mine if one[3]), sorted(one[2] for one in mine if not one[3])
        )
        assert curve.steps == km.curve(sample, chart_data.STEPS_MAX)
    for one in drawn.buckets:
        within = [t for t in times if one.from_ms <= t[2] < (one.to_ms or t[2] + 1)]
        assert one.happened == sum(t[3] for t in within)
        assert one.waiting == len(within) - one.happened
    assert sum(one.asked for one in drawn.months) == len(own)
    for month in drawn.months:
        statuses = [
            span.status
            for row in own
            if month.period.holds(row) and (span := row.span(measure)) is not None
        ]
        assert month.asked == sum(month.period.holds(row) for row in own)
        assert month.judged == sum(one in JUDGED for one in statuses)
        assert month.kept == statuses.count(clock.MET)
        alone = figures.figures(own, month.period, NOW_MS)
        median = figures.cell(alone, f"all/timeliness/{measure}/elapsed/median")["value"]
        assert month.median_ms == median


def test_a_period_without_requests_has_no_months() -> None:
    """And no curve; the buckets stand, empty."""
    found, columns = figures.of([], PERIOD, NOW_MS)
    drawn = chart_data.pictures(
        Taken(Wanted("", PERIOD), {}, NOW_MS, found, "", columns), "all", "respond"
    )
    assert (drawn.curves, drawn.months) == ({}, ())
    assert sum(one.happened + one.waiting for one in drawn.buckets) == 0
