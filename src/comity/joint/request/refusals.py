"""Why something may not be said now, in words, each with what can be done instead.

Floor: joint (pure).
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from comity.acts import shape
from comity.acts.record import Act
from comity.acts.urgencies import URGENCIES
from comity.joint.request import (
    codes,
    dates,
    fields,
    fold,
    ladder,
    moves,
    rules,
    sums,
    table,
    targets,
)
from comity.kernel.fault import quoted
from comity.kernel.inadmissible import Inadmissible

_SHOW: Final = "Show the request to see where it stands."

WHY: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        table.NO_REQUEST: (
            "There is no such request here.",
            "Use the id of one of those that `comity request list` shows.",
        ),
        table.NOT_SUBMITTED: (
            "Only a draft was shown; the request itself has not been made.",
            "Comment on the draft, or wait for the request.",
        ),
        table.NOT_ENTITLED: (
            "This is for the other side to say: one asks, the other answers.",
            "Ask that party to do it.",
        ),
        "submitted-before": (
            "This request was sent before.",
            "Show it to see where it stands, or send another one.",
        ),
        "acknowledged-before": (
            "This request was registered before.",
            "Accept, answer or refuse it.",
        ),
        "decided-before": (
            "What this is about was answered or refused before.",
            "Answer again if there is more to give.",
        ),
        "after-withdrawal": (
            "The party that asked has withdrawn this request.",
            "Tell its agency directly if the work goes on, or wait for another request.",
        ),
        "answered-already": (
            "This was answered already, and what was given stays given.",
            "Reopen it if the answer is incomplete, or send another request.",
        ),
        "refused-already": (
            "Everything was refused already.",
            "Reopen it if the ground for refusing is gone, or send another request.",
        ),
        "withdrawn-before": (
            "This request was withdrawn before.",
            "Send another request if it is needed again.",
        ),
        "closed-before": (
            "The party that asked has closed this request.",
            "Wait until that party reopens it; that party can, or can send another one.",
        ),
        moves.STILL_OPEN: (
            "Something is still to be answered or refused.",
            "Wait for it, ask after its status, or withdraw the request.",
        ),
        moves.ITEMS_MISSING: (
            "It does not say which items are asked for again.",
            "Name each item that was answered or refused and is needed still.",
        ),
        moves.ANSWERS_ANOTHER: (
            "The act that this is about is not one that it can be said of.",
            "Show the request and use the id of the act that is meant.",
        ),
        moves.SETTLED_BEFORE: (
            "This question was settled before.",
            _SHOW,
        ),
        moves.CONDITION_OPEN: (
            "A condition is attached to it, and the party that asked has not accepted it.",
            "Wait until it is accepted, or accept the items again without it.",
        ),
        moves.CONDITION_DECLINED: (
            "The party that asked has declined the condition that is attached to it.",
            "Accept the items again with another condition or none, or refuse them.",
        ),
        moves.CONDITION_NOT_ACCEPTED: (
            "The party that asked has not accepted that condition, so that it binds nobody.",
            "Wait until it is accepted, or accept the items again without it.",
        ),
        rules.NOTHING_DECLINED: (
            "No condition was declined on all of what this is about.",
            "Give another ground, or name the items whose conditions were declined.",
        ),
        moves.NOT_CONSULTED: (
            "On this ground the State that asked is consulted before anything is refused.",
            "Consult it first, on the same items; consider answering in part or with conditions.",
        ),
        dates.CONSULTATION_OPEN: (
            "The State that asked was consulted, and its time to answer is not over.",
            "Wait for its answer, or until the date that the consultation names.",
        ),
        dates.DATE_PAST: (
            "The date that it names is past: nobody could act by it any more.",
            "Name one that is still to come, with its zone; a draft with the old one is dropped.",
        ),
        moves.NOT_POSTPONED: (
            "The request is not postponed.",
            "Accept, answer or refuse it.",
        ),
        moves.NOTHING_GIVEN: (
            "Nothing was given whose use could be accounted for.",
            "Answer the request first.",
        ),
        moves.NOT_DISPUTED: (
            "The assessment is not disputed.",
            "Wait until the State that it is of disputes it; correct your act if it was wrong.",
        ),
        fold.ASKS_ITSELF: (
            "A party cannot ask itself.",
            "Name another party of the channel with --to.",
        ),
        fold.ADDRESSEES_CHANGED: (
            "It names other parties than those that are asked.",
            "Name the same parties, or send it as a request of its own.",
        ),
        fold.ITEM_UNKNOWN: (
            "It names an item that the request does not list.",
            "Name items as the request does; showing it lists them.",
        ),
        targets.NOT_ORAL: (
            "This request was made in writing: nothing is left to confirm.",
            "Correct it if something in it is wrong.",
        ),
        targets.CONFIRMED_BEFORE: (
            "This request was confirmed in writing before.",
            "Correct it if something in it is wrong.",
        ),
        targets.OPENED_BEFORE: (
            "It was said before that this act was opened.",
            _SHOW,
        ),
        targets.SUPERSEDES_ITSELF: (
            "A request cannot stand in its own place.",
            "Name the other request, or correct this one.",
        ),
        "addressees-unclear": (
            "A request names each party that it asks once.",
            "Name the parties with --to, each once.",
        ),
        "type-missing": (
            "A request has a type.",
            "Give the type as lower-case letters, digits and hyphens, like 'preservation'.",
        ),
        "urgency-unknown": (
            "A request says how urgent it is.",
            f"Use one of: {', '.join(URGENCIES)}.",
        ),
        "reference-missing": (
            "Whoever acknowledges a request registers it under a reference of their own.",
            "Give your file number with --own-reference; if there is none, part of the id will do.",
        ),
        "rating-missing": (
            "An assessment says of one criterion at least how far it is met.",
            f"Name criteria of the guideline, each with one of: {', '.join(codes.RATINGS)}.",
        ),
        "rating-misplaced": (
            "Only an assessment that is changed is rated anew.",
            "Say that it is changed, or leave the ratings out.",
        ),
        rules.TYPE_NOT_AGREED: (
            "The guideline that the request names has no such type.",
            "Use a type of the guideline in force.",
        ),
        rules.URGENCY_NOT_AGREED: (
            "The guideline does not allow this urgency for this type.",
            "Use an urgency that the guideline allows for it.",
        ),
        rules.TIME_NOT_AGREED: (
            "The guideline has no such time for this type.",
            "Leave the time out, or write it as an element.",
        ),
        rules.GUIDELINE_OF_ANOTHER: (
            "The request is bound to another version than the one it is checked against.",
            "Name the version that is in force.",
        ),
        rules.CODE_NOT_AGREED: (
            "The guideline that the request names does not allow this code.",
            "Use one of the codes that it lists.",
        ),
        rules.OPENING_NOT_AGREED: (
            "The guideline does not say that either side tells when it has opened an act.",
            "Acknowledge the request instead.",
        ),
        "step-missing": (
            "It tells more of an item than the step that it is about, or no step at all.",
            "Name the step of each item that a sum, a reason or a time is given of.",
        ),
        "sum-incomplete": (
            "A sum says nothing without its unit, and a unit nothing without a sum.",
            "Give both: the sum in whole minor units, and the currency, `persons` or `count`.",
        ),
        ladder.STEP_NOT_AGREED: (
            "The guideline has no such step for requests of this type.",
            "Use a step of its ladder; `comity guideline show` lists them under lanes.",
        ),
        sums.OTHER_SIDE: (
            "This step is for the other side to tell.",
            "Tell a step of your own side.",
        ),
        ladder.STEP_TOO_EARLY: (
            "No step was told after which this one comes.",
            "Tell the step before it first, of the same item.",
        ),
        ladder.SUM_MISSING: (
            "The guideline asks for the sum of this step.",
            "Give the sum in whole minor units, with its unit.",
        ),
        ladder.UNIT_NOT_AGREED: (
            "The guideline counts this step in another unit.",
            "Use a currency of three capital letters, `persons` or `count`, as the ladder says.",
        ),
        ladder.REASON_NOT_AGREED: (
            "The guideline asks for another reason of this step, or for none.",
            f"Use one that the ladder lists, of: {', '.join(codes.STEP_REASONS)}.",
        ),
        sums.OTHER_CURRENCY: (
            "The sum is of another currency than what was asked.",
            "Give it in the currency of the request.",
        ),
        sums.OVER_ASKED: (
            "It would come to more than was asked.",
            "Correct the sum: it is given in whole minor units.",
        ),
        sums.TIME_AHEAD: (
            "It tells of a time that is still to come.",
            "Give the time at which it came about, with its zone.",
        ),
    }
)
"""`{name of a problem or a result without effect: (why not, what to do instead)}`."""

_OTHERWISE: Final = (
    "This act has fields that do not belong to what it says.",
    "Draft it again with this version of the program.",
)

RULES: Final = shape.RULES | {
    f"request.{name}" for name in {*WHY, *fields.PROBLEMS} - shape.WHY.keys()
}
"""Every rule that `no` can give."""


def no(name: str, act: Act | None = None) -> Inadmissible:
    """Return the refusal by rule that a name stands for; `act` is what would have been said."""
    if name == "reason-unknown" and act is not None:
        return _reason_unknown(act)
    if name == fold.ITEM_UNKNOWN and act is not None and act.items:
        what = f"The request does not list {_any_of(act.items)}."
        return Inadmissible(f"request.{name}", what, WHY[name][1])
    if name in shape.WHY:
        return shape.no(name)
    what, fix = WHY.get(name, _OTHERWISE)
    return Inadmissible(f"request.{name}", what, fix)


def _reason_unknown(act: Act) -> Inadmissible:
    known = fields.known_codes(act.tag)
    given = sorted(fields.unknown_codes(act))
    return shape.no(
        "reason-unknown",
        f"{quoted(', '.join(given))} is none of the codes that both sides know."
        if given
        else "It gives no reason, and says nothing without one.",
        f"Use one of: {', '.join(known)}." if known else "Give an id, as `show` prints it.",
    )


def _any_of(items: Sequence[str]) -> str:
    return quoted(items[0]) if len(items) == 1 else f"each of {quoted(', '.join(items))}"
