"""Who reads a request at home.

Floor: surfaces.
"""

from typing import Final

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import Field

from comity.kernel.ijson import Json
from comity.node.desk import sharing
from comity.node.desk.sharing import Readers
from comity.surfaces.api import paging
from comity.surfaces.api.caller import node_of, officer_of
from comity.surfaces.api.calls import DESK, READ, MatterId, doing, or_refuse, showing
from comity.surfaces.api.shapes import Strict

router: Final = Router(tags=["requests"])


class With(Strict):
    """An agency or an officer of this State."""

    to: str = Field(pattern=r"^@?[a-z0-9][a-z0-9.-]{0,62}$", description="AGENCY or @OFFICER")


class ReadersShown(Schema):
    """Who can read a request."""

    matter: str
    readers: list[str] = Field(description="AGENCY or @OFFICER; empty for the contact point")
    changed: bool


@router.get(
    "/requests/{matter}/readers",
    auth=READ,
    response=showing(ReadersShown),
    operation_id="list_readers",
    summary="Show which agencies and officers can read a request",
)
def list_readers(request: HttpRequest, matter: MatterId) -> HttpResponse:
    """Return them; "" is the contact point."""
    return paging.tagged(
        request, _json(sharing.readers(node_of(request), officer_of(request), matter))
    )


@router.post(
    "/requests/{matter}/share",
    auth=DESK,
    response=doing(ReadersShown),
    operation_id="share_request",
    summary="Let another agency or officer of this State read a request",
)
def share_request(request: HttpRequest, matter: MatterId, payload: With) -> HttpResponse:
    """Share a request."""
    found = or_refuse(sharing.share(node_of(request), officer_of(request), matter, payload.to))
    return paging.told(_json(found))


@router.post(
    "/requests/{matter}/unshare",
    auth=DESK,
    response=doing(ReadersShown),
    operation_id="unshare_request",
    summary="End what sharing began",
)
def unshare_request(request: HttpRequest, matter: MatterId, payload: With) -> HttpResponse:
    """Share a request no longer."""
    found = sharing.unshare(node_of(request), officer_of(request), matter, payload.to)
    return paging.told(_json(found))


def _json(found: Readers) -> Json:
    return {"matter": found.matter_id, "readers": [*found.keys], "changed": found.is_changed}
