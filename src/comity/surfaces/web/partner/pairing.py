"""Pairing, as far as it needs no root key: open an offer, compare the code, keep the pairing.

Making an offer or an acceptance makes the root key of the arrangement and signs the first card
with it.  That key is kept offline, so both stay on the command line; the page says how.

Floor: surfaces.
"""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django import forms as fields
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from comity.joint.arrangement import arrangement as arrangements
from comity.joint.arrangement import card as cards
from comity.joint.arrangement import pairing as texts
from comity.joint.arrangement.pairing import Pairing
from comity.node.exchange import lookalike, pairing
from comity.node.operate import partner_steps
from comity.surfaces.web import desk as desks
from comity.surfaces.web import forms, session
from comity.surfaces.web.fields import Files, ManyFiles

FILES_MAX: Final = 16


class Accepts(forms.Form):
    """The acceptances of all other parties."""

    accepts = ManyFiles(
        label=_("The acceptance of each other party"), widget=Files(attrs={"multiple": True})
    )


class Confirm(forms.Form):
    """A confirmation: the file at first, then its bytes with the code that was heard."""

    confirm = fields.FileField(label=_("The confirmation"), required=False, widget=fields.FileInput)
    text = fields.CharField(
        widget=fields.HiddenInput, required=False, max_length=2 * texts.TEXT_BYTES_MAX
    )
    code = fields.CharField(
        label=_("The code as the other party read it to you"),
        help_text=_("Call them on a number that you know. Like ABCD-EFGH."),
        required=False,
        max_length=64,
    )


class Heard(Confirm):
    """The same once its code is shown: what was heard is asked for."""

    def __init__(self, *given: Any, **options: Any) -> None:  # noqa: ANN401 -- as Django's
        """As `Confirm`."""
        super().__init__(*given, **options)
        self.fields["code"].required = True


@dataclass(frozen=True, slots=True)
class Root:
    """A party of a pairing, its names, and the fingerprint that both sides print for an annex."""

    party: str
    names: object
    fingerprint: str


def _context(request: HttpRequest) -> dict[str, object]:
    node = desks.of(request).node
    with node.store.read() as tx:
        waiting = pairing.pending(node, tx)
    return {"no": partner_steps.may_pair(session.officer_of(request)), "pending": waiting}


@require_safe
def pair(request: HttpRequest) -> HttpResponse:
    """How two States pair, and where a pairing that was begun stands."""
    context = {"accepts": Accepts(), **_context(request)}
    return forms.shown(request, "partner/pair.html", Confirm(), context)


@require_POST
def open_offer(request: HttpRequest) -> HttpResponse:
    """Open our offer to those who accepted: the confirmation as a file to send to each."""
    node, officer = desks.of(request).node, session.officer_of(request)
    form = Accepts(request.POST, request.FILES)
    if form.is_valid():
        data = [_read(one) for one in form.cleaned_data["accepts"][:FILES_MAX]]
        text = forms.perform(form, lambda: partner_steps.open_offer(node, officer, data))
        if text is not None:
            headers = {"Content-Disposition": 'attachment; filename="confirm.txt"'}
            return HttpResponse(text, content_type="text/plain; charset=utf-8", headers=headers)
    context = {"confirm": Confirm(), **_context(request)}
    return forms.shown(request, "partner/pair.html", form, context)


@require_POST
def compare(request: HttpRequest) -> HttpResponse:
    """Show the code of a confirmation; with the code that was heard, keep the pairing."""
    node, officer = desks.of(request).node, session.officer_of(request)
    form = Confirm(request.POST, request.FILES)
    context = _context(request)
    if not form.is_valid():
        return forms.shown(request, "partner/pair.html", form, {"accepts": Accepts(), **context})
    data = _confirmation(form)
    if data is None:
        form.add_error("confirm", _("Choose the file that the offering party sent."))
        return forms.shown(request, "partner/pair.html", form, {"accepts": Accepts(), **context})
    spoken = form.cleaned_data["code"]
    if spoken and forms.perform(form, lambda: partner_steps.keep(node, officer, data, spoken)):
        return forms.after("partner:partners")
    found = forms.perform(form, lambda: partner_steps.preview(node, officer, data))
    if found is None:
        return forms.shown(request, "partner/pair.html", form, {"accepts": Accepts(), **context})
    context |= {"pairing": found, "roots": roots(found), "doubts": lookalike.told(node, found)}
    is_first = form.cleaned_data.get("confirm") is not None and not form.errors
    text = {"text": base64.b64encode(data).decode()}
    shown = Heard(initial=text) if is_first else _again(form, data)
    return forms.shown(request, "partner/compare.html", shown, context)


def _again(form: Confirm, data: bytes) -> Heard:
    """Return the form with what stands against it and the bytes of the confirmation."""
    again = Heard(forms.sent(form) | {"text": base64.b64encode(data).decode()})
    again.full_clean()
    for no in form.refusals if form.errors else ():
        again.refuse(no, "code")
    return again


def roots(found: Pairing) -> Sequence[Root]:
    """Return the parties of a pairing with their fingerprints."""
    return [
        Root(one.party, cards.parse(found.cards[one.party]).names, arrangements.fingerprint(one))
        for one in found.arrangement.parties
    ]


def _confirmation(form: Confirm) -> bytes | None:
    file = form.cleaned_data.get("confirm")
    if file is not None:
        return _read(file)
    try:
        return base64.b64decode(form.cleaned_data["text"], validate=True) or None
    except binascii.Error:
        return None


def _read(file: "UploadedFile[Any]") -> bytes:
    """Return the bytes of a file, one more than a text may have at the most."""
    data: bytes = file.read(texts.TEXT_BYTES_MAX + 1)
    return data
