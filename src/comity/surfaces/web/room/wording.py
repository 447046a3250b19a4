"""Pages of a text in the making beside those of every room.

    /wordings/<id>/room/      for the screen of the room: every paragraph, brackets, nothing else
    /wordings/<id>/text/      the document that it becomes, in the original of each State; here it
                              is proposed and adopted
    /wordings/<id>/publication/    the file for everybody

Floor: surfaces.
"""

from http import HTTPStatus
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from comity.joint.wording import view
from comity.kernel.inadmissible import Inadmissible
from comity.node.room.act_words import Words
from comity.node.room.release.draft_store import Waiting
from comity.rooms.wording import adopt, desk, publish
from comity.surfaces.web import desk as desks
from comity.surfaces.web import forms, session
from comity.surfaces.web.templatetags import wording as tags

_DO: Final = {
    "propose": (adopt.propose, _("Propose it for adoption")),
    "adopt": (adopt.adopt, _("Adopt this text")),
}


@require_safe
def room(request: HttpRequest, matter_id: str) -> HttpResponse:
    """Show a text on the screen of the room; it holds nothing that is of this State alone."""
    found = desk.read(desks.of(request).node, session.officer_of(request), matter_id)
    context = {"found": found, "name": view.name(found.state), "paragraphs": tags.shown(found)}
    return render(request, "room/wording_room.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def text(request: HttpRequest, matter_id: str) -> HttpResponse:
    """Show the document, and propose or adopt it."""
    node, officer = desks.of(request).node, session.officer_of(request)
    found = desk.read(node, officer, matter_id)
    made = found.assembled
    form = forms.Form(request.POST if request.method == "POST" else None)
    verb = "adopt" if found.proposal else "propose"
    do, button = _DO[verb]
    if request.method == "POST" and form.is_valid():
        result = forms.perform(
            form, lambda: do(node, officer, matter_id, Words(key=f"{verb}{form.key}"))
        )
        if result is not None:
            said = "waiting" if isinstance(result, Waiting) else "sent"
            address = reverse("wording:text", args=(found.row.matter.id,))
            return HttpResponseRedirect(f"{address}?said={said}", status=HTTPStatus.SEE_OTHER)
    is_made = not isinstance(made, Inadmissible)
    context = {
        "found": found,
        "name": view.name(found.state),
        "made": made if is_made else None,
        "no": None if is_made else made,
        "originals": None if isinstance(made, Inadmissible) else desk.originals(found, made),
        "button": button,
        "is_ours": node.party in found.adopted_by,
        "parties": found.parties,
        "said": request.GET.get("said", ""),
    }
    return forms.shown(request, "room/wording_text.html", form, context)


@require_safe
def published(request: HttpRequest, matter_id: str) -> HttpResponse:
    """Give the publication of an adopted text, at the agreed minute and not before."""
    opened, officer = desks.of(request), session.officer_of(request)
    found = desk.read(opened.node, officer, matter_id)
    ready = publish.ready(opened.node, officer, view.name(found.state))
    if isinstance(ready, Inadmissible):
        return render(request, "message.html", {"no": ready}, status=HTTPStatus.CONFLICT)
    answer = HttpResponse(
        publish.make(opened.node, officer, ready, opened.ports.typeset),
        content_type="application/zip",
    )
    answer["Content-Disposition"] = f'attachment; filename="{ready.name}.zip"'
    return answer


ADDRESSES: Final[list[URLPattern]] = [
    path("<slug:matter_id>/room/", room, name="room"),
    path("<slug:matter_id>/text/", text, name="text"),
    path("<slug:matter_id>/publication/", published, name="publication"),
]
