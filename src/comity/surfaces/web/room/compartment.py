"""What a compartment holds, page by page, and which opening a page that was found is of.

    /compartments/trace/?mark=                  by the mark on a page
    /compartments/<id>/files/                   files that were given under its terms
    /compartments/<id>/files/<sha256>/<n>/      one page, with the next and the one before
    /compartments/<id>/files/<sha256>/<n>.png   its picture

Floor: surfaces.
"""

from http import HTTPStatus
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe

from comity.joint.compartment import acts, verbs
from comity.kernel.fault import Fault
from comity.kernel.inadmissible import Inadmissible
from comity.node.operate.overview import names
from comity.rooms.compartment import openings
from comity.surfaces.web import desk as desks
from comity.surfaces.web import session


@require_safe
def files(request: HttpRequest, matter_id: str) -> HttpResponse:
    """Show what a compartment holds."""
    node = desks.of(request).node
    row, found = openings.files(node, session.officer_of(request), matter_id)
    context = {
        "table": verbs.TABLE,
        "row": row,
        "files": found,
        "parties": names.names(node).parties,
    }
    return render(request, "room/compartment_files.html", context)


@require_safe
def page(request: HttpRequest, matter_id: str, sha256: str, number: int) -> HttpResponse:
    """Show a page, or why it is not opened."""
    node, officer = desks.of(request).node, session.officer_of(request)
    row, no = openings.may_read(node, officer, matter_id)
    context = {
        "table": verbs.TABLE,
        "row": row,
        "sha256": sha256,
        "number": number,
        "before": number - 1,
        "after": number + 1,
        "no": no,
    }
    return render(request, "room/compartment_page.html", context)


@require_safe
def picture(request: HttpRequest, matter_id: str, sha256: str, number: int) -> HttpResponse:
    """Give the picture of a page."""
    node, officer = desks.of(request).node, session.officer_of(request)
    done = openings.open_page(node, officer, matter_id, sha256, number)
    if isinstance(done, Inadmissible):
        return HttpResponse(f"{done.what} {done.fix}", status=HTTPStatus.CONFLICT)
    return HttpResponse(done, content_type="image/png", headers={"Cache-Control": "no-store"})


@require_safe
def trace(request: HttpRequest) -> HttpResponse:
    """Show which opening a mark is of."""
    mark = request.GET.get("mark", "").strip()
    found, no = None, None
    if mark:
        try:
            node, officer = desks.of(request).node, session.officer_of(request)
            found = openings.trace(node, officer, mark)
        except Fault as fault:
            if fault.code != "compartment.mark.unknown":
                raise
            no = fault
    capacity = acts.CAPACITIES[found.capacity] if found else None
    context = {"table": verbs.TABLE, "mark": mark, "found": found, "no": no, "capacity": capacity}
    return render(request, "room/compartment_trace.html", context)


ADDRESSES: Final[list[URLPattern]] = [
    path("trace/", trace, name="trace"),
    path("<slug:matter_id>/files/", files, name="files"),
    path("<slug:matter_id>/files/<slug:sha256>/<int:number>/", page, name="page"),
    path("<slug:matter_id>/files/<slug:sha256>/<int:number>.png", picture, name="picture"),
]
