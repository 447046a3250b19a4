"""What a history of a snapshot means: `fold(state, act) -> state`, total.  It never raises.

What an act does follows from what its author had seen, and from nothing else: so acts that
crossed do the same in whatever order they are folded.

    A withdraws, B concurs, neither having seen the other's    -> withdrawn; what B found stands
    A withdraws, having seen that every other party concurred  -> it does nothing: it is agreed
    B concurs, having seen that A withdrew                     -> it does nothing

Floor: joint (pure).
"""

from collections.abc import Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from comity.acts import shape, turns
from comity.acts.record import Act
from comity.acts.turns import Entry
from comity.joint.review import acts
from comity.joint.review.state import (
    COMMENTED,
    CONCURRED,
    DIFFERED,
    NAMED,
    TAKEN_BACK,
    Comment,
    Position,
    State,
    Turn,
)

NAMED_BEFORE: Final = "named-before"
NO_SNAPSHOT: Final = "no-snapshot"
NOT_ENTITLED: Final = "not-entitled"
ANOTHER_DIGEST: Final = "another-digest"
SAME_DIGEST: Final = "same-digest"
FOUND_BEFORE: Final = "found-before"
AGREED_ALREADY: Final = "agreed-already"
WITHDRAWN_BEFORE: Final = "withdrawn-before"


def fold_all(entries: Sequence[Entry], parties: Sequence[str]) -> State:
    """Return where a snapshot stands after all its acts, given in their order.

    Args:
        entries: as the order of the matter has them.
        parties: of the channel, in the arrangement's order.
    """
    return turns.fold_all(State(tuple(parties)), entries, fold)


def fold(
    state: State,
    act: Act,
    party: str,
    *,
    at_ms: int | None = None,
    unseen: frozenset[int] = frozenset(),
) -> State:
    """Return the state after one act.

    Args:
        state: before it.
        act: what was said.
        party: its author.
        at_ms: effective time at which every other party held it, or None.
        unseen: positions of the turns of effect that its author had not seen.
    """
    problem = _problem(state, act, party, unseen)
    turn = Turn(
        act_id=act.id,
        party=party,
        tag=act.tag,
        result=problem or _RESULTS[act.tag],
        digest=act.codes.get(acts.DIGEST, ""),
        cell=act.codes.get(acts.CELL, ""),
        reason=act.codes.get(acts.REASON, ""),
        crossed=bool(unseen),
        received_at_ms=at_ms,
    )
    after = state if problem else _changed(state, act, party)
    return replace(after, turns=(*state.turns, turn))


_RESULTS: Final = MappingProxyType(
    {
        acts.SNAPSHOT: NAMED,
        acts.CONCURRED: CONCURRED,
        acts.DIFFERED: DIFFERED,
        acts.COMMENTED: COMMENTED,
        acts.WITHDRAWN: TAKEN_BACK,
    }
)


def _problem(state: State, act: Act, party: str, unseen: frozenset[int]) -> str:
    """Return why an act does nothing, or ""."""
    malformed = acts.check(act)
    if malformed:
        return malformed
    if party not in state.parties:
        return shape.NO_PARTY
    if act.tag == acts.SNAPSHOT:
        return _problem_of_naming(state, act, party)
    if act.answers != state.snapshot_id or _own_at(state, state.snapshot_id) in unseen:
        return NO_SNAPSHOT
    return "" if act.tag == acts.COMMENTED else _problem_of_finding(state, act, party, unseen)


def _problem_of_naming(state: State, act: Act, party: str) -> str:
    if act.matter.id != acts.matter_id(party, act.id):
        return shape.MATTER_OF_ANOTHER
    return NAMED_BEFORE if state.snapshot_id else ""


def _problem_of_finding(state: State, act: Act, party: str, unseen: frozenset[int]) -> str:
    """Return why a party may not concur, differ or withdraw, by what it had seen, or ""."""
    is_author = party == state.author
    if is_author != (act.tag == acts.WITHDRAWN):
        return NOT_ENTITLED
    if state.withdrawn_by and _own_at(state, state.withdrawn_by) not in unseen:
        return WITHDRAWN_BEFORE
    if is_author:
        return AGREED_ALREADY if state.is_agreed(unseen) else ""
    return _problem_of_digest(state, act, party)


def _problem_of_digest(state: State, act: Act, party: str) -> str:
    named = act.codes[acts.DIGEST]
    if (named == state.digest) != (act.tag == acts.CONCURRED):
        return SAME_DIGEST if named == state.digest else ANOTHER_DIGEST
    before = state.position(party)
    return FOUND_BEFORE if before is not None and before.digest == named else ""


def _changed(state: State, act: Act, party: str) -> State:
    """Return the state after an act with effect, but for its turn."""
    at = len(state.turns)
    if act.tag == acts.SNAPSHOT:
        taken = acts.taken(act)
        return replace(
            state,
            author=party,
            snapshot_id=act.id,
            digest=taken.digest,
            definitions=taken.definitions,
            from_ms=taken.from_ms,
            to_ms=taken.to_ms,
            instant_ms=taken.instant_ms,
            before_from_ms=taken.before_from_ms,
            sizes=taken.sizes,
        )
    if act.tag == acts.COMMENTED:
        said = Comment(act.codes[acts.CELL], party, act.id, at)
        return replace(state, comments=(*state.comments, said))
    if act.tag == acts.WITHDRAWN:
        return replace(state, withdrawn_by=act.id)
    found = Position(party, act.id, at, act.codes[acts.DIGEST])
    return replace(state, positions=(*state.positions, found))


def _own_at(state: State, act_id: str) -> int | None:
    """Return the position of the act of effect with that id of who named the snapshot."""
    named = (state.author, act_id)
    turns = enumerate(state.turns)
    return next(
        (at for at, one in turns if (one.party, one.act_id) == named and one.takes_effect), None
    )
