"""What banks write: a recall fills in a request, the answer to it is a step.

    POST /request-recall                  {"message": "<Document xmlns=…>"}    keeps nothing
    POST /requests/{matter}/resolution    the same, with camt.029

Floor: surfaces.
"""

from typing import Final

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import Field

from comity.rooms.request import asking_authority, recall, resolution
from comity.surfaces.api import paging, send
from comity.surfaces.api.caller import node_of, officer_of
from comity.surfaces.api.calls import DRAFT, KEY, READ, SENT, MatterId, doing
from comity.surfaces.api.shapes import Strict

router: Final = Router(tags=["requests"])


class BankMessage(Strict):
    """A message of ISO 20022."""

    message: str = Field(
        min_length=1, max_length=recall.MESSAGE_BYTES_MAX, description="XML, as the bank sent it"
    )


class RecalledRequest(Schema):
    """A request that a message fills in."""

    request: dict[str, object] = Field(description="as request.schema.json, as far as it is known")


@router.post(
    "/request-recall",
    auth=READ,
    response=doing(RecalledRequest),
    operation_id="read_recall",
    summary="Fill in a request to stop a payment from a bank's recall; nothing is kept",
)
def read_recall(request: HttpRequest, payload: BankMessage) -> HttpResponse:
    """Return what the message says, and who asks."""
    asking = asking_authority.elements(node_of(request), officer_of(request))
    value = recall.request(recall.read(payload.message.encode()), asking)
    return paging.told({"request": value})


@router.post(
    "/requests/{matter}/resolution",
    auth=DRAFT,
    response=SENT,
    operation_id="tell_resolution",
    summary="Tell what a bank answered to its recall as a step of the request",
)
def tell_resolution(
    request: HttpRequest, matter: MatterId, payload: BankMessage, idempotency_key: str = KEY
) -> HttpResponse:
    """Say the step: 201 when it stands in the own log, 202 when it lacks approvals."""
    done = resolution.say(
        node_of(request), officer_of(request), matter, payload.message.encode(), idempotency_key
    )
    return send.told(request, done)
