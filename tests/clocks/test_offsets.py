"""What a wall shows: gaps in spring, the hour that comes twice in autumn."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from clocks.making import BEIJING, NEW_YORK, at, day
from hypothesis import given
from hypothesis import strategies as st

from comity.clocks import days, offsets
from comity.clocks.offsets import DAY_MS, MINUTE_MS, Offsets

ZONE = ZoneInfo("America/New_York")
YEAR = st.integers(at("2026-01-01 00:00 +0000"), at("2026-12-30 00:00 +0000"))

SAMOA: Offsets = ((0, -36_000), (at("2011-12-30 10:00 +0000"), 50_400))
"""Its thirtieth of December 2011 did not happen."""
MIDNIGHT: Offsets = ((0, -10_800), (at("2026-02-22 03:30 +0000"), -14_400))
"""At half past midnight the wall goes back to half past eleven."""
walls = st.sampled_from([BEIJING, NEW_YORK, SAMOA, MIDNIGHT])
near = st.integers(-3 * DAY_MS, 3 * DAY_MS).flatmap(
    lambda off: st.sampled_from([SAMOA[1][0], MIDNIGHT[1][0], NEW_YORK[1][0], NEW_YORK[2][0]]).map(
        lambda base: base + off
    )
)


@given(YEAR)
def test_the_wall_shows_what_the_zone_says(at_ms: int) -> None:
    """Offsets that are written out give the local time of the zone they were taken from."""
    local = datetime.fromtimestamp(at_ms // 1000, tz=UTC).astimezone(ZONE)
    shown = datetime.fromtimestamp(offsets.wall_ms(NEW_YORK, at_ms) // 1000, tz=UTC)
    assert shown.replace(tzinfo=None) == local.replace(tzinfo=None)
    assert days.render_instant(NEW_YORK, at_ms).startswith(local.strftime("%Y-%m-%d %H:%M:%S -0"))


@given(walls, near)
def test_every_instant_lies_within_its_day(wall: Offsets, at_ms: int) -> None:
    """Days part time without gap or overlap, whatever the wall does."""
    found = offsets.day_at(wall, at_ms)
    assert offsets.day_start_ms(wall, found) <= at_ms < offsets.day_start_ms(wall, found + 1)


@given(walls, near, st.integers(0, DAY_MS))
def test_days_never_go_back(wall: Offsets, at_ms: int, later_ms: int) -> None:
    """A later instant is on the same day or a later one."""
    assert offsets.day_at(wall, at_ms) <= offsets.day_at(wall, at_ms + later_ms)


@given(walls, near)
def test_a_time_is_reached_when_it_is_first_shown_or_passed(wall: Offsets, shown_ms: int) -> None:
    """At that instant the wall shows the time or a later one, and never did before."""
    reached = offsets.first_shown_ms(wall, shown_ms)
    assert offsets.wall_ms(wall, reached) >= shown_ms
    for before in (1, MINUTE_MS, DAY_MS):
        assert offsets.wall_ms(wall, reached - before) < shown_ms


@pytest.mark.parametrize(
    ("wall", "shown", "reached"),
    [
        (NEW_YORK, "2026-03-08 02:30 +0000", "2026-03-08 07:00 +0000"),  # skipped
        (NEW_YORK, "2026-11-01 01:30 +0000", "2026-11-01 05:30 +0000"),  # comes twice
        (SAMOA, "2011-12-30 12:00 +0000", "2011-12-30 10:00 +0000"),  # a whole day skipped
        (MIDNIGHT, "2026-02-21 23:45 +0000", "2026-02-22 02:45 +0000"),  # comes twice
    ],
)
def test_gaps_and_overlaps(wall: Offsets, shown: str, reached: str) -> None:
    """A skipped time is reached at the jump, a doubled one the first time."""
    assert offsets.first_shown_ms(wall, at(shown)) == at(reached)


@given(st.dates(date(1000, 1, 1), date(8000, 1, 1)), st.integers(-200, 2000))
def test_a_month_later_is_the_same_day_or_the_last(start: date, months: int) -> None:
    """The day keeps its number where the month has it, and is else the last of the month."""
    later = days.date_of(days.month_later(days.number_of(start), months))
    assert (later.year * 12 + later.month) - (start.year * 12 + start.month) == months
    following = days.date_of(days.number_of(later) + 1)
    assert later.day == start.day or (later.day < start.day and following.day == 1)


@given(st.dates())
def test_days_are_numbered_as_the_calendar_has_them(one: date) -> None:
    """Number and date are inverses, and the weekday is that of the date."""
    number = days.number_of(one)
    assert days.date_of(number) == one
    assert days.weekday_of(number) == one.isoweekday()
    assert days.render_day(number) == one.isoformat()


def test_a_month_after_the_last_of_january_is_the_last_of_february() -> None:
    """The end of a month leads to the end of a shorter one."""
    assert days.month_later(day("2026-01-31"), 1) == day("2026-02-28")
    assert days.month_later(day("2028-01-31"), 1) == day("2028-02-29")
    assert days.month_later(day("2026-11-30"), 3) == day("2027-02-28")
