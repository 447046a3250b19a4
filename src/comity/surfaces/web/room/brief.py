"""Pages of a brief: what this State keeps to itself of a text or a session.

    /wordings/<id>/brief/<step>/

Floor: surfaces.
"""

from functools import partial

from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.urls import URLPattern, path
from django.views.decorators.http import require_http_methods

from comity.acts.verb import Table
from comity.domestic.brief import verbs
from comity.node.desk import matters
from comity.node.room import brief
from comity.surfaces.web import desk as desks
from comity.surfaces.web import forms, session
from comity.surfaces.web.verb_fields import Choices
from comity.surfaces.web.verb_form import StepForm


def addresses(noun: str) -> list[URLPattern]:
    """Return the addresses of the brief of a kind of matter."""
    table = next(one for one in verbs.TABLES if one.noun == noun)
    view = require_http_methods(["GET", "HEAD", "POST"])(partial(_take, table))
    return [path("<slug:matter_id>/brief/<slug:step>/", view, name="brief")]


def _take(table: Table, request: HttpRequest, matter_id: str, step: str) -> HttpResponse:
    row = table.verb(step)
    if row is None:
        return HttpResponseNotFound()
    node, officer = desks.of(request).node, session.officer_of(request)
    matter = matters.show(node, officer, table.noun, matter_id).row.matter.id
    data = request.POST if request.method == "POST" else None
    form = StepForm(row, Choices(), data, initial={"draft": request.GET.get("draft", "")})
    if form.is_bound and form.is_valid():
        asked = form.step()
        if forms.perform(form, lambda: brief.take(node, officer, table.noun, matter, asked)):
            return forms.after(f"{table.noun}:one", matter)
    context = {"verb": row, "table": table, "matter_id": matter, "one_name": f"{table.noun}:one"}
    return forms.shown(request, "room/brief.html", form, context)
