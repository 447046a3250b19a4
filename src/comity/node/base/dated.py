"""When a matter takes place, as a calendar program follows it: moved, called off, held.

Floor: node.
"""

from dataclasses import dataclass
from typing import Final

from comity.acts.verb import Both

CONFIRMED, TENTATIVE, CANCELLED = "CONFIRMED", "TENTATIVE", "CANCELLED"
STATUSES: Final = (CONFIRMED, TENTATIVE, CANCELLED)
"""Of an event: RFC 5545, 3.8.1.11."""


@dataclass(frozen=True, slots=True)
class Dated:
    """A matter that takes place at a time.

    Attributes:
        at_ms: when; of what was called off, when it would have been.
        words: what it is called.
        status: one of `STATUSES`.
        sequence: how often it was changed: it never falls.
        place: a code, or "".
    """

    at_ms: int
    words: Both
    status: str
    sequence: int
    place: str = ""
