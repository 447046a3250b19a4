"""Scenario time: one function of the time of a play channel, which moves by agreement alone.

    map = TimeMap().begun(t0, scenario_ms, rate).paused(t1).resumed(t2, rate).jumped(t3, to_ms)
    map.scenario_ms(t)      what the clock of the exercise shows at the instant t
    map.real_ms(s)          when it first shows s, or None while it stands
    map.is_skipped(s)       whether a jump passed over it: nothing that was due then is late

It is made of segments `s = s0 + n(t - t0)`, n a whole number, 0 where time stands.  It never falls,
and each change begins at an instant that is not before the last one: nothing that was is moved.
The identity gives the clocks of `live`.

Source: docs/spec/exercise.md 4.
Floor: joint (pure).
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Self


@dataclass(frozen=True, slots=True)
class Segment:
    """From an instant on, time passes so.

    Attributes:
        real_ms: from when, effective time of the channel.
        scenario_ms: what the clock of the exercise shows then.
        rate: how many of its milliseconds pass in one; 0: it stands.
    """

    real_ms: int
    scenario_ms: int
    rate: int

    def at(self, real_ms: int) -> int:
        """Return what the clock shows at an instant of the segment."""
        return self.scenario_ms + self.rate * (real_ms - self.real_ms)


@dataclass(frozen=True, slots=True)
class TimeMap:
    """The whole function.

    Attributes:
        segments: in their order; none before the start.
    """

    segments: tuple[Segment, ...] = ()

    @property
    def is_begun(self) -> bool:
        """Whether scenario time exists at all."""
        return bool(self.segments)

    @property
    def rate(self) -> int:
        """How fast it passes after the last change."""
        return self.segments[-1].rate if self.segments else 0

    def scenario_ms(self, real_ms: int) -> int:
        """Return what the clock of the exercise shows at an instant; before the start, the start.

        Total: where it has not begun, it is the instant itself.
        """
        if not self.segments:
            return real_ms
        begun = [one for one in self.segments if one.real_ms <= real_ms]
        return begun[-1].at(real_ms) if begun else self.segments[0].scenario_ms

    def real_ms(self, scenario_ms: int) -> int | None:
        """Return the first instant at which the clock shows that time or a later one, or None."""
        ends = [one.real_ms for one in self.segments[1:]]
        for at, one in enumerate(self.segments):
            end = ends[at] if at < len(ends) else None
            if scenario_ms <= one.scenario_ms:
                return one.real_ms
            if one.rate == 0:
                continue
            found = one.real_ms - (one.scenario_ms - scenario_ms) // one.rate
            if end is None or found < end:
                return found
        return None

    def is_skipped(self, scenario_ms: int) -> bool:
        """Return whether a jump passed over a scenario time: what was due then is not counted."""
        return any(
            before.at(after.real_ms) < scenario_ms < after.scenario_ms
            for before, after in pairwise(self.segments)
        )

    def stands(self, real_ms: int) -> bool:
        """Return whether the clock stands at an instant: paused, stopped, or not begun."""
        begun = [one for one in self.segments if one.real_ms <= real_ms]
        return bool(self.segments) and (not begun or begun[-1].rate == 0)

    def begun(self, real_ms: int, scenario_ms: int, rate: int) -> Self:
        """Return the map after the start; a second start changes nothing."""
        if self.segments:
            return self
        return type(self)((Segment(real_ms, scenario_ms, rate),))

    def at_rate(self, real_ms: int, rate: int) -> Self:
        """Return the map in which time passes at another rate from an instant on; 0 stands."""
        if not self.segments:
            return self
        return self._changed(real_ms, None, rate)

    def jumped(self, real_ms: int, scenario_ms: int) -> Self:
        """Return the map whose clock shows a later time from an instant on; an earlier is not."""
        if not self.segments:
            return self
        return self._changed(real_ms, scenario_ms, self.rate)

    def _changed(self, real_ms: int, scenario_ms: int | None, rate: int) -> Self:
        last = self.segments[-1]
        from_ms = max(real_ms, last.real_ms)
        shown_ms = last.at(from_ms)
        to_ms = shown_ms if scenario_ms is None else max(shown_ms, scenario_ms)
        return type(self)((*self.segments, Segment(from_ms, to_ms, rate)))


IDENTITY = TimeMap((Segment(0, 0, 1),))
"""The time of `live`: each instant is itself."""
