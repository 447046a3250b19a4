"""Instants as people read them: to the second in a zone, and how long ago.

    2026-11-24 17:00:00 UTC+8   3 minutes ago

Floor: surfaces.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final

from django.utils import dateformat
from django.utils.translation import gettext, ngettext, pgettext

from comity.surfaces.web import preferences

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MINUTE: Final = 60
_HOUR: Final = 3_600
_DAY: Final = 86_400
_UNITS_FROM: Final = 2
"""Two of a unit and more are counted in it: 90 minutes, then 2 hours."""


def iso(at_ms: int) -> str:
    """Return an instant in UTC, as ISO 8601 to the second; one beyond year 9999 as a number."""
    try:
        at = _EPOCH + timedelta(seconds=at_ms // 1_000)
    except OverflowError:  # a clock of a peer may say anything
        return f"{at_ms // 1_000}"
    return f"{at.replace(tzinfo=None).isoformat(timespec='seconds')}Z"


@dataclass(frozen=True, slots=True)
class Zones:
    """In which zones times are told.

    Attributes:
        own: IANA name of the reader's.
        others: `{party: IANA name}` of other parties, as far as their calendars say it.
    """

    own: str = preferences.UTC
    others: Mapping[str, str] = field(default_factory=dict)


def local(at_ms: int, zone: str) -> str:
    """Return an instant in a zone with its difference from UTC; as `iso` where that cannot be."""
    try:
        at = (_EPOCH + timedelta(seconds=at_ms // 1_000)).astimezone(preferences.zone_of(zone))
    except (OverflowError, ValueError):  # a clock of a peer may say anything
        return iso(at_ms)
    offset = _difference(at.utcoffset() or timedelta())
    return f"{at.replace(tzinfo=None).isoformat(' ', 'seconds')} {offset}"


def day(at: datetime, now: datetime) -> str:
    """Return a day as people say it: Tue 1 Dec, and 2027 where that is not this year."""
    style = pgettext("format of a day", "D j M")
    if at.year != now.year:
        style = pgettext("format of a day with its year", "D j M Y")
    return dateformat.format(at, style)


def brief(at_ms: int, now_ms: int, zone: str) -> str:
    """Return an instant to the minute in a zone, which is told elsewhere; see `local`."""
    try:
        there = preferences.zone_of(zone)
        at = (_EPOCH + timedelta(seconds=at_ms // 1_000)).astimezone(there)
        now = (_EPOCH + timedelta(seconds=now_ms // 1_000)).astimezone(there)
    except (OverflowError, ValueError):  # a clock of a peer may say anything
        return iso(at_ms)
    return f"{day(at, now)} {at:%H:%M}"


def deadline(by_ms: int, now_ms: int, zone: str) -> str:
    """Return until when something is in time: the end of a day, or an hour of it.

    Args:
        by_ms: the first instant that is too late.
        now_ms: the instant.
        zone: IANA name of the reader's.
    """
    try:
        there = preferences.zone_of(zone)
        by = (_EPOCH + timedelta(seconds=by_ms // 1_000)).astimezone(there)
        last = by - timedelta(seconds=1)
        now = (_EPOCH + timedelta(seconds=now_ms // 1_000)).astimezone(there)
    except (OverflowError, ValueError):  # a clock of a peer may say anything
        return iso(by_ms)
    if (by.hour, by.minute, by.second) == (0, 0, 0):
        return gettext("end of %(day)s (your time)") % {"day": day(last, now)}
    told = {"day": day(by, now), "time": f"{by:%H:%M}"}
    return gettext("%(day)s, %(time)s (your time)") % told


@lru_cache(maxsize=1_000)
def _difference(offset: timedelta) -> str:
    minutes = round(offset.total_seconds() / _MINUTE)
    hours, rest = divmod(abs(minutes), 60)
    if not minutes:
        return "UTC"
    sign = "+" if minutes > 0 else "\N{MINUS SIGN}"
    return f"UTC{sign}{hours}:{rest:02d}" if rest else f"UTC{sign}{hours}"


def minutes_ago(at_ms: int, now_ms: int) -> str:
    """Return how long ago an instant was, no closer than to a minute."""
    if abs(now_ms - at_ms) < _MINUTE * 1_000:
        return gettext("less than a minute ago")
    seconds = (now_ms - at_ms) // 1_000
    if abs(seconds) < _UNITS_FROM * _MINUTE:
        minute = ngettext("%(n)d minute", "%(n)d minutes", 1) % {"n": 1}
        text = gettext("%(span)s ago") if seconds > 0 else gettext("in %(span)s")
        return text % {"span": minute}
    return relative(at_ms, now_ms)


def left(by_ms: int, now_ms: int) -> str:
    """Return how long there is until an instant, or how long ago it passed, to the minute."""
    is_late = by_ms <= now_ms
    seconds = abs(by_ms - now_ms) // 1_000
    if seconds < _MINUTE:
        return gettext("just now too late") if is_late else gettext("in less than a minute")
    if seconds < _UNITS_FROM * _HOUR:
        minutes = seconds // _MINUTE
        words = ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    else:
        words = span(seconds)
    text = gettext("late by %(span)s") if is_late else gettext("in %(span)s")
    return text % {"span": words}


def relative(at_ms: int, now_ms: int) -> str:
    """Return how long ago an instant was, or how soon it comes."""
    seconds = (now_ms - at_ms) // 1_000
    if seconds == 0:
        return gettext("now")
    words = span(abs(seconds))
    if seconds > 0:
        return gettext("%(span)s ago") % {"span": words}
    return gettext("in %(span)s") % {"span": words}


def span(seconds: int) -> str:
    """Return a length of time in one unit, rounded down."""
    if seconds < _UNITS_FROM * _MINUTE:
        return ngettext("%(n)d second", "%(n)d seconds", seconds) % {"n": seconds}
    if seconds < _UNITS_FROM * _HOUR:
        minutes = seconds // _MINUTE
        return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    if seconds < _UNITS_FROM * _DAY:
        hours = seconds // _HOUR
        return ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
    days = seconds // _DAY
    return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}
