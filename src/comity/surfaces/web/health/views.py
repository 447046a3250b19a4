"""The operator's pages: each asks one use case for one value and renders it.

Floor: surfaces.
"""

from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from comity.domestic.officer import role
from comity.node.base.cursor import CURSOR_CHARS_MAX
from comity.node.operate import health
from comity.node.operate.overview import page
from comity.surfaces.web import desk as desks
from comity.surfaces.web import session
from comity.surfaces.web.desk import Desk
from comity.surfaces.web.health import now

FIELD_CHARS_MAX = 64


def _open(request: HttpRequest) -> Desk:
    """Return the desk, and note that somebody has a page in front of them."""
    desk = desks.of(request)
    desk.page_seen()
    return desk


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Everything at a glance."""
    desk = desks.of(request)
    found = page.overview(desk.node)
    if found.is_whole:  # else something urgent may not be shown, and must wake somebody
        desk.page_seen()
    return render(request, "health/overview.html", {"page": found, "home": now.of(found)})


@require_safe
def doctor(request: HttpRequest) -> HttpResponse:
    """Everything that is looked at, what is not in order first; no content of any matter."""
    desk = _open(request)
    found = [*desk.doctor(), *health.findings(desk.node)]
    context = {
        "bad": [one for one in found if one.is_good is False],
        "unclear": [one for one in found if one.is_good is None],
        "good": [one for one in found if one.is_good],
    }
    return render(request, "health/doctor.html", context)


@require_safe
def matters(request: HttpRequest) -> HttpResponse:
    """The list of matters."""
    status = request.GET.get("status", "")[:FIELD_CHARS_MAX]
    after = request.GET.get("after", "")[:CURSOR_CHARS_MAX]
    found = page.matter_page(_open(request).node, status, after)
    return render(request, "health/matters.html", {"page": found})


@require_safe
def matter(request: HttpRequest, kind: str, matter_id: str) -> HttpResponse:
    """One matter, in each channel that has it."""
    found = page.matter(_open(request).node, kind, matter_id)
    context = {"views": found, "first": found[0], "purpose": found[0].line.channel_name}
    return render(request, "health/matter.html", context)


@require_POST
def seen(request: HttpRequest, kind: str, matter_id: str) -> HttpResponse:
    """Somebody has looked at a matter."""
    if role.OPERATOR not in session.officer_of(request).roles:
        raise Http404  # an auditor changes nothing
    page.note_seen(_open(request).node, kind, matter_id)
    address = reverse("health:matter", args=(kind, matter_id))
    return HttpResponseRedirect(address, status=HTTPStatus.SEE_OTHER)


@require_safe
def log(request: HttpRequest, origin: str) -> HttpResponse:
    """One log."""
    found = page.log(_open(request).node, origin)
    return render(request, "health/log.html", {"page": found, "purpose": found.log.channel_name})
