"""What a party owes by a date: of a session, a proposal, a commitment.

    Owed("minutes", "fr", 1_449_100_800_000)

Floor: acts (pure).
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Owed:
    """One thing.

    Attributes:
        what: its code; the room has words for it.
        party: who owes it.
        by_ms: the first instant that is too late.
    """

    what: str
    party: str
    by_ms: int

    def is_late(self, now_ms: int) -> bool:
        """Return whether it is too late."""
        return self.by_ms <= now_ms
