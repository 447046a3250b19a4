"""What is due within a day, on one line of time, and when each side is at work.

It begins with the hour, so that a page that is renewed is not another every second.

Floor: surfaces.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from django.utils.safestring import SafeString
from django.utils.translation import gettext

from comity.clocks.calendar import Calendar
from comity.node.desk import matter_lines
from comity.node.room.parties import Known, name_of
from comity.surfaces.web import instants, pictures
from comity.surfaces.web.duty.now import Row
from comity.surfaces.web.pictures import Mark, Span, TimeLine
from comity.surfaces.web.templatetags import desk

_HOUR_MS: Final = 3_600_000
_HOURS: Final = 24
_TICKS: Final = 4
_TIME_CHARS: Final = len("15:00")


def picture(
    rows: Sequence[Row], calendars: Mapping[str, Calendar], known: Known, own: str, now_ms: int
) -> SafeString:
    """Return deadlines and office hours of the next day; "" where nothing is due in it.

    Args:
        rows: what one must do now.
        calendars: of each party, in force.
        known: what parties are called.
        own: this State; its calendar says in which zone times are told.
        now_ms: the instant.
    """
    from_ms = now_ms - now_ms % _HOUR_MS
    to_ms = from_ms + _HOURS * _HOUR_MS
    marks = [
        Mark(one.by_ms, "bad" if one.age == matter_lines.LATE else "warn", one.what)
        for one in rows
        if one.by_ms and from_ms <= one.by_ms < to_ms
    ]
    if not marks:
        return SafeString("")
    zone = calendars[own].zone if own in calendars else instants.Zones().own

    def told(at_ms: int) -> str:
        return instants.brief(at_ms, now_ms, zone)

    sides = [
        pictures.Row(
            gettext("Office hours: %(name)s") % {"name": desk.said(name_of(known, party).names)},
            [
                Span(*hours, "ours" if party == own else "theirs", gettext("at work"))
                for hours in calendar.open_hours(from_ms, to_ms)
            ],
        )
        for party, calendar in sorted(calendars.items(), key=lambda one: one[0] != own)
    ]
    ticks = [from_ms + _HOURS // _TICKS * _HOUR_MS * part for part in range(_TICKS + 1)]
    return pictures.time_line(
        TimeLine(
            "day",
            gettext("Due within a day"),
            gettext("A dot is a deadline; a bar is when a State is at work."),
            from_ms,
            to_ms,
            None,
            [pictures.Row(gettext("Due"), (), marks), *sides],
            told,
            [
                (
                    at_ms,
                    told(at_ms) if at_ms in (ticks[0], ticks[-1]) else told(at_ms)[-_TIME_CHARS:],
                )
                for at_ms in ticks
            ],
        )
    )
