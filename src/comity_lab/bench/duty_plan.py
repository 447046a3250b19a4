"""400 days of a line of duty: how long our plan takes, beside a library that expands calendars.

`recurring-ical-events` is the oracle too: of the same line as rules of RFC 5545 it finds the same
shifts, over daylight saving.

Floor: lab.
"""

import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from comity.domestic.duty import plan
from comity.domestic.duty.plan import ALL, DAY_MS, LineSet, Overridden, Plan
from comity.node.desk.duty.planning import at_wall

DAYS: Final = 400
_FIRST: Final = 20_001
"""Days since 1970 of the first that is planned: daylight saving begins and ends after it."""
_ZONE: Final = "Europe/Paris"
_NAMES: Final = ("wei", "li", "han", "chen")
_HAND_OVERS: Final = (480, 1_200)
_EPOCH: Final = date(1970, 1, 1)

type Shift = tuple[int, str]
"""When it begins, and who has it."""


def line() -> LineSet:
    """Return a line of four officers who hand over at eight, mornings and evenings."""
    return LineSet("night", "", _ZONE, _NAMES, _HAND_OVERS, _FIRST, ALL, "", 0)


def shifts(made: Plan) -> list[Shift]:
    """Return the shifts of a plan, as it computes them."""
    begin = at_wall(_ZONE, _FIRST, _HAND_OVERS[0])
    parts = plan.parts(made, "night", (begin, begin + DAYS * DAY_MS), begin, at_wall)
    assert parts[-1].until_ms - parts[0].from_ms == DAYS * DAY_MS
    return [(one.from_ms, one.officer) for one in parts]


def calendar() -> Calendar:
    """Return the same line as a calendar: a rule for each officer, at wall times."""
    found = Calendar()
    turns = len(_NAMES) // len(_HAND_OVERS)
    for number, name in enumerate(_NAMES):
        day = _EPOCH + timedelta(days=_FIRST + number // len(_HAND_OVERS))
        minute = _HAND_OVERS[number % len(_HAND_OVERS)]
        begins = datetime.combine(day, datetime.min.time()) + timedelta(minutes=minute)
        event = Event()
        event.add("uid", name)
        event.add("summary", name)
        event.add("dtstart", begins.replace(tzinfo=ZoneInfo(_ZONE)))
        event.add("duration", timedelta(hours=12))
        event.add("rrule", {"freq": "daily", "interval": turns})
        found.add_component(event)
    return found


def expanded(found: Calendar) -> list[Shift]:
    """Return the shifts that the library finds in a calendar."""
    import recurring_ical_events  # noqa: PLC0415 -- LGPL: an oracle of the bench and of tests alone

    begin_ms = at_wall(_ZONE, _FIRST, _HAND_OVERS[0])
    begin = datetime.fromtimestamp(begin_ms / 1_000, UTC)
    events: list[Any] = recurring_ical_events.of(found).between(begin, begin + timedelta(days=DAYS))
    every = ((int(one.start.timestamp()) * 1_000, str(one["summary"])) for one in events)
    end_ms = begin_ms + DAYS * DAY_MS
    return sorted(one for one in every if begin_ms <= one[0] < end_ms)


def measured() -> tuple[float, float]:
    """Return how long our plan, with an override each tenth day, and the library's take, in ms."""
    begin = at_wall(_ZONE, _FIRST, _HAND_OVERS[0])
    over = [
        Overridden("night", "han", begin + day * DAY_MS, begin + (day + 1) * DAY_MS, "", 0)
        for day in range(0, DAYS, 10)
    ]
    ours, theirs = plan.fold_all([line(), *over]), calendar()
    return _took_ms(lambda: shifts(ours)), _took_ms(lambda: expanded(theirs))


def _took_ms(work: Callable[[], object]) -> float:
    """Return the processor time of the second of two: tables of zones are there by then."""
    work()
    began = time.process_time()
    work()
    return (time.process_time() - began) * 1_000
