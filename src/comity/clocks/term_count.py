"""Counting a term from its start: the last day or instant, and every day that was left out.

    5 working days from Wednesday 2026-09-30 in China: 10-08, 10-09, 10-10, 10-12, 10-13

The day of the event is not counted.  A term in days ends with its last day, a term in minutes
or hours after so many have passed.  Of a pause, the day on which it begins is not counted and
the day on which it ends is.

Source: docs/spec/clocks.md, parts 3 and 4.
Floor: clocks (pure).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from comity.clocks import calendar as calendars
from comity.clocks import days as numbers
from comity.clocks import span, words
from comity.clocks import term as terms
from comity.clocks.calendar import Calendar
from comity.clocks.span import Interval
from comity.clocks.term import Term

_WEEK: Final = 7
_SKIPS: Final = {
    calendars.HOLIDAY: words.HOLIDAY,
    calendars.WORKDAY: words.WORKDAY,
}


type Told = tuple[str, int, int]
"""(kind of step, first day, last day)."""


@dataclass(frozen=True, slots=True)
class Count:
    """A term that was counted.

    Attributes:
        due_ms: the first instant that is too late.
        last_day: the last day, of a term in days; None of elapsed time.
        told: the days that have a reason, by day.
    """

    due_ms: int
    last_day: int | None
    told: tuple[Told, ...]


def count(
    term: Term, calendar: Calendar, start_ms: int, pauses: Sequence[Interval], *, rolls: bool
) -> Count:
    """Count a term.

    Args:
        term: how long.
        calendar: whose days.
        start_ms: when it starts.
        pauses: times that do not count, as `span.union` gives them.
        rolls: whether a last day that is no working day gives way to the next.
    """
    if term.elapsed_ms is not None:
        return Count(span.shifted(start_ms, start_ms + term.elapsed_ms, pauses), None, ())
    start = calendar.day_at(start_ms)
    paused = tuple((calendar.day_at(low), calendar.day_at(high)) for low, high in pauses)
    told: list[Told] = [(words.DAY_OF_EVENT, start, start)]
    if term.unit == terms.WORKING_DAYS:
        *skipped, (_, _, last) = _walk(term.amount, calendar, start, paused)
        told += skipped
    else:
        far = _far(term, start)
        last = span.shifted(start + 1, far + 1, paused) - 1
        told += _lost(paused, start + 1, last)
    if rolls:
        *moved, (_, _, last) = _give_way(calendar, last, paused)
        told += moved
    return Count(calendar.start_ms(last + 1), last, tuple(told))


def back(term: Term, calendar: Calendar, due_ms: int) -> int:
    """Return the instant from which only the last of a term is left.

    Args:
        term: how much is left; days and months are whole, the last day is one of them.
        calendar: whose days.
        due_ms: the first instant that is too late.
    """
    if term.elapsed_ms is not None:
        return due_ms - term.elapsed_ms
    day = calendar.day_at(due_ms - 1)
    if term.unit == terms.CALENDAR_DAYS:
        return calendar.start_ms(day - term.amount + 1)
    if term.unit == terms.MONTHS:
        return calendar.start_ms(numbers.month_later(day, -term.amount) + 1)
    left = term.amount - calendar.is_working(day)
    while left > 0:
        day -= 1
        left -= calendar.is_working(day)
    return calendar.start_ms(day)


def _far(term: Term, start: int) -> int:
    if term.unit == terms.MONTHS:
        return numbers.month_later(start, term.amount)
    return start + term.amount


def _walk(
    amount: int, calendar: Calendar, start: int, paused: Sequence[Interval]
) -> Iterator[Told]:
    """Yield the days that have a reason, and at the end the last day.

    A long term has ten thousand days and more, so that a plain one is told by its weekday.
    """
    day, entries = start, calendar.days
    is_off = [calendar.is_off(one) for one in range(_WEEK)]
    while amount > 0:
        day += 1
        resumed = _resumed(paused, day) if paused else day
        if resumed > day:
            yield words.PAUSED_DAYS, day, resumed - 1
            day = resumed - 1
        elif day in entries:
            kind = entries[day].kind
            yield _SKIPS[kind], day, day
            amount -= kind == calendars.WORKDAY
        elif is_off[day % _WEEK]:
            yield words.WEEKEND, day, day
        else:
            amount -= 1
    yield "", day, day


def _give_way(calendar: Calendar, last: int, paused: Sequence[Interval]) -> Iterator[Told]:
    """Yield the days that the end of a term passes over, and at the end the last day."""
    while True:
        resumed = _resumed(paused, last)
        if resumed > last:
            yield words.PAUSED_DAYS, last, resumed - 1
            last = resumed
        elif calendar.is_working(last):
            break
        else:
            yield words.LAST_DAY, last, last
            last += 1
    yield "", last, last


def _resumed(paused: Sequence[Interval], day: int) -> int:
    """Return the day on which a pause ends that a day is lost to; the day itself if it is not."""
    return next((high for low, high in paused if low <= day < high), day)


def _lost(paused: Sequence[Interval], first: int, last: int) -> Iterator[Told]:
    for low, high in paused:
        if max(low, first) <= min(high - 1, last):
            yield words.PAUSED_DAYS, max(low, first), min(high - 1, last)
