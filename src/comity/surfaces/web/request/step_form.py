"""The page of a step of the duty desk: its form, and what becomes of it.

Floor: surfaces.
"""

from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from comity.kernel.inadmissible import Inadmissible
from comity.node.base.rows import Officer
from comity.node.desk.duty import routing
from comity.rooms.request.dossier import Dossier
from comity.surfaces.web import desk as desks
from comity.surfaces.web import forms, session, zoned_forms
from comity.surfaces.web.request import home_steps, pages, value_words


class StepForm(forms.Form):
    """What is done at home."""

    def __init__(
        self, found: Dossier, step: home_steps.Step, officer: Officer, data: QueryDict | None = None
    ) -> None:
        super().__init__(data)
        self.fields.update(step.made(found, officer))


@require_http_methods(["GET", "HEAD", "POST"])
@zoned_forms.of_reader
def step(request: HttpRequest, matter_id: str, name: str) -> HttpResponse:
    """Show the form of a step, or take it."""
    found = pages.found(request, matter_id)
    row, officer = home_steps.BY_NAME.get(name), session.officer_of(request)
    if row is None:
        raise Http404
    node = desks.of(request).node
    form = StepForm(found, row, officer, request.POST if request.method == "POST" else None)
    who_does = node, officer, found.shown.row.matter.id
    if form.is_bound and form.is_valid():
        done = forms.perform(form, lambda: found.no or row.do(who_does, form.cleaned_data))
        if done is not None and not isinstance(done, Inadmissible):
            return forms.after("request:home", found.shown.row.matter.id)
    explained = routing.explain(*who_does) if row.name == "route" and found.no is None else None
    more = {"step": row, "form": form, "no": found.no, "explained": explained}
    if explained is not None:
        kind, crime = explained.subject.type, explained.subject.crime
        guideline = found.guideline
        more["subject"] = (
            value_words.request_type(guideline, kind),
            value_words.choice(guideline, "crime-type", crime),
        )
    context = pages.context(request, found, "request:home", **more)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return render(request, "request/step.html", context, status=status)
