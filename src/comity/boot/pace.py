"""How much of the work that nobody waits for a process does in one second.

    pace = Pace(8)
    pace.steps(understood)      8, or 1 while very much is understood from second to second

What more is said of is looked at again; and on two cores acts of a rush need all there is.

Floor: boot.
"""

from typing import Final

RUSH_ENTRIES: Final = 64
"""Entries understood since the last second that make a rush."""


class Pace:
    """Of one kind of work."""

    def __init__(self, steps_max: int) -> None:
        self._steps_max = steps_max
        self._understood = 0

    def steps(self, understood: int) -> int:
        """Return how many steps to take now.

        Args:
            understood: entries of all logs together; what was cut again makes no rush.
        """
        is_rush = understood - self._understood > RUSH_ENTRIES
        self._understood = understood
        return 1 if is_rush else self._steps_max
