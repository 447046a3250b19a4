"""What the law of this State asks, and decisions of counsel; nothing of it crosses.

Floor: surfaces.
"""

from typing import Final

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import Field

from comity.domestic.legal.verbs import DECIDE, TABLE
from comity.node.desk import legal, legal_json
from comity.node.room.step import Step
from comity.surfaces.api import paging
from comity.surfaces.api.caller import node_of, officer_of
from comity.surfaces.api.calls import READ, MatterId, doing, or_refuse, showing
from comity.surfaces.api.law_shapes import LawDecided, LawDryRun, LawExplained
from comity.surfaces.api.shapes import Strict
from comity.surfaces.api.verb_call import add_step

router: Final = Router(tags=["law"])


class Profile(Strict):
    """A nation profile that is not in force."""

    text: str = Field(max_length=1 << 20, description="plain YAML")


@router.get(
    "/legal/{subject}",
    auth=READ,
    response=showing(LawExplained),
    operation_id="explain_legal",
    summary="Say what has to be decided of a request or draft, by which rule, and what is missing",
)
def explain(request: HttpRequest, subject: MatterId) -> HttpResponse:
    """Return every question with where it stands."""
    found = legal.explain(node_of(request), officer_of(request), subject)
    return paging.tagged(request, legal_json.explained_json(found))


def _decide(request: HttpRequest, subject: str, step: Step) -> HttpResponse:
    done = or_refuse(legal.take(node_of(request), officer_of(request), subject, step))
    return paging.told(legal_json.decided_json(done))


add_step(router, TABLE, DECIDE, _decide, doing(LawDecided))


@router.post(
    "/legal-dry-run",
    auth=READ,
    response=doing(LawDryRun),
    operation_id="dry_run_legal",
    summary="List the acts that a changed nation profile would have stopped",
)
def dry_run(request: HttpRequest, payload: Profile) -> HttpResponse:
    """Judge what was sent by another profile; nothing is changed."""
    data = payload.text.encode("utf-8", "replace")
    found = legal.dry_run(node_of(request), officer_of(request), data, "profile")
    return paging.told(legal_json.stopped_json(found))
