"""How long: an amount in the unit that was agreed.

    Term(15, "minutes")                      elapsed time
    Term(72, "hours")                        the same
    Term(5, "working-days", "addressee")     days that count in the addressee's calendar
    Term(60, "calendar-days", "addressee")   days of their wall, every one
    Term(3, "months", "asker")               to the day of the same number

Source: docs/spec/clocks.md, part 3.
Floor: clocks (pure).
"""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

MINUTES: Final = "minutes"
HOURS: Final = "hours"
CALENDAR_DAYS: Final = "calendar-days"
WORKING_DAYS: Final = "working-days"
MONTHS: Final = "months"
UNITS: Final = (MINUTES, HOURS, CALENDAR_DAYS, WORKING_DAYS, MONTHS)

ADDRESSEE: Final = "addressee"
ASKER: Final = "asker"
SIDES: Final = (ADDRESSEE, ASKER)

AMOUNT_MAX: Final = 9999
MINUTE_MS: Final = 60_000
HOUR_MS: Final = 3_600_000
ELAPSED_MS: Final = MappingProxyType({MINUTES: MINUTE_MS, HOURS: HOUR_MS})
"""How long one is, of the units that no calendar counts."""


@dataclass(frozen=True, slots=True)
class Term:
    """A length.

    Attributes:
        amount: how many; 1 to 9999.
        unit: one of `UNITS`.
        of: whose calendar: `addressee`, `asker`, or "" for the days of UTC, none of them off.
    """

    amount: int
    unit: str
    of: str = ""

    def __post_init__(self) -> None:
        """Assert that a parser has looked at it."""
        assert self.unit in UNITS
        assert self.of in {"", *SIDES}
        assert 1 <= self.amount <= AMOUNT_MAX

    @property
    def elapsed_ms(self) -> int | None:
        """How long it is where it is elapsed time; None where a calendar counts it."""
        each_ms = ELAPSED_MS.get(self.unit)
        return None if each_ms is None else self.amount * each_ms
