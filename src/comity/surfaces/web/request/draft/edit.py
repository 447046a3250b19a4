"""The form of a request: shown whole or page by page, saved, checked as one types.

Floor: surfaces.
"""

from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Final, cast

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from comity.kernel.digits import whole
from comity.kernel.fault import Fault
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.context import Node
from comity.node.base.rows import Officer
from comity.node.desk import draft_view, preferences, worksheets
from comity.node.desk.draft_view import Pending
from comity.node.desk.worksheets import Begun, Worksheet
from comity.rooms.request import partners, worksheet_completeness
from comity.rooms.request.worksheet_completeness import Assessed
from comity.surfaces.web import desk as desks
from comity.surfaces.web import session, zoned_forms
from comity.surfaces.web.request.draft import form, sections
from comity.surfaces.web.request.draft.inputs import Sent, id_of
from comity.surfaces.web.upload import attachments
from comity.surfaces.web.upload.attachments import Files

PREFERENCE: Final = "draft-form"
WIZARD: Final = "wizard"
PAGE: Final = "page"
_ELSEWHERE: Final = "release.saved-elsewhere"


@dataclass(frozen=True, slots=True)
class Open:
    """A worksheet that an officer has in front of them."""

    node: Node
    officer: Officer
    sheet: Worksheet
    assessed: Assessed


def opened(request: HttpRequest, worksheet_id: str) -> Open | HttpResponse:
    """Return a worksheet of who reads, judged; or the page that says why it cannot be."""
    node, officer = desks.of(request).node, session.officer_of(request)
    sheet = worksheets.find(node, officer, worksheet_id)
    if sheet.officer != officer.name:
        return HttpResponseRedirect(reverse("draft:templates"), status=HTTPStatus.SEE_OTHER)
    assessed = worksheet_completeness.assess(node, sheet)
    if isinstance(assessed, Inadmissible):
        context = {"sheet": sheet, "no": assessed}
        return render(request, "draft/unjudged.html", context, status=HTTPStatus.CONFLICT)
    return Open(node, officer, sheet, assessed)


@require_http_methods(["GET", "HEAD", "POST"])
@zoned_forms.of_reader
def one(request: HttpRequest, worksheet_id: str) -> HttpResponse:
    """The form: shown, or saved and then to where the button leads."""
    desk = opened(request, worksheet_id)
    if isinstance(desk, HttpResponse):
        return desk
    if request.method == "POST":
        return _sent(request, desk)
    return shown(request, desk)


def shown(
    request: HttpRequest,
    desk: Open,
    *,
    conflict: Inadmissible | None = None,
    files: Files | None = None,
) -> HttpResponse:
    """Return the page of the form; `files` are those that came and could not be attached."""
    given = request.POST if request.method == "POST" else request.GET
    way = preferences.chosen(desk.node, desk.officer, PREFERENCE, WIZARD)
    section = given.get("section", "") if way == WIZARD else ""
    if way == WIZARD and section not in sections.LABELS:
        section = sections.BASICS
    added = request.GET.get("add", "")
    names = partners.names(desk.node)
    built = form.build(desk.sheet, desk.assessed, names, added)
    order = [one.id for one in built.sections]
    if section and section not in order:
        section = order[0]
    context = {
        "form": built,
        "names": names,
        "offices": partners.agencies(desk.node),
        "sheet": desk.sheet,
        "assessed": desk.assessed,
        "section": section,
        "shown": [one for one in built.sections if section in ("", one.id)],
        "next": _after(order, section),
        "before": _after(order[::-1], section),
        "checked": request.GET.get("checked") == "1",
        "conflict": conflict,
        "files": files or attachments.blank(),
        "changes": _changed(desk),
        "marks": form.MARKS,
        "focus": id_of(added) if added else "",
    }
    status = HTTPStatus.CONFLICT if conflict else HTTPStatus.OK
    if files is not None and not files.is_adding:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    return render(request, "draft/form.html", context, status=status)


def _after(order: list[str], section: str) -> str:
    at = order.index(section) + 1 if section else len(order)
    return order[at] if at < len(order) else ""


@dataclass(frozen=True, slots=True)
class Changed:
    """The draft that a worksheet changes; None where it is not there any more."""

    draft: Pending | None


def _changed(desk: Open) -> Changed | None:
    if not desk.sheet.draft:
        return None
    try:
        return Changed(draft_view.find(desk.node, desk.officer, desk.sheet.draft))
    except Fault:
        return Changed(None)


