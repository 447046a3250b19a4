"""The order of a matter's acts: (depth, party, generation, index) (protocol rule 18).

The depth of an act is one more than the greatest depth of that matter's acts that it
has seen or that stand before it in its log.  No pairwise comparison, no clock: the key
of an act never changes when later entries arrive, so every delivery gives one order.

Floor: acts (pure).
"""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from comity.acts.causality import Cut, contains
from comity.acts.record import Act


@dataclass(frozen=True, slots=True)
class Placed:
    """An act of a matter, where it stands, and what it has seen.

    Attributes:
        act: what was said.
        origin: the log it stands in.
        party_place: its author's place in the arrangement's fixed order.
        generation: of that log.
        index: in that log.
        seen: cut of what it has seen; its own log up to `index` is implied.
        depth: see the module; 1 for an act that has seen none of its matter.
    """

    act: Act
    origin: str
    party_place: int
    generation: int
    index: int
    seen: Cut
    depth: int

    @property
    def key(self) -> tuple[int, int, int, int]:
        """The place of this act in the order of its matter."""
        return (self.depth, self.party_place, self.generation, self.index)


def has_seen(later: Placed, earlier: Placed) -> bool:
    """Return whether `later` was said with `earlier` in view."""
    if later.origin == earlier.origin:
        return earlier.index < later.index
    if later.party_place == earlier.party_place:
        return earlier.generation < later.generation
    return contains(later.seen, earlier.origin, earlier.index)


def depth_after(earlier: Iterable[Placed], candidate: Placed) -> int:
    """Return the depth of `candidate` (whose own depth is not read) among a matter's acts."""
    return 1 + max((p.depth for p in earlier if has_seen(candidate, p)), default=0)


@dataclass(frozen=True, slots=True)
class Stood:
    """Where an act stands, without what it says; see `Placed`."""

    origin: str
    party_place: int
    generation: int
    index: int
    depth: int


type Standing = Placed | Stood


class Depths:
    """The depths of a matter's acts, log by log: one question costs O(logs * log n).

    Within a log each act has seen those before it, so depths rise with the index, and of
    what is seen of a log the last act is the deepest.
    """

    def __init__(self, placed: Iterable[Standing] = ()) -> None:
        """Take in acts whose depths are known."""
        self._logs: dict[str, _OfLog] = {}
        for one in sorted(placed, key=lambda p: p.index):
            self.add(one)

    def add(self, placed: Standing) -> None:
        """Take in an act whose depth is known; of each log in the order of its indexes."""
        log = self._logs.get(placed.origin)
        if log is None:
            log = self._logs[placed.origin] = _OfLog(placed.party_place, placed.generation)
        log.indexes.append(placed.index)
        log.depths.append(placed.depth)

    def after(self, candidate: Placed) -> int:
        """Return the depth of `candidate`, as `depth_after` does."""
        counts = ((log, self._count(origin, log, candidate)) for origin, log in self._logs.items())
        return 1 + max((log.depths[count - 1] for log, count in counts if count), default=0)

    def seen(self, candidate: Placed) -> int:
        """Return how many of the acts `candidate` has seen."""
        return sum(self._count(origin, log, candidate) for origin, log in self._logs.items())

    @staticmethod
    def _count(origin: str, log: "_OfLog", candidate: Placed) -> int:
        if origin == candidate.origin:
            return bisect_left(log.indexes, candidate.index)
        if log.party_place == candidate.party_place:
            return len(log.indexes) if log.generation < candidate.generation else 0
        return bisect_left(log.indexes, candidate.seen.get(origin, 0))


@dataclass(slots=True)
class _OfLog:
    party_place: int
    generation: int
    indexes: list[int] = field(default_factory=list)
    depths: list[int] = field(default_factory=list)


def with_depths(placed: Iterable[Placed]) -> list[Placed]:
    """Return the acts of one matter with their depths, computed from nothing; causes first.

    Each log is read in its order, and an act waits for all that it has seen.
    """
    acts = sorted(placed, key=lambda p: p.index)
    done: list[Placed] = []
    every, deep = Depths(acts), Depths()
    waiting: dict[str, list[Placed]] = {}
    for one in reversed(acts):
        waiting.setdefault(one.origin, []).append(one)
    is_stuck = False  # only where two acts have seen each other, which hashes do not allow
    while any(waiting.values()):
        before = len(done)
        for _, log in sorted(waiting.items()):
            while log and (is_stuck or deep.seen(log[-1]) == every.seen(log[-1])):
                one = log.pop()
                done.append(replace(one, depth=deep.after(one)))
                deep.add(done[-1])
                is_stuck = False
        is_stuck = len(done) == before
    return done


def in_order(placed: Iterable[Placed]) -> list[Placed]:
    """Return the acts of one matter in the order that both sides fold them."""
    return sorted(placed, key=lambda p: p.key)


def crossings(ordered: list[Placed]) -> list[bool]:
    """Return `crossed` for every position, in O(n * logs * log n) for all of them.

    What an act has seen is ordered before it, so it crossed something if it has seen fewer
    acts than stand before it.
    """
    every = Depths(ordered)
    return [every.seen(one) < position for position, one in enumerate(ordered)]


def crossed(ordered: list[Placed], position: int) -> bool:
    """Return whether an act ordered before the one at `position` was not seen by it."""
    return any(not has_seen(ordered[position], earlier) for earlier in ordered[:position])
