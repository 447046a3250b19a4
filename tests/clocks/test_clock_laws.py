"""Clocks: what holds of every rule, calendar and history."""

import itertools
from collections.abc import Sequence
from dataclasses import replace

from clocks.making import (
    HOUR_MS,
    agreed,
    amounts,
    any_mark,
    any_marks,
    any_rule,
    calendars,
    day,
    instants,
    marks,
    rule,
)
from hypothesis import given
from hypothesis import strategies as st

from comity.clocks import clock, words
from comity.clocks.calendar import HOLIDAY, PLAIN, WEEKEND, WORKDAY, Calendar, Day
from comity.clocks.clock import AT_MS_MAX, Clock
from comity.clocks.mark import Mark
from comity.clocks.rule import Rule
from comity.clocks.term import ADDRESSEE, ASKER, HOURS, Term

LATE_MS = AT_MS_MAX
ORDER = (clock.NOT_STARTED, clock.RUNNING, clock.DUE_SOON, clock.OVERDUE)
spans_ms = st.integers(0, 40 * 24 * HOUR_MS)
waits = st.lists(st.tuples(instants, spans_ms), max_size=3)
any_now = st.one_of(instants, st.integers(-(1 << 53), 1 << 53))


def both(calendar: Calendar) -> dict[str, Calendar]:
    """Return a calendar as that of each side."""
    return {ADDRESSEE: calendar, ASKER: calendar}


def waiting(found: Sequence[tuple[int, int]]) -> list[Mark]:
    """Return marks of pauses that end, each of the two kinds in turn."""
    told: list[tuple[str, int]] = []
    for place, (from_ms, span_ms) in enumerate(sorted(found)):
        starts, ends = (("asked", "told"), ("sent-on", "taken-on"))[place % 2]
        told += [(starts, from_ms), (ends, from_ms + span_ms)]
    return marks(*told)


def due_ms(one: Rule, told: Sequence[Mark], calendar: Calendar) -> int:
    """Return when a started clock is due, whose pauses have all ended."""
    found = clock.evaluate(one, told, both(calendar), LATE_MS, explain=False)
    assert found.due_at_ms is not None, found
    return found.due_at_ms


def with_entry(calendar: Calendar, one: int, kind: str) -> Calendar:
    """Return a calendar with another entry."""
    entries = {**calendar.days, one: Day(kind, {"en": "new"}, "decree")}
    return replace(calendar, days=dict(sorted(entries.items())))


@given(any_rule, calendars(), instants, spans_ms, waits)
def test_a_later_start_is_never_due_earlier(
    one: Rule, calendar: Calendar, start_ms: int, later_ms: int, waits: list[tuple[int, int]]
) -> None:
    """Whoever receives later has at least as long."""
    paused = waiting(waits)
    early = due_ms(one, [*marks(("submitted", start_ms)), *paused], calendar)
    late = due_ms(one, [*marks(("submitted", start_ms + later_ms)), *paused], calendar)
    assert early <= late


@given(calendars(), instants, st.integers(1, 500), st.data())
def test_a_pause_moves_a_term_in_hours_by_its_length(
    calendar: Calendar, start_ms: int, hours: int, data: st.DataObject
) -> None:
    """Elapsed time that was paused is given back to the millisecond."""
    one = rule(Term(hours, HOURS))
    at_ms = start_ms + data.draw(st.integers(0, hours * HOUR_MS - 1))
    length_ms = data.draw(spans_ms)
    started = marks(("submitted", start_ms))
    plain = due_ms(one, started, calendar)
    assert plain == start_ms + hours * HOUR_MS
    told = [*started, *waiting([(at_ms, length_ms)])]
    assert due_ms(one, told, calendar) == plain + length_ms


@given(any_rule, calendars(), instants, waits, st.integers(0, 364))
def test_a_further_holiday_is_never_due_earlier(
    one: Rule, calendar: Calendar, start_ms: int, waits: list[tuple[int, int]], place: int
) -> None:
    """A day off takes no time from whoever has to answer."""
    told = [*marks(("submitted", start_ms)), *waiting(waits)]
    more = with_entry(calendar, day("2026-01-01") + place, HOLIDAY)
    assert due_ms(one, told, calendar) <= due_ms(one, told, more)


