"""Money of a period, by currency and month: sums as bars with their table, and how soon.

Floor: surfaces.
"""

from collections.abc import Mapping
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from comity.domestic.officer import role
from comity.joint.request.sums import Sums
from comity.rooms.request import money_figures
from comity.rooms.request.money_figures import Line
from comity.surfaces.web import desk as desks
from comity.surfaces.web import session
from comity.surfaces.web.request import measure_part
from comity.surfaces.web.review import query

TIMED: Final[Mapping[str, Promise]] = {
    money_figures.ASKED: _("From transfer to request"),
    money_figures.BANK: _("From request to bank"),
    money_figures.HELD: _("From bank to hold"),
}


@require_safe
def shown(request: HttpRequest) -> HttpResponse:
    """Show the sums of a period."""
    node, officer = desks.of(request).node, session.officer_of(request)
    if role.OPERATOR in officer.roles:
        return redirect("health:overview")
    asked, form = query.of(node, officer, request.GET)
    period = asked.wanted.period
    lines = [
        {"line": one, "bars": measure_part.bars(Sums({one.unit: one.sums})), "timed": _timed(one)}
        for one in money_figures.figures(node, officer, period)
    ]
    context = {"form": form, "period": period, "lines": lines, "query": asked.query()}
    return render(request, "review/money.html", context)


def _timed(one: Line) -> list[tuple[Promise, int, int]]:
    return [
        (words, one.timed[name].minutes, one.timed[name].count)
        for name, words in TIMED.items()
        if name in one.timed
    ]
