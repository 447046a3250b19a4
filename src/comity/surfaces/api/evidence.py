"""What requests carry: who had it, taking it out, exporting it, destroying it.

    GET  /requests/{matter}/evidence
    GET  /requests/{matter}/evidence/{sha256}?purpose=…      its bytes; a sample as a zip
    GET  /requests/{matter}/bag?purpose=…                    a BagIt bag as a zip
    POST /evidence/{matter}/hand-over                       and each other row of its table

Each time content leaves the seal, a step of its chain of custody is kept first.

Floor: surfaces.
"""

import zipfile
from collections.abc import Iterable, Iterator
from typing import Any, Final, cast

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from ninja import Query, Router

from comity.domestic.custody import acts
from comity.kernel.ijson import Json
from comity.node.base.context import Node
from comity.node.base.rows import Officer
from comity.node.desk import quarantine
from comity.node.room import custody
from comity.node.room import retention as retained
from comity.node.room.custody import Item
from comity.node.room.step import Step, fit
from comity.rooms.request import bagit as bags
from comity.rooms.request import custody_json, reading
from comity.rooms.request import evidence as room
from comity.surfaces.api import paging, send
from comity.surfaces.api.caller import node_of, officer_of
from comity.surfaces.api.calls import (
    BYTES,
    EVIDENCE,
    OCTETS,
    READ,
    SENT,
    MatterId,
    doing,
    or_refuse,
    saved,
    showing,
)
from comity.surfaces.api.custody_shapes import (
    CustodyShown,
    EvidenceDuePage,
    EvidenceList,
    HandedOver,
)
from comity.surfaces.api.shapes import Hex, Lines, Queried
from comity.surfaces.api.verb_call import add_step
from comity.surfaces.api.verb_shape import given, step_shape

router: Final = Router(tags=["evidence"])

_Take: Final[Any] = step_shape(room.TABLE, room.TAKE, Queried)
_Export: Final[Any] = step_shape(room.TABLE, room.EXPORT, Queried)
"""What is told of it in the chain of custody."""


def _hand_over(request: HttpRequest, matter: str, step: Step) -> HttpResponse:
    item = or_refuse(room.hand_over(node_of(request), officer_of(request), matter, step))
    return paging.told({"blob": item.body.blob.sha256, "to": str(step.given["to"])})


def _destroy(request: HttpRequest, matter: str, step: Step) -> HttpResponse:
    who = node_of(request), officer_of(request)
    return send.told(request, room.destroy(*who, matter, step, owns_high_water=True))


add_step(router, room.TABLE, room.HAND_OVER, _hand_over, doing(HandedOver))
add_step(router, room.TABLE, room.DESTROY, _destroy, SENT)


@router.get(
    "/requests/{matter}/evidence",
    auth=READ,
    response=showing(EvidenceList),
    operation_id="list_evidence",
    summary="List the attachments of a request, with where they came from",
)
def list_evidence(request: HttpRequest, matter: MatterId) -> HttpResponse:
    """Return each attachment."""
    items = _items(node_of(request), officer_of(request), matter)
    return paging.tagged(request, custody_json.list_json(items))


@router.get(
    "/requests/{matter}/custody",
    auth=READ,
    response=showing(CustodyShown),
    operation_id="show_custody",
    summary="Show who had each attachment in their hands, on both sides",
)
def show_custody(request: HttpRequest, matter: MatterId) -> HttpResponse:
    """Return the chain of each attachment."""
    node = node_of(request)
    shown = reading.read(node, officer_of(request), matter)
    return paging.tagged(request, custody_json.custody_json(custody.items(node, shown), shown))


@router.get(
    "/requests/{matter}/evidence/{sha256}",
    auth=EVIDENCE,
    response=BYTES,
    operation_id="take_evidence",
    summary=room.TAKE.summary,
)
def take_evidence(
    request: HttpRequest, matter: MatterId, sha256: Hex, why: Query[_Take]
) -> HttpResponse | StreamingHttpResponse:
    """Return its bytes; that it was copied is kept first."""
    node, officer = node_of(request), officer_of(request)
    item = room.item(node, officer, matter, sha256)
    parts = or_refuse(
        custody.give(
            node,
            officer,
            item,
            room.why(fit(Step(room.TAKE, given(room.TAKE, why)))),
            kind=acts.COPIED,
            quarantined=item.is_sample,
        )
    )
    name = quarantine.file_name(item.row.act.id, item.number, item.name)
    plain = cast("Iterable[bytes]", parts)
    if item.is_sample:
        zipped = StreamingHttpResponse(quarantine.parts(name, plain), content_type=OCTETS)
        return saved(zipped, f"{name}.zip")
    answer = StreamingHttpResponse(plain, content_type=OCTETS)
    answer["Content-Length"] = str(item.body.size_bytes or 0)
    return saved(answer, name)


@router.get(
    "/requests/{matter}/bag",
    auth=EVIDENCE,
    response=BYTES,
    operation_id="export_evidence",
    summary=f"{room.EXPORT.summary}, in a zip",
)
def export_evidence(
    request: HttpRequest, matter: MatterId, why: Query[_Export]
) -> HttpResponse | StreamingHttpResponse:
    """Return the bag; that each item was exported is kept first.

    `Comity-Left-Out` counts the attachments that are not in it; `left-out.txt` tells why.
    """
    node, officer = node_of(request), officer_of(request)
    told = room.why(fit(Step(room.EXPORT, given(room.EXPORT, why))))
    bag = or_refuse(bags.begin(node, officer, matter, told))
    answer = StreamingHttpResponse(
        _zipped(bag.matter_id, bags.files(node, officer, bag, told)), content_type=OCTETS
    )
    answer["Comity-Left-Out"] = str(len(bag.left_out))
    return saved(answer, f"{bag.matter_id}.zip")


def _zipped(folder: str, files: Iterable[bags.File]) -> Iterator[bytes]:
    """Give a zip of one folder part by part (RFC 8493 section 4.2)."""
    pipe = quarantine.Pipe()
    with zipfile.ZipFile(cast("Any", pipe), "w") as archive:
        for path, parts in files:
            with archive.open(f"{folder}/{path}", "w", force_zip64=True) as target:
                for part in parts:
                    target.write(part)
                    yield pipe.drain()
    yield pipe.drain()


@router.get(
    "/evidence-due",
    auth=READ,
    response=showing(EvidenceDuePage),
    operation_id="list_evidence_due",
    summary="List what is to be destroyed, and when",
)
def list_evidence_due(request: HttpRequest, page: Query[Lines]) -> HttpResponse:
    """Return some bodies that are due, or soon are, and where the next page begins."""
    who = node_of(request), officer_of(request)
    lines, following = retained.page(*who, page.after, page.count)
    due: list[Json] = [custody_json.due_json(one) for one in lines]
    return paging.tagged(request, {"due": due, "next": following})


def _items(node: Node, officer: Officer, matter: str) -> list[Item]:
    return custody.items(node, reading.read(node, officer, matter))