@given(any_rule, calendars(), instants, waits, st.integers(0, 364))
def test_a_further_working_day_is_never_due_later(
    one: Rule, calendar: Calendar, start_ms: int, waits: list[tuple[int, int]], place: int
) -> None:
    """A weekend that is worked gives no further time."""
    told = [*marks(("submitted", start_ms)), *waiting(waits)]
    more = with_entry(calendar, day("2026-01-01") + place, WORKDAY)
    assert due_ms(one, told, more) <= due_ms(one, told, calendar)


@given(any_rule, calendars(), instants, amounts, waits)
def test_an_extension_adds_to_the_term(
    one: Rule, calendar: Calendar, start_ms: int, amount: int, waits: list[tuple[int, int]]
) -> None:
    """Extended by so many is as if that many more had been agreed."""
    base = rule(one.term, last_day=one.last_day)
    longer = replace(base, term=replace(base.term, amount=base.term.amount + amount))
    started = [*marks(("submitted", start_ms)), *waiting(waits)]
    granted = Mark("extended", start_ms, "aa", "act", Term(amount, base.term.unit))
    assert due_ms(base, [*started, granted], calendar) == due_ms(longer, started, calendar)


@given(any_rule, calendars(), instants, st.tuples(instants, spans_ms), st.data())
def test_a_pause_may_be_told_in_any_pieces(
    one: Rule, calendar: Calendar, start_ms: int, wait: tuple[int, int], data: st.DataObject
) -> None:
    """Two pauses that meet, overlap or lie in one another are as one."""
    from_ms, to_ms = wait[0], wait[0] + wait[1]
    started = marks(("submitted", start_ms))
    whole = due_ms(one, [*started, *marks(("asked", from_ms), ("told", to_ms))], calendar)
    middle = data.draw(st.integers(from_ms, to_ms))
    low, high = data.draw(st.integers(from_ms, middle)), data.draw(st.integers(middle, to_ms))
    pieces = marks(("asked", from_ms), ("told", middle), ("sent-on", low), ("taken-on", to_ms))
    nested = marks(("asked", from_ms), ("sent-on", low), ("taken-on", high), ("told", to_ms))
    assert due_ms(one, [*started, *pieces], calendar) == whole
    assert due_ms(one, [*started, *nested], calendar) == whole


@given(any_rule, calendars(), any_marks, any_now)
def test_every_history_has_an_answer_that_can_be_told(
    one: Rule, calendar: Calendar, told: list[Mark], now_ms: int
) -> None:
    """Whatever the marks and the instant, there is a clock with its reasons in each language."""
    for found in clock.runs(one, told, both(calendar), now_ms):
        assert found.status in words.STATUSES
        assert (found.due_at_ms is None) == (found.status == clock.PAUSED)
        assert found.why
        for step in found.why:
            assert step.from_ms <= step.to_ms, step
            assert step.source
            assert all(step.words.values())
        assert found.as_json()["status"] == found.status
        has_gap = any(step.kind.startswith("calendar-") for step in found.why)
        assert found.is_provisional == has_gap


@given(any_rule, calendars(), any_marks, any_now)
def test_what_is_not_explained_is_the_same(
    one: Rule, calendar: Calendar, told: list[Mark], now_ms: int
) -> None:
    """A list and the page of one matter show the same clock."""
    full = clock.evaluate(one, told, both(calendar), now_ms)
    plain = clock.evaluate(one, told, both(calendar), now_ms, explain=False)
    assert replace(full, why=()) == plain


@given(any_rule, calendars(), any_marks, any_now)
def test_what_comes_later_changes_nothing_before(
    one: Rule, calendar: Calendar, told: list[Mark], now_ms: int
) -> None:
    """At a named instant counts what had happened then."""
    then = [mark for mark in told if mark.at_ms is not None and mark.at_ms <= now_ms]
    assert clock.evaluate(one, told, both(calendar), now_ms) == clock.evaluate(
        one, then, both(calendar), now_ms
    )


@given(any_rule, calendars(), instants, st.lists(any_now, min_size=2, max_size=6))
def test_time_alone_moves_a_clock_in_one_direction(
    one: Rule, calendar: Calendar, start_ms: int, at: list[int]
) -> None:
    """Not started, running, due soon, overdue: in this order and never back."""
    told = marks(("submitted", start_ms))
    found = [clock.evaluate(one, told, both(calendar), now_ms) for now_ms in sorted(at)]
    places = [ORDER.index(each.status) for each in found]
    assert places == sorted(places)
    assert len({each.due_at_ms for each in found if each.status != clock.NOT_STARTED}) <= 1


