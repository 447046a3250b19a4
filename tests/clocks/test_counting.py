"""Terms in days beside a count that goes day by day and knows no intervals."""

from clocks.making import (
    HOUR_MS,
    amounts,
    at,
    calendar,
    calendars,
    instants,
    marks,
    rule,
)
from hypothesis import given
from hypothesis import strategies as st

from comity.clocks import clock
from comity.clocks import days as numbers
from comity.clocks.calendar import Calendar
from comity.clocks.rule import LAST_DAYS, NEXT_WORKING_DAY, Extension, PauseRule
from comity.clocks.term import ADDRESSEE, CALENDAR_DAYS, MONTHS, WORKING_DAYS, Term

DAY_MS = 24 * HOUR_MS
day_units = st.sampled_from([CALENDAR_DAYS, WORKING_DAYS, MONTHS])
offsets_ms = st.integers(-3 * DAY_MS, 50 * DAY_MS)
waits = st.lists(st.tuples(offsets_ms, st.integers(0, 9 * DAY_MS)), max_size=4)

type Waits = list[tuple[int, int]]
"""(from, to) of each pause, ms."""


def slow_last_day(term: Term, made: Calendar, start_ms: int, paused: Waits, *, rolls: bool) -> int:
    """Return the last day of a term, looking at one day after the other."""

    def is_lost(day: int) -> bool:
        end_ms = made.start_ms(day + 1)
        return any(low < end_ms <= high for low, high in paused if high > start_ms)

    day = made.day_at(start_ms)
    if term.unit == MONTHS:
        last = numbers.month_later(day, term.amount)
        while day < last:
            day += 1
            last += is_lost(day)
    left = 0 if term.unit == MONTHS else term.amount
    while left:
        day += 1
        counts = term.unit == CALENDAR_DAYS or made.is_working(day)
        left -= counts and not is_lost(day)
    while rolls and (is_lost(day) or not made.is_working(day)):
        day += 1
    return day


@given(
    st.builds(Term, amounts, day_units, st.just(ADDRESSEE)),
    st.sampled_from(LAST_DAYS),
    calendars(),
    instants,
    waits,
)
def test_days_are_counted_as_one_would_on_a_wall_calendar(
    term: Term, last_day: str, made: Calendar, start_ms: int, waits: Waits
) -> None:
    """A day at whose end the clock was paused is struck out; so is one that is not worked."""
    paused = [(start_ms + off_ms, start_ms + off_ms + span_ms) for off_ms, span_ms in waits]
    paused.sort()
    told = marks(("submitted", start_ms))
    for place, (low, high) in enumerate(paused):
        told += marks((f"asked-{place}", low), (f"told-{place}", high))
    one = rule(term, last_day=last_day, pauses=tuple(map(pause_rule, range(len(paused)))))
    found = clock.evaluate(one, told, {ADDRESSEE: made}, clock.AT_MS_MAX)
    assert found.due_at_ms is not None
    slow = slow_last_day(term, made, start_ms, paused, rolls=last_day == NEXT_WORKING_DAY)
    assert made.day_at(found.due_at_ms - 1) == slow


def pause_rule(place: int) -> PauseRule:
    """Return a rule for one pause alone."""
    return PauseRule((f"asked-{place}",), (f"told-{place}",))


def test_what_comes_when_it_is_due_comes_too_late() -> None:
    """A pause or an extension at that very instant moves nothing."""
    start_ms = at("2026-05-11 09:00 +0800")
    one = rule(Term(24, "hours"))
    due_ms = start_ms + DAY_MS
    told = marks(("submitted", start_ms), ("asked", due_ms), ("told", due_ms + HOUR_MS))
    granted = rule(Term(24, "hours"), extensions=(Extension("extended", Term(1, "hours")),))
    late = marks(("submitted", start_ms), ("extended", due_ms))
    early = marks(("submitted", start_ms), ("extended", due_ms - 1))
    assert clock.evaluate(one, told, {}, due_ms + DAY_MS).due_at_ms == due_ms
    assert clock.evaluate(granted, late, {}, due_ms + DAY_MS).due_at_ms == due_ms
    assert clock.evaluate(granted, early, {}, due_ms + DAY_MS).due_at_ms == due_ms + HOUR_MS


def test_a_pause_from_the_last_day_on_loses_that_day() -> None:
    """Asked on the last afternoon, told two days later: the day of the answer is the last."""
    one = rule(Term(5, CALENDAR_DAYS, ADDRESSEE))
    told = marks(
        ("submitted", at("2026-05-11 09:00 +0800")),
        ("asked", at("2026-05-16 17:00 +0800")),
        ("told", at("2026-05-18 09:00 +0800")),
    )
    found = clock.evaluate(one, told, {ADDRESSEE: calendar()}, clock.AT_MS_MAX)
    assert found.due_at_ms == at("2026-05-19 00:00 +0800")


def test_a_day_on_which_one_pause_ends_and_another_begins_is_lost_to_the_second() -> None:
    """What matters is whether the clock stood still when the day ended."""
    one = rule(Term(3, WORKING_DAYS, ADDRESSEE))
    told = marks(
        ("submitted", at("2026-05-11 09:00 +0800")),
        ("asked", at("2026-05-12 10:00 +0800")),
        ("told", at("2026-05-13 10:00 +0800")),
        ("asked", at("2026-05-13 12:00 +0800")),
        ("told", at("2026-05-14 10:00 +0800")),
    )
    found = clock.evaluate(one, told, {ADDRESSEE: calendar()}, clock.AT_MS_MAX)
    assert found.due_at_ms == at("2026-05-19 00:00 +0800")
