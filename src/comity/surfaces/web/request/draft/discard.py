"""What is thrown away is asked about first, on a page of its own: it cannot be brought back.

    GET    says what it is, how far it is written, and what goes with it
    POST   throws it away

Floor: surfaces.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from comity.kernel.inadmissible import Inadmissible
from comity.node.desk import worksheets
from comity.node.room.release import draft as drafting
from comity.rooms.request import partners
from comity.surfaces.web import desk as desks
from comity.surfaces.web import forms, session
from comity.surfaces.web.request.draft import views


@require_http_methods(["GET", "HEAD", "POST"])
def sheet(request: HttpRequest, worksheet_id: str) -> HttpResponse:
    """Ask whether a worksheet or a template is thrown away, and throw it away."""
    node, officer = desks.of(request).node, session.officer_of(request)
    if request.method == "POST":
        gone = worksheets.drop(node, officer, worksheet_id)
        if isinstance(gone, Inadmissible):
            return views.told(request, gone)
        return forms.after("draft:templates" if gone.name else "draft:list")
    found = worksheets.find(node, officer, worksheet_id)
    no = worksheets.may_not_drop(officer, found)
    if no is not None:
        return views.told(request, no)
    context = {
        "written": views.written(node, found),
        "names": partners.names(node),
        "uploads": sum(one.startswith(worksheets.FROM_UPLOAD) for one in found.sources.values()),
    }
    return render(request, "draft/drop.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: HttpRequest, draft_id: str) -> HttpResponse:
    """Ask whether a kept draft is thrown away, and throw it away."""
    node, officer = desks.of(request).node, session.officer_of(request)
    if request.method == "POST":
        no = drafting.drop(node, officer, draft_id)
        return views.told(request, no) if no is not None else forms.after("draft:list")
    found = drafting.to_drop(node, officer, draft_id)
    if isinstance(found, Inadmissible):
        return views.told(request, found)
    context = {"one": found, "names": partners.names(node), "types": views.types_of(node)}
    return render(request, "draft/drop_draft.html", context)
