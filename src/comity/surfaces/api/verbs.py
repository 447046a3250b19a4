"""What may be said about a request: one call for each verb, with its fields, as data.

    POST /requests/{matter}/accept    {"conditions": ["no-other-use"], "items": [], "answer": {…}}

Every call takes `answer`, what a person would write in an answer file (values, texts, the own
reference, attachments), and `files`, the attachments themselves.

Floor: surfaces.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from pydantic import Field

from comity.acts.verb import Value
from comity.joint.request import acts
from comity.node.base.context import Node
from comity.node.base.rows import Officer
from comity.node.desk import request
from comity.node.room.act_words import Words
from comity.node.room.release.draft_store import Result
from comity.surfaces.api.shapes import Code, Files, Hex, Id, Instant, Prefix, Strict, Uploads


class Say(Strict):
    """Words beside the codes of an act."""

    answer: dict[str, object] = Field(default_factory=dict, description="as answer.schema.json")
    files: Files = Field(
        default_factory=dict, description="base64 of each attachment that `answer` names"
    )
    uploads: Uploads = Field(
        default_factory=dict, description="the upload of each that is larger, by its path"
    )
    hold: bool = Field(default=False, description="keep it as a draft, which `release` sends")


class Reason(Say):
    """A code of a closed list (docs/spec/request.md, clauses 9 and 10)."""

    reason: Code


class ReasonItems(Reason):
    """The same for some items."""

    items: list[Id] = Field([], max_length=256, description="none: all that are open")


class Close(Reason):
    """Of whom nothing more is expected."""

    to: list[Id] = Field([], max_length=64, description="parties; none: all that have decided")


class Reopen(ReasonItems):
    """Who is asked again, and for what."""

    to: list[Id] = Field([], max_length=64, description="parties; none: all that decided the items")


class About(Say):
    """What settles an earlier act."""

    about: Prefix = Field("", description="the act that is answered, if not the newest")


class ReasonAbout(About):
    """The same with a code."""

    reason: Code


class Findings(Say):
    """What is wrong with a request or a draft, element by element."""

    findings: dict[str, Code] = Field(
        default_factory=dict, max_length=256, description="{element: deficiency}"
    )
    reason: Code = Field("", description="of the whole")


class Reroute(Reason):
    """To which agency a request is handed."""

    agency: Id


class Accept(Say):
    """Which items are accepted, on which conditions."""

    conditions: list[Code] = Field([], max_length=64)
    items: list[Id] = Field([], max_length=256, description="none: all")


class Waive(About):
    """Conditions that no longer bind the party that asked."""

    conditions: list[Code] = Field(min_length=1, max_length=64)


class Stage(Say):
    """How far it is."""

    stage: Code
    expected_at_ms: Instant | None = None


class Give(Say):
    """What is given, for the items that `answer` names."""

    partial: bool = Field(default=False, description="whether more is to come for them")


class Postpone(Reason):
    """Until when."""

    review_at_ms: Instant


class Consult(ReasonItems):
    """On which ground, and until when an answer is waited for."""

    answer_by_ms: Instant


class Supersede(Say):
    """Which request stands in the place of this one, and what was wrong with it."""

    by: Prefix
    error: Code


class OfAct(Say):
    """An act of this request."""

    act: Prefix


class Correct(OfAct):
    """What was wrong in an act of our own."""

    error: Code


class Destroy(Reason):
    """Which blobs were destroyed."""

    blobs: list[Hex] = Field(min_length=1, max_length=256)


class Assess(About):
    """How far criteria of the guideline are met."""

    ratings: dict[str, Code] = Field(max_length=64, description="{criterion: rating}")
    items: list[Id] = Field([], max_length=256, description="none: all")


class SettleAssessment(About):
    """What comes of an assessment that was disputed."""

    outcome: Code
    ratings: dict[str, Code] = Field(
        default_factory=dict, max_length=64, description="anew, where it is changed"
    )


type Do = Callable[[tuple[Node, Officer, str], Any, Words], Result]
"""(who says it of which request, what was sent, its words) -> what came of it."""


@dataclass(frozen=True, slots=True)
class Verb:
    """One call.

    Attributes:
        path: after the request.
        words: what it does.
        shape: of what is sent.
        do: the use case.
    """

    path: str
    words: str
    shape: type[Say]
    do: Do


def _say(tag: str, **names: str) -> Do:
    """Return what says a verb: `{field: its name in the call}`."""

    def said(who: tuple[Node, Officer, str], sent: Say, words: Words) -> Result:
        given = {key: _value(getattr(sent, name)) for key, name in names.items()}
        return request.say(*who, tag, given, words)

    return said


def _value(given: Any) -> Value:  # noqa: ANN401 -- of any field
    return tuple(given) if isinstance(given, list) else "" if given is None else given


VERBS: Final = (
    Verb(
        "comment",
        "Comment on a draft that was shown",
        Findings,
        _say(acts.COMMENTED, findings="findings"),
    ),
    Verb(
        "confirm",
        "Confirm in writing what was asked orally",
        Say,
        _say(acts.CONFIRMED),
    ),
    Verb(
        "acknowledge",
        "Register it under an own reference (needed; part of its id will do), even if deficient",
        Say,
        _say(acts.ACKNOWLEDGED),
    ),
    Verb(
        "find-deficient",
        "Say what is missing or wrong, element by element",
        Findings,
        _say(acts.FOUND_DEFICIENT, findings="findings", reason="reason"),
    ),
    Verb(
        "dispute",
        "Dispute that it is deficient",
        ReasonAbout,
        _say(acts.DEFICIENCY_DISPUTED, reason="reason", about="about"),
    ),
    Verb(
        "clarify",
        "Supply what was missing or wrong",
        About,
        _say(acts.CLARIFIED, about="about"),
    ),
    Verb(
        "reroute",
        "Hand it to the agency that is competent, and tell the other side",
        Reroute,
        _say(acts.REROUTED, agency="agency", reason="reason"),
    ),
    Verb(
        "accept",
        "Accept it, wholly or item by item, with conditions or without",
        Accept,
        _say(acts.ACCEPTED, conditions="conditions", items="items"),
    ),
    Verb(
        "accept-condition",
        "Accept the conditions on which it was accepted, and be bound by them",
        About,
        _say(acts.CONDITION_ACCEPTED, about="about"),
    ),
    Verb(
        "decline-condition",
        "Decline the conditions on which it was accepted",
        About,
        _say(acts.CONDITION_DECLINED, about="about"),
    ),
    Verb(
        "waive-condition",
        "Consent that conditions which the other side accepted no longer bind it",
        Waive,
        _say(acts.CONDITION_WAIVED, conditions="conditions", about="about"),
    ),
    Verb(
        "ask-status",
        "Ask how far it is",
        Say,
        _say(acts.STATUS_ASKED),
    ),
    Verb(
        "report-status",
        "Say how far it is",
        Stage,
        _say(acts.STATUS_REPORTED, stage="stage", expected_at="expected_at_ms"),
    ),
    Verb(
        "answer",
        "Answer it, wholly or item by item",
        Give,
        lambda who, p, words: request.say(
            *who, acts.ANSWERED, {"extent": "partial" if p.partial else ""}, words
        ),
    ),
    Verb(
        "postpone",
        "Postpone it until a date of review",
        Postpone,
        _say(acts.POSTPONED, reason="reason", review_at="review_at_ms"),
    ),
    Verb(
        "resume",
        "Take it up again",
        Say,
        _say(acts.RESUMED),
    ),
    Verb(
        "consult",
        "Consult on a ground before refusing",
        Consult,
        _say(acts.CONSULTED, reason="reason", answer_by="answer_by_ms", items="items"),
    ),
    Verb(
        "answer-consultation",
        "Answer a consultation before a refusal; `reason` is the position",
        ReasonAbout,
        _say(acts.CONSULTATION_ANSWERED, position="reason", about="about"),
    ),
    Verb(
        "refuse",
        "Refuse it, wholly or item by item, on a ground",
        ReasonItems,
        _say(acts.REFUSED, reason="reason", items="items"),
    ),
    Verb(
        "withdraw",
        "Take back what is still open, or a draft",
        Reason,
        _say(acts.WITHDRAWN, reason="reason"),
    ),
    Verb(
        "supersede",
        "Take it back because another request stands in its place",
        Supersede,
        _say(acts.SUPERSEDED, by="by", error="error"),
    ),
    Verb(
        "close",
        "Say that nothing more is expected",
        Close,
        _say(acts.CLOSED, reason="reason", to="to"),
    ),
    Verb(
        "reopen",
        "Ask again for what was answered or refused",
        Reopen,
        _say(acts.REOPENED, reason="reason", items="items", to="to"),
    ),
    Verb(
        "correct",
        "Name an error in an act of our own, and give what is right",
        Correct,
        _say(acts.CORRECTED, about="act", error="error"),
    ),
    Verb(
        "open",
        "Say that an act of the other side was opened, if the guideline agrees to that",
        OfAct,
        _say(acts.OPENED, about="act"),
    ),
    Verb(
        "ask-use",
        "Ask for an account of the use of what was given",
        Say,
        _say(acts.USE_ASKED),
    ),
    Verb(
        "report-use",
        "Account for the use of what was given; `reason` says how it was used",
        ReasonAbout,
        _say(acts.USE_REPORTED, use="reason", about="about"),
    ),
    Verb(
        "destroy",
        "Attest that blobs were destroyed",
        Destroy,
        _say(acts.DESTROYED, reason="reason", blobs="blobs"),
    ),
    Verb(
        "assess",
        "Assess what the other side said, by the criteria of the guideline",
        Assess,
        _say(acts.ASSESSED, ratings="ratings", about="about", items="items"),
    ),
    Verb(
        "dispute-assessment",
        "Dispute an assessment of the other side",
        ReasonAbout,
        _say(acts.ASSESSMENT_DISPUTED, reason="reason", about="about"),
    ),
    Verb(
        "settle-assessment",
        "Say what comes of an assessment that was disputed",
        SettleAssessment,
        _say(acts.ASSESSMENT_SETTLED, outcome="outcome", ratings="ratings", about="about"),
    ),
)
