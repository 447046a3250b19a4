"""Clocks in the time of an exercise: the identity changes nothing, no jump makes one late."""

from collections.abc import Sequence

from clocks.making import HOUR_MS, any_marks, any_rule, at, calendars, instants, marks, rule
from hypothesis import given
from hypothesis import strategies as st

from comity.clocks import clock, shown
from comity.clocks.calendar import Calendar
from comity.clocks.clock import Clock
from comity.clocks.mark import Mark
from comity.clocks.rule import Rule
from comity.clocks.term import ADDRESSEE, ASKER, Term
from comity.joint.exercise.time_map import IDENTITY, TimeMap

START = at("2026-05-11 09:00 +0800")
SCENE = at("2027-03-01 09:00 +0800")
DAY = rule(Term(24, "hours"))
LATE = {clock.OVERDUE, clock.MISSED, clock.LAPSED}


def counted(
    one: Rule, told: Sequence[Mark], calendar: Calendar | None, now_ms: int, times: TimeMap
) -> Clock:
    """Return a clock in the time of a map, as a room counts it."""
    both = {} if calendar is None else {ADDRESSEE: calendar, ASKER: calendar}
    found = shown.marks(told, {}, now_ms, times)
    made = clock.evaluate(one, found, both, times.scenario_ms(now_ms), explain=False)
    return shown.back(made, now_ms, times)


@given(any_rule, calendars(), any_marks, instants)
def test_under_the_identity_each_clock_is_that_of_real_work(
    one: Rule, calendar: Calendar, told: list[Mark], now_ms: int
) -> None:
    """The map of `live` is the identity: whatever the rule and the marks, nothing differs."""
    both = {ADDRESSEE: calendar, ASKER: calendar}
    plain = clock.evaluate(one, told, both, now_ms, explain=False)
    found = counted(one, told, calendar, now_ms, IDENTITY)
    assert found.status == plain.status
    for name in ("started_at_ms", "due_at_ms", "ended_at_ms", "left_ms"):
        expected = getattr(plain, name)
        is_written = expected is None or expected >= 0
        assert not is_written or getattr(found, name) == expected


def test_a_day_passes_in_an_hour_and_is_due_when_the_clock_shows_it() -> None:
    """At rate 24 a term of a day is due an hour later, by the clock on the wall."""
    times = TimeMap().begun(START, SCENE, 24)
    told = marks(("submitted", START))
    found = counted(DAY, told, None, START + HOUR_MS // 2, times)
    assert (found.status, found.due_at_ms) == (clock.RUNNING, START + HOUR_MS)
    assert counted(DAY, told, None, START + HOUR_MS, times).status == clock.OVERDUE


def test_where_time_stands_a_clock_is_paused_and_due_later() -> None:
    """A pause of an hour moves what is due by an hour."""
    begun = TimeMap().begun(START, SCENE, 24)
    paused = begun.at_rate(START + HOUR_MS // 4, 0)
    told = marks(("submitted", START))
    found = counted(DAY, told, None, START + HOUR_MS, paused)
    assert (found.status, found.due_at_ms) == (clock.PAUSED, None)
    resumed = paused.at_rate(START + HOUR_MS // 4 + HOUR_MS, 24)
    assert counted(DAY, told, None, START + 2 * HOUR_MS, resumed).due_at_ms == START + 2 * HOUR_MS


@given(
    st.integers(1, 1_440),
    st.integers(0, 30 * 24),
    st.integers(0, 3 * HOUR_MS),
    st.integers(0, 24),
    st.integers(1, 90),
)
def test_a_jump_makes_no_clock_late(
    rate: int, jump_h: int, jump_at_ms: int, asked_h: int, term_h: int
) -> None:
    """What was in time before a jump is not late right after it, however far it goes."""
    begun = TimeMap().begun(START, SCENE, rate)
    told = marks(("submitted", START + asked_h * HOUR_MS // 24))
    one = rule(Term(term_h, "hours"))
    now_ms = START + jump_at_ms
    before = counted(one, told, None, now_ms, begun)
    to_ms = begun.scenario_ms(now_ms) + jump_h * HOUR_MS
    after = counted(one, told, None, now_ms, begun.jumped(now_ms, to_ms))
    if before.status not in LATE and before.due_at_ms != now_ms:
        is_at_end = after.due_at_ms is not None and after.left_ms == 0
        assert after.status not in LATE or is_at_end
