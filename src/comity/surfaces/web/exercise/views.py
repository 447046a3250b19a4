"""Entering an exercise is a step of its own, with a notice; so is leaving it.

Floor: surfaces.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from comity.node.room import exercises
from comity.surfaces.web import desk as desks
from comity.surfaces.web import session


@require_safe
def entrances(request: HttpRequest) -> HttpResponse:
    """Show which exercises there are to enter, or the one that the officer is in."""
    node, officer = desks.of(request).node, session.officer_of(request)
    found = exercises.entrances(node, officer)
    return render(request, "exercise/entrances.html", {"entrances": found})


@require_POST
def enter(request: HttpRequest) -> HttpResponse:
    """Work in an exercise from the next page on."""
    node, officer = desks.of(request).node, session.officer_of(request)
    entered = exercises.enter(node, officer, request.POST.get("channel", ""))
    request.session[session.EXERCISE] = entered.compartment
    return redirect("entrance:entrances")


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Go back to real work."""
    request.session.pop(session.EXERCISE, None)
    return redirect("entrance:entrances")
