"""Calendars as sides adopted them, one version after another, and which of them counts when.

    Adopted({"addressee": (Period(0, 1798732800000, this), Period(1798732800000, None, next))})

A run that lasts is counted by what is in force at the instant of which is asked; a run that is
over by what was in force when it ended, so nothing that is adopted later moves it.

Source: docs/spec/clocks.md, part 6.
Floor: clocks (pure).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from comity.clocks.calendar import Calendar


@dataclass(frozen=True, slots=True)
class Period:
    """A version of a calendar while it is in force.

    Attributes:
        from_ms: first instant.
        to_ms: first instant after it; None while nothing has taken its place.
        calendar: the version.
    """

    from_ms: int
    to_ms: int | None
    calendar: Calendar


@dataclass(frozen=True, slots=True)
class Adopted:
    """The calendars of both sides of a matter.

    Attributes:
        sides: `{side: periods}`, each by time and apart from each other.
    """

    sides: Mapping[str, tuple[Period, ...]] = field(default_factory=lambda: MappingProxyType({}))

    def at(self, at_ms: int) -> Mapping[str, Calendar]:
        """Return `{side: calendar}` in force at an instant; a side without one is left out."""
        return {
            side: one.calendar
            for side, periods in self.sides.items()
            for one in periods
            if one.from_ms <= at_ms and (one.to_ms is None or at_ms < one.to_ms)
        }

    def changes(self, after_ms: int, until_ms: int) -> tuple[int, ...]:
        """Return the instants after one, up to another, at which another version counts."""
        found = {
            at_ms
            for periods in self.sides.values()
            for one in periods
            for at_ms in (one.from_ms, one.to_ms)
            if at_ms is not None and after_ms < at_ms <= until_ms
        }
        return tuple(sorted(found))


def always(calendars: Mapping[str, Calendar]) -> Adopted:
    """Return calendars of which there was never another version."""
    return Adopted({side: (Period(0, None, one),) for side, one in calendars.items()})


NONE: Final = Adopted()
