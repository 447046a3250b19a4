"""People in danger: one call, and disclosure, preservations and a case of priority come of it.

    POST /threats        {"to": "sy", "threat": {…}}

Floor: surfaces.
"""

from http import HTTPStatus
from typing import Final, cast

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import Field

from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.context import Node
from comity.node.room import matter_read
from comity.node.room.release.draft_store import Result, Sent
from comity.rooms.request import threat
from comity.surfaces.api import paging, render
from comity.surfaces.api.caller import node_of, officer_of
from comity.surfaces.api.calls import DRAFT, KEY, making, or_refuse
from comity.surfaces.api.problems import Refused
from comity.surfaces.api.shapes import Sent as SentShape
from comity.surfaces.api.shapes import Strict

router: Final = Router(tags=["requests"])


class SendThreat(Strict):
    """A threat file, and whom it asks."""

    to: str = Field(min_length=1, max_length=63, description="State where the data are")
    threat: dict[str, object] = Field(description="as threat.schema.json")
    alone: str = Field(
        "", max_length=2_000, description="why it cannot wait for approvals; it is reviewed"
    )


class ThreatSent(Schema):
    """What became of it."""

    requests: list[SentShape] = Field(description="the disclosure, then one for each provider")
    case: SentShape | None
    priority: SentShape | None = Field(description="null while the case waits for approvals")


@router.post(
    "/threats",
    auth=DRAFT,
    response=making(ThreatSent),
    operation_id="send_threat",
    summary="Ask for disclosure and preservation at once, with a case of priority",
)
def send_threat(
    request: HttpRequest, payload: SendThreat, idempotency_key: str = KEY
) -> HttpResponse:
    """Send all that a threat file makes; nothing if one of its requests lacks something."""
    node, officer = node_of(request), officer_of(request)
    given = threat.parse(cast("Json", payload.threat), "threat")
    made = or_refuse(
        threat.begin(node, officer, given, [payload.to], alone=payload.alone, key=idempotency_key)
    )
    done = [_result(node, one) for one in made.requests]
    case, priority = _result(node, made.case), _result(node, made.priority)
    told: Json = {"requests": [*done], "case": case, "priority": priority}
    return paging.told(told, HTTPStatus.CREATED)


def _result(node: Node, one: Result | None) -> Json:
    if one is None:
        return None
    if isinstance(one, Inadmissible):
        raise Refused(one)
    return render.sent(one, matter_read.delivery_of(node, one) if isinstance(one, Sent) else ())
