"""The domestic annex: what this node alone knows beside the figures of a period.

It never crosses: it stands in no digest, no snapshot, no pack and no file of figures.

Floor: surfaces.
"""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from comity.figures import definitions
from comity.kernel.inadmissible import Inadmissible
from comity.rooms.review import annex
from comity.rooms.review.annex import Times
from comity.surfaces.web import desk as desks
from comity.surfaces.web import session
from comity.surfaces.web.review import charts, figure_words, query


@dataclass(frozen=True, slots=True)
class Line:
    """A step as it is read.

    Attributes:
        times: what it says.
        count: on how many it rests.
        median: in words.
        most: the longest, in words.
        width: of its bar, of a thousand.
    """

    times: Times
    count: str
    median: str
    most: str
    width: int


@require_safe
def shown(request: HttpRequest) -> HttpResponse:
    """Time in domestic steps, and the way of own acts, of the requests of a period."""
    node, officer = desks.of(request).node, session.officer_of(request)
    wanted, form = query.of(node, officer, request.GET)
    found = annex.annex(node, officer, wanted.wanted)
    if isinstance(found, Inadmissible):
        return render(request, "message.html", {"no": found}, status=403)
    longest_ms = max((one.median_ms or 0 for one in found.steps), default=0) or 1
    context = {
        "asked": wanted,
        "form": form,
        "period": found.taken.wanted.period,
        "at_ms": found.taken.now_ms,
        "steps": [_line(one, longest_ms) for one in found.steps],
        "transit": _line(found.transit, longest_ms),
        "query": wanted.query(),
    }
    return render(request, "review/annex.html", context)


def _line(one: Times, longest_ms: int) -> Line:
    return Line(
        one,
        figure_words.count(one.n, {"small": 0 < one.n < definitions.SMALL_BELOW}),
        figure_words.NOTHING if one.median_ms is None else figure_words.length(one.median_ms),
        figure_words.NOTHING if one.most_ms is None else figure_words.length(one.most_ms),
        min(charts.FULL, charts.FULL * max(0, one.median_ms or 0) // longest_ms),
    )
