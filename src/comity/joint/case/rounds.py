"""To which round something came, looked up: acts of a peer may change any number of requests.

Floor: joint (pure).
"""

from bisect import insort
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Round:
    """That something changed: of what, to which round, at which position among the turns."""

    of: str
    round: int
    at: int


class Known:
    """The rounds of a state and of those that follow from it, by what they are of."""

    def __init__(self) -> None:
        self._rounds: tuple[Round, ...] = ()
        self._by: dict[str, list[tuple[int, int]]] = {}

    def greatest(self, rounds: tuple[Round, ...], of: str, unseen: frozenset[int]) -> int:
        """Return the greatest round of something, of what stands not at the unseen positions."""
        self._take(rounds)
        found = reversed(self._by.get(of, ()))
        return next((number for number, at in found if at not in unseen), 0)

    def _take(self, rounds: tuple[Round, ...]) -> None:
        if rounds is self._rounds:
            return
        count = len(self._rounds)
        if rounds[:count] != self._rounds:  # of another state
            count, self._by = 0, {}
        for one in rounds[count:]:
            insort(self._by.setdefault(one.of, []), (one.round, one.at))
        self._rounds = rounds
