"""What officers of the simulation say about a request: every verb that a table has, by name.

Floor: lab.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from comity.acts.record import Act, Office
from comity.joint.request import assessing, codes, decide, reasons, replying
from comity.joint.request.acts import Parts, Saying
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
    return replying.correct(state, by, own[-1] if own else "", "wrong-reference")


_ASSESSING: Final[Mapping[str, Say]] = MappingProxyType(
    {
        "assess": lambda now, by: assessing.assess(now, by, {"usable": "partly"}),
        "dispute-assessment": lambda now, by: assessing.dispute_assessment(now, by, "done"),
        "settle-assessment": lambda now, by: assessing.settle_assessment(now, by, "upheld"),
    }
)

ASKER: Final[Mapping[str, Say]] = MappingProxyType(
    {
        "withdraw": lambda now, by: decide.withdraw(now, by, "no-longer-needed"),
        "clarify": decide.clarify,
        "dispute": lambda now, by: decide.dispute(now, by, "present"),
        "accept-condition": decide.accept_condition,
        "decline-condition": decide.decline_condition,
        "ask-status": decide.ask_status,
        "answer-consultation": lambda now, by: decide.answer_consultation(now, by, "maintains"),
        "close": lambda now, by: decide.close(now, by, "satisfied"),
        "reopen": lambda now, by: decide.reopen(now, by, "incomplete"),
        "correct": correct,
        "report-use": lambda now, by: decide.report_use(now, by, "as-agreed"),
        **_ASSESSING,
    }
)

ADDRESSEE: Final[Mapping[str, Say]] = MappingProxyType(
    {
        "acknowledge": replying.acknowledge,
        "answer": replying.answer,
        "answer-some": lambda now, by: replying.answer(now, by, Parts(items=_ITEM)),
        "refuse": lambda now, by: replying.refuse(now, by, _UNCONSULTED),
        "refuse-consulted": lambda now, by: replying.refuse(now, by, _CONSULTED),
        "consult": lambda now, by: replying.consult(now, by, _CONSULTED, _LATER_MS),
        "find-deficient": lambda now, by: replying.find_deficient(now, by, {"facts": "vague"}),
        "accept": replying.accept,
        "accept-on-condition": lambda now, by: replying.accept(now, by, _ITEM, _CONDITION),
        "waive-condition": lambda now, by: replying.waive_condition(now, by, _CONDITION),
        "postpone": lambda now, by: replying.postpone(now, by, _POSTPONED, _LATER_MS),
        "resume": replying.resume,
        "reroute": lambda now, by: replying.reroute(now, by, "customs", "competence"),
        "report-status": lambda now, by: replying.report_status(now, by, "in-execution"),
        "correct": correct,
        "ask-use": replying.ask_use,
        **_ASSESSING,
    }
)


def offered(state: State, party: str) -> Mapping[str, Say]:
    """Return what a party of a matter may try to say, by name, in a fixed order."""
    return ASKER if party == state.asker else ADDRESSEE


def saying(act_id: str, party: str, speaker: Office) -> By:
    """Return who speaks, under a file number made of the act's id."""
    return By(Saying(act_id, speaker, f"no-{act_id[:6]}"), party)
