"""The clock on a wall: which local time an instant has, when a local time is first shown.

    ((1772953200000, -14400), (1793512800000, -18000))      from_ms, seconds east of UTC

The offsets are written out, so that two nodes compute alike whatever their tables of zones
say.  The first offset counts before its instant too, the last one for ever.

A local time is reached at the first instant at which the wall shows it or a later one.  So a
time that is skipped in spring is reached when the wall jumps over it, and a time that comes
twice in autumn is reached the first time.

Source: docs/spec/clocks.md, part 2.
Floor: clocks (pure).
"""

from bisect import bisect_right
from typing import Final

type Offsets = tuple[tuple[int, int], ...]
"""(from when on, ms since 1970 UTC; seconds east of UTC), by time; one at least."""

DAY_MS: Final = 86_400_000
MINUTE_MS: Final = 60_000
UTC: Final[Offsets] = ((0, 0),)
OFFSET_SECONDS_MAX: Final = 64_800
"""Eighteen hours: no zone was ever further from Greenwich."""


def offset_at(offsets: Offsets, at_ms: int) -> int:
    """Return the seconds east of UTC at an instant."""
    return offsets[_segment(offsets, at_ms)][1]


def wall_ms(offsets: Offsets, at_ms: int) -> int:
    """Return what the wall shows at an instant, as ms since 1970-01-01 00:00 on that wall."""
    return at_ms + 1000 * offset_at(offsets, at_ms)


def first_shown_ms(offsets: Offsets, shown_ms: int) -> int:
    """Return the first instant at which the wall shows this time or a later one."""
    at = _segment(offsets, shown_ms - 1000 * OFFSET_SECONDS_MAX)
    while True:
        from_ms, seconds = offsets[at]
        reached = shown_ms - 1000 * seconds
        if at > 0:
            reached = max(reached, from_ms)
        at += 1
        if at == len(offsets) or reached < offsets[at][0]:
            return reached


def day_at(offsets: Offsets, at_ms: int) -> int:
    """Return the day of an instant: days since 1970-01-01.

    A day lasts from the first instant of its midnight to the first instant of the next, so
    that every instant has one day, and days never go back.
    """
    day = wall_ms(offsets, at_ms) // DAY_MS
    return day + 1 if at_ms >= day_start_ms(offsets, day + 1) else day


def day_start_ms(offsets: Offsets, day: int) -> int:
    """Return the first instant of a day; of the day after, it is where this one ends."""
    return first_shown_ms(offsets, day * DAY_MS)


def _segment(offsets: Offsets, at_ms: int) -> int:
    if len(offsets) == 1:
        return 0  # a zone without summer time: the common case
    return max(0, bisect_right(offsets, at_ms, key=lambda one: one[0]) - 1)
