"""What came to be known since: the list that a program catches up from.

    GET /acts?after=CURSOR      what this node understood behind it, in that order

Floor: surfaces.
"""

from typing import Final

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from comity.kernel.ijson import Json
from comity.node.desk import catch_up
from comity.node.desk.catch_up import Line
from comity.surfaces.api import paging
from comity.surfaces.api.caller import node_of, officer_of
from comity.surfaces.api.calls import READ, showing
from comity.surfaces.api.shapes import KnownPage, Lines

router: Final = Router(tags=["acts"])


@router.get(
    "/acts",
    auth=READ,
    response=showing(KnownPage),
    operation_id="list_acts",
    summary="List what came to be known here since, in that order: each act at least once",
)
def list_acts(request: HttpRequest, lines: Query[Lines]) -> HttpResponse:
    """Return what is behind a cursor, and the cursor of what comes next."""
    found = catch_up.page(node_of(request), officer_of(request), lines.after, lines.count)
    acts: list[Json] = [_known(one) for one in found.lines]
    return paging.tagged(request, {"acts": acts, "next": found.after, "more": found.is_more})


def _known(line: Line) -> Json:
    """Return a `Known`."""
    row = line.row
    return {
        "type": line.type,
        "channel": row.channel,
        "kind": row.matter.kind,
        "matter": row.matter.id,
        "act": row.act_id,
        "code": row.tag,
        "party": row.party,
        "log": row.origin,
        "index": row.index if row.origin else None,
        "urgency": line.urgency,
    }
