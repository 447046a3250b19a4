"""Whether an act is about an act that it can be said of.

Floor: joint (pure).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from comity.joint.request import acts, table
from comity.joint.request.moves import ANSWERS_ANOTHER, Step
from comity.joint.request.state import State
from comity.joint.request.turn import Turn

NOT_ORAL: Final = "not-oral"
CONFIRMED_BEFORE: Final = "confirmed-before"
OPENED_BEFORE: Final = "opened-before"
SUPERSEDES_ITSELF: Final = "supersedes-itself"


def problem(state: State, step: Step, party: str) -> str:
    """Return what is wrong with the act that this one is about, or ""."""
    check = _TARGETS.get(step.act.tag)
    return check(state, step, party) if check else ""


def opened_by(state: State) -> str:
    """Return the id of the submission, or of the first draft."""
    return state.request_id or state.draft_id


def told(state: State, step: Step, party: str) -> Step:
    """Return a step that tells which assessment it disputes or settles: both sides assess."""
    if step.act.tag not in (acts.ASSESSMENT_DISPUTED, acts.ASSESSMENT_SETTLED):
        return step
    found = _answered(state, step, lambda turn: _is_assessment_for(turn, step, party))
    return replace(step, about=next(found, None))


def _answered(state: State, step: Step, fits: Callable[[Turn], bool]) -> Iterator[int]:
    """Give the positions of the acts that an act can answer, as far as its author had seen them.

    Each party has ids of its own, so that several acts may have the id that is answered: those
    are meant that had effect and of which such an act can be said.
    """
    for at in state.turns_of(step.act.answers):
        turn = state.turns[at]
        if step.has_seen(at) and turn.takes_effect and fits(turn):
            yield at


def _check(state: State, step: Step, fits: Callable[[Turn], bool]) -> str:
    return "" if any(True for _ in _answered(state, step, fits)) else ANSWERS_ANOTHER


def _check_comment(state: State, step: Step, _: str) -> str:
    return _check(state, step, lambda turn: turn.tag == acts.DRAFT_SHOWN)


def _check_correction(state: State, step: Step, party: str) -> str:
    return _check(state, step, lambda turn: turn.party == party)


def _check_opening(state: State, step: Step, party: str) -> str:
    no = _check(state, step, lambda turn: turn.party != party)
    is_open = any((one.of, one.party) == (step.act.answers, party) for one in state.opened)
    return no or (OPENED_BEFORE if is_open else "")


def _check_assessed(state: State, step: Step, party: str) -> str:
    """The asker assesses what an addressee answered; an addressee what was asked."""
    by_asker = party == state.asker
    tags = ASSESSED_BY_ASKER if by_asker else ASSESSED_BY_ADDRESSEE
    return _check(
        state, step, lambda turn: turn.tag in tags and (turn.party == state.asker) != by_asker
    )


def _check_assessment(state: State, step: Step, party: str) -> str:
    """The other side disputes an assessment; its author says what comes of it."""
    no = _check(state, step, lambda turn: turn.tag == acts.ASSESSED)
    if no:
        return no
    not_for = _check(state, step, lambda turn: _is_assessment_for(turn, step, party))
    return table.NOT_ENTITLED if not_for else ""


def _is_assessment_for(turn: Turn, step: Step, party: str) -> bool:
    """Return whether a party may dispute or settle what an act assesses: settle its own."""
    is_settled = step.act.tag == acts.ASSESSMENT_SETTLED
    return turn.tag == acts.ASSESSED and (turn.party == party) == is_settled


def _check_confirmation(state: State, _: Step, __: str) -> str:
    return {"": NOT_ORAL, "confirmed": CONFIRMED_BEFORE}.get(state.form, "")


def _check_report(state: State, step: Step, _: str) -> str:
    """A report answers the submission or a question after the status."""
    if step.act.answers == opened_by(state):
        return ""
    return _check(state, step, lambda turn: turn.tag == acts.STATUS_ASKED)


def _check_supersession(_: State, step: Step, __: str) -> str:
    return SUPERSEDES_ITSELF if step.act.codes[acts.BY] == step.act.matter.id else ""


_TARGETS: Final[Mapping[str, Callable[[State, Step, str], str]]] = MappingProxyType(
    {
        acts.COMMENTED: _check_comment,
        acts.CORRECTED: _check_correction,
        acts.OPENED: _check_opening,
        acts.CONFIRMED: _check_confirmation,
        acts.STATUS_REPORTED: _check_report,
        acts.SUPERSEDED: _check_supersession,
        acts.ASSESSED: _check_assessed,
        acts.ASSESSMENT_DISPUTED: _check_assessment,
        acts.ASSESSMENT_SETTLED: _check_assessment,
    }
)

ASSESSED_BY_ASKER: Final = frozenset({acts.ANSWERED, acts.REFUSED, acts.POSTPONED})
"""Tags of responses, which the asker assesses."""

ASSESSED_BY_ADDRESSEE: Final = frozenset({acts.SUBMITTED, acts.CONFIRMED, acts.CLARIFIED})
"""Tags of what is asked, which an addressee assesses."""
