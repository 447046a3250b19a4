"""What a history of a call means: `fold(state, act) -> state`, total.  It never raises.

What an act does follows from what its author had seen, and from nothing else: so acts that
crossed do the same in whatever order they are folded.

Floor: joint (pure).
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from comity.acts import shape, turns
from comity.acts.record import Act
from comity.acts.turns import Entry, Turn
from comity.joint.hotline import acts
from comity.joint.hotline.coming import CLOSED_BEFORE, NO_CALL, NOT_CALLED, Coming, is_ended
from comity.joint.hotline.moves import MOVES, OPENINGS, Moved, name_of
from comity.joint.hotline.state import Call, State


def fold_all(entries: Sequence[Entry], parties: Sequence[str]) -> State:
    """Return where a call stands after all its acts, given in their order.

    Args:
        entries: as the order of the matter has them.
        parties: of the channel, in the arrangement's order.
    """
    return turns.fold_all(State(tuple(parties)), entries, fold)


def fold(
    now: State,
    act: Act,
    party: str,
    *,
    at_ms: int | None = None,
    unseen: frozenset[int] = frozenset(),
) -> State:
    """Return the state after one act.

    Args:
        now: state before it.
        act: what was said.
        party: its author.
        at_ms: effective time at which every other party held it, or None.
        unseen: positions of the turns of effect that its author had not seen.
    """
    coming = Coming(act, party, len(now.turns), unseen)
    moved = _moved(now, coming)
    is_effective = isinstance(moved, State)
    turn = Turn(
        act_id=act.id,
        party=party,
        tag=act.tag,
        result=name_of(act) if isinstance(moved, State) else moved,
        is_effective=is_effective,
        answers=act.answers,
        reason=act.codes.get(acts.REASON, ""),
        items=act.items,
        crossed=bool(unseen),
        received_at_ms=at_ms,
    )
    after = moved if isinstance(moved, State) else now
    return replace(after, turns=(*now.turns, turn))


def _moved(now: State, coming: Coming) -> Moved:
    """Return the state after an act, but for its turn; or why it does nothing."""
    malformed = acts.check(coming.act)
    if malformed:
        return malformed
    if coming.party not in now.parties:
        return shape.NO_PARTY
    if coming.act.tag in OPENINGS:
        return OPENINGS[coming.act.tag](now, coming)
    call = now.call
    if call is None or call.at in coming.unseen:
        return NO_CALL
    return _problem(now, coming, call) or MOVES[coming.act.tag](now, coming, call)


def _problem(now: State, coming: Coming, call: Call) -> str:
    """Return why what is said in a call does nothing, whatever it says, or ""."""
    is_of_call = acts.SHAPES[coming.act.tag].answers == acts.SHAPES[acts.CLOSED].answers
    if is_of_call and coming.act.answers != call.id:
        return NO_CALL
    if coming.party != call.party and now.track(coming.party) is None:
        return NOT_CALLED
    too_late = coming.act.tag in _WHILE_OPEN and is_ended(now, coming.unseen)
    return CLOSED_BEFORE if too_late else ""


_WHILE_OPEN: Final = frozenset(
    {
        acts.PICKED_UP,
        acts.TAKEN,
        acts.RAISED,
        acts.SAID,
        acts.SUMMED_UP,
        acts.AGREED,
        acts.CALLED_OFF,
        acts.CLOSED,
    }
)
"""What is said only while its author has not seen the end of the call.  Read-backs of what was
said, disputes, and what another carrier did are noted afterwards too."""
