"""The order of a matter's acts: (depth, party, generation, index) (protocol rule 18).

The depth of an act is one more than the greatest depth of that matter's acts that are
within its cut or stand before it in its log.  No pairwise comparison, no clock: the key
of an act never changes when later entries arrive, so every delivery gives one order.

What a party rejected, since it did not open, that party has not seen though it is within
its cut: not before the act that shows its key is there too.

Floor: acts (pure).
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final

from comity.acts.record import Act
from comity.acts.seen import Cut, contains

type Place = tuple[str, int]
"""Origin and index of an entry."""

_TO_NOBODY: Final[Mapping[str, tuple[Place, ...]]] = MappingProxyType({})


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
        closed_to: `{log whose author rejects it, since it does not open: where its key is
            shown}`.
    """

    act: Act
    origin: str
    party_place: int
    generation: int
    index: int
    seen: Cut
    depth: int
    closed_to: Mapping[str, tuple[Place, ...]] = _TO_NOBODY

    @property
    def key(self) -> tuple[int, int, int, int]:
        """The place of this act in the order of its matter."""
        return (self.depth, self.party_place, self.generation, self.index)


def has_seen(later: Placed, earlier: Placed) -> bool:
    """Return whether `later` was said with `earlier` in view."""
    if not _holds(later, earlier):
        return False
    shown = earlier.closed_to.get(later.origin)
    return shown is None or _knows(later, shown)


def _knows(later: Placed, shown: Iterable[Place]) -> bool:
    """Return whether a key that is shown at one of these places was known to an author."""
    return any(
        index < later.index if origin == later.origin else contains(later.seen, origin, index)
        for origin, index in shown
    )


def _holds(later: Placed, earlier: Placed) -> bool:
    """Return whether `earlier` is within the cut of `later`, or stands before it."""
    if later.origin == earlier.origin:
        return earlier.index < later.index
    if later.party_place == earlier.party_place:
        return earlier.generation < later.generation
    return contains(later.seen, earlier.origin, earlier.index)


def depth_after(earlier: Iterable[Placed], candidate: Placed) -> int:
    """Return the depth of `candidate` (whose own depth is not read) among a matter's acts."""
    return 1 + max((p.depth for p in earlier if _holds(candidate, p)), default=0)


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
    closed = [(at, one) for at, one in enumerate(ordered) if one.closed_to]
    return [
        every.seen(one) < position
        or any(at < position and not has_seen(one, other) for at, other in closed)
        for position, one in enumerate(ordered)
    ]


def crossed(ordered: list[Placed], position: int) -> bool:
    """Return whether an act ordered before the one at `position` was not seen by it."""
    return any(not has_seen(ordered[position], earlier) for earlier in ordered[:position])


def opened_last[Entry: tuple[Placed, *tuple[object, ...]]](ordered: Sequence[Entry]) -> list[Entry]:
    """Return acts in their order, what somebody rejected where its key had been shown.

    It stands before the first act whose author had seen it; of its own author the first that
    had seen its key shown: so nobody takes back what was agreed by what he had hidden before.

    Args:
        ordered: acts of a matter in their order, each with what else is known of it.
    """
    found: list[Entry] = []
    waiting: list[Entry] = []
    for entry in ordered:
        stands = [_stands_before(one[0], entry[0]) for one in waiting]
        found += [one for one, is_before in zip(waiting, stands, strict=True) if is_before]
        waiting = [one for one, is_before in zip(waiting, stands, strict=True) if not is_before]
        (waiting if entry[0].closed_to else found).append(entry)
    return found + waiting


def _stands_before(closed: Placed, later: Placed) -> bool:
    if closed.party_place != later.party_place:
        return has_seen(later, closed)
    return not is_unshown(later, closed)


def is_unshown(later: Placed, closed: Placed, to: str = "") -> bool:
    """Return whether an author says an act before a key is shown of an earlier one of his own.

    Args:
        later: what he says.
        closed: an act that a party rejects.
        to: which party is meant; "" for any.
    """
    if closed.party_place != later.party_place:
        return False
    logs = [log for log in closed.closed_to if to in ("", log.partition("/")[0])]
    return bool(logs) and not any(_knows(later, closed.closed_to[log]) for log in logs)
