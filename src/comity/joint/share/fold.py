"""What a history of a share means: `fold(state, act) -> state`, total.  It never raises.

What an act does follows from what its author had seen, and from nothing else: so acts that
crossed do the same in whatever order they are folded.

Floor: joint (pure).
"""

from collections.abc import Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from comity.acts import shape, turns
from comity.acts.record import Act
from comity.acts.turns import Entry, Turn
from comity.joint.share import acts
from comity.joint.share.coming import NO_SHARE, NOT_ENTITLED, Coming
from comity.joint.share.moves import MOVES, Moved, open_share
from comity.joint.share.state import State


def fold_all(entries: Sequence[Entry], parties: Sequence[str]) -> State:
    """Return where a share stands after all its acts, given in their order.

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
    moved = _moved(now, Coming(act, party, len(now.turns), unseen))
    is_effective = isinstance(moved, State)
    turn = Turn(
        act_id=act.id,
        party=party,
        tag=act.tag,
        result=_name(act) if isinstance(moved, State) else moved,
        is_effective=is_effective,
        answers=act.answers,
        reason=act.codes.get(acts.REASON, ""),
        items=act.items,
        crossed=bool(unseen),
        received_at_ms=at_ms,
    )
    after = _referred(moved, act, party) if isinstance(moved, State) else now
    return replace(after, turns=(*now.turns, turn))


def _name(act: Act) -> str:
    """Return what an act of effect did: the verb of its tag."""
    return act.tag.partition(".")[2].partition("/")[0]


def _referred(now: State, act: Act, party: str) -> State:
    """Return the state with the file number that an act gives."""
    number, before = act.codes.get(acts.OWN_REFERENCE, ""), now.references.get(party, ())
    if not number or number == (before or ("",))[-1]:
        return now
    given = {**now.references, party: (*before, number)}
    return replace(now, references=MappingProxyType(given))


def _moved(now: State, coming: Coming) -> Moved:
    """Return the state after an act, but for its turn; or why it does nothing."""
    malformed = acts.check(coming.act)
    if malformed:
        return malformed
    if coming.party not in now.parties:
        return shape.NO_PARTY
    tag = coming.act.tag
    if tag in _OPENINGS:
        return open_share(now, coming)
    return _problem(now, coming) or MOVES[tag](now, coming)


def _problem(now: State, coming: Coming) -> str:
    """Return why what is said of a giving does nothing, whatever it says, or ""."""
    giving, tag = now.giving, coming.act.tag
    if giving is None or giving.at in coming.unseen:
        return NO_SHARE
    if acts.SHAPES[tag].answers == _GIVING and coming.act.answers != giving.id:
        return NO_SHARE
    is_others = tag in (_OF_A_TAKER if coming.party == giving.party else _OF_THE_GIVER)
    return NOT_ENTITLED if is_others else ""


_GIVING: Final = acts.SHAPES[acts.RETRACTED].answers
_OPENINGS: Final = frozenset({acts.GIVEN, acts.DECLARED_NONE})
_OF_THE_GIVER: Final = frozenset({acts.ADDED, acts.MARKED, acts.RETRACTED, acts.UPHELD})
_OF_A_TAKER: Final = frozenset(
    {acts.TAKEN, acts.DISPUTED, acts.SAMPLE_ASKED, acts.USED, acts.STOPPED}
)
