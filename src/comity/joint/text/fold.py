"""What a history means: `fold(state, act) -> state`, total.  It never raises.

Every act leaves a turn, with the name of what it did.  A text is adopted when every party
of the channel has adopted one and the same proposal; an adoption counts unless its author
had seen the proposal countered, declined or withdrawn.

Floor: joint (pure).
"""

from collections.abc import Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from comity.acts import shape, turns
from comity.acts.record import Act
from comity.acts.turns import Entry
from comity.joint.text import acts, table
from comity.joint.text.state import Proposal, State, Turn

ANOTHER_TEXT: Final = "another-text"


def fold_all(entries: Sequence[Entry], parties: Sequence[str]) -> State:
    """Return where a joint text stands after all its acts, given in their order.

    Args:
        entries: as the order of the matter has them.
        parties: of the channel, in the arrangement's order.
    """
    return turns.fold_all(State(tuple(parties)), entries, fold, _landmarks)


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
        unseen: positions of the turns that its author had not seen.
    """
    turn = Turn(
        act_id=act.id,
        party=party,
        tag=act.tag,
        verb="",
        result="",
        reason=act.codes.get(acts.REASON, ""),
        received_at_ms=at_ms,
    )
    problem = _problem(state, act, party, unseen)
    if problem:
        return _with_turn(state, replace(turn, result=problem))
    about = _about(state, act, unseen)
    if act.tag == acts.PROPOSED:
        return _propose(state, turn, act, about)
    assert about is not None
    return _move(state, turn, act, about, unseen)


def _landmarks(state: State, act: Act) -> set[int]:
    """Return the positions of the turns that an act can meaningfully have missed."""
    named = [one for one in state.proposals if one.id == act.answers]
    return {at for one in named for at in (one.at, *one.adoptions.values(), *one.closings)}


def _about(state: State, act: Act, unseen: frozenset[int]) -> Proposal | None:
    """Return the proposal that an act answers: the first of that id that its author had seen.

    Ids are unique by party alone, so several parties may propose under one.  Of an adoption
    it is the first of these with the document that it names, where there is one.
    """
    seen = [one for one in state.proposals if one.id == act.answers and one.at not in unseen]
    named = [one for one in seen if one.sha256 == act.codes.get(acts.SHA256)]
    return next(iter((*named, *seen)), None)


def _problem(state: State, act: Act, party: str, unseen: frozenset[int]) -> str:
    """Return why an act does nothing, before the table is asked, or ""."""
    malformed = acts.check(act)
    if malformed:
        return malformed
    if party not in state.parties:
        return shape.NO_PARTY
    if act.tag == acts.PROPOSED and not act.answers:
        return ""
    about = _about(state, act, unseen)
    if about is None:
        return table.NO_PROPOSAL
    if act.tag == acts.ADOPTED and act.codes[acts.SHA256] != about.sha256:
        return ANOTHER_TEXT
    return _problem_of_author(act, party, about)


def _problem_of_author(act: Act, party: str, about: Proposal) -> str:
    is_taking_back = act.tag == acts.WITHDRAWN and acts.FROM not in act.times
    if is_taking_back and party != about.party:
        return table.NOT_ENTITLED
    if act.tag == acts.DECLINED and party == about.party:
        return table.NOT_ENTITLED
    return ""


def _propose(state: State, turn: Turn, act: Act, before: Proposal | None) -> State:
    """Return the state with one proposal more; the one that it counters is closed."""
    text = act.documents[0]
    new = Proposal(
        id=act.id,
        party=turn.party,
        sha256=text.sha256,
        size_bytes=text.size_bytes,
        version=act.codes.get(acts.VERSION, ""),
        counters=act.answers,
        earliest_ms=act.times.get(acts.IN_FORCE_FROM, 0),
        at=len(state.turns),
        status=table.PROPOSED,
        adoptions=MappingProxyType({}),
    )
    told = replace(turn, verb=table.PROPOSE, result="proposed", proposal_id=act.id)
    if before is not None:
        outcome = table.TABLE[before.status, table.COUNTER, False]
        state = _with_proposal(state, _closed(state, before, outcome.status, turn.party))
        told = replace(told, verb=table.COUNTER if outcome.takes_effect else table.PROPOSE)
    after = _with_turn(state, told)
    return replace(after, proposals=(*after.proposals, new))


def _move(state: State, turn: Turn, act: Act, about: Proposal, unseen: frozenset[int]) -> State:
    verb = verb_of(state, act, turn.party, about)
    crossed = _is_crossed(verb, about, unseen)
    outcome = table.TABLE[about.status, verb, crossed]
    told = replace(turn, verb=verb, result=outcome.result, proposal_id=about.id, crossed=crossed)
    after = _with_turn(state, told)
    if verb in (table.DECLINE, table.WITHDRAW):
        return _with_proposal(after, _closed(state, about, outcome.status, turn.party))
    if not outcome.takes_effect:
        return after
    at = len(state.turns)
    if verb == table.LEAVE:
        return _with_proposal(
            after,
            replace(
                about,
                leavings=(*about.leavings, at),
                leaving_from_ms=(*about.leaving_from_ms, act.times[acts.FROM]),
            ),
        )
    adoptions = MappingProxyType({**about.adoptions, turn.party: at})
    return _with_proposal(after, replace(about, status=outcome.status, adoptions=adoptions))


def _closed(state: State, about: Proposal, status: str, party: str) -> Proposal:
    """Return a proposal after an act that closes it, or would if it were open still.

    The first of each party is noted, whatever it is called: who has seen a later one of the
    same party has seen that one.
    """
    before = {state.turns[at].party for at in about.closings}
    new = () if party in before or about.status == table.ADOPTED else (len(state.turns),)
    return replace(about, status=status, closings=(*about.closings, *new))


def verb_of(state: State, act: Act, party: str, about: Proposal) -> str:
    """Return what an act does to a proposal, as a verb of the table."""
    if act.tag == acts.DECLINED:
        return table.DECLINE
    if act.tag == acts.WITHDRAWN:
        return table.LEAVE if acts.FROM in act.times else table.WITHDRAW
    if party in about.adoptions:
        return table.REPEAT
    missing = set(state.parties) - set(about.adoptions) - {party}
    return table.ADOPT if missing else table.ADOPT_LAST


def _is_crossed(verb: str, about: Proposal, unseen: frozenset[int]) -> bool:
    """Whether what decides on the act was not in its author's view.

    Adopting: every act that closed the proposal.  Leaving: any of the adoptions.
    """
    if verb in (table.ADOPT, table.ADOPT_LAST):
        return bool(about.closings) and unseen.issuperset(about.closings)
    return not unseen.isdisjoint(about.adoptions.values())


def _with_proposal(state: State, changed: Proposal) -> State:
    proposals = tuple(changed if one.at == changed.at else one for one in state.proposals)
    return replace(state, proposals=proposals)


def _with_turn(state: State, turn: Turn) -> State:
    return replace(state, turns=(*state.turns, turn))
