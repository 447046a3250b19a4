"""My desk: one use case asked, one page shown; and the part that changes, asked for again.

An open page asks for that part again and again, and mostly hears that nothing is new.  A stream
of server-sent events tells it to ask at once.  The stream says nothing but that, and a page for
which there is none only asks more often.  What asking costs stands in docs/performance.md.

Floor: surfaces.
"""

import hashlib
from http import HTTPStatus
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import parse_etags, quote_etag
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_safe

from comity.domestic.officer import role
from comity.node.base.context import Node
from comity.node.base.rows import Officer
from comity.node.desk import today
from comity.surfaces.web import desk as desks
from comity.surfaces.web import preferences, session
from comity.surfaces.web.desk import Desk, Lend
from comity.surfaces.web.duty import page_data

_MINUTE_MS: Final = 60_000
_KEPT_MAX: Final = 1_000
_TAG_CHARS: Final = 32
_ID_CHARS_MAX: Final = 64
_ROLES: Final = "Comity-Roles"


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """What an officer must do now; who runs the machine has the pages of the node."""
    officer = session.officer_of(request)
    if role.OPERATOR in officer.roles:
        return redirect("health:overview")
    here = desks.of(request)
    found = today.today(here.node, officer)
    if found.is_watched:
        here.page_seen()
    context = {"today": found, **page_data.of(here.node, officer, found)}
    part, tag = _part(request, context)
    return render(request, "duty/desk.html", {**context, "part": part, "tag": tag})


@require_safe
def events(request: HttpRequest) -> HttpResponse:
    """The part that changes; 304 while it is what the page has.

    A page in a hidden tab asks too, for its title and its sound, and says so: nobody has it in
    front of them then, so the node may wake somebody.  A stream asks with the roles with which
    it was opened: once they are others, it ends.
    """
    officer = session.officer_of(request)
    here = desks.of(request)
    roles = " ".join(officer.roles)
    if request.headers.get(_ROLES, roles) != roles:
        return HttpResponse(status=HTTPStatus.CONFLICT)
    asked = parse_etags(request.headers.get("If-None-Match", ""))
    is_hidden = request.headers.get("Comity-Hidden") == "1"
    key = ("events", officer.name, get_language())
    version = _version(here, officer, request)
    known = here.kept.get(key, "")
    tag = known.partition(" ")[2] if known.startswith(f"{version} ") else ""
    if tag and tag in asked:
        if not is_hidden and today.is_watching(here.node, officer):
            here.page_seen()
        return _unchanged(tag)
    found = today.today(here.node, officer)
    if found.is_watched and not is_hidden:
        here.page_seen()
    part, tag = _part(request, {"today": found, **page_data.of(here.node, officer, found)})
    if len(here.kept) >= _KEPT_MAX:
        here.kept.clear()
    here.kept[key] = f"{version} {tag}"
    if tag in asked:
        return _unchanged(tag)
    return HttpResponse(part, headers={"ETag": tag})


@require_GET
def stream(request: HttpRequest) -> HttpResponseBase:
    """Server-sent events: `new` when a page that has `tag` would be shown something else."""
    officer = session.officer_of(request)
    lend: Lend | None = request.META.get(desks.LEND)
    if lend is None:  # a server that keeps no connections
        return HttpResponse(status=HTTPStatus.NOT_FOUND)
    tag = request.headers.get("Last-Event-ID") or request.GET.get("tag", "")
    headers = {f"HTTP_{_ROLES.upper().replace('-', '_')}": " ".join(officer.roles)}
    if not lend(officer.name, reverse("duty:events"), tag[:_ID_CHARS_MAX], headers):
        return HttpResponse(status=HTTPStatus.SERVICE_UNAVAILABLE)
    # A proxy that gathers answers (nginx) is told to let this one through.
    return StreamingHttpResponse(
        [b"retry: 5000\n\n"],
        content_type="text/event-stream",
        headers={"X-Accel-Buffering": "no"},
    )


def _unchanged(tag: str) -> HttpResponse:
    return HttpResponse(status=HTTPStatus.NOT_MODIFIED, headers={"ETag": tag})


def _part(request: HttpRequest, context: dict[str, object]) -> tuple[str, str]:
    """Return the part that changes, and the tag that changes with it.

    It is the same as long as nothing that it says has changed: ages are told to the minute,
    and no token of a form stands in it.
    """
    part = render_to_string("duty/_live.html", context, request=request)
    return part, quote_etag(hashlib.sha256(part.encode()).hexdigest()[:_TAG_CHARS])


def _version(here: Desk, officer: Officer, request: HttpRequest) -> str:
    """Return what changes whenever the part may have changed.

    Every step is an entry of a log, what came from others or what officers did here; what only
    time changes does so by the minute.
    """
    lengths = _lengths(here.node)
    minute = here.node.clock.now_ms() // _MINUTE_MS
    wanted = preferences.of(request)
    said = repr((lengths, minute, officer, wanted, get_language()))
    return hashlib.sha256(said.encode()).hexdigest()


def _lengths(node: Node) -> list[tuple[str, int, int, str]]:
    with node.store.read() as tx:
        return [(log.origin, log.size, log.understood, log.state) for log in tx.logs()]
