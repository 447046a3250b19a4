"""What a history of a case means: `fold(state, act) -> state`, total.  It never raises.

What an act does follows from what its author had seen, and from nothing else: so acts that
crossed do the same in whatever order they are folded.

Floor: joint (pure).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from comity.acts import shape, turns
from comity.acts.record import Act
from comity.acts.turns import Entry, Turn
from comity.joint.case import acts, state
from comity.joint.case.rounds import Round
from comity.joint.case.state import Dispute, Links, Proposal, Report, State, Voice

OPENED_BEFORE: Final = "opened-before"
NO_CASE: Final = "no-case"
NOT_ENTITLED: Final = "not-entitled"
CLOSED_BEFORE: Final = "closed-before"
NOT_CLOSED: Final = "not-closed"
GROUPED_BEFORE: Final = "grouped-before"
NOT_GROUPED: Final = "not-grouped"
REFERENCED_BEFORE: Final = "referenced-before"
AT_THAT_LEVEL: Final = "at-that-level"
NO_PROPOSAL: Final = "no-proposal"
LAPSED: Final = "lapsed"
NO_REPORT: Final = "no-report"
NO_LINK: Final = "no-link"
PARTY_UNKNOWN: Final = "party-unknown"
SAID_BEFORE: Final = "said-before"


@dataclass(frozen=True, slots=True)
class Step:
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


def fold_all(entries: Sequence[Entry], parties: Sequence[str]) -> State:
    """Return where a case stands after all its acts, given in their order.

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
    step = Step(act, party, len(now.turns), unseen)
    moved = _moved(now, step)
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
    after = moved if isinstance(moved, State) else now
    return replace(after, turns=(*now.turns, turn))


def is_closed(now: State, unseen: frozenset[int] = frozenset()) -> bool:
    """Return whether a case is closed, as far as it was seen."""
    return now.round(state.CLOSED, unseen) % 2 == 1


def is_in(now: State, request: str, unseen: frozenset[int] = frozenset()) -> bool:
    """Return whether a request stands in a case, as far as it was seen."""
    return now.round(f"{state.REQUEST}{request}", unseen) % 2 == 1


def _name(act: Act) -> str:
    """Return what an act of effect did: the verb of its tag."""
    return act.tag.partition(".")[2].partition("/")[0]


type _Moved = State | str


def _moved(now: State, step: Step) -> _Moved:
    """Return the state after an act, but for its turn; or why it does nothing."""
    malformed = acts.check(step.act)
    if malformed:
        return malformed
    if step.party not in now.parties:
        return shape.NO_PARTY
    if step.act.tag == acts.OPENED:
        return _open(now, step)
    at = _at(now, now.opened_by)
    if at is None or at in step.unseen:
        return NO_CASE
    return _problem(now, step) or _MOVES[step.act.tag](now, step)


def _problem(now: State, step: Step) -> str:
    """Return why what is said of the case itself does nothing, or ""."""
    if acts.SHAPES[step.act.tag].answers != acts.SHAPES[acts.CLOSED].answers:
        return ""
    if step.act.answers != now.opened_by:
        return NO_CASE
    too_late = step.act.tag in _WHILE_OPEN and is_closed(now, step.unseen)
    return CLOSED_BEFORE if too_late else ""


_WHILE_OPEN: Final = frozenset(
    {acts.GROUPED, acts.UNGROUPED, acts.PRIORITY_PROPOSED, acts.REPORTED, acts.LINKED, acts.CLOSED}
)
"""What is said of a case only while its author has not seen it closed."""


def _open(now: State, step: Step) -> _Moved:
    act, party = step.act, step.party
    if act.matter.id != acts.matter_id(party, act.id):
        return shape.MATTER_OF_ANOTHER
    if now.opened_by:
        return OPENED_BEFORE
    return replace(
        now,
        opener=party,
        opened_by=act.id,
        crime_type=act.codes.get(acts.CRIME_TYPE, ""),
        references=MappingProxyType({party: (act.codes[acts.OWN_REFERENCE],)}),
        requests=act.items,
        rounds=tuple(Round(f"{state.REQUEST}{one}", 1, step.at) for one in act.items),
    )


def _group(now: State, step: Step) -> _Moved:
    """Put requests in, or take them out: those of which that is news to the author."""
    puts_in = step.act.tag == acts.GROUPED
    named = [one for one in step.act.items if is_in(now, one, step.unseen) != puts_in]
    if not named:
        return GROUPED_BEFORE if puts_in else NOT_GROUPED
    new = tuple(one for one in named if not now.round(f"{state.REQUEST}{one}"))  # ever
    rounds = tuple(_next(now, f"{state.REQUEST}{one}", step) for one in named)
    return replace(now, requests=(*now.requests, *new), rounds=(*now.rounds, *rounds))


def _refer(now: State, step: Step) -> _Moved:
    reference = step.act.codes[acts.OWN_REFERENCE]
    before = now.references.get(step.party, ())
    if before and before[-1] == reference:
        return REFERENCED_BEFORE
    given = {**now.references, step.party: (*before, reference)}
    return replace(now, references=MappingProxyType(given))


