"""What is waited for in a share: of a taker, and of the giver by it.

    waits(state, "sn")  ->  (Wait("take", "sn", 0, 3), Wait("correction", "fr", 5), …)

Source: docs/spec/share.md, 15.
Floor: joint (pure).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from comity.joint.share import acts, coming, positions, view
from comity.joint.share.state import Dispute, Giving, State, Use

TAKE: Final = "take"
FEEDBACK: Final = "feedback"
CORRECTION: Final = "correction"
NETWORK: Final = "our-network"
"""The correction of what is said to be a network of the taker's own: it harms while it stands."""
STOP: Final = "stop"
ANSWER: Final = "answer"
CLEAN: Final = "clean"
CLOCKS: Final = (TAKE, FEEDBACK, CORRECTION, NETWORK, STOP, ANSWER, CLEAN)
_ASKS_NOTHING: Final = frozenset({"", "none"})


@dataclass(frozen=True, slots=True)
class Wait:
    """One thing that is waited for.

    Attributes:
        of: one of `CLOCKS`.
        party: who is waited for.
        since: position of the turn from which it counts.
        done: of the turn that ended it, or None.
        over: of the turn after which it no longer mattered, or None.
        about: id of the act that asks for it.
    """

    of: str
    party: str
    since: int
    done: int | None = None
    over: int | None = None
    about: str = ""


def waits(now: State, taker: str) -> Iterator[Wait]:
    """Give what is, or was, waited for between the giver and one taker."""
    giving = now.giving
    if giving is None or taker not in now.takers:
        return
    gone = next((one.at for one in now.retractions if one.is_whole), None)
    takes = {one.bundle: one.at for one in now.takes if one.party == taker}
    for number, given in enumerate(now.bundles, start=1):
        over = gone if gone is not None and gone > given.at else None
        yield Wait(TAKE, taker, given.at, takes.get(number), over, given.act_id)
    uses = [one for one in now.uses if one.party == taker]
    if takes:
        yield Wait(FEEDBACK, taker, min(takes.values()), _first(uses), gone, giving.id)
    if is_asking(giving):
        final = [one for one in uses if one.is_final]
        yield Wait(ANSWER, taker, giving.at, _first(uses), gone, giving.id)
        yield Wait(CLEAN, taker, giving.at, _first(final), gone, giving.id)
    for dispute in now.disputes:
        if dispute.party == taker:
            of = NETWORK if dispute.reason == NETWORK else CORRECTION
            yield Wait(of, giving.party, dispute.at, _corrected(now, dispute), about=dispute.id)
    for taking in view.takings(now):
        said = view.last_stop(now, taker, taking)
        done = said.at if said is not None and said.is_final else None
        yield Wait(STOP, taker, taking.at, done, about=taking.id)


def is_asking(giving: Giving) -> bool:
    """Return whether something is to be done with what was given, and told of."""
    return giving.category == "infections" or giving.asks not in _ASKS_NOTHING


def _first(some: Sequence[Use]) -> int | None:
    return some[0].at if some else None


def _corrected(now: State, dispute: Dispute) -> int | None:
    """Return the position of the turn that settled a dispute: upheld, or all of it retracted."""
    upheld = [
        at
        for at, one in enumerate(now.turns)
        if one.is_effective and one.tag == acts.UPHELD and one.answers == dispute.id
    ]
    left = dispute.positions
    for one in now.retractions:
        left = () if one.is_whole else positions.without(left, one.positions)
        if not left and coming.covers_dispute(now, dispute):
            upheld.append(one.at)
            break
    return min(upheld, default=None)
