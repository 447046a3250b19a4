"""How long: an amount in the unit that was agreed.

    Term(72, "hours")                        elapsed time
    Term(5, "working-days", "addressee")     days that count in the addressee's calendar
    Term(60, "calendar-days", "addressee")   days of their wall, every one
    Term(3, "months", "asker")               to the day of the same number

Source: docs/spec/clocks.md, part 3.
Floor: clocks (pure).
"""

from dataclasses import dataclass
from typing import Final

HOURS: Final = "hours"
CALENDAR_DAYS: Final = "calendar-days"
WORKING_DAYS: Final = "working-days"
MONTHS: Final = "months"
UNITS: Final = (HOURS, CALENDAR_DAYS, WORKING_DAYS, MONTHS)

ADDRESSEE: Final = "addressee"
ASKER: Final = "asker"
SIDES: Final = (ADDRESSEE, ASKER)

AMOUNT_MAX: Final = 9999
HOUR_MS: Final = 3_600_000


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
