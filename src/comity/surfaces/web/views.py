"""The officers' pages: each asks one use case for one value and renders it.

Floor: surfaces.
"""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from comity.kernel.fault import Fault
from comity.node.overview import page
from comity.surfaces.web import desk as desks
from comity.surfaces.web.desk import Desk

FIELD_CHARS_MAX = 64


def _open(request: HttpRequest) -> Desk:
    """Return the desk, and note that somebody has a page in front of him."""
    desk = desks.of(request)
    desk.page_seen()
    return desk


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Everything at a glance."""
    desk = desks.of(request)
    found = page.overview(desk.node)
    if found.counts.is_whole:  # else something urgent may not be shown, and must wake somebody
        desk.page_seen()
    return render(request, "overview.html", {"page": found})


@require_safe
def matters(request: HttpRequest) -> HttpResponse:
    """The list of matters."""
    status = request.GET.get("status", "")[:FIELD_CHARS_MAX]
    after = request.GET.get("after", "")[:FIELD_CHARS_MAX]
    found = page.matter_page(_open(request).node, status, after)
    return render(request, "matters.html", {"page": found})


@require_safe
def matter(request: HttpRequest, kind: str, matter_id: str) -> HttpResponse:
    """One matter, in each channel that has it."""
    found = page.matter(_open(request).node, kind, matter_id)
    context = {"views": found, "first": found[0], "purpose": found[0].line.channel_name}
    return render(request, "matter.html", context)


@require_POST
def seen(request: HttpRequest, kind: str, matter_id: str) -> HttpResponse:
    """Somebody has looked at a matter."""
    page.note_seen(_open(request).node, kind, matter_id)
    address = reverse("matter", args=(kind, matter_id))
    return HttpResponseRedirect(address, status=HTTPStatus.SEE_OTHER)


@require_safe
def log(request: HttpRequest, origin: str) -> HttpResponse:
    """One log."""
    found = page.log(_open(request).node, origin)
    return render(request, "log.html", {"page": found, "purpose": found.log.channel_name})


@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """Whether the store can be read, for a supervisor; says nothing else."""
    try:
        page.own_party(desks.of(request).node)
    except Fault as fault:
        answer = {"state": "failing", "code": fault.code}
        return JsonResponse(answer, status=HTTPStatus.SERVICE_UNAVAILABLE)
    return JsonResponse({"state": "ok"})


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 -- Django passes it by name
    """There is no such page."""
    return render(request, "message.html", {"is_absent": True}, status=HTTPStatus.NOT_FOUND)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 -- Django passes it by name
    """The request is not allowed."""
    return render(request, "message.html", {"is_stale": True}, status=HTTPStatus.FORBIDDEN)


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 -- Django passes it by name
    """A form did not come from a page of ours, or from an old one."""
    return render(request, "message.html", {"is_stale": True}, status=HTTPStatus.FORBIDDEN)


def malformed(_request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 -- Django passes it by name
    """The request is not one of a browser on this machine: no page, since nothing is known."""
    return HttpResponse(
        "This address is for browsers on this machine: http://127.0.0.1\n",
        content_type="text/plain; charset=utf-8",
        status=HTTPStatus.BAD_REQUEST,
    )


def broken(_request: HttpRequest) -> HttpResponse:
    """Our own bug: the least that can go wrong again."""
    return HttpResponse(
        "This page failed; that is an error of the program. What was sent and received is safe.\n"
        "Run `comity doctor`, and report the lines of the log.\n",
        content_type="text/plain; charset=utf-8",
        status=HTTPStatus.INTERNAL_SERVER_ERROR,
    )
