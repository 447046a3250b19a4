"""Exactly what would cross, with everybody who will read it; then it becomes a draft.

Floor: surfaces.
"""

from http import HTTPStatus
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from comity.kernel.fault import Fault
from comity.kernel.inadmissible import Inadmissible
from comity.kernel.problem import Problem, Unfit
from comity.node.base.context import Node
from comity.node.base.rows import Officer
from comity.node.desk import worksheets
from comity.node.desk.worksheets import Worksheet
from comity.node.operate.overview import names
from comity.node.room.release.draft_store import Result, Sent
from comity.rooms.request import partners, similar, worksheet_release
from comity.surfaces.web import desk as desks
from comity.surfaces.web import forms, nav, session
from comity.surfaces.web.release import content, reauthenticate
from comity.surfaces.web.request.draft import sections
from comity.surfaces.web.request.draft.edit import number

_SAVED_SINCE: Final = Inadmissible(
    "release.saved-elsewhere",
    "This was saved after its preview was made.",
    "Read the preview as it is now, and then decide.",
)


@require_http_methods(["GET", "HEAD", "POST"])
def preview(request: HttpRequest, worksheet_id: str) -> HttpResponse:
    """Show what would cross; or keep it as a draft, or offer it."""
    node, officer = desks.of(request).node, session.officer_of(request)
    try:
        sheet = worksheets.find(node, officer, worksheet_id)
    except Fault:
        saves = number(request.POST.get("saves", ""))
        became = worksheet_release.became(node, officer, worksheet_id, saves)
        if became is None or isinstance(became, Inadmissible):
            raise
        return left(node, became)
    if sheet.officer != officer.name or sheet.name:
        return forms.after("draft:templates")
    asked = forms.Form(request.POST if request.method == "POST" else None)
    if asked.is_bound and asked.is_valid():
        kept = reauthenticate.performed(asked, lambda: _keep(request, node, officer, sheet))
        if kept is not None:
            return left(node, kept)
    return _shown(request, node, officer, sheet, asked)


def _keep(request: HttpRequest, node: Node, officer: Officer, sheet: Worksheet) -> Result:
    if number(request.POST.get("saves", "")) != sheet.saves:
        return _SAVED_SINCE
    is_offered = request.POST.get("do") == "offer"
    no = reauthenticate.lacks(request) if is_offered else None
    return no or worksheet_release.keep(node, officer, sheet, is_offered=is_offered)


def left(node: Node, kept: Result, kind: str = worksheet_release.KIND) -> HttpResponse:
    """Go to what a worksheet or a draft has become: the matter that was sent, or the draft."""
    assert not isinstance(kept, Inadmissible)
    if isinstance(kept, Sent):
        where = nav.matter_address(node.rooms[kind], kept.channel, kept.matter_id)
        where += f"?sent={kept.act_id}" if kind == worksheet_release.KIND else "?said=sent"
        return HttpResponseRedirect(where, status=HTTPStatus.SEE_OTHER)
    return forms.after("release:one", kept.draft_id)


def _shown(
    request: HttpRequest, node: Node, officer: Officer, sheet: Worksheet, asked: forms.Form
) -> HttpResponse:
    context: dict[str, object] = {
        "sheet": sheet,
        "names": partners.names(node),
        "agencies": names.names(node).agencies,
        "offices": partners.agencies(node),
        "similar": similar.listing(node, officer, sheet),
    }
    try:
        found = worksheet_release.preview(node, officer, sheet)
    except Unfit as unfit:
        context |= {"problems": [_placed(one) for one in unfit.problems]}
        found = None
    except Fault as fault:
        found = Inadmissible(fault.code, fault.what, fault.fix)
    if isinstance(found, Inadmissible):
        context["no"] = found
    elif found is not None:
        context |= {"crossing": found, "content": content.of_crossing(found)}
    return forms.shown(request, "draft/preview.html", asked, context)


def _placed(one: Problem) -> tuple[Problem, str]:
    """Return what does not fit, and the section in which it is mended."""
    part = one.pointer.split("/")[1] if "/" in one.pointer else ""
    where = {
        "items": sections.ASKED,
        "texts": sections.WORDS,
        "attachments": sections.FILES,
        "own_reference": sections.BASICS,
    }
    return one, where.get(part, sections.BASICS)
