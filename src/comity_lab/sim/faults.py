"""How a simulated machine fails, and where: points, modes and the crash that unwinds.

    point   "sign.committed", "commit.before", "highwater.written", "body.staged", …
    mode    kill    the process ends; what was written stays
            power   so does the machine; what was not synced is gone
            torn    and half of the last write reached the disk
            fsync   the write fails, and may have been kept or not
            full    the write is refused
            back    the power goes, and the database of before comes back without its marks

Floor: lab.
"""

from collections.abc import Callable
from typing import Final

from comity.kernel.fault import Fault

KILL: Final = "kill"
POWER: Final = "power"
TORN: Final = "torn"
FSYNC: Final = "fsync"
FULL: Final = "full"
BACK: Final = "back"
MODES: Final = (KILL, POWER, TORN, FSYNC, FULL, BACK)
ENDING: Final = frozenset({KILL, POWER, TORN, BACK})
"""Modes that end the process."""

COMMIT_BEFORE: Final = "commit.before"
COMMIT_AFTER: Final = "commit.after"
BODY_STAGED: Final = "body.staged"
BODY_KEPT: Final = "body.kept"
WRITES: Final = frozenset({COMMIT_BEFORE, COMMIT_AFTER, "highwater.written", BODY_STAGED})
"""Points at which something is about to become durable, or just did."""

type OnPoint = Callable[[str, str], str]
"""(party, point) -> the mode in which it fails there, or ""."""


def nothing_fails(_party: str, _point: str) -> str:
    """Let every point pass."""
    return ""


class Crash(BaseException):
    """A machine stops here: nothing of its process runs any more.

    It is no `Exception`, so that no code of a node takes it for a fault.
    """

    def __init__(self, party: str, mode: str, point: str) -> None:
        super().__init__(f"{party} {mode} at {point}")
        self.party = party
        self.mode = mode
        self.point = point


def full() -> Fault:
    """Return what a store says when its disk is full."""
    return Fault(
        code="node.store.full",
        what="The disk of the database is full.",
        fix="Free disk space on the machine of the database; nothing was written.",
    )


def failed() -> Fault:
    """Return what a store says when fsync failed."""
    return Fault(
        code="node.store.failed",
        what="The disk of the database failed.",
        fix="Check the disk, then start the node again.",
    )


class BrokenError(BaseException):
    """An invariant does not hold.

    It is no `Exception`, so that no code of a node goes on as if it were a fault of its own.
    """