def _propose(now: State, step: Step) -> _Moved:
    level = step.act.codes[acts.LEVEL]
    seen = now.round(state.PRIORITY, step.unseen)
    if (level == acts.PRIORITY) == (seen % 2 == 1):
        return AT_THAT_LEVEL
    reason = step.act.codes[acts.REASON]
    made = Proposal(step.act.id, step.party, level, reason, step.at, seen)
    return replace(now, proposals=(*now.proposals, made))


def _answer_proposal(now: State, step: Step) -> _Moved:
    """Agree to a level, or decline it: only while that is still open in the author's view."""
    about = _answered(step, now.proposals)
    if about is None:
        return NO_PROPOSAL
    if about.party == step.party:
        return NOT_ENTITLED
    if any(one.party == step.party for one in about.voices):
        return SAID_BEFORE
    if now.round(state.PRIORITY, step.unseen) != about.round:
        return LAPSED
    agrees = step.act.tag == acts.PRIORITY_AGREED
    says = state.AGREED if agrees else state.DECLINED
    voice = Voice(step.party, says, step.at, step.act.codes.get(acts.REASON, ""))
    heard = replace(about, voices=(*about.voices, voice))
    rounds = now.rounds
    if is_agreed(now, heard.party, heard.voices):
        rounds = (*rounds, Round(state.PRIORITY, about.round + 1, step.at))
    proposals = tuple(heard if one is about else one for one in now.proposals)
    return replace(now, proposals=proposals, rounds=rounds)


def _answered[Said: (Proposal, Report, Links)](step: Step, said: Sequence[Said]) -> Said | None:
    """Return what an act answers: of one id that was seen, the first by another party.

    Each party has ids of its own, so that several may have one.
    """
    found = [one for one in said if one.id == step.act.answers and one.at not in step.unseen]
    others = (one for one in found if one.party != step.party)
    return next(others, found[0] if found else None)


def is_agreed(now: State, author: str, voices: Sequence[Voice]) -> bool:
    """Return whether every party but the author has agreed."""
    agreed = {one.party for one in voices if one.says == state.AGREED}
    others = {party for party in now.parties if party != author}
    return bool(others) and others <= agreed


def _report(now: State, step: Step) -> _Moved:
    steps = acts.steps(step.act)
    if not {one.party for one in steps} <= set(now.parties):
        return PARTY_UNKNOWN
    dialogue = step.act.codes[acts.DIALOGUE]
    made = Report(step.act.id, step.party, dialogue, steps, step.act.items, step.at)
    return replace(now, reports=(*now.reports, made))


def _answer_report(now: State, step: Step) -> _Moved:
    """Agree to a report, or dispute it; who disputed may agree later, and not the other way."""
    about = _answered(step, now.reports)
    if about is None:
        return NO_REPORT
    if about.party == step.party:
        return NOT_ENTITLED
    agrees = step.act.tag == acts.REPORT_AGREED
    says = state.AGREED if agrees else state.DISPUTED
    before = {one.says for one in about.voices if one.party == step.party}
    if state.AGREED in before or says in before:
        return SAID_BEFORE
    voice = Voice(step.party, says, step.at, step.act.codes.get(acts.REASON, ""))
    heard = replace(about, voices=(*about.voices, voice))
    reports = tuple(heard if one is about else one for one in now.reports)
    return replace(now, reports=reports)


def _link(now: State, step: Step) -> _Moved:
    count, identifiers = (int(step.act.codes[one]) for one in (acts.COUNT, acts.IDENTIFIERS))
    made = Links(step.act.id, step.party, count, identifiers, step.at)
    return replace(now, links=(*now.links, made))


def _dispute_link(now: State, step: Step) -> _Moved:
    """Dispute one link of an act: any party, the one that said it too, once."""
    about, number = _answered(step, now.links), int(step.act.codes[acts.LINK])
    if about is None or number > about.count:
        return NO_LINK
    if any((one.party, one.number) == (step.party, number) for one in about.disputes):
        return SAID_BEFORE
    made = Dispute(step.party, number, step.at, step.act.codes[acts.REASON])
    told = replace(about, disputes=(*about.disputes, made))
    return replace(now, links=tuple(told if one is about else one for one in now.links))


def _close(now: State, step: Step) -> _Moved:
    if step.act.tag == acts.REOPENED and not is_closed(now, step.unseen):
        return NOT_CLOSED
    return replace(now, rounds=(*now.rounds, _next(now, state.CLOSED, step)))


def _next(now: State, of: str, step: Step) -> Round:
    return Round(of, now.round(of, step.unseen) + 1, step.at)


_MOVES: Final[Mapping[str, Callable[[State, Step], _Moved]]] = MappingProxyType(
    {
        acts.GROUPED: _group,
        acts.UNGROUPED: _group,
        acts.REFERENCED: _refer,
        acts.PRIORITY_PROPOSED: _propose,
        acts.PRIORITY_AGREED: _answer_proposal,
        acts.PRIORITY_DECLINED: _answer_proposal,
        acts.REPORTED: _report,
        acts.REPORT_AGREED: _answer_report,
        acts.REPORT_DISPUTED: _answer_report,
        acts.LINKED: _link,
        acts.LINK_DISPUTED: _dispute_link,
        acts.CLOSED: _close,
        acts.REOPENED: _close,
    }
)


def _at(now: State, act_id: str) -> int | None:
    turns = enumerate(now.turns)
    return next((at for at, one in turns if one.act_id == act_id and one.takes_effect), None)
