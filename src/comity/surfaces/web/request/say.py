"""Saying something: the form of a verb, and what became of it.

Floor: surfaces.
"""

from dataclasses import replace
from http import HTTPStatus
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from comity.acts.verb import Verb
from comity.joint.request.possible_verbs import Possible, code_of
from comity.kernel.inadmissible import Inadmissible
from comity.node.desk import draft_view
from comity.node.room.release import idempotency
from comity.node.room.release.draft_store import Result, Sent, Waiting
from comity.rooms.request import desk as desk_request
from comity.rooms.request.dossier import Dossier
from comity.surfaces.web import desk as desks
from comity.surfaces.web import forms, session, zoned_forms
from comity.surfaces.web.request import emergency, newer_acts, pages, summary
from comity.surfaces.web.request.form_values import SayForm
from comity.surfaces.web.upload import attachments
from comity.surfaces.web.upload.attachments import Files


@require_http_methods(["GET", "HEAD", "POST"])
@zoned_forms.of_reader
def say(request: HttpRequest, matter_id: str, name: str) -> HttpResponse:
    """Show the form of a verb, or say what it holds."""
    found = pages.found(request, matter_id)
    verb, may = pages.sayable(found, name)
    own = desks.of(request).node.party
    if request.method != "POST":
        form = SayForm(found, verb, may, own, about=request.GET.get("about", ""))
        files = attachments.blank() if verb.file else None
        no = found.no or may.no
        return _shown(request, found, verb, form, files, no)
    form = SayForm(found, verb, _as_sent(found, verb, may), own, request.POST)
    files = attachments.received(request) if verb.file else None
    if files is not None and files.is_adding:
        return _shown(request, found, verb, form, files, None)
    is_good = files is None or files.is_valid()
    form.has_file = files is not None and files.has_any
    is_good = form.is_valid() and is_good
    done = _said(request, found, verb, form, files) if is_good else None
    if done is None:
        return _shown(request, found, verb, form, files, None)
    return after(done)


def _as_sent(found: Dossier, verb: Verb, may: Possible) -> Possible:
    """Return what a form may hold that was made before: the node says whether it is too late."""
    if may.no is None:
        return may
    field = code_of(verb)
    codes = () if field is None else tuple(field.known)
    return replace(may, codes=codes, items=found.shown.state.items, about=())


def _said(
    request: HttpRequest, found: Dossier, verb: Verb, form: SayForm, files: Files | None
) -> Sent | Waiting | None:
    """Say it; None where the form says why not."""
    node, officer = desks.of(request).node, session.officer_of(request)

    def act() -> Result:
        if found.no is not None:
            return found.no
        seen = newer_acts.seen(found)
        if request.POST.get("seen", seen) != seen:
            with node.store.read() as tx:
                if not idempotency.is_key_used(tx, officer, form.key):
                    return _CHANGED
        words = form.words(node, officer, files)
        if words is None:
            return _UNFIT
        matter_id = found.shown.row.matter.id
        return desk_request.say(node, officer, matter_id, verb.tag, form.given(), words)

    result = forms.perform(form, act)
    return result if isinstance(result, Sent | Waiting) else None


_CHANGED: Final = Inadmissible(
    "surfaces.request.changed",
    "Something was said of this request since the form was opened.",
    "Look at what it was, and send the form again if it still stands.",
)
_UNFIT: Final = Inadmissible(
    "surfaces.form.unfit", "Something in the form does not fit.", "Correct what is said beside it."
)


def _shown(
    request: HttpRequest,
    found: Dossier,
    verb: Verb,
    form: SayForm,
    files: Files | None,
    no: Inadmissible | None,
) -> HttpResponse:
    own = desks.of(request).node.party
    is_late = any(one.rule == _CHANGED.rule for one in getattr(form, "refusals", ()))
    more = {
        "known": newer_acts.known(found),
        "seen": newer_acts.seen(found),
        "is_late": is_late,
        "takes_it": emergency.takes_it(found, verb),
        "since": newer_acts.said(found, own, request.POST.get("known", "")) if is_late else [],
    }
    context = pages.context(
        request, found, "request:one", verb=verb, form=form, files=files, no=no, **more
    )
    is_wrong = form.is_bound and not (files and files.is_adding)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if is_wrong else HTTPStatus.OK
    return render(request, "request/say.html", context, status=status)


def after(done: Sent | Waiting) -> HttpResponse:
    """Go to what was sent, or to what waits for approval."""
    if isinstance(done, Sent):
        address = reverse("request:act", args=(done.matter_id, done.act_id))
        return HttpResponseRedirect(f"{address}?sent=1", status=HTTPStatus.SEE_OTHER)
    return HttpResponseRedirect(summary.draft_address(done.draft_id), status=HTTPStatus.SEE_OTHER)


@require_safe
def waiting(request: HttpRequest, draft_id: str) -> HttpResponse:
    """Say that an act waits for approval, and where it is approved."""
    node, officer = desks.of(request).node, session.officer_of(request)
    one = draft_view.find(node, officer, draft_id)
    return render(request, "request/waiting.html", {"pending": one})
