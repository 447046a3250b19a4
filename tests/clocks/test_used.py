"""How many of the agreed units a side used, beside what is due."""

from collections.abc import Sequence

from clocks.making import (
    HOUR_MS,
    any_marks,
    any_rule,
    at,
    calendar,
    calendars,
    instants,
    marks,
    rule,
)
from hypothesis import given

from comity.clocks import clock, time_used
from comity.clocks.calendar import HOLIDAY, Calendar
from comity.clocks.mark import Mark
from comity.clocks.rule import Rule
from comity.clocks.term import ADDRESSEE, ASKER, HOURS, WORKING_DAYS, Term


def of(one: Rule, told: Sequence[Mark], now_ms: int, by: Calendar) -> time_used.Used | None:
    """Return what was used, with one calendar for both sides."""
    return time_used.first(one, told, {ADDRESSEE: by, ASKER: by}, now_ms)


@given(any_rule, any_marks, instants, calendars())
def test_a_side_kept_its_time_exactly_if_it_used_no_more_than_was_agreed(
    one: Rule, told: list[Mark], now_ms: int, by: Calendar
) -> None:
    """Used and due are one count: neither can say in time where the other says late."""
    found = of(one, told, now_ms, by)
    first = next(
        iter(clock.runs(one, told, {ADDRESSEE: by, ASKER: by}, now_ms, explain=False)), None
    )
    if found is None:
        assert first is None
        return
    assert found.clock == first
    is_late = found.clock.status in {clock.MISSED, clock.OVERDUE}
    assert (found.used > found.agreed) == is_late or found.agreed == time_used.USED_MAX
    if found.rises_ms is not None and not found.is_waiting and found.used < time_used.USED_MAX:
        assert found.rises_ms > now_ms or now_ms < 0 or now_ms > clock.AT_MS_MAX


def test_what_was_used_is_counted_in_the_days_of_the_side_that_was_agreed() -> None:
    """Wednesday before the National Day to the Saturday that is worked after it: three days."""
    days = {f"2026-10-0{n}": HOLIDAY for n in range(1, 8)}
    told = marks(
        ("submitted", at("2026-09-30 10:00 +0800")), ("answered", at("2026-10-12 09:00 +0800"))
    )
    found = of(
        rule(Term(5, WORKING_DAYS, ADDRESSEE)), told, at("2026-11-01 00:00 +0800"), calendar(days)
    )
    assert found is not None
    assert (found.used, found.agreed, found.clock.status) == (3, 5, clock.MET)


def test_time_of_waiting_is_not_used() -> None:
    """Ten hours, of which the asker was waited for seven: three are used, and the fourth begins."""
    start = at("2026-09-28 09:00 +0800")
    told = marks(("submitted", start), ("asked", start + HOUR_MS), ("told", start + 8 * HOUR_MS))
    found = of(rule(Term(24, HOURS)), told, start + 10 * HOUR_MS, calendar())
    assert found is not None
    assert found.used == 4  # three hours are over, so it is too late to have kept three
    assert found.rises_ms == start + 11 * HOUR_MS
    assert found.waited == ((start + HOUR_MS, start + 8 * HOUR_MS),)
