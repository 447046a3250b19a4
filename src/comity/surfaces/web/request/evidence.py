"""Evidence of a request: what there is, who had it, taking it out, handing it over, destroying it.

Whatever takes content out is a form with a purpose, sent by POST: the step of the chain of
custody is kept before a byte leaves.  A sample of malware leaves as an encrypted zip alone.

Floor: surfaces.
"""

import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final, cast

from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    QueryDict,
    StreamingHttpResponse,
)
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.html import format_html
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from comity.domestic.custody import acts
from comity.kernel.inadmissible import Inadmissible
from comity.kernel.printable import printable
from comity.node.base.context import Node
from comity.node.desk import quarantine
from comity.node.room import custody, parties, retention
from comity.node.room.act_blobs import HELD, MISSING
from comity.node.room.custody import Item
from comity.node.room.parties import PartyName
from comity.node.room.release.draft_store import Sent, Waiting
from comity.node.room.step import Step
from comity.rooms.request import bagit as bags
from comity.rooms.request import custody_json
from comity.rooms.request import evidence as room
from comity.rooms.request.dossier import Dossier
from comity.surfaces.web import desk as desks
from comity.surfaces.web import forms, session
from comity.surfaces.web.request import pages, say, summary
from comity.surfaces.web.verb_fields import Choices
from comity.surfaces.web.verb_form import StepForm

_OCTETS: Final = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Row:
    """One attachment as a page shows it.

    Attributes:
        item: the attachment.
        party: who gave it.
        is_held: whether its bytes are here and open.
        conditions: that bind its use, in words.
        arrivals: what others signed for of its act.
        progress: how much of it has come, in hundredths; None unless it is on its way.
    """

    item: Item
    party: PartyName
    is_held: bool
    conditions: tuple[str, ...]
    arrivals: tuple[tuple[PartyName, int | None], ...]
    progress: int | None = None

    @property
    def sha256(self) -> str:
        """Its address."""
        return self.item.body.blob.sha256

    @property
    def name(self) -> str:
        """Name of the file, as its author tells it, or its role; it turns no line round."""
        return printable(self.item.name or self.item.body.blob.role)

    def _told(self, field: str) -> str:
        return printable(str(self.item.told.get(field) or ""))

    @property
    def exhibit(self) -> str:
        """Number that its authority gave it, as its author tells it, or ""."""
        return self._told("exhibit")

    @property
    def role(self) -> str:
        """What it is to the request, as its author tells it, or ""."""
        return self._told("role")

    @property
    def told_sha256(self) -> str:
        """Hash that its author tells, or ""."""
        return self._told("sha256")

    @property
    def provenance(self) -> list[tuple[str, str]]:
        """Where its author says that it came from."""
        told = self.item.told.get("provenance")
        items = told.items() if isinstance(told, dict) else ()
        return [(printable(name), printable(str(value))) for name, value in items]


def _destroying(found: list[Row], data: QueryDict | None) -> StepForm:
    """Return what is destroyed here, and why: of what is held."""
    held = [
        (row.sha256, format_html("<bdi>{}</bdi>", f"{row.exhibit} {row.name}".strip()))
        for row in found
        if row.is_held
    ]
    form = StepForm(room.DESTROY, Choices(named={"items": held}), data)
    form.fields["items"].required = True
    del form.fields["due"]
    return form


def rows(node: Node, found: Dossier) -> list[Row]:
    """Return every attachment of a request."""
    return [
        Row(
            item,
            parties.name_of(found.known, item.row.party),
            item.body.state == HELD,
            tuple(
                summary.condition_words(found, code)
                for code in custody_json.conditions(item, found.shown)
            ),
            tuple(
                (parties.name_of(found.known, one.party), one.received_at_ms)
                for one in custody_json.transit(item, found.shown)
            ),
            _progress(node, item),
        )
        for item in custody.items(node, found.shown)
    ]


def _progress(node: Node, item: Item) -> int | None:
    if item.body.state != MISSING:
        return None
    blob = item.body.blob
    return 100 * node.bodies.staged_bytes(blob.sha256, item.row.party) // max(1, blob.size_bytes)


def _row(node: Node, found: Dossier, sha256: str) -> Row:
    row = next((one for one in rows(node, found) if one.sha256 == sha256), None)
    if row is None:
        raise Http404
    return row


