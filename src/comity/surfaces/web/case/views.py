"""Cases in the browser: the list, one case, and what is said of it.

Floor: surfaces.
"""

from functools import partial
from typing import Any, Final, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from comity.joint.case import verbs
from comity.node.base.context import Node
from comity.node.base.rows import Officer
from comity.node.operate.overview import names
from comity.node.room import matter_quota
from comity.node.room import say as desk_say
from comity.rooms.case import as_json, read
from comity.rooms.case.read import Shown
from comity.rooms.review import labels
from comity.surfaces.web import desk as desks
from comity.surfaces.web import session, verb_page, zoned_forms
from comity.surfaces.web.request import content
from comity.surfaces.web.verb_page import Page, Seen


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Every case that the reader may read."""
    node, officer = desks.of(request).node, session.officer_of(request)
    is_priority = request.GET.get("priority") == "on"
    found = read.listing(node, officer, only_priority=is_priority)
    context = {
        "cases": cast("dict[str, Any]", as_json.list_json(found, node.party))["cases"],
        "is_priority": is_priority,
        "parties": names.names(node).parties,
        "said": request.GET.get("said", ""),
    }
    return render(request, "case/listing.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@zoned_forms.of_reader
def open_case(request: HttpRequest) -> HttpResponse:
    """Open a case, with requests in it or none yet."""
    return verb_page.say(request, PAGE, "open")


@require_safe
def one(request: HttpRequest, case_id: str) -> HttpResponse:
    """One case."""
    node, officer = desks.of(request).node, session.officer_of(request)
    seen = _see(node, officer, case_id)
    context = {
        **seen.context,
        "verbs": verb_page.offered(PAGE, node, seen),
        "said": request.GET.get("said", ""),
    }
    return render(request, "case/case.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@zoned_forms.of_reader
def say(request: HttpRequest, case_id: str, verb: str) -> HttpResponse:
    """Say one thing of a case."""
    return verb_page.say(request, PAGE, verb, case_id)


def _see(node: Node, officer: Officer, case_id: str) -> Seen:
    shown = read.show(node, officer, case_id)
    row, now = shown.row, shown.state
    return Seen(row.matter.id, row.channel, now, now.parties, _context(node, shown))


PAGE: Final = Page(
    verbs.TABLE, partial(desk_say.say, verbs.TABLE), _see,
    "case/say.html", "case:one", "case:listing",
)  # fmt: skip


def _context(node: Node, shown: Shown) -> dict[str, object]:
    """Return what the page of a case shows."""
    now = shown.state
    found = cast("dict[str, Any]", as_json.shown_json(shown, node.party))
    for one in found["reports"]:
        one["texts"] = content.texts_of(shown.texts.get((one["party"], one["act"])))
    known = labels.labels(node, shown.row.channel)
    for each in found["requests"]:
        each["type_words"] = known.part("type", each["type"])
    return {
        "case": found,
        "full": matter_quota.read(node, shown.row.channel, shown.row.matter),
        "crime": known.part("crime", now.crime_type) if now.crime_type else None,
        "parties": names.names(node).parties,
    }
