"""An act of a share as it comes, and what is so as far as its author had seen.

Floor: joint (pure).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from comity.acts import marks
from comity.acts.record import Act
from comity.joint.share import positions
from comity.joint.share.positions import Positions
from comity.joint.share.state import Dispute, Retraction, State

NO_SHARE: Final = "no-share"
OPENED_BEFORE: Final = "opened-before"
NOT_ENTITLED: Final = "not-entitled"
POSITION_UNKNOWN: Final = "position-unknown"
MARKED_BEFORE: Final = "marked-before"
RETRACTED_BEFORE: Final = "retracted-before"
TAKEN_BEFORE: Final = "taken-before"
DISPUTED_BEFORE: Final = "disputed-before"
NO_DISPUTE: Final = "no-dispute"
SETTLED_BEFORE: Final = "settled-before"
NOTHING_OFFERED: Final = "nothing-offered"
NOTHING_CORRECTED: Final = "nothing-corrected"
COUNT_FALLS: Final = "count-falls"
FINAL_BEFORE: Final = "final-before"
NOTHING_OWED: Final = "nothing-owed"
COUNTS_UNCLEAR: Final = "counts-unclear"


@dataclass(frozen=True, slots=True)
class Coming:
    """An act as it comes.

    Attributes:
        act: what is said.
        party: its author.
        at: its position among the turns.
        unseen: positions of the turns of effect that its author had not seen.
    """

    act: Act
    party: str
    at: int
    unseen: frozenset[int] = frozenset()


def objects(now: State, unseen: frozenset[int] = frozenset()) -> tuple[int, ...]:
    """Return how many objects each bundle has, of those that were seen."""
    return tuple(one.objects for one in now.bundles if one.at not in unseen)


def answered(now: State, coming: Coming) -> int:
    """Return the number of the bundle of the act that is answered; 0 where it was not seen."""
    seen = (one for one in now.bundles if one.at not in coming.unseen)
    ids = [one.act_id for one in seen]
    return ids.index(coming.act.answers) + 1 if coming.act.answers in ids else 0


def meant(now: State, coming: Coming, bundle: int) -> Positions:
    """Return the positions that an act names, as far as its author had seen that they are there.

    Of an act that answers one bundle, what it names without a bundle is of that one.
    """
    named = positions.answering(positions.parse(coming.act.items) or (), bundle)
    return positions.common(named, positions.whole(objects(now, coming.unseen)))


def retracted(now: State, unseen: frozenset[int] = frozenset()) -> Positions:
    """Return every position that counts no more, as far as that was seen."""
    return positions.united(*(one.positions for one in _retractions(now, unseen)))


def _retractions(now: State, unseen: frozenset[int]) -> Sequence[Retraction]:
    return [one for one in now.retractions if one.at not in unseen]


def is_retracted(now: State, unseen: frozenset[int] = frozenset()) -> bool:
    """Return whether nothing of a share counts any more, as far as that was seen."""
    if any(one.is_whole for one in _retractions(now, unseen)):
        return True
    every = positions.whole(objects(now, unseen))
    return bool(every) and not positions.without(every, retracted(now, unseen))


def covers_dispute(now: State, dispute: Dispute, unseen: frozenset[int] = frozenset()) -> bool:
    """Return whether everything that is disputed was retracted, as far as that was seen."""
    if is_retracted(now, unseen):
        return True
    left = positions.without(dispute.positions, retracted(now, unseen))
    return bool(dispute.positions) and not left


def mark_of_all(now: State) -> str:
    """Return the mark of what is added next: that of the last marking of everything."""
    assert now.giving is not None
    return next((one.mark for one in reversed(now.markings) if one.is_whole), now.giving.mark)


def levels(now: State) -> Iterator[tuple[str, Positions]]:
    """Give each mark and the positions that have it; one mark may be given twice."""
    rest = positions.whole(objects(now))
    for one in reversed(now.markings):
        under = rest if one.is_whole else positions.common(one.positions, rest)
        rest = positions.without(rest, under)
        if under:
            yield one.mark, under
    if rest and now.giving is not None:
        yield now.giving.mark, rest


def is_narrower(mark: str, than: str) -> bool:
    """Return whether a mark closes something that another leaves open: to readers or in actions."""
    return marks.is_wider(marks.parse(than), marks.parse(mark))


def crossed(dispute: Dispute, retraction: Retraction) -> bool:
    """Return whether neither side had seen the other's."""
    return retraction.at in dispute.unseen or dispute.at in retraction.unseen
