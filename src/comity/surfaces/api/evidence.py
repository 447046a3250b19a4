"""What requests carry: who had it, taking it out, exporting it, destroying it.

    GET  /requests/{matter}/evidence
    GET  /requests/{matter}/evidence/{sha256}?purpose=…      its bytes; a sample as a zip
    GET  /requests/{matter}/bag?purpose=…                    a BagIt bag as a zip

Each time content leaves the seal, a step of its chain of custody is kept first.

Floor: surfaces.
"""

import zipfile
from collections.abc import Iterable, Iterator
from typing import Any, Final, cast

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from ninja import Query, Router
from pydantic import Field

from comity.domestic.custody import acts, retention
from comity.kernel.fault import Fault, quoted
from comity.kernel.ijson import Json
from comity.node.base.context import Node
from comity.node.base.rows import Officer
from comity.node.desk import quarantine
from comity.node.room import custody
from comity.node.room import retention as retained
from comity.node.room.custody import Item, Why
from comity.rooms.request import bagit as bags
from comity.rooms.request import custody_json, destruction, reading
from comity.rooms.request.destruction import Once
from comity.surfaces.api import paging, send
from comity.surfaces.api.caller import node_of, officer_of
from comity.surfaces.api.calls import (
    BYTES,
    EVIDENCE,
    KEY,
    OCTETS,
    READ,
    SENT,
    MatterId,
    doing,
    once,
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
from comity.surfaces.api.problems import Refused
from comity.surfaces.api.shapes import Code, Hex, Lines, Queried, Strict

router: Final = Router(tags=["evidence"])

_WORDS_MAX: Final = 2_000


class Because(Queried):
    """What is told of it in the chain of custody."""

    purpose: str = Field(min_length=1, max_length=_WORDS_MAX)
    authority: str = Field("", max_length=_WORDS_MAX, description="order or warrant under which")


class HandOver(Because, Strict):
    """To whom a copy was given."""

    to: str = Field(min_length=1, max_length=_WORDS_MAX, description="person or authority")
    court: bool = Field(default=False, description="it is a court")


class DestroyEvidence(Strict):
    """What is destroyed here, and why."""

    bodies: list[Hex] = Field([], max_length=destruction.BLOBS_MAX, description="by their blob")
    due: bool = Field(default=False, description="all that is due, and what is not attested yet")
    reason: Code
    purpose: str = Field("", max_length=_WORDS_MAX)
    authority: str = Field("", max_length=_WORDS_MAX)


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
    summary="Take a copy of an attachment; a sample of malware comes as a zip under `infected`",
)
def take_evidence(
    request: HttpRequest, matter: MatterId, sha256: Hex, why: Query[Because]
) -> HttpResponse | StreamingHttpResponse:
    """Return its bytes; that it was copied is kept first."""
    node, officer = node_of(request), officer_of(request)
    item = _item(node, officer, matter, sha256)
    parts = or_refuse(
        custody.give(
            node,
            officer,
            item,
            Why(why.purpose, why.authority),
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


@router.post(
    "/requests/{matter}/evidence/{sha256}/hand-over",
    auth=EVIDENCE,
    response=doing(HandedOver),
    operation_id="hand_over_evidence",
    summary="Note that a copy was handed to somebody, such as a court",
)
def hand_over_evidence(
    request: HttpRequest,
    matter: MatterId,
    sha256: Hex,
    payload: HandOver,
    idempotency_key: str = KEY,
) -> HttpResponse:
    """Keep the step."""
    node, officer = node_of(request), officer_of(request)
    item = _item(node, officer, matter, sha256)
    why = Why(payload.purpose, payload.authority, "")
    command = once(request, idempotency_key)
    no = custody.hand_over(
        node, officer, item, payload.to, why, is_court=payload.court, command=command
    )
    if no is not None:
        raise Refused(no)
    return paging.told({"blob": item.body.blob.sha256, "to": payload.to})


@router.get(
    "/requests/{matter}/bag",
    auth=EVIDENCE,
    response=BYTES,
    operation_id="export_evidence",
    summary="Export a request, its evidence, custody and proofs as a BagIt bag, in a zip",
)
def export_evidence(
    request: HttpRequest, matter: MatterId, why: Query[Because]
) -> HttpResponse | StreamingHttpResponse:
    """Return the bag; that each item was exported is kept first.

    `Comity-Left-Out` counts the attachments that are not in it; `left-out.txt` tells why.
    """
    node, officer = node_of(request), officer_of(request)
    told = Why(why.purpose, why.authority)
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


@router.post(
    "/requests/{matter}/destroy-evidence",
    auth=EVIDENCE,
    response=SENT,
    operation_id="destroy_evidence",
    summary="Destroy what a request carries, here, and attest it to the other side",
)
def destroy_evidence(
    request: HttpRequest, matter: MatterId, payload: DestroyEvidence, idempotency_key: str = KEY
) -> HttpResponse:
    """Destroy bodies."""
    node, officer = node_of(request), officer_of(request)
    hashes = {*payload.bodies}
    if payload.due:
        hashes |= _due(node, officer, matter)
    why = Why(payload.purpose, payload.authority)
    said: Json = [matter, payload.reason, payload.due, [*sorted(payload.bodies)]]
    result = destruction.destroy(
        node,
        officer,
        matter,
        sorted(hashes),
        payload.reason,
        why,
        once=Once(idempotency_key, said),
        owns_high_water=True,
    )
    return send.told(request, result)


def _due(node: Node, officer: Officer, matter: str) -> set[str]:
    shown = reading.read(node, officer, matter)
    with node.store.read() as tx:
        lines = retained.of_matter(node, tx, shown.row, node.clock.now_ms())
        told = destruction.unattested(node, tx, shown.row)
    return {*told, *(one.due.item.sha256 for one in lines if one.due.state == retention.DUE)}


def _items(node: Node, officer: Officer, matter: str) -> list[Item]:
    return custody.items(node, reading.read(node, officer, matter))


def _item(node: Node, officer: Officer, matter: str, sha256: str) -> Item:
    found = [one for one in _items(node, officer, matter) if one.body.blob.sha256 == sha256]
    if not found:
        raise Fault(
            code="node.evidence.unknown",
            what=f"No attachment of this request has the blob {quoted(sha256)}.",
            fix="List the evidence of the request to see what it carries.",
        )
    return found[0]
