"""Pages of the hotline beside those of one call: drills, and the review of its use.

    /calls/drills/    planned, held or missed, and how late they began
    /calls/review/    how calls and drills were answered: by State, ground, level and hour

Floor: surfaces.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe

from comity.acts.verb import Both
from comity.figures.address import SIDE, code
from comity.figures.use import GROUND
from comity.joint.hotline import acts, text
from comity.joint.hotline.text_schema import PICK_UP, TAKE
from comity.kernel.inadmissible import Inadmissible
from comity.node.operate.overview import names
from comity.node.room import joint_texts
from comity.rooms.hotline import drills, figures
from comity.rooms.hotline.figures import Answered
from comity.rooms.hotline.legs import Leg
from comity.surfaces.web import desk as desks
from comity.surfaces.web import session
from comity.surfaces.web.review import query


@require_safe
def drilled(request: HttpRequest) -> HttpResponse:
    """Show every drill that was planned."""
    node = desks.of(request).node
    found = drills.listing(node, session.officer_of(request))
    context = {
        "drills": [(one, acts.DRILL_KINDS.get(one.kind)) for one in found],
        "parties": names.names(node).parties,
    }
    return render(request, "room/hotline_drills.html", context)


@dataclass(frozen=True, slots=True)
class _Line:
    """How calls of one group were answered.

    Attributes:
        by: `side`, `ground`, `level` or `hour`.
        code: within it; "" where it is not known.
        one: how they were answered.
        words: of a ground in the terms in force; empty where they have none.
    """

    by: str
    code: str
    one: Answered
    words: Both

    @property
    def picked_up(self) -> Leg:
        """Until a person had it."""
        return self.one.legs[PICK_UP]

    @property
    def taken(self) -> Leg:
        """Until one had it who may decide."""
        return self.one.legs[TAKE]

    @property
    def late(self) -> int:
        """Waits that were too long by the text in force."""
        return sum(leg.missed for leg in self.one.legs.values())


def _lines(
    sides: Mapping[str, Answered], by: Mapping[str, Answered], grounds: Mapping[str, Both]
) -> list[_Line]:
    every = {**{f"{SIDE}/{party}": one for party, one in sides.items()}, **by}
    parts = ((*group.partition("/"), one) for group, one in every.items())
    return [
        _Line(name, code(spelled), one, grounds.get(code(spelled), {}) if name == GROUND else {})
        for name, _, spelled, one in parts
    ]


@require_safe
def reviewed(request: HttpRequest) -> HttpResponse:
    """Show how calls and drills of a period were answered."""
    node, officer = desks.of(request).node, session.officer_of(request)
    asked, form = query.of(node, officer, request.GET)
    found = figures.figures(node, officer, asked.wanted.period)
    if isinstance(found, Inadmissible):
        return render(request, "message.html", {"no": found}, status=HTTPStatus.FORBIDDEN)
    with node.store.read() as tx:
        terms = joint_texts.in_force(node, tx, found.channel, found.now_ms, text.NAME)
    grounds = terms.grounds if terms is not None else {}
    context = {
        "form": form,
        "period": asked.wanted.period,
        "found": found,
        "calls": _lines(found.calls, found.calls_by, grounds),
        "drills": _lines(found.drills, found.drills_by, grounds),
        "tried": found.contacts.items(),
        "parties": names.names(node).parties,
    }
    return render(request, "room/hotline_review.html", context)


ADDRESSES: Final[list[URLPattern]] = [
    path("drills/", drilled, name="drills"),
    path("review/", reviewed, name="review"),
]
