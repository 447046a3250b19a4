"""Days as numbers, and how they and instants are written.

    20781 days since 1970-01-01   2026-11-24
    1795514700000 ms              2026-11-24 18:05:00 +08:00

Floor: clocks (pure).
"""

from datetime import date
from functools import lru_cache
from typing import Final

from comity.clocks import offsets as walls
from comity.clocks.offsets import DAY_MS, Offsets

_EPOCH: Final = date(1970, 1, 1).toordinal()


def number_of(day: date) -> int:
    """Return days since 1970-01-01."""
    return day.toordinal() - _EPOCH


def date_of(day: int) -> date:
    """Return the date of a day's number; the inverse of `number_of`."""
    return date.fromordinal(day + _EPOCH)


def weekday_of(day: int) -> int:
    """Return the ISO number of its weekday: Monday is 1, Sunday 7."""
    return (day + 3) % 7 + 1


def month_later(day: int, months: int) -> int:
    """Return the day with the same number in its month, or the last of a shorter month.

    Args:
        day: from which it is counted.
        months: how many; negative ones lead back.
    """
    start = date_of(day)
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    first = number_of(date(year, month + 1, 1))
    following = divmod(year * 12 + month + 1, 12)
    length = number_of(date(following[0], following[1] + 1, 1)) - first
    return first + min(start.day, length) - 1


@lru_cache(maxsize=4096)
def render_day(day: int) -> str:
    """Return `2026-11-24`."""
    return date_of(day).isoformat()


def render_instant(offsets: Offsets, at_ms: int) -> str:
    """Return `2026-11-24 18:05:00 +08:00`, as the wall shows it."""
    seconds = walls.offset_at(offsets, at_ms)
    day, rest = divmod(at_ms + 1000 * seconds, DAY_MS)
    return f"{render_day(day)} {_clock(rest // 1000)} {render_offset(seconds)}"


@lru_cache(maxsize=64)
def render_offset(seconds: int) -> str:
    """Return `+08:00`; seconds are shown where there are any."""
    sign = "-" if seconds < 0 else "+"
    text = _clock(abs(seconds))
    return sign + text.removesuffix(":00")


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
