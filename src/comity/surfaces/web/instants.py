"""Instants as people read them: UTC to the second, and how long ago.

    2026-11-24T09:00:00Z   3 minutes ago

Floor: surfaces.
"""

from datetime import UTC, datetime, timedelta
from typing import Final

from django.utils.translation import gettext, ngettext

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MINUTE: Final = 60
_HOUR: Final = 3_600
_DAY: Final = 86_400
_UNITS_FROM: Final = 2
"""Two of a unit and more are counted in it: 90 minutes, then 2 hours."""


def iso(at_ms: int) -> str:
    """Return an instant in UTC, as ISO 8601 to the second; one beyond year 9999 as a number."""
    try:
        return (_EPOCH + timedelta(seconds=at_ms // 1_000)).strftime("%Y-%m-%dT%H:%M:%SZ")
    except OverflowError:  # a clock of a peer may say anything
        return f"{at_ms // 1_000}"


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
