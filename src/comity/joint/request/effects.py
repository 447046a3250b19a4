"""The effects of the table: what an act does to one addressee's track, and whose they are.

Floor: joint (pure).
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

SHOW_DRAFT: Final = "show-draft"
COMMENT: Final = "comment"
SUBMIT: Final = "submit"
CONFIRM: Final = "confirm"
ACKNOWLEDGE: Final = "acknowledge"
FIND_DEFICIENT: Final = "find-deficient"
DISPUTE: Final = "dispute"
CLARIFY: Final = "clarify"
REROUTE: Final = "reroute"
ACCEPT: Final = "accept"
ACCEPT_CONDITION: Final = "accept-condition"
DECLINE_CONDITION: Final = "decline-condition"
WAIVE_CONDITION: Final = "waive-condition"
ASK_STATUS: Final = "ask-status"
REPORT_STATUS: Final = "report-status"
ANSWER_PART: Final = "answer-part"
ANSWER: Final = "answer"
SUPPLEMENT: Final = "supplement"
POSTPONE: Final = "postpone"
RESUME: Final = "resume"
CONSULT: Final = "consult"
ANSWER_CONSULTATION: Final = "answer-consultation"
REFUSE_PART: Final = "refuse-part"
REFUSE_REST: Final = "refuse-rest"
REFUSE: Final = "refuse"
REPEAT: Final = "repeat"
WITHDRAW: Final = "withdraw"
SUPERSEDE: Final = "supersede"
CLOSE: Final = "close"
REOPEN: Final = "reopen"
CORRECT: Final = "correct"
OPEN_ACT: Final = "open"
ASK_USE: Final = "ask-use"
REPORT_USE: Final = "report-use"
DESTROY: Final = "destroy"
ASSESS: Final = "assess"
DISPUTE_ASSESSMENT: Final = "dispute-assessment"
SETTLE_ASSESSMENT: Final = "settle-assessment"
TELL_STEP: Final = "tell-step"

ASKER: Final = "asker"
ADDRESSEE: Final = "addressee"
READER: Final = "reader"
EITHER: Final = "either"
SIDES: Final = (ASKER, ADDRESSEE, READER)

_VERBS: Final[Mapping[str, tuple[str, str]]] = {
    SHOW_DRAFT: (ASKER, "shows a draft, for comment before the request is made"),
    COMMENT: (ADDRESSEE, "comments on the draft"),
    SUBMIT: (ASKER, "asks"),
    CONFIRM: (ASKER, "confirms in writing what was asked orally"),
    ACKNOWLEDGE: (ADDRESSEE, "registers it under a reference of its own, even if deficient"),
    FIND_DEFICIENT: (ADDRESSEE, "says what is missing or wrong, element by element"),
    DISPUTE: (ASKER, "disputes that it is deficient"),
    CLARIFY: (ASKER, "supplies what was missing or wrong"),
    REROUTE: (ADDRESSEE, "hands it to the agency that is competent, and says which"),
    ACCEPT: (ADDRESSEE, "accepts items, or all, with or without conditions"),
    ACCEPT_CONDITION: (ASKER, "accepts the conditions, and is bound by them"),
    DECLINE_CONDITION: (ASKER, "declines the conditions"),
    WAIVE_CONDITION: (ADDRESSEE, "consents that conditions no longer bind, and says which"),
    ASK_STATUS: (ASKER, "asks how far it is"),
    REPORT_STATUS: (ADDRESSEE, "says how far it is"),
    ANSWER_PART: (ADDRESSEE, "answers some items, or items in part; something stays open"),
    ANSWER: (ADDRESSEE, "answers, and no item stays open"),
    SUPPLEMENT: (ADDRESSEE, "adds to an answer that was given before"),
    POSTPONE: (ADDRESSEE, "postpones it, with a reason and a date of review"),
    RESUME: (ADDRESSEE, "takes it up again"),
    CONSULT: (ADDRESSEE, "consults before it refuses"),
    ANSWER_CONSULTATION: (ASKER, "answers the consultation"),
    REFUSE_PART: (ADDRESSEE, "refuses some items; others stay open"),
    REFUSE_REST: (ADDRESSEE, "refuses what was still open, after something was given"),
    REFUSE: (ADDRESSEE, "refuses, and every item is refused"),
    REPEAT: (ADDRESSEE, "refuses what was decided before"),
    WITHDRAW: (ASKER, "takes back what is still open"),
    SUPERSEDE: (ASKER, "takes it back because another request stands in its place"),
    CLOSE: (ASKER, "says that nothing more is expected"),
    REOPEN: (ASKER, "asks again for items that were answered or refused"),
    CORRECT: (EITHER, "names an error in an act of its own, and corrects it"),
    OPEN_ACT: (EITHER, "says that an officer has opened an act of the other side"),
    ASK_USE: (ADDRESSEE, "asks for an account of the use of what it gave"),
    REPORT_USE: (ASKER, "gives that account"),
    DESTROY: (EITHER, "attests that it has destroyed blobs, by their SHA-256"),
    ASSESS: (EITHER, "assesses a request or what answers it, criterion by criterion"),
    DISPUTE_ASSESSMENT: (EITHER, "disputes what the other side found"),
    SETTLE_ASSESSMENT: (EITHER, "says what comes of its assessment that was disputed"),
    TELL_STEP: (EITHER, "tells how far a measure is, item by item, with sums"),
}

VERBS: Final = MappingProxyType({verb: words for verb, (_, words) in _VERBS.items()})
ENTITLED: Final = MappingProxyType({verb: side for verb, (side, _) in _VERBS.items()})

COURSE: Final = frozenset(
    {
        SHOW_DRAFT,
        SUBMIT,
        ACKNOWLEDGE,
        ACCEPT,
        ANSWER_PART,
        ANSWER,
        REFUSE_PART,
        REFUSE_REST,
        REFUSE,
        WITHDRAW,
        SUPERSEDE,
        CLOSE,
        REOPEN,
    }
)
"""Verbs that move the status somewhere in the table; only these can be crossed by another act."""


def is_entitled(verb: str, side: str) -> bool:
    """Return whether acts of that verb are that side's."""
    return side == ENTITLED[verb] or (ENTITLED[verb] == EITHER and side != READER)


def render() -> str:
    """Return what each verb means, as Markdown."""
    head = ["| verb | by | what the act does |", "|---|---|---|"]
    rows = [f"| {verb} | {ENTITLED[verb]} | {words} |" for verb, words in VERBS.items()]
    return "\n".join([*head, *rows]) + "\n"
