"""How the node stands: logs, mirrors, deliveries and channels; no content, no matter, no officer.

Floor: surfaces.
"""

from typing import Final

from django.http import HttpRequest, HttpResponse
from ninja import Router

from comity.kernel.ijson import Json
from comity.node.base import finding
from comity.node.exchange import adopt, channel_list, status
from comity.node.operate import claims, findings, write_latency
from comity.surfaces.api import paging
from comity.surfaces.api.caller import node_of
from comity.surfaces.api.calls import STATUS, showing
from comity.surfaces.api.state_shapes import ChannelList, RoomList, StatusShown

router: Final = Router(tags=["status"])


@router.get(
    "/status",
    auth=STATUS,
    response=showing(StatusShown),
    operation_id="show_status",
    summary="Show logs, mirrors and what is not delivered, and which side is at fault",
)
def show_status(request: HttpRequest) -> HttpResponse:
    """Return what `comity status` shows."""
    node = node_of(request)
    rows = status.report(node)
    seen = claims.read(node)
    found = [*findings.findings(node, rows), *claims.findings(seen)]
    with node.store.read() as tx:
        measured = write_latency.load(tx)
    logs: list[Json] = [status.to_json(row) for row in rows]
    faults: list[Json] = [finding.finding_to_json(one) for one in found if one.is_good is False]
    value: dict[str, Json] = {
        "party": node.party,
        "logs": logs,
        "findings": faults,
        "transactions": write_latency.to_json(measured),
        **claims.to_json(seen),
    }
    return paging.tagged(request, value)


@router.get(
    "/channels",
    auth=STATUS,
    response=showing(ChannelList),
    operation_id="list_channels",
    summary="List channels, their parties and logs",
)
def list_channels(request: HttpRequest) -> HttpResponse:
    """Return every channel."""
    node = node_of(request)
    with node.store.read() as tx:
        found = [channel_list.to_json(one) for one in channel_list.listed(tx, node.party)]
    return paging.tagged(request, {"channels": found})


@router.get(
    "/rooms",
    auth=STATUS,
    response=showing(RoomList),
    operation_id="list_rooms",
    summary="List the rooms of every arrangement and the version each party has adopted",
)
def list_rooms(request: HttpRequest) -> HttpResponse:
    """Return every room."""
    node = node_of(request)
    with node.store.read() as tx:
        found = [adopt.to_json(one) for one in adopt.lines(node, tx)]
    return paging.tagged(request, {"rooms": found})