def _sent(request: HttpRequest, desk: Open) -> HttpResponse:
    """Save what came, and go where the button leads."""
    do, _, what = request.POST.get("do", "save").partition(" ")
    typed = _typed(request, desk, gone=what if do == "remove" else "")
    files = attachments.received(request) if attachments.ROWS in request.POST else None
    if files is not None:
        typed = form.attach(typed, files)
    if do == "copy":
        return _copied(request, desk, typed)
    if do == "overwrite":
        typed = replace(typed, saves=desk.sheet.saves)
    saved = worksheets.save(desk.node, desk.officer, typed)
    if isinstance(saved, Inadmissible):
        assessed = worksheet_completeness.assess(desk.node, typed)
        assert isinstance(assessed, Assessed)
        desk = replace(desk, sheet=typed, assessed=assessed)
        return shown(request, desk, conflict=saved)
    is_leaving = do == "drop"  # to the question whether to; a file that does not fit is no matter
    if files is not None and not is_leaving and (files.is_adding or not files.is_valid()):
        assessed = worksheet_completeness.assess(desk.node, saved)
        assert isinstance(assessed, Assessed)
        return shown(request, replace(desk, sheet=saved, assessed=assessed), files=files)
    if do == "as":
        chosen = WIZARD if what == WIZARD else PAGE
        preferences.choose(desk.node, desk.officer, PREFERENCE, chosen)
    return HttpResponseRedirect(_to(request, saved, do, what), status=HTTPStatus.SEE_OTHER)


def _to(request: HttpRequest, saved: Worksheet, do: str, what: str) -> str:
    """Return where a button leads."""
    if do in ("preview", "drop"):
        return reverse(f"draft:{do}", args=(saved.id,))
    address = reverse("draft:one", args=(saved.id,))
    section = request.POST.get("section", "")
    if do == "go":
        return f"{address}?section={what}"
    at = f"section={section}&" if section else ""
    if do == "add":
        return f"{address}?{at}add={what}#{id_of(what)}-last"
    if do == "remove":
        return f"{address}?{at}#{id_of(what.rpartition(':')[0])}"
    if do == "as":
        return address
    return f"{address}?{at}checked=1&saved=1"


def _typed(request: HttpRequest, desk: Open, gone: str = "") -> Worksheet:
    data = cast("Sent", request.POST)
    sheet = replace(desk.sheet, saves=number(request.POST.get("saves", "")))
    return form.entered(sheet, desk.assessed.guideline, data, gone)


def number(text: str) -> int:
    """Return a number that a form sent, or 0."""
    return whole(text) or 0


def _copied(request: HttpRequest, desk: Open, typed: Worksheet) -> HttpResponse:
    """Keep what stands in this window as another worksheet."""
    what = Begun(
        typed.to,
        typed.value,
        typed.sources,
        typed.channel,
        (typed.draft, typed.content_sha256),
        typed.name,
        typed.is_shared,
    )
    made = worksheets.begin(desk.node, desk.officer, what)
    if isinstance(made, Inadmissible):
        return shown(request, replace(desk, sheet=typed), conflict=made)
    return HttpResponseRedirect(reverse("draft:one", args=(made.id,)), status=HTTPStatus.SEE_OTHER)


@require_POST
def checked(request: HttpRequest, worksheet_id: str) -> HttpResponse:
    """Save as one types, and say beside each field what is wrong with it."""
    desk = opened(request, worksheet_id)
    if isinstance(desk, HttpResponse):
        return HttpResponse(headers={"HX-Refresh": "true"})
    saved = worksheets.save(desk.node, desk.officer, _typed(request, desk))
    if isinstance(saved, Inadmissible):
        return render(request, "draft/_conflict.html", {"conflict": saved, "sheet": desk.sheet})
    assessed = worksheet_completeness.assess(desk.node, saved)
    if isinstance(assessed, Inadmissible):
        return HttpResponse(headers={"HX-Refresh": "true"})
    built = form.build(saved, assessed, partners.names(desk.node))
    on = {*request.POST.getlist(form.ON)}
    context = {
        "form": built,
        "sheet": saved,
        "assessed": assessed,
        "shown": [one for each in built.sections for one in each.shown if one.element.id in on],
        "section": request.POST.get("section", ""),
    }
    return render(request, "draft/_checked.html", context)
