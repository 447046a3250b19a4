"""What officers of the simulation say about a request: every verb that a table has, by name.

Floor: lab.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from comity.acts.record import Act, Office
from comity.joint.request import acts, codes, decide, reasons
from comity.joint.request.acts import Saying
from comity.joint.request.decide import By
from comity.joint.request.state import State
from comity.kernel.inadmissible import Inadmissible

_LATER_MS: Final = 4_000_000_000_000
_ITEM: Final = ("one",)

type Say = Callable[[State, By], Act | Inadmissible]

_CONSULTED: Final = next(code for code, ground in reasons.REFUSALS.items() if ground.consult)
_UNCONSULTED: Final = next(code for code, ground in reasons.REFUSALS.items() if not ground.consult)
_CONDITION: Final = (next(iter(codes.CONDITIONS)),)
_POSTPONED: Final = next(iter(reasons.POSTPONEMENTS))


def correct(state: State, by: By) -> Act | Inadmissible:
    """Return the correction of the newest act of the speaker's that took effect."""
    own = [one.act_id for one in state.turns if one.party == by.party and one.takes_effect]
    return decide.decided(
        state, by, acts.CORRECTED, {"about": own[-1] if own else "", "error": "wrong-reference"}
    )


_ASSESSING: Final[Mapping[str, Say]] = MappingProxyType(
    {
        "assess": decide.saying(acts.ASSESSED, {"ratings": {"usable": "partly"}}),
        "dispute-assessment": decide.saying(acts.ASSESSMENT_DISPUTED, {"reason": "done"}),
        "settle-assessment": decide.saying(acts.ASSESSMENT_SETTLED, {"outcome": "upheld"}),
    }
)

ASKER: Final[Mapping[str, Say]] = MappingProxyType(
    {
        "withdraw": decide.saying(acts.WITHDRAWN, {"reason": "no-longer-needed"}),
        "clarify": decide.saying(acts.CLARIFIED),
        "dispute": decide.saying(acts.DEFICIENCY_DISPUTED, {"reason": "present"}),
        "accept-condition": decide.saying(acts.CONDITION_ACCEPTED),
        "decline-condition": decide.saying(acts.CONDITION_DECLINED),
        "ask-status": decide.saying(acts.STATUS_ASKED),
        "answer-consultation": decide.saying(acts.CONSULTATION_ANSWERED, {"position": "maintains"}),
        "close": decide.saying(acts.CLOSED, {"reason": "satisfied"}),
        "reopen": decide.saying(acts.REOPENED, {"reason": "incomplete"}),
        "correct": correct,
        "report-use": decide.saying(acts.USE_REPORTED, {"use": "as-agreed"}),
        **_ASSESSING,
    }
)

ADDRESSEE: Final[Mapping[str, Say]] = MappingProxyType(
    {
        "acknowledge": decide.saying(acts.ACKNOWLEDGED),
        "answer": decide.saying(acts.ANSWERED),
        "answer-some": decide.saying(acts.ANSWERED, items=_ITEM),
        "refuse": decide.saying(acts.REFUSED, {"reason": _UNCONSULTED}),
        "refuse-consulted": decide.saying(acts.REFUSED, {"reason": _CONSULTED}),
        "consult": decide.saying(acts.CONSULTED, {"reason": _CONSULTED, "answer_by": _LATER_MS}),
        "find-deficient": decide.saying(acts.FOUND_DEFICIENT, {"findings": {"facts": "vague"}}),
        "accept": decide.saying(acts.ACCEPTED),
        "accept-on-condition": decide.saying(
            acts.ACCEPTED, {"items": _ITEM, "conditions": _CONDITION}
        ),
        "waive-condition": decide.saying(acts.CONDITION_WAIVED, {"conditions": _CONDITION}),
        "postpone": decide.saying(acts.POSTPONED, {"reason": _POSTPONED, "review_at": _LATER_MS}),
        "resume": decide.saying(acts.RESUMED),
        "reroute": decide.saying(acts.REROUTED, {"agency": "customs", "reason": "competence"}),
        "report-status": decide.saying(acts.STATUS_REPORTED, {"stage": "in-execution"}),
        "correct": correct,
        "ask-use": decide.saying(acts.USE_ASKED),
        **_ASSESSING,
    }
)


def offered(state: State, party: str) -> Mapping[str, Say]:
    """Return what a party of a matter may try to say, by name, in a fixed order."""
    return ASKER if party == state.asker else ADDRESSEE


def saying(act_id: str, party: str, speaker: Office) -> By:
    """Return who speaks, under a file number made of the act's id."""
    return By(Saying(act_id, speaker, f"no-{act_id[:6]}"), party)
