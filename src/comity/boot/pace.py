"""How much of the work that nobody waits for a process does in one second.

    pace = Pace(8)
    pace.steps(understood)      8; or 1 in ten seconds while very much is understood in each

What more is said of is looked at again: an act, and then its receipt.  In a rush both come within
a second or two, so that who waits looks once; and on two cores acts need all there is.  Who asks
for a figure meanwhile, or for a word, has all of it looked at first, and waits for that.

Floor: boot.
"""

from typing import Final

RUSH_ENTRIES: Final = 64
"""Entries understood since the last second that make a rush."""
RUSH_TURN: Final = 10
"""Seconds of a rush of which the last one has a step."""


class Pace:
    """Of one kind of work."""

    def __init__(self, steps_max: int) -> None:
        self._steps_max = steps_max
        self._understood = 0
        self._rushed = 0

    def steps(self, understood: int) -> int:
        """Return how many steps to take now.

        Args:
            understood: entries of all logs together; what was cut again makes no rush.
        """
        is_rush = understood - self._understood > RUSH_ENTRIES
        self._understood = understood
        self._rushed = self._rushed + 1 if is_rush else 0
        if not is_rush:
            return self._steps_max
        return int(self._rushed % RUSH_TURN == 0)
