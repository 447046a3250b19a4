"""Cases in the browser: the list, one case, and what is said of it.

Floor: surfaces.
"""

from http import HTTPStatus
from typing import Any, cast
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from comity.joint.arrangement.card import LIVE
from comity.joint.case import view
from comity.node.base import register_records
from comity.node.base.context import Node
from comity.node.desk.case import as_json, read
from comity.node.desk.case import say as saying
from comity.node.desk.case.read import Shown
from comity.node.desk.case.say import Opening
from comity.node.operate.overview import names
from comity.node.review import labels
from comity.node.room import matter_quota
from comity.node.room.act_words import Words
from comity.node.room.release.draft_store import Sent, Waiting
from comity.surfaces.web import desk as desks
from comity.surfaces.web import forms, session
from comity.surfaces.web.case import verbs
from comity.surfaces.web.case.verbs import Verb
from comity.surfaces.web.request import content
from comity.surfaces.web.templatetags import desk as tags


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
def open_case(request: HttpRequest) -> HttpResponse:
    """Open a case, with requests in it or none yet."""
    node, officer = desks.of(request).node, session.officer_of(request)
    crimes = _crimes(node)
    form = verbs.Open(crimes, request.POST) if request.method == "POST" else verbs.Open(crimes)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        opening = Opening(
            given["own_reference"], given["crime_type"], tuple(verbs.lines(given["requests"]))
        )
        words = Words(key=form.key)
        done = forms.perform(form, lambda: saying.open_case(node, officer, opening, words))
        if isinstance(done, Sent):
            return _go("case:one", done.matter_id)
        if done is not None:
            return _go("case:listing", said="waiting")
    return forms.shown(request, "case/open.html", form, {})


@require_safe
def one(request: HttpRequest, case_id: str) -> HttpResponse:
    """One case."""
    node, officer = desks.of(request).node, session.officer_of(request)
    shown = read.show(node, officer, case_id)
    context = {**_context(node, shown), "said": request.GET.get("said", "")}
    return render(request, "case/case.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def say(request: HttpRequest, case_id: str, verb: str) -> HttpResponse:
    """Say one thing of a case."""
    chosen = verbs.BY_NAME.get(verb)
    if chosen is None:
        raise Http404
    node, officer = desks.of(request).node, session.officer_of(request)
    shown = read.show(node, officer, case_id)
    about = _about(chosen.name, shown, request)
    form = _form(chosen, shown, request, about)
    if request.method == "POST" and form.is_valid():
        by = officer.office or officer.agency
        done = forms.perform(
            form, lambda: chosen.act((node, officer, shown.row.matter.id), form, by)
        )
        if done is not None:
            said = "waiting" if isinstance(done, Waiting) else "sent"
            return _go("case:one", shown.row.matter.id, said=said)
    context = {**_context(node, shown), "verb": chosen, "about": about}
    return forms.shown(request, "case/say.html", form, context)


def _about(verb: str, shown: Shown, request: HttpRequest) -> str:
    """Return the id of what is answered: what the page named that leads here, else the newest."""
    if verb not in _ANSWERS:
        return ""
    named = request.POST.get("about", "") or request.GET.get("about", "")
    newest = _ANSWERS[verb](shown.state)
    return named or (newest.id if newest is not None else "")


def _form(verb: Verb, shown: Shown, request: HttpRequest, about: str) -> forms.Form:
    given: list[Any] = [request.POST] if request.method == "POST" else []
    made: Any = verb.form
    if verb.form is verbs.Report:
        return cast("forms.Form", made(shown, *given))
    return cast("forms.Form", made(*given) if given else made(initial={"about": about}))


def _go(name: str, *args: str, said: str = "sent") -> HttpResponse:
    address = f"{reverse(name, args=args)}?{urlencode({'said': said})}"
    return HttpResponseRedirect(address, status=HTTPStatus.SEE_OTHER)


def _crimes(node: Node) -> list[tuple[str, str]]:
    """Return the types of crime of every guideline in force here."""
    with node.store.read() as tx:
        found = register_records.arrangements(tx)
        lives = [register_records.channel_path(one.id, LIVE) for one in found]
    known = {
        code: both
        for live in lives
        for code, both in labels.labels(node, live).known.get("crime", {}).items()
    }
    return [(code, tags.said(both)) for code, both in known.items()]


def _context(node: Node, shown: Shown) -> dict[str, object]:
    """Return what the page of a case shows."""
    now = shown.state
    found = cast("dict[str, Any]", as_json.shown_json(shown, node.party))
    for one in found["reports"]:
        one["texts"] = content.texts_of(shown.texts.get((one["party"], one["act"])))
    known = labels.labels(node, shown.row.channel)
    for each in found["requests"]:
        each["type_words"] = known.part("type", each["type"])
    is_theirs = view.holder(now) == node.party
    offered = [
        (one, f"?about={meant.id}" if meant is not None else "")
        for one in verbs.VERBS
        for meant in (_ANSWERS[one.name](now) if one.name in _ANSWERS else None,)
        if (one.name != "reopen") == (view.status(now) != "closed")
        and (one.name not in _ANSWERS or (is_theirs and meant is not None))
    ]
    return {
        "case": found,
        "full": matter_quota.read(node, shown.row.channel, shown.row.matter),
        "crime": known.part("crime", now.crime_type) if now.crime_type else None,
        "parties": names.names(node).parties,
        "verbs": offered,
    }


_ANSWERS = {
    "agree-priority": view.open_proposal,
    "decline-priority": view.open_proposal,
    "agree-report": view.open_report,
    "dispute-report": view.open_report,
}
"""Verbs that answer what the other side proposed."""
