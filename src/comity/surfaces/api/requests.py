"""Reading: requests, one request, what it carries.

Floor: surfaces.
"""

from collections.abc import Iterable
from typing import Final, Literal, cast

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from comity.domestic.custody import acts
from comity.joint.request import view
from comity.kernel.fault import Fault, quoted
from comity.node.base.context import Node
from comity.node.base.cursor import CURSOR_CHARS_MAX
from comity.node.base.rows import Officer
from comity.node.room import act_blobs as desk_bodies
from comity.node.room import custody, matter_read, officers
from comity.node.room.act_blobs import HELD
from comity.rooms.request import reading, request_list
from comity.rooms.request.filters import require_known
from comity.rooms.request.request_list import COUNT_MAX, Asked, Wanted
from comity.surfaces.api import paging, request_json
from comity.surfaces.api.caller import node_of, officer_of
from comity.surfaces.api.calls import (
    BYTES,
    DESK,
    OCTETS,
    READ,
    MatterId,
    doing,
    or_refuse,
    saved,
    showing,
)
from comity.surfaces.api.shapes import Counts, Hex, Queried, RequestPage, RequestShown

router: Final = Router(tags=["requests"])
"""Every call on requests stands here: an address has one router."""


_STATUS: Final = f"({'|'.join(view.STATUSES)})"


class Filters(Queried):
    """Which requests, and where the list goes on."""

    status: str = Field(
        "",
        max_length=300,
        pattern=rf"^({_STATUS}(,{_STATUS})*)?$",
        description="one or more, joined by commas",
    )
    urgency: Literal["", "emergency", "urgent", "routine"] = ""
    asker: str = Field("", max_length=63)
    holder: str = Field("", max_length=63)
    type: str = Field("", max_length=63)
    search: str = Field("", max_length=300, description="words that one act has; `begin*` too")
    reference: str = Field("", max_length=300, description="a file number, or its beginning")
    direction: Literal["", "in", "out"] = Field("", description="what was asked of us, or by us")
    party: str = Field("", max_length=63, description="that asked or is asked")
    agency: str = Field("", max_length=63, description="of this State that reads it")
    mine: bool = Field(default=False, description="only what the officer has themselves")
    clock: Literal["", "due", "overdue"] = Field(
        "", description="by due time: all with an open clock, or what is overdue"
    )
    after: str = Field("", max_length=CURSOR_CHARS_MAX, description="the `next` of a page")
    count: int = Field(50, ge=1, le=COUNT_MAX)


@router.get(
    "/requests",
    auth=READ,
    response=showing(RequestPage),
    operation_id="list_requests",
    summary="List requests, what waits for this State first",
)
def list_requests(request: HttpRequest, filters: Query[Filters]) -> HttpResponse:
    """Return some requests and where the next page begins."""
    node = node_of(request)
    wanted = Wanted(
        frozenset(word for word in filters.status.split(",") if word),
        filters.urgency,
        filters.asker,
        filters.holder,
        filters.type,
        party=filters.party,
        agency=filters.agency,
    )
    asked = Asked(
        request_list.directed(wanted, node.party, filters.direction),
        filters.after,
        filters.count,
        filters.search,
        filters.reference,
        clock=filters.clock,
        is_mine=filters.mine,
    )
    officer = officer_of(request)
    require_known(node, officer, wanted)
    was_whole = request_list.is_whole(node)
    found = request_list.page(node, officer, asked)
    lines = [request_json.line(line.row, line.state, node.party) for line in found.lines]
    is_whole = was_whole and request_list.is_whole(node)
    return paging.tagged(request, {"requests": [*lines], "next": found.after, "is_whole": is_whole})


@router.get(
    "/counts",
    auth=READ,
    response=showing(Counts),
    operation_id="count_requests",
    summary="Count the requests that the officer can read, by status",
)
def count_requests(request: HttpRequest) -> HttpResponse:
    """Return how many there are."""
    node = node_of(request)
    was_whole = request_list.is_whole(node)
    found = request_list.counts(node, officer_of(request))
    is_whole = was_whole and request_list.is_whole(node)
    return paging.tagged(
        request, {"counts": dict(found), "all": sum(found.values()), "is_whole": is_whole}
    )


@router.get(
    "/requests/{matter}",
    auth=READ,
    response=showing(RequestShown),
    operation_id="show_request",
    summary="Show one request; that a person has looked at it is not noted by that",
)
def show_request(request: HttpRequest, matter: MatterId) -> HttpResponse:
    """Return one request with its time line and what each act carries."""
    node = node_of(request)
    found = reading.read(node, officer_of(request), matter)
    return paging.tagged(request, request_json.shown(found, node.party))


class Seen(Schema):
    """A request that an officer has looked at."""

    matter: str


@router.post(
    "/requests/{matter}/seen",
    auth=DESK,
    response=doing(Seen),
    operation_id="see_request",
    summary="Note that an officer has looked at a request: they are reminded of it no more",
)
def see_request(request: HttpRequest, matter: MatterId) -> HttpResponse:
    """Note it for the officer, whose program showed it to them."""
    officer = officer_of(request)
    officers.require_work(officer)
    row = reading.see(node_of(request), officer, matter)
    return paging.told({"matter": row.matter.id})


@router.get(
    "/requests/{matter}/bodies/{sha256}",
    auth=READ,
    response=BYTES,
    operation_id="read_body",
    summary="Read a body in the clear",
)
def read_body(
    request: HttpRequest, matter: MatterId, sha256: Hex
) -> HttpResponse | StreamingHttpResponse:
    """Return the bytes of one body; never shown by a browser as what it says it is."""
    node = node_of(request)
    found = reading.read(node, officer_of(request), matter)
    bodies = [body for said in found.said.values() for body in said.bodies]
    body = next((b for b in bodies if b.blob.sha256 == sha256 and b.state == HELD), None)
    if body is None:
        raise Fault(
            code="node.body.unknown",
            what=f"This request carries no body {quoted(sha256)} that can be read here.",
            fix="Show the request to see what it carries and whether it is held.",
        )
    if body.blob.role.partition(":")[0] == desk_bodies.ATTACHMENT:
        return _read_attachment(node, officer_of(request), found, sha256)
    answer: HttpResponse | StreamingHttpResponse
    if body.is_whole:
        answer = HttpResponse(body.data, content_type=OCTETS)
    else:
        answer = StreamingHttpResponse(desk_bodies.parts(node, body), content_type=OCTETS)
    answer["Content-Length"] = str(body.size_bytes)
    return saved(answer, sha256)


def _read_attachment(
    node: Node, officer: Officer, found: matter_read.Shown, sha256: str
) -> HttpResponse | StreamingHttpResponse:
    """Return an attachment; that it was read is kept first, and no sample is given in the clear."""
    item = next(one for one in custody.items(node, found) if one.body.blob.sha256 == sha256)
    parts = or_refuse(custody.give(node, officer, item, custody.Why(), kind=acts.READ))
    plain = cast("Iterable[bytes]", parts)
    answer: HttpResponse | StreamingHttpResponse
    if item.body.is_whole:
        answer = HttpResponse(b"".join(plain), content_type=OCTETS)
    else:
        answer = StreamingHttpResponse(plain, content_type=OCTETS)
    answer["Content-Length"] = str(item.body.size_bytes)
    return saved(answer, sha256)
