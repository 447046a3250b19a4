"""Four eyes: what waits, one draft as it will cross, and what an officer does with it.

Floor: surfaces.
"""

from http import HTTPStatus
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from comity.domestic.release.decide import EMERGENCY, Rule
from comity.domestic.release.verbs import APPROVE, COMMENT, RELEASE, REVIEW, TABLE
from comity.kernel.fault import Fault
from comity.node.base.bindings import Bound
from comity.node.base.context import Node
from comity.node.base.rows import Officer
from comity.node.desk import draft_steps, draft_view, legal
from comity.node.desk.draft_steps import Gone
from comity.node.desk.draft_view import Pending
from comity.node.desk.legal import Explained
from comity.node.operate.overview import names
from comity.node.room import joint_texts
from comity.node.room.release import approve, draft_list, emergency_review
from comity.node.room.release.draft_store import Sent, Waiting
from comity.node.room.step import Step
from comity.rooms.request import partners
from comity.surfaces.web import desk as desks
from comity.surfaces.web import forms, session
from comity.surfaces.web.release import content, reauthenticate
from comity.surfaces.web.request import asking
from comity.surfaces.web.request.draft import preview, views
from comity.surfaces.web.verb_form import StepForm

_AFTER_CHARS_MAX: Final = 64
_WRITTEN: Final = frozenset({"comment", "return"})
"""What an officer wrote is not lost by leading them on."""


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What waits for the reader, then what waits for others, then reviews."""
    node, officer = desks.of(request).node, session.officer_of(request)
    page = draft_list.page(node, officer, request.GET.get("after", "")[:_AFTER_CHARS_MAX])
    offered = [one for one in page.lines if one.turn != draft_list.AUTHOR]
    context = {
        "mine": [one for one in offered if one.is_mine],
        "others": [one for one in offered if not one.is_mine],
        "next_after": page.next_after,
        "reviews": emergency_review.listing(node, officer),
        "names": partners.names(node),
        "types": views.types_of(node),
    }
    return render(request, "release/index.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, draft_id: str) -> HttpResponse:
    """One draft, exactly as it will cross, and what the reader can do with it."""
    node, officer = desks.of(request).node, session.officer_of(request)
    do = request.POST.get("do", "")
    try:
        found = draft_view.find(node, officer, draft_id)
    except Fault as fault:
        where = asking.became(node, officer, draft_id) if do not in _WRITTEN else ""
        if fault.code != "node.draft.unknown" or not where:
            raise
        return HttpResponseRedirect(where, status=HTTPStatus.SEE_OTHER)
    read = {"content": found.draft.content_sha256}
    asked = {"approve": StepForm(APPROVE, initial=read), "say": StepForm(COMMENT)}
    if request.method == "POST":
        row = next((each for each in TABLE.typed if each.name == do), None)
        if row is None:
            raise Http404
        form = StepForm(row, data=request.POST)
        asked["say" if do in _WRITTEN else "approve"] = form
        answer = _done(request, node, officer, found, form)
        if answer is not None:
            return answer
        found = draft_view.find(node, officer, draft_id)
    bad = next((each for each in asked.values() if each.is_bound), asked["approve"])
    context = _context(node, officer, found)
    return forms.shown(request, "release/one.html", bad, {**context, **asked})


def _done(
    request: HttpRequest, node: Node, officer: Officer, found: Pending, form: StepForm
) -> HttpResponse | None:
    """Do what a button asks; None where the form says why not."""
    if not form.is_valid():
        return None
    step, draft_id, kind = form.step(), found.draft.act.id, found.draft.act.matter.kind

    def act() -> draft_steps.Done:
        return draft_steps.take(node, officer, draft_id, step)

    if step.verb.name in _WRITTEN:
        if forms.perform(form, act) is None:
            return None
        is_said = step.verb is COMMENT
        return forms.after("release:one", draft_id) if is_said else forms.after("release:index")
    sent = forms.perform(form, lambda: reauthenticate.lacks(request) or act())
    if isinstance(sent, Gone):
        return forms.after("draft:list")
    return preview.left(node, sent, kind) if isinstance(sent, Sent | Waiting) else None


def _context(node: Node, officer: Officer, found: Pending) -> dict[str, Any]:
    """Return all that the page of a draft shows."""
    draft, rule = found.draft, found.rule
    with node.store.read() as tx:
        path, named = draft.channel, Bound(sha256=draft.act.guideline or None)
        guideline = joint_texts.of_matter(node, tx, path, named, node.clock.now_ms())
        urgency = approve.urgency(tx, node, draft)
        others = [one for one in tx.officers() if one.agency == officer.agency]
        roles = approve.in_office(tx).get(officer.name, frozenset())
    is_author = officer.name == draft.state.author
    has_approved = officer.name in found.approvers
    is_offered = draft.state.author in found.approvers
    may = rule.has_role(roles) and is_offered and not is_author and not has_approved
    return {
        "one": found,
        "draft": draft,
        "content": content.of_pending(found, guideline),
        "names": partners.names(node),
        "agencies": names.names(node).agencies,
        "offices": partners.agencies(node),
        "readers": _readers(node, path),
        "urgency": urgency,
        "law": _law(node, officer, draft.act.id),
        "changes": found.earlier.changes(draft, found.bodies) if found.earlier else (),
        "is_author": is_author,
        "is_offered": is_offered,
        "has_approved": has_approved,
        "may_approve": may,
        "can_approve": [
            one.name
            for one in others
            if one.ended_ms is None
            and rule.has_role(frozenset(one.roles))
            and one.name not in {draft.state.author, *found.approvers}
        ],
        "may_return": may,
        "may_release": not found.missing and has_approved,
        "may_break": rule.has_role(roles) and found.missing and _has_glass(rule, urgency),
        "is_request": asking.is_asking(draft.act),
        "type_label": asking.type_label(guideline, draft.act),
    }


def _has_glass(rule: Rule, urgency: str) -> bool:
    return urgency == EMERGENCY and rule.review_hours > 0


def _readers(node: Node, path: str) -> list[str]:
    with node.store.read() as tx:
        return [*dict.fromkeys(log.party for log in tx.logs(path))]


def _law(node: Node, officer: Officer, draft_id: str) -> Explained | None:
    """Return what counsel decides of a draft, or None where no profile is in force."""
    try:
        return legal.explain(node, officer, draft_id)
    except Fault:
        return None


@require_http_methods(["GET", "HEAD", "POST"])
def glass(request: HttpRequest, draft_id: str) -> HttpResponse:
    """Let a draft out alone, in an emergency, with a reason that is reviewed."""
    node, officer = desks.of(request).node, session.officer_of(request)
    found = draft_view.find(node, officer, draft_id)
    no = reauthenticate.lacks(request)  # before anything is typed that would be lost on the way
    data = request.POST if request.method == "POST" else None
    form = StepForm(RELEASE, data=data, initial={"content": found.draft.content_sha256})
    form.fields["reason"].required = True
    del form.fields["break_glass"]
    if form.is_bound and form.is_valid():
        step = Step(RELEASE, {**form.given(), "break_glass": 1})
        sent = forms.perform(
            form, lambda: no or draft_steps.take(node, officer, found.draft.act.id, step)
        )
        if isinstance(sent, Sent | Waiting):
            return preview.left(node, sent, found.draft.act.matter.kind)
    context = {"one": found, "draft": found.draft, "names": partners.names(node), "no": no}
    return forms.shown(request, "release/glass.html", form, context)


@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, act_id: str) -> HttpResponse:
    """Review what one officer let out alone."""
    node, officer = desks.of(request).node, session.officer_of(request)
    shown = [
        each for each in emergency_review.listing(node, officer) if each.review.act_id == act_id
    ]
    form = StepForm(REVIEW, data=request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        step = form.step()
        done = forms.perform(form, lambda: emergency_review.take(node, officer, act_id, step))
        if done is not None:
            return forms.after("release:index")
    if not shown:
        raise Fault(
            code="node.review.unknown",
            what="There is no such review.",
            fix="Open the list of what waits; it shows every review that you may see.",
        )
    return forms.shown(request, "release/review.html", form, {"one": shown[0]})
