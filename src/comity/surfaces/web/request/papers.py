"""What convinces somebody without a node: a proof with its verdict in words, letters, prints.

Floor: surfaces.
"""

import base64
import hashlib
from dataclasses import dataclass
from typing import Final

from django import forms as django_forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from comity.joint.exchange.proof import Signed, Verdict, verify_proof
from comity.kernel.fault import Fault
from comity.node.base.context import Node
from comity.node.base.rooms import answers
from comity.node.base.rows import Officer
from comity.node.room import nonanswer_proof, nonreceipt_proof, parties, trust_policy
from comity.node.room import proof as proofs
from comity.node.room.parties import PartyName
from comity.node.room.proof import Made
from comity.rooms.request import letter, print_data
from comity.rooms.request.dossier import Dossier
from comity.surfaces.web import desk as desks
from comity.surfaces.web import forms, session
from comity.surfaces.web.request import clocks, content, lanes, pages, time_line_part
from comity.surfaces.web.request.evidence import rows as evidence_rows
from comity.tlog import keys

_OCTETS: Final = "application/octet-stream"
_PDF: Final = "application/pdf"
_ALGORITHMS: Final = {
    keys.ED25519_NOTE: "Ed25519",
    keys.ED25519_COSIGNATURE: "Ed25519",
    keys.ML_DSA_44_COSIGNATURE: "ML-DSA-44",
}


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signed a head, in words.

    Attributes:
        party: whose log or mirror it is.
        name: of the keys.
        is_log: whether this is the log itself.
        algorithms: with which.
        at_ms: by its clock, or None where it tells none.
    """

    party: PartyName
    name: str
    is_log: bool
    algorithms: str
    at_ms: int | None


@dataclass(frozen=True, slots=True)
class Judged:
    """A proof, verified with the policy of its log alone, as any outsider would.

    Attributes:
        made: the file.
        policy: whose keys are trusted, as a text.
        verdict: what it shows; None where it does not hold.
        fault: why it does not.
        signatures: the log's, then the mirrors'.
    """

    made: Made
    policy: str
    verdict: Verdict | None
    fault: Fault | None
    signatures: tuple[Signature, ...]


class Disclose(forms.Form):
    """That a proof opens the act for whoever has the file."""

    disclose = django_forms.BooleanField(
        label=_("I know that whoever has this file reads the act and what it carries")
    )


@require_safe
def papers(request: HttpRequest, matter_id: str) -> HttpResponse:
    """Each act with its proof and letter; the whole as a print."""
    found = pages.found(request, matter_id)
    own = desks.of(request).node.party
    part = time_line_part.of(found, own, request.GET.get("before", ""))
    acts = [one for one in part.events if isinstance(one, lanes.Act)]
    now = found.shown.state
    ending = answers(desks.of(request).node.rooms)
    answered = {turn.party for turn in now.turns if turn.tag in ending}
    silent = [
        parties.name_of(found.known, track.party)
        for track in now.tracks
        if now.asker == own and track.party not in answered
    ]
    more = {"acts": acts, "part": part, "silent": silent}
    context = pages.context(request, found, "request:papers", **more)
    return render(request, "request/papers.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def proof(request: HttpRequest, matter_id: str, act_id: str) -> HttpResponse:
    """The verdict on the proof of one act, to be printed; POST: a proof that opens the act."""
    found = pages.found(request, matter_id)
    node, officer = desks.of(request).node, session.officer_of(request)
    act = lanes.act(found, node.party, act_id, request.GET.get("of", ""))
    if act is None:
        raise Http404
    place = f"{act.origin}#{act.index}"  # its id may be that of another State's act too
    form = Disclose(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        made = forms.perform(
            form, lambda: found.no or proofs.make(node, place, officer, disclose=True)
        )
        if isinstance(made, Made):
            return _file(made.proof, f"{act_id}.tlog-proof")
    judged, fault = _judged(node, officer, found, place)
    as_ = request.GET.get("as", "")
    if judged is not None and as_ in {"proof", "policy"}:
        if as_ == "proof":
            return _file(judged.made.proof, f"{act_id}.tlog-proof")
        return _file(judged.policy.encode(), f"{act_id}.policy.txt")
    more: dict[str, object] = {"root": "", "file_sha256": ""}
    more["of"] = act.author.id if request.GET.get("of") else ""
    more["unreceived"] = [
        one.party
        for one in act.arrivals
        if act.author.id == node.party and one.cosigned_at_ms and not one.received_at_ms
    ]
    if judged is not None:
        root = judged.verdict.root if judged.verdict else b""
        more["root"] = base64.b64encode(root).decode("ascii")
        more["file_sha256"] = hashlib.sha256(judged.made.proof).hexdigest()
    context = pages.context(
        request, found, "request:papers", act=act, judged=judged, fault=fault, form=form, **more
    )
    return forms.shown(request, "request/proof.html", form, context)


def _judged(
    node: Node, officer: Officer, found: Dossier, place: str
) -> tuple[Judged | None, Fault | None]:
    try:
        made = proofs.make(node, place, officer)
    except Fault as fault:
        return None, fault
    (trusted,) = trust_policy.policies(node, made.origin, made.size)
    try:
        verdict, why = verify_proof(made.proof, trusted.policy), None
    except Fault as fault:
        verdict, why = None, fault
    signatures = tuple(_signature(found, one) for one in (verdict.signed if verdict else ()))
    return Judged(made, trusted.text(), verdict, why, signatures), None


def _signature(found: Dossier, one: Signed) -> Signature:
    party = one.name.partition("/")[0]
    return Signature(
        parties.name_of(found.known, party),
        one.name,
        one.is_log,
        " + ".join(_ALGORITHMS[kind] for kind in one.kinds),
        one.time_s * 1_000 if one.time_s else None,
    )


@require_safe
def silence(request: HttpRequest, matter_id: str, party: str) -> HttpResponse:
    """A proof that an addressee has not answered."""
    found = pages.found(request, matter_id)
    wanted = nonanswer_proof.Wanted(what=found.shown.row.matter.id, party=party)
    made = nonanswer_proof.make(desks.of(request).node, session.officer_of(request), wanted)
    return _file(made.data, f"{made.act_id}.non-answer")


@require_safe
def non_receipt(request: HttpRequest, matter_id: str, act_id: str, party: str) -> HttpResponse:
    """A proof that a party stored an act of ours and has not received it."""
    found = pages.found(request, matter_id)
    node = desks.of(request).node
    act = lanes.act(found, node.party, act_id, node.party)
    if act is None:
        raise Http404
    place = f"{act.origin}#{act.index}"
    made = nonreceipt_proof.make(node, session.officer_of(request), place, party)
    return _file(made.data, f"{act_id}.non-receipt")


@require_safe
def letter_pdf(request: HttpRequest, matter_id: str, act_id: str) -> HttpResponse:
    """The formal letter of an act, in both languages."""
    found = pages.found(request, matter_id)
    desk = desks.of(request)
    act = lanes.act(found, desk.node.party, act_id, request.GET.get("of", ""))
    if act is None:
        raise Http404
    named = found.shown.row.matter.id, act.act_id, act.author.id
    made = letter.of(desk.node, session.officer_of(request), *named)
    return _pdf(desk.ports.typeset(made.data, made.at_ms), f"{act_id}.pdf", made.digest)


@require_safe
def file_pdf(request: HttpRequest, matter_id: str) -> HttpResponse:
    """The whole request as a PDF: every act, its texts, its course; nothing domestic."""
    found = pages.found(request, matter_id)
    made = print_data.of(found)
    data = desks.of(request).ports.typeset(made.data, made.at_ms)
    return _pdf(data, f"{found.shown.row.matter.id}.pdf", made.digest)


@require_safe
def printed(request: HttpRequest, matter_id: str) -> HttpResponse:
    """Everything on one page, for a printer; what is domestic only where it is asked for."""
    found = pages.found(request, matter_id, explain=True)
    node = desks.of(request).node
    raw = pages.is_raw(request)
    has_home = request.GET.get("home") == "1"
    elements = content.elements(found, raw=raw)
    events = [
        event
        for event in lanes.time_line(found, node.party, raw=raw)
        if has_home or event.lane != lanes.HOME
    ]
    context = pages.context(
        request,
        found,
        "request:papers",
        events=events,
        elements=elements,
        items=content.items(found, raw=raw),
        rows=evidence_rows(node, found),
        has_home=has_home,
        digest=print_data.of(found).digest,
        counts=(sum(1 for one in elements if one.state == content.GIVEN), len(elements)),
        **clocks.context(found),
    )
    return render(request, "request/print.html", context)


def _file(data: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(data, content_type=_OCTETS)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _pdf(data: bytes, name: str, digest: str) -> HttpResponse:
    answer = HttpResponse(data, content_type=_PDF)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Comity-Digest"] = digest
    return answer
