"""The console of the control cells, and the one place from which all is stopped.

Floor: surfaces.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from comity.joint.exercise import acts, view
from comity.kernel.digits import whole
from comity.kernel.fault import Fault
from comity.kernel.inadmissible import Inadmissible
from comity.node.operate.overview import names
from comity.node.room.release.draft_store import Result, Waiting
from comity.rooms.exercise import console, steering
from comity.surfaces.web import desk as desks
from comity.surfaces.web import session

SHOWN_NEXT: Final = 3
_NUMBER_MAX: Final = 999_999
_LACKING: Final = "officer.role.lacking"


@require_safe
def shown(request: HttpRequest) -> HttpResponse:
    """Show both times, the next items, what became of deliveries, what waits and for whom."""
    node, officer = desks.of(request).node, session.officer_of(request)
    try:
        found = console.of(node, officer)
    except Fault as fault:
        if fault.code != _LACKING:
            raise
        return _refused(request, Inadmissible(fault.code, fault.what, fault.fix))
    context = {
        "console": found,
        "next": found.upcoming[:SHOWN_NEXT],
        "later": found.upcoming[SHOWN_NEXT:],
        "status": view.STATUS_WORDS[acts.PLAY][found.status],
        "rate": found.times.rate,
        "stop_words": acts.STOPS,
        "inject_words": view.STATUS_WORDS[acts.INJECT],
        "outcomes": acts.OUTCOMES,
        "skippings": acts.SKIPPINGS,
        "parties": names.names(node).parties,
        "own_id": node.party,
        "said": request.GET.get("said", ""),
    }
    return render(request, "exercise/console.html", context)


@require_POST
def deliver(request: HttpRequest) -> HttpResponse:
    """Deliver an item of the list."""
    node, officer = desks.of(request).node, session.officer_of(request)
    texts = {lang: request.POST.get(f"text_{lang}", "") for lang in ("en", "zh")}
    given = texts if all(texts.values()) else None
    return _done(request, steering.deliver(node, officer, _number(request), given))


@require_POST
def hold(request: HttpRequest) -> HttpResponse:
    """Say that an item is not played."""
    node, officer = desks.of(request).node, session.officer_of(request)
    reason = request.POST.get("reason", "")
    known = reason if reason in acts.SKIPPINGS else "not-needed"
    return _done(request, steering.hold(node, officer, _number(request), known))


@require_POST
def stop(request: HttpRequest) -> HttpResponse:
    """Stop the play: one press, whoever works in the exercise."""
    node, officer = desks.of(request).node, session.officer_of(request)
    reason = request.POST.get("reason", "")
    known = reason if reason in acts.STOPS else "real-world"
    result = steering.stop(node, officer, known)
    if isinstance(result, Inadmissible):
        return _refused(request, result)
    return redirect("entrance:stopped")


@require_safe
def stopped(request: HttpRequest) -> HttpResponse:
    """Say that it is stopped, and what everybody does now."""
    return render(request, "exercise/stopped.html", {})


def _number(request: HttpRequest) -> int:
    return whole(request.POST.get("number", ""), _NUMBER_MAX) or 0


def _done(request: HttpRequest, result: Result) -> HttpResponse:
    if isinstance(result, Inadmissible):
        return _refused(request, result)
    said = "waits" if isinstance(result, Waiting) else "sent"
    return redirect(f"{reverse('entrance:console')}?said={said}")


def _refused(request: HttpRequest, no: Inadmissible) -> HttpResponse:
    context: Mapping[str, object] = {"no": no}
    return render(request, "message.html", context, status=HTTPStatus.FORBIDDEN)
