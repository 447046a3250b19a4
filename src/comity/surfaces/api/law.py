"""What the law of this State asks, and decisions of counsel; nothing of it crosses.

Floor: surfaces.
"""

from typing import Final

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import Field

from comity.domestic.legal.acts import Choice
from comity.kernel.inadmissible import Inadmissible
from comity.node.desk import legal, legal_json
from comity.node.desk.legal import Given
from comity.surfaces.api import paging
from comity.surfaces.api.caller import node_of, officer_of
from comity.surfaces.api.calls import KEY, LEGAL, READ, MatterId, doing, once, showing
from comity.surfaces.api.law_shapes import LawDecided, LawDryRun, LawExplained
from comity.surfaces.api.problems import Refused
from comity.surfaces.api.shapes import Code, Strict

router: Final = Router(tags=["law"])


class Decide(Strict):
    """A decision on one question."""

    question: str = Field(max_length=127, description="as the explanation names it")
    verdict: str = Field(max_length=10, description="allows or stops")
    named: str = Field("", max_length=63, description="the legal basis or instrument")
    number: str = Field("", max_length=200, description="of the instrument")
    conditions: list[Code] = Field([], max_length=64)
    note: str = Field("", max_length=20_000, description="why; it never leaves")
    content: str = Field(
        "",
        max_length=64,
        description="of the subject, as the explanation showed it: another one now is refused",
    )


class Profile(Strict):
    """A nation profile that is not in force."""

    text: str = Field(max_length=1 << 20, description="plain YAML")


@router.get(
    "/legal/{subject}",
    auth=READ,
    response=showing(LawExplained),
    operation_id="explain_law",
    summary="Say what has to be decided of a request or draft, by which rule, and what is missing",
)
def explain(request: HttpRequest, subject: MatterId) -> HttpResponse:
    """Return every question with where it stands."""
    found = legal.explain(node_of(request), officer_of(request), subject)
    return paging.tagged(request, legal_json.explained_json(found))


@router.post(
    "/legal/{subject}",
    auth=LEGAL,
    response=doing(LawDecided),
    operation_id="decide_law",
    summary="Record a decision of counsel",
)
def decide(
    request: HttpRequest, subject: MatterId, payload: Decide, idempotency_key: str = KEY
) -> HttpResponse:
    """Record one decision."""
    choice = Choice(
        payload.verdict, payload.named, payload.number, tuple(payload.conditions), payload.note
    )
    who = node_of(request), officer_of(request)
    given = Given(payload.content, once(request, idempotency_key))
    done = legal.decide(*who, subject, payload.question, choice, given)
    if isinstance(done, Inadmissible):
        raise Refused(done)
    return paging.told(legal_json.decided_json(done))


@router.post(
    "/legal-dry-run",
    auth=READ,
    response=doing(LawDryRun),
    operation_id="dry_run_law",
    summary="List the acts that a changed nation profile would have stopped",
)
def dry_run(request: HttpRequest, payload: Profile) -> HttpResponse:
    """Judge what was sent by another profile; nothing is changed."""
    data = payload.text.encode("utf-8", "replace")
    found = legal.dry_run(node_of(request), officer_of(request), data, "profile")
    return paging.told(legal_json.stopped_json(found))
