"""Whom a call rings, one after the other, and who was rung for what.

Floor: surfaces.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from comity.domestic.duty import ladder
from comity.node.desk.duty import rings
from comity.surfaces.web import desk as desks
from comity.surfaces.web import session


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """The ladder, and the newest rings."""
    node, officer = desks.of(request).node, session.officer_of(request)
    with node.store.read() as tx:
        steps = rings.ladder(tx)
    found = [
        {
            "ring": one,
            "page": f"{one.kind}:one",
            "next_ms": None if one.ended_ms is not None else ladder.next_ms(steps, one),
        }
        for one in rings.listing(node, officer)
    ]
    return render(request, "duty/rings.html", {"ladder": steps, "rings": found})
