"""Whether an act is about an act that it can be said of.

Floor: joint (pure).
"""

from collections.abc import Callable, Mapping
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


def of(state: State, step: Step) -> Turn | None:
    """Return the act that an act answers, as far as its author had seen it; or None."""
    at = state.turn(step.act.answers)
    return state.turns[at] if at is not None and step.has_seen(at) else None


def _check_comment(state: State, step: Step, _: str) -> str:
    target = of(state, step)
    is_draft = target is not None and target.tag == acts.DRAFT_SHOWN and target.takes_effect
    return "" if is_draft else ANSWERS_ANOTHER


def _check_correction(state: State, step: Step, party: str) -> str:
    target = of(state, step)
    is_own = target is not None and target.party == party and target.takes_effect
    return "" if is_own else ANSWERS_ANOTHER


def _check_opening(state: State, step: Step, party: str) -> str:
    target = of(state, step)
    if target is None or target.party == party or not target.takes_effect:
        return ANSWERS_ANOTHER
    is_open = any((one.of, one.party) == (target.act_id, party) for one in state.opened)
    return OPENED_BEFORE if is_open else ""


def _check_assessed(state: State, step: Step, party: str) -> str:
    """The asker assesses what an addressee answered; an addressee what was asked."""
    target = of(state, step)
    by_asker = party == state.asker
    tags = ASSESSED_BY_ASKER if by_asker else ASSESSED_BY_ADDRESSEE
    if target is None or not target.takes_effect or target.tag not in tags:
        return ANSWERS_ANOTHER
    return "" if (target.party == state.asker) != by_asker else ANSWERS_ANOTHER


def _check_assessment(state: State, step: Step, party: str) -> str:
    """The other side disputes an assessment; its author says what comes of it."""
    target = of(state, step)
    if target is None or target.tag != acts.ASSESSED or not target.takes_effect:
        return ANSWERS_ANOTHER
    is_own = target.party == party
    return "" if is_own == (step.act.tag == acts.ASSESSMENT_SETTLED) else table.NOT_ENTITLED


def _check_confirmation(state: State, _: Step, __: str) -> str:
    return {"": NOT_ORAL, "confirmed": CONFIRMED_BEFORE}.get(state.form, "")


def _check_report(state: State, step: Step, _: str) -> str:
    """A report answers the submission or a question after the status."""
    if step.act.answers == opened_by(state):
        return ""
    target = of(state, step)
    is_question = target is not None and target.tag == acts.STATUS_ASKED and target.takes_effect
    return "" if is_question else ANSWERS_ANOTHER


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
