"""Snapshots of a review: what is said of them.

    POST /reviews/{snapshot}/comment     {"cell": "all/timeliness/respond/median", "texts": {…}}
    POST /reviews/{snapshot}/withdraw    {"reason": "error"}

Floor: surfaces.
"""

from typing import Annotated, Final

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import Field

from comity.joint.review import acts
from comity.node.review import say
from comity.surfaces.api import send
from comity.surfaces.api.caller import node_of, officer_of
from comity.surfaces.api.calls import DRAFT, KEY, SENT, MatterId
from comity.surfaces.api.shapes import Code
from comity.surfaces.api.translations import Spoken, words

router: Final = Router(tags=["reviews"])

type Cell = Annotated[str, Field(pattern=f"^{acts.ADDRESS_SHAPE.pattern}$", max_length=255)]


class CommentFigure(Spoken):
    """On which figure."""

    cell: Cell


class WithdrawSnapshot(Spoken):
    """Why."""

    reason: Code


@router.post(
    "/reviews/{snapshot}/comment",
    auth=DRAFT,
    response=SENT,
    operation_id="comment_review",
    summary="Comment on a figure, for both sides to read",
)
def comment_review(
    request: HttpRequest, snapshot: MatterId, payload: CommentFigure, idempotency_key: str = KEY
) -> HttpResponse:
    """Comment on a cell."""
    who = node_of(request), officer_of(request)
    said = words(who[1], payload, idempotency_key)
    return send.told(request, say.comment(*who, snapshot, payload.cell, said))


@router.post(
    "/reviews/{snapshot}/withdraw",
    auth=DRAFT,
    response=SENT,
    operation_id="withdraw_review",
    summary="Take back a snapshot of this State",
)
def withdraw_review(
    request: HttpRequest, snapshot: MatterId, payload: WithdrawSnapshot, idempotency_key: str = KEY
) -> HttpResponse:
    """Withdraw a snapshot."""
    who = node_of(request), officer_of(request)
    said = words(who[1], payload, idempotency_key)
    return send.told(request, say.withdraw(*who, snapshot, payload.reason, said))
