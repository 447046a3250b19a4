"""Calendars that end soon or have ended: what is due beyond is counted by weekends, and may move.

A State decrees its holidays a year at a time, so the text of a calendar ends; every clock that
goes beyond says so, and nobody else would.

Source: docs/spec/clocks.md, 2.6.
Floor: node.
"""

from collections.abc import Iterator
from typing import Final

from comity.clocks import days as numbers
from comity.clocks.calendar import Calendar
from comity.node.base import register_records
from comity.node.base.context import Node
from comity.node.base.finding import OWN, Finding
from comity.node.base.ports import Tx
from comity.node.base.sentence import say
from comity.node.room import calendars
from comity.node.room.calendars import Adoptions

SOON_DAYS: Final = 60
"""As long as the longest term of the shipped guideline: what starts now would go beyond."""

_FIX: Final = say(
    "Write the next one, which covers the year before too: `comity calendar propose`, then "
    "`comity guideline propose`; every party adopts it."
)


def findings(node: Node, tx: Tx, now_ms: int) -> Iterator[Finding]:
    """Give each calendar in force whose days end within 60 days, or have ended."""
    for arrangement in register_records.arrangements(tx):
        live = register_records.live_in(arrangement.id)
        found = calendars.adopted(node, tx, live)
        for party in arrangement.party_ids():
            calendar = _in_force(found, party, now_ms)
            if calendar is not None:
                yield from _of(party, calendar, now_ms)


def _in_force(found: Adoptions, party: str, now_ms: int) -> Calendar | None:
    for one in found.periods.get(party, ()):
        if one.from_ms <= now_ms and (one.to_ms is None or now_ms < one.to_ms):
            return one.calendar
    return None


def _of(party: str, calendar: Calendar, now_ms: int) -> Iterator[Finding]:
    about, today = say("calendar of {party}", party=party), calendar.day_at(now_ms)
    last = min(calendar.cover.last, calendar.cover.decreed_until)
    if calendar.cover.last < today:
        what = say(
            "Its days ended with {day}: clocks count weekends alone.",
            day=numbers.render_day(calendar.cover.last),
        )
        yield Finding(about, is_good=False, side=OWN, what=what, fix=_FIX)
    elif last - today < SOON_DAYS:
        what = say(
            "Its holidays are known until {day}; what is due later may move.",
            day=numbers.render_day(last),
        )
        yield Finding(about, is_good=None, side="", what=what, fix=_FIX)
