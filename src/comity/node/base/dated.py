"""When a matter takes place or is due, as a calendar program follows it: moved, called off, done.

Floor: node.
"""

from dataclasses import dataclass
from typing import Final

from comity.acts.verb import Both

CONFIRMED, TENTATIVE, CANCELLED = "CONFIRMED", "TENTATIVE", "CANCELLED"
STATUSES: Final = (CONFIRMED, TENTATIVE, CANCELLED)
"""Of an event: RFC 5545, 3.8.1.11."""
NEEDS_ACTION, IN_PROCESS, COMPLETED = "NEEDS-ACTION", "IN-PROCESS", "COMPLETED"
TASK_STATUSES: Final = (NEEDS_ACTION, IN_PROCESS, COMPLETED, CANCELLED)
"""Of a task, likewise."""


@dataclass(frozen=True, slots=True)
class Dated:
    """A matter that takes place at a time, or is to be done by one.

    Attributes:
        at_ms: when; of what was called off, when it would have been.
        words: what it is called.
        status: one of `STATUSES`; of a task, one of `TASK_STATUSES`.
        sequence: how often it was changed: it never falls.
        place: a code, or "".
        is_task: whether it is to be done by then.
    """

    at_ms: int
    words: Both
    status: str
    sequence: int
    place: str = ""
    is_task: bool = False
