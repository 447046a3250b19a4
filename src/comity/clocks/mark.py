"""What happened: the event that a clock starts, pauses or ends by.

    Mark("registered", 1795514700000, "cn", "<act id>")

Floor: clocks (pure).
"""

from dataclasses import dataclass
from typing import Final

from comity.clocks.term import Term

TAKEN_BACK: Final = "extension-taken-back"
"""Event by which what extended a clock does so no more: a mark with the act of the extension."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One event of a matter.

    Attributes:
        event: its name, as rules name it.
        at_ms: when it counts: the effective time of the receipt; None while there is none.
        who: party whose act it is.
        act_id: of the act.
        term: of an extension, how long; None leaves it to the rule.
        due_ms: of a promise, the first instant that is too late; None leaves it to the rule.
    """

    event: str
    at_ms: int | None
    who: str = ""
    act_id: str = ""
    term: Term | None = None
    due_ms: int | None = None
