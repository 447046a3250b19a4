"""A clock of a matter, whose duty it is, and what a party does next by when.

Floor: clocks (pure).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from comity.clocks import clock
from comity.clocks.change import Moved
from comity.clocks.clock import Clock
from comity.clocks.rule import Rule

OPEN: Final = frozenset({clock.RUNNING, clock.DUE_SOON, clock.PAUSED, clock.OVERDUE})
"""Statuses of a clock that something is still to end."""


@dataclass(frozen=True, slots=True)
class Timed:
    """One clock of a matter.

    Attributes:
        track: the party on whose track it runs.
        party: whose duty it is: whose act ends it.
        rule: as agreed.
        clock: at the instant.
        moved: what each calendar did that came in force while it ran.
    """

    track: str
    party: str
    rule: Rule
    clock: Clock
    moved: tuple[Moved, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether it runs, waits, or is overdue."""
        return self.clock.status in OPEN

    @property
    def lapses(self) -> bool:
        """Whether nothing ends it: what it is about is lost, unless it is extended."""
        return not self.rule.ends and bool(self.rule.extensions)


def due_ms(one: Timed) -> int:
    """Return by when a clock is due, for an order: one that waits comes last."""
    return one.clock.due_at_ms or clock.AT_MS_MAX


def first(alike: Sequence[Timed]) -> Timed:
    """Return of clocks of one name the open one that is due first, else the last."""
    still = [one for one in alike if one.is_open]
    return min(still, key=due_ms) if still else alike[-1]


@dataclass(frozen=True, slots=True)
class Due:
    """What a party does next, and by when.

    Attributes:
        track: the party on whose track it is.
        party: who does it.
        action: a code that the room has words for.
        clock: that says by when, or "" where none was agreed.
        status: of that clock, or "".
        by_ms: the first instant that is too late; None while it waits, and without a clock.
        until_ms: date that an act names for it, beside what was agreed; or None.
        about: id of the act that asks for it, or "".
    """

    track: str
    party: str
    action: str
    clock: str = ""
    status: str = ""
    by_ms: int | None = None
    until_ms: int | None = None
    about: str = ""
