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

from comity.node.context import Node
from comity.node.desk import request
from comity.node.desk.drafts import Result
from comity.node.desk.request import Words
from comity.node.rows import Officer
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


def _settle(use: Callable[..., Result]) -> Do:
    return lambda who, p, words: use(*who, words, p.about)


def _reasoned(use: Callable[..., Result]) -> Do:
    return lambda who, p, words: use(*who, p.reason, words)


VERBS: Final = (
    Verb(
        "comment",
        "Comment on a draft that was shown",
        Findings,
        lambda who, p, words: request.comment(*who, p.findings, words),
    ),
    Verb(
        "confirm",
        "Confirm in writing what was asked orally",
        Say,
        lambda who, _, words: request.confirm(*who, words),
    ),
    Verb(
        "acknowledge",
        "Register it under an own reference (needed; part of its id will do), even if deficient",
        Say,
        lambda who, _, words: request.acknowledge(*who, words),
    ),
    Verb(
        "find-deficient",
        "Say what is missing or wrong, element by element",
        Findings,
        lambda who, p, words: request.find_deficient(*who, p.findings, words, p.reason),
    ),
    Verb(
        "dispute",
        "Dispute that it is deficient",
        ReasonAbout,
        lambda who, p, words: request.dispute(*who, p.reason, words, p.about),
    ),
    Verb(
        "clarify",
        "Supply what was missing or wrong",
        About,
        _settle(request.clarify),
    ),
    Verb(
        "reroute",
        "Hand it to the agency that is competent, and tell the other side",
        Reroute,
        lambda who, p, words: request.reroute(*who, p.agency, p.reason, words),
    ),
    Verb(
        "accept",
        "Accept it, wholly or item by item, with conditions or without",
        Accept,
        lambda who, p, words: request.accept(*who, tuple(p.conditions), tuple(p.items), words),
    ),
    Verb(
        "accept-condition",
        "Accept the conditions on which it was accepted, and be bound by them",
        About,
        _settle(request.accept_condition),
    ),
    Verb(
        "decline-condition",
        "Decline the conditions on which it was accepted",
        About,
        _settle(request.decline_condition),
    ),
    Verb(
        "waive-condition",
        "Consent that conditions which the other side accepted no longer bind it",
        Waive,
        lambda who, p, words: request.waive_condition(*who, tuple(p.conditions), words, p.about),
    ),
    Verb(
        "ask-status",
        "Ask how far it is",
        Say,
        lambda who, _, words: request.ask_status(*who, words),
    ),
    Verb(
        "report-status",
        "Say how far it is",
        Stage,
        lambda who, p, words: request.report_status(*who, p.stage, p.expected_at_ms, words),
    ),
    Verb(
        "answer",
        "Answer it, wholly or item by item",
        Give,
        lambda who, p, words: request.answer(*who, words, "partial" if p.partial else ""),
    ),
    Verb(
        "postpone",
        "Postpone it until a date of review",
        Postpone,
        lambda who, p, words: request.postpone(*who, p.reason, p.review_at_ms, words),
    ),
    Verb(
        "resume",
        "Take it up again",
        Say,
        lambda who, _, words: request.resume(*who, words),
    ),
    Verb(
        "consult",
        "Consult on a ground before refusing",
        Consult,
        lambda who, p, words: request.consult(
            *who, p.reason, p.answer_by_ms, words=words, items=tuple(p.items)
        ),
    ),
    Verb(
        "answer-consultation",
        "Answer a consultation before a refusal; `reason` is the position",
        ReasonAbout,
        lambda who, p, words: request.answer_consultation(*who, p.reason, words, p.about),
    ),
    Verb(
        "refuse",
        "Refuse it, wholly or item by item, on a ground",
        ReasonItems,
        lambda who, p, words: request.refuse(*who, p.reason, words, tuple(p.items)),
    ),
    Verb(
        "withdraw",
        "Take back what is still open, or a draft",
        Reason,
        _reasoned(request.withdraw),
    ),
    Verb(
        "supersede",
        "Take it back because another request stands in its place",
        Supersede,
        lambda who, p, words: request.supersede(*who, p.by, p.error, words),
    ),
    Verb(
        "close",
        "Say that nothing more is expected",
        Close,
        lambda who, p, words: request.close(*who, p.reason, words, to=tuple(p.to)),
    ),
    Verb(
        "reopen",
        "Ask again for what was answered or refused",
        Reopen,
        lambda who, p, words: request.reopen(*who, p.reason, tuple(p.items), words, to=tuple(p.to)),
    ),
    Verb(
        "correct",
        "Name an error in an act of our own, and give what is right",
        Correct,
        lambda who, p, words: request.correct(*who, p.act, p.error, words),
    ),
    Verb(
        "open",
        "Say that an act of the other side was opened, if the guideline agrees to that",
        OfAct,
        lambda who, p, words: request.open_act(*who, p.act, words),
    ),
    Verb(
        "ask-use",
        "Ask for an account of the use of what was given",
        Say,
        lambda who, _, words: request.ask_use(*who, words),
    ),
    Verb(
        "report-use",
        "Account for the use of what was given; `reason` says how it was used",
        ReasonAbout,
        lambda who, p, words: request.report_use(*who, p.reason, words, p.about),
    ),
    Verb(
        "destroy",
        "Attest that blobs were destroyed",
        Destroy,
        lambda who, p, words: request.destroy(*who, p.reason, tuple(p.blobs), words),
    ),
    Verb(
        "assess",
        "Assess what the other side said, by the criteria of the guideline",
        Assess,
        lambda who, p, words: request.assess(*who, p.ratings, words, p.about, tuple(p.items)),
    ),
    Verb(
        "dispute-assessment",
        "Dispute an assessment of the other side",
        ReasonAbout,
        lambda who, p, words: request.dispute_assessment(*who, p.reason, words, p.about),
    ),
    Verb(
        "settle-assessment",
        "Say what comes of an assessment that was disputed",
        SettleAssessment,
        lambda who, p, words: request.settle_assessment(*who, p.outcome, words, p.ratings, p.about),
    ),
)
