"""Pages of the whole dialogue: its rhythm over years and formats, and the pack for principals.

    /dialogues/cadence/    planned, agreed, held, and what moved it
    /dialogues/pack/       every section with its digest; pack.pdf on paper

Floor: surfaces.
"""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe

from comity.joint.dialogue import acts, view
from comity.node.desk import pack, pack_facts
from comity.node.operate.overview import names
from comity.rooms.dialogue import clocks
from comity.surfaces.web import desk as desks
from comity.surfaces.web import session
from comity.surfaces.web.room import dialogue_chart


@require_safe
def cadence(request: HttpRequest) -> HttpResponse:
    """Show every session of every series."""
    node = desks.of(request).node
    found = clocks.lines(node, session.officer_of(request))
    lines = [
        (
            one,
            view.STATUS_WORDS[one.status],
            [(moved, acts.POSTPONEMENTS.get(moved.reason)) for moved in one.moved],
        )
        for one in found
    ]
    context = {
        "lines": lines,
        "chart": dialogue_chart.chart(found),
        "width": dialogue_chart.WIDTH,
        "parties": names.names(node).parties,
    }
    return render(request, "room/cadence.html", context)


@require_safe
def packed(request: HttpRequest) -> HttpResponse:
    """Show the pack for principals: a digest of each section, and one over all."""
    found = pack.pack(desks.of(request).node, session.officer_of(request))
    names = {one.id: one.names for one in found.parties.values()}
    sections = [
        (
            one,
            *(
                [
                    (line, [*pack_facts.shown(line.facts, one.codes, names)])
                    for line in one.lines or ()
                    if line.is_settled == is_settled
                ]
                for is_settled in (False, True)
            ),
        )
        for one in found.sections
    ]
    return render(request, "room/pack.html", {"found": found, "sections": sections})


@require_safe
def pack_pdf(request: HttpRequest) -> HttpResponse:
    """Give the same as a PDF, in both languages."""
    opened = desks.of(request)
    found = pack.pack(opened.node, session.officer_of(request))
    data = opened.ports.typeset(pack.paper(found), found.at_ms)
    answer = HttpResponse(data, content_type="application/pdf")
    answer["Content-Disposition"] = 'attachment; filename="pack.pdf"'
    return answer


ADDRESSES: Final[list[URLPattern]] = [
    path("cadence/", cadence, name="cadence"),
    path("pack/", packed, name="pack"),
    path("pack.pdf", pack_pdf, name="pack-pdf"),
]
