"""The pages of one request: each asks for one dossier and renders a part of it.

Floor: surfaces.
"""

from collections.abc import Mapping
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from comity.acts import verb as kinds
from comity.acts.verb import Verb
from comity.joint.request import acts, verbs
from comity.joint.request.possible_verbs import Possible
from comity.kernel.fault import Fault
from comity.node.desk import legal
from comity.node.desk.legal import Explained
from comity.node.room import custody
from comity.rooms.request import dossier, recall
from comity.rooms.request.dossier import Dossier
from comity.surfaces.web import desk as desks
from comity.surfaces.web import session
from comity.surfaces.web.context import zones_of
from comity.surfaces.web.request import clocks as timing
from comity.surfaces.web.request import (
    content,
    emergency,
    lanes,
    measure_part,
    summary,
    time_line_part,
)
from comity.surfaces.web.request.home_steps import STEPS

SAYABLE: Final = tuple(one for one in verbs.TABLE.verbs if one.tag != acts.DESTROYED)
"""Every verb but the attestation of a destruction, which the page of the evidence says."""


def found(request: HttpRequest, matter_id: str, *, explain: bool = False) -> Dossier:
    """Return the request that an address names, for who is signed in; that a page is open is told.

    Raises:
        Fault: `node.matter.unknown`.
    """
    desk = desks.of(request)
    whole = dossier.of(desk.node, session.officer_of(request), matter_id, explain=explain)
    desk.page_seen()
    return whole


def context(request: HttpRequest, one: Dossier, tab: str, **more: object) -> dict[str, object]:
    """Return what every page of a request needs, and more."""
    own = desks.of(request).node.party
    return {
        "found": one,
        "agencies": {agency.id: agency.names for agency in one.agencies.get(own, ())},
        "head": summary.header(one, own),
        "tab": tab,
        "purpose": one.shown.row.channel.partition("/")[2],
        "raw": is_raw(request),
        **more,
    }


def is_raw(request: HttpRequest) -> bool:
    """Return whether addresses are shown as they were written."""
    return request.GET.get("raw") == "1"


@require_safe
def overview(request: HttpRequest, matter_id: str) -> HttpResponse:
    """What is asked, what is missing, what was given, and what may be said."""
    one = found(request, matter_id)
    raw = is_raw(request)
    now = one.shown.state
    asking = one.shown.said.get((now.asker, now.request_id or now.draft_id))
    elements = content.elements(one, raw=raw)
    asked = [(verb, *one.no_to(verb.name)) for verb in SAYABLE]
    sayable = [(verb, no) for verb, is_ours, no in asked if is_ours]
    more: Mapping[str, object] = {
        "elements": elements,
        "brief": emergency.brief(one, desks.of(request).node.party, elements),
        "counts": (sum(1 for e in elements if e.state == content.GIVEN), len(elements)),
        "items": content.items(one, raw=raw),
        "texts": content.texts(asking, raw=raw),
        "attached": len(custody.items_of(asking.row, asking.bodies)) if asking else 0,
        "sayable": [verb for verb, no in sayable if no is None],
        "unsayable": [(verb, no) for verb, no in sayable if no is not None],
        "steps": [step for step in STEPS if step.is_for(one)],
        "measure": measure_part.of(desks.of(request).node, session.officer_of(request), one),
        "law": _law(request, one),
        **_doing(request, one),
        "has_it": emergency.has_it(one, session.officer_of(request).name),
        "sent": lanes.named(one, desks.of(request).node.party, request.GET.get("sent", "")),
    }
    return render(request, "request/overview.html", context(request, one, "request:one", **more))


def _doing(request: HttpRequest, one: Dossier) -> dict[str, bool]:
    """Return what may be done about a measure that is asked of this State."""
    node, now = desks.of(request).node, one.shown.state
    ladder = one.guideline.ladder(now.type) if one.guideline else None
    is_ours = ladder is not None and now.asker != node.party and one.no is None
    return {
        "tells": is_ours,
        "is_served": bool(node.outside.origin),
        "is_money": now.type == recall.TYPE,
    }


def _law(request: HttpRequest, one: Dossier) -> Explained | None:
    """Return what the law of this State asks of a request of another, or None if nothing."""
    node, officer = desks.of(request).node, session.officer_of(request)
    if one.shown.state.asker == node.party:
        return None  # it was asked of the draft
    try:
        found = legal.explain(node, officer, one.shown.row.matter.id)
    except Fault as fault:
        if fault.code != "node.legal.no-profile":
            raise
        return None
    return found if found.lines else None


@require_safe
def time_line(request: HttpRequest, matter_id: str) -> HttpResponse:
    """Their side, our side, and what never crosses."""
    one = found(request, matter_id)
    own = desks.of(request).node.party
    part = time_line_part.of(one, own, request.GET.get("before", ""), raw=is_raw(request))
    return render(
        request,
        "request/time_line.html",
        context(request, one, "request:time-line", part=part, events=part.events),
    )


@require_safe
def clocks(request: HttpRequest, matter_id: str) -> HttpResponse:
    """Why each clock says what it says."""
    one = found(request, matter_id, explain=True)
    more = timing.context(one, zone := zones_of(request).own)
    more |= {"picture": timing.picture(one, zone)}
    return render(request, "request/clocks.html", context(request, one, "request:clocks", **more))


@require_safe
def home(request: HttpRequest, matter_id: str) -> HttpResponse:
    """The domestic file."""
    one = found(request, matter_id)
    steps = [lanes.step_of(step) for step in (one.home.steps if one.home else ())]
    usable = [step for step in STEPS if step.is_for(one)]
    more = {"events": [*reversed(steps)], "steps": usable}
    return render(request, "request/home.html", context(request, one, "request:home", **more))


@require_safe
def act(request: HttpRequest, matter_id: str, act_id: str) -> HttpResponse:
    """One act: what it says, whether it was received, what can be done with it."""
    one = found(request, matter_id)
    own = desks.of(request).node.party
    shown = lanes.named(one, own, act_id, raw=is_raw(request))
    if not shown:
        raise Http404
    about = [
        verb
        for verb in SAYABLE
        if any(field.kind == kinds.ACT for field in verb.fields)
        if (may := one.may(verb.name)) is not None and may.no is None and act_id in may.about
    ]
    more = {
        "act": shown[0],
        "acts": shown,
        "about": about,
        "has_it": emergency.has_it(one, session.officer_of(request).name),
        "is_new": request.GET.get("sent") == "1",
    }
    return render(request, "request/act.html", context(request, one, "request:time-line", **more))


def sayable(one: Dossier, name: str) -> tuple[Verb, Possible]:
    """Return a verb of this State's side and what is possible of it.

    Raises:
        Http404: there is none of that name.
    """
    verb = next((each for each in SAYABLE if each.name == name), None)
    may = one.may(name)
    if verb is None or may is None:
        raise Http404
    return verb, may
