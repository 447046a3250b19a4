"""The steps of a chain of custody; each is an officer's, and none ever crosses.

Source: ISO/IEC 27037 (who, when, where, why, under which authority); `docs/evidence.md`.
Floor: domestic (pure).
"""

from dataclasses import dataclass
from typing import Final

SEALED: Final = "sealed"
READ: Final = "read"
COPIED: Final = "copied"
EXPORTED: Final = "exported"
HANDED_OVER: Final = "handed-over"
DESTROYED: Final = "destroyed"

KINDS: Final = (SEALED, READ, COPIED, EXPORTED, HANDED_OVER, DESTROYED)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that an officer did with an item.

    Attributes:
        kind: one of `KINDS`.
        at_ms: when.
        officer: who.
        agency: whose they are.
        purpose: why, in their words, or "".
        authority: order or warrant under which, or "".
        tool: with what, or "".
        to: who has it now, of a hand-over; the folder of a copy is not told.
        sha256: of the plaintext, as it was then; "" where it was not opened.
        quarantined: whether it left in a form that cannot be started by a click.
    """

    kind: str
    at_ms: int
    officer: str
    agency: str
    purpose: str = ""
    authority: str = ""
    tool: str = ""
    to: str = ""
    sha256: str = ""
    quarantined: bool = False
