"""The turns of a matter, and how a room folds the acts of one in their order.

    state = fold_all(State(parties), entries, fold)

What an act does follows from what its author had seen.  Of that only the landmarks matter:
positions of turns that an act can meaningfully have missed, by default all that took effect.

Floor: acts (pure).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from comity.acts.order import Placed, has_seen
from comity.acts.record import Act

type Entry = tuple[Placed, bool, str, int | None]
"""An act in its place, whether anything before it was not seen, its author, and the effective
time in milliseconds at which every party that it speaks to held it, or None."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One act of the matter, with or without effect, in the order of the matter.

    Attributes:
        act_id: of the act.
        party: its author.
        tag: what it says.
        result: what it did, or why it does nothing.
        is_effective: whether it changed more than the time line.
        answers: id of the act that it answers, or "".
        reason: its code, or "".
        items: what it names.
        crossed: whether it had not seen an act of effect that stands before it.
        received_at_ms: effective time at which every other party held it, or None.
    """

    act_id: str
    party: str
    tag: str
    result: str
    is_effective: bool
    answers: str = ""
    reason: str = ""
    items: tuple[str, ...] = ()
    crossed: bool = False
    received_at_ms: int | None = None

    @property
    def takes_effect(self) -> bool:
        """Whether it changed more than the time line."""
        return self.is_effective


class TakesEffect(Protocol):
    """A turn of any room."""

    @property
    def takes_effect(self) -> bool:
        """Whether it changed more than the time line."""


class HasTurns(Protocol):
    """The state of a matter that keeps a turn for each act."""

    @property
    def turns(self) -> Sequence[TakesEffect]:
        """Every act that was folded, in order."""


class Fold[State](Protocol):
    """A total function that never raises."""

    def __call__(
        self, now: State, act: Act, party: str, /, *, at_ms: int | None, unseen: frozenset[int]
    ) -> State:
        """Return the state after one act.

        Args:
            now: state before it.
            act: what was said.
            party: its author.
            at_ms: effective time at which every other party held it, or None.
            unseen: positions of the landmarks that its author had not seen.
        """


def of_effect(now: HasTurns, act: Act) -> Iterable[int]:  # noqa: ARG001 -- of any act
    """Give the positions of the turns that took effect."""
    return (at for at, turn in enumerate(now.turns) if turn.takes_effect)


def fold_all[State: HasTurns](
    begin: State,
    entries: Sequence[Entry],
    fold: Fold[State],
    landmarks: Callable[[State, Act], Iterable[int]] = of_effect,
) -> State:
    """Return where a matter stands after all its acts, given in their order.

    Args:
        begin: state before the first of them.
        entries: as the order of the matter has them.
        fold: of one act.
        landmarks: positions of the turns that an act can meaningfully have missed.
    """
    now = begin
    for placed, crossed, party, received_at_ms in entries:
        missed = landmarks(now, placed.act) if crossed else ()
        unseen = not_seen(placed, missed, entries)
        now = fold(now, placed.act, party, at_ms=received_at_ms, unseen=unseen)
    return now


def not_seen(placed: Placed, landmarks: Iterable[int], entries: Sequence[Entry]) -> frozenset[int]:
    """Return those of the landmarks that the author of an act had not seen."""
    return frozenset(at for at in landmarks if not has_seen(placed, entries[at][0]))