@require_safe
def listing(request: HttpRequest, matter_id: str) -> HttpResponse:
    """Every attachment, with where it came from and who had it."""
    found = pages.found(request, matter_id)
    node = desks.of(request).node
    with node.store.read() as tx:
        due = {
            one.due.item.sha256: one.due
            for one in retention.of_matter(node, tx, found.shown.row, found.now_ms)
        }
    listed = [(row, due.get(row.sha256)) for row in rows(node, found)]
    context = pages.context(request, found, "request:evidence", rows=listed)
    return render(request, "request/evidence.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def take(request: HttpRequest, matter_id: str, sha256: str) -> HttpResponseBase:
    """Show one attachment and its chain of custody; POST: its bytes, once a purpose is told."""
    found = pages.found(request, matter_id)
    node, officer = desks.of(request).node, session.officer_of(request)
    row = _row(node, found, sha256)
    form = StepForm(room.TAKE, data=request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        kind, item, why = acts.COPIED, row.item, room.why(form.given())
        given = forms.perform(
            form,
            lambda: custody.give(node, officer, item, why, kind=kind, quarantined=item.is_sample),
        )
        if given is not None and not isinstance(given, Inadmissible):
            return _file(item, given)
    context = pages.context(request, found, "request:evidence", row=row, form=form)
    return forms.shown(request, "request/item.html", form, context)


def _file(item: Item, plain: Iterable[bytes]) -> StreamingHttpResponse:
    name = quarantine.file_name(item.row.act.id, item.number, item.name)
    if item.is_sample:
        return saved(quarantine.parts(name, plain), f"{name}.zip")
    answer = saved(plain, name)
    answer["Content-Length"] = str(item.body.size_bytes or 0)
    return answer


def saved(parts: Iterable[bytes], name: str) -> StreamingHttpResponse:
    """Return bytes as a file to be saved: a browser never shows them as what they say they are."""
    answer = StreamingHttpResponse(parts, content_type=_OCTETS)
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: HttpRequest, matter_id: str, sha256: str) -> HttpResponse:
    """Note that a copy was handed to somebody."""
    found = pages.found(request, matter_id)
    node, officer = desks.of(request).node, session.officer_of(request)
    row = _row(node, found, sha256)
    form = StepForm(room.HAND_OVER, data=request.POST if request.method == "POST" else None)
    del form.fields["item"]
    if form.is_bound and form.is_valid():
        step = Step(room.HAND_OVER, {**form.given(), "item": sha256})
        matter = found.shown.row.matter.id
        done = forms.perform(form, lambda: room.hand_over(node, officer, matter, step))
        if done is not None:
            return forms.after("request:take", found.shown.row.matter.id, sha256)
    context = pages.context(request, found, "request:evidence", row=row, form=form)
    return forms.shown(request, "request/hand_over.html", form, context)


@require_http_methods(["GET", "HEAD", "POST"])
def export(request: HttpRequest, matter_id: str) -> HttpResponseBase:
    """The request, its evidence, custody and proofs as a BagIt bag, once a purpose is told."""
    found = pages.found(request, matter_id)
    node, officer = desks.of(request).node, session.officer_of(request)
    form = StepForm(room.EXPORT, data=request.POST if request.method == "POST" else None)
    left_out: Sequence[bags.Unfit] | None = None
    if form.is_bound and form.is_valid():
        why = room.why(form.given())
        matter = found.shown.row.matter.id
        is_known = bool(request.POST.get("without"))
        left_out = None if is_known else bags.unfit(node, officer, matter)
        bag = (
            None
            if left_out
            else forms.perform(form, lambda: bags.begin(node, officer, matter, why, left_out))
        )
        if isinstance(bag, bags.Bag):
            packed = _zipped(bag.matter_id, bags.files(node, officer, bag, why))
            return saved(packed, f"{bag.matter_id}.zip")
    context = pages.context(request, found, "request:evidence", form=form, left_out=left_out)
    return forms.shown(request, "request/export.html", form, context)


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


@require_http_methods(["GET", "HEAD", "POST"])
def destroy(request: HttpRequest, matter_id: str) -> HttpResponse:
    """Destroy attachments here, and attest it to the other side."""
    found = pages.found(request, matter_id)
    node, officer = desks.of(request).node, session.officer_of(request)
    form = _destroying(rows(node, found), request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        step, matter = form.step(), found.shown.row.matter.id
        done = forms.perform(
            form, lambda: room.destroy(node, officer, matter, step, owns_high_water=True)
        )
        if isinstance(done, Sent | Waiting):
            return say.after(done)
    context = pages.context(request, found, "request:evidence", form=form)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return render(request, "request/destroy.html", context, status=status)
