"""The order of a matter's acts: (depth, party, generation, index) (protocol rule 18).

The depth of an act is one more than the greatest depth of that matter's acts that it
has seen or that stand before it in its log.  No pairwise comparison, no clock: the key
of an act never changes when later entries arrive, so every delivery gives one order.

Floor: acts (pure).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from comity.acts.record import Act
from comity.acts.seen import Cut, contains


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


def in_order(placed: Iterable[Placed]) -> list[Placed]:
    """Return the acts of one matter in the order that both sides fold them."""
    return sorted(placed, key=lambda p: p.key)


def crossed(ordered: list[Placed], position: int) -> bool:
    """Return whether an act ordered before the one at `position` was not seen by it."""
    return any(not has_seen(ordered[position], earlier) for earlier in ordered[:position])