@given(any_rule, calendars(), any_marks, st.lists(any_now, min_size=2, max_size=4))
def test_what_is_overdue_is_never_in_time_again(
    one: Rule, calendar: Calendar, told: list[Mark], at: list[int]
) -> None:
    """No later answer, pause, extension or withdrawal takes it back."""
    histories = [clock.runs(one, told, both(calendar), now_ms) for now_ms in sorted(at)]
    for before, after in itertools.pairwise(histories):
        for old, new in zip(before, after, strict=False):
            if old.status in {clock.OVERDUE, clock.MISSED}:
                assert new.status in {clock.OVERDUE, clock.MISSED}
                assert new.due_at_ms == old.due_at_ms


@given(any_rule, calendars(), instants, spans_ms, spans_ms)
def test_who_waits_in_time_is_never_overdue(
    one: Rule, calendar: Calendar, start_ms: int, asked_after_ms: int, later_ms: int
) -> None:
    """While the other side owes an answer that was asked for before it was due, nothing is late."""
    asked_ms = start_ms + asked_after_ms
    told = marks(("submitted", start_ms), ("asked", asked_ms))
    plain = due_ms(one, told[:1], calendar)
    found = clock.evaluate(one, told, both(calendar), asked_ms + later_ms)
    assert found.status == (clock.PAUSED if asked_ms < plain else clock.OVERDUE)


@given(any_rule, calendars(), instants, spans_ms)
def test_an_answer_is_in_time_exactly_before_it_is_due(
    one: Rule, calendar: Calendar, start_ms: int, after_ms: int
) -> None:
    """Met before, missed from that instant on, whatever now is."""
    end_ms = start_ms + after_ms
    found = clock.evaluate(
        one, marks(("submitted", start_ms), ("answered", end_ms)), both(calendar), LATE_MS
    )
    assert found.due_at_ms is not None
    assert found.status == (clock.MET if end_ms < found.due_at_ms else clock.MISSED)
    assert found.left_ms == found.due_at_ms - end_ms
    assert found.ended_at_ms == end_ms


@given(any_rule, calendars(), instants)
def test_a_term_in_days_ends_with_a_day_that_counts(
    one: Rule, calendar: Calendar, start_ms: int
) -> None:
    """It is due at the end of its last day on the wall of its calendar."""
    if one.term.elapsed_ms is not None:
        return
    found = due_ms(one, marks(("submitted", start_ms)), calendar)
    last = calendar.day_at(found - 1)
    assert calendar.start_ms(last + 1) == found
    if one.term.unit == "working-days":
        assert calendar.kind_of(last) in {PLAIN, WORKDAY}
    if one.last_day == "next-working-day":
        assert calendar.kind_of(last) not in {WEEKEND, HOLIDAY}


@given(agreed, any_marks, any_now)
def test_without_a_calendar_the_answer_says_so(term: Term, told: list[Mark], now_ms: int) -> None:
    """Nothing is guessed in silence: what may change is marked, with the days it rests on."""
    found: Clock = clock.evaluate(rule(term), told, {}, now_ms)
    kinds = {step.kind for step in found.why}
    if found.status == clock.NOT_STARTED or term.elapsed_ms is not None:
        assert words.CALENDAR_MISSING not in kinds
    else:
        assert words.CALENDAR_MISSING in kinds
        assert found.is_provisional


@given(any_rule, calendars(), any_marks, any_mark, any_now)
def test_what_has_no_time_has_not_happened(
    one: Rule, calendar: Calendar, told: list[Mark], more: Mark, now_ms: int
) -> None:
    """An act that nobody has signed for yet moves no clock."""
    unreceived = replace(more, at_ms=None)
    assert clock.evaluate(one, [*told, unreceived], both(calendar), now_ms) == clock.evaluate(
        one, told, both(calendar), now_ms
    )


@given(st.sampled_from(sorted(words.TEMPLATES)))
def test_each_sentence_stands_in_each_language_with_the_same_facts(kind: str) -> None:
    """Nobody reads less in their language than the other in their."""
    told = words.TEMPLATES[kind]
    assert set(told) == set(words.LANGUAGES)
    fields = [{part.split("}")[0] for part in text.split("{")[1:]} for text in told.values()]
    assert fields[0] == fields[1]
