"""The plan of duty: who is planned, where nobody is, and what an officer changes of it.

Floor: surfaces.
"""

from collections.abc import Mapping
from typing import Final

from django import forms as fields
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from comity.acts.verb import Verb
from comity.domestic.duty import plan, plan_verbs
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.context import Node
from comity.node.desk.duty import devices, plan_steps, planning
from comity.surfaces.web import desk as desks
from comity.surfaces.web import forms, session, zoned_forms
from comity.surfaces.web.verb_fields import Choices
from comity.surfaces.web.verb_form import StepForm

DAYS: Final = 30
_SET: Final = "set"


class LineForm(StepForm):
    """The form of one change of a line."""

    def __init__(
        self,
        row: Verb,
        lines: list[str],
        choices: Choices,
        data: Mapping[str, str] | None,
        initial: dict[str, str],
    ) -> None:
        super().__init__(row, choices, data, {**initial})
        label = _("Line of duty")
        named = [(one, one) for one in lines]
        line: fields.Field = fields.ChoiceField(label=label, choices=named)
        if row.name == _SET:
            line = fields.RegexField(rf"\A(?:{plan_verbs.LINE_NAME.pattern})\Z", label=label)
        self.fields = {"line": line, **self.fields}


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Show the plan ahead."""
    node, officer = desks.of(request).node, session.officer_of(request)
    now_ms = node.clock.now_ms()
    context = {
        "planned": planning.now(node),
        "parts": planning.span(node, now_ms, now_ms + DAYS * plan.DAY_MS),
        "gaps": planning.gaps(node),
        "unproved": devices.unproved(node),
        "swaps": planning.waiting(node),
        "verbs": plan_verbs.TABLE.verbs,
        "mine": officer.name,
    }
    return render(request, "duty/plan.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@zoned_forms.of_reader
def change(request: HttpRequest, name: str) -> HttpResponse:
    """Show the form of a change, or make it."""
    row = plan_verbs.TABLE.verb(name)
    if row is None:
        raise Http404
    node, officer = desks.of(request).node, session.officer_of(request)
    data = request.POST if request.method == "POST" else None
    form = LineForm(row, _lines(node), _choices(node), data, request.GET.dict())
    if data is not None and form.is_valid():
        line = str(form.cleaned_data["line"])
        done = forms.perform(form, lambda: plan_steps.take(node, officer, line, form.step()))
        if done is not None and not isinstance(done, Inadmissible):
            return forms.after("duty:plan")
    return forms.shown(request, "duty/change.html", form, {"verb": row})


@require_http_methods(["GET", "HEAD", "POST"])
def ladder(request: HttpRequest) -> HttpResponse:
    """Show the form of the ladder, or set it."""
    from comity.node.desk.duty import rings  # noqa: PLC0415 -- this view alone

    node, officer = desks.of(request).node, session.officer_of(request)
    with node.store.read() as tx:
        steps = rings.ladder_set(tx)
    given = plan_steps.given_of(steps)
    initial = {**given, "rungs": "\n".join(given["rungs"])}
    data = request.POST if request.method == "POST" else None
    form = StepForm(plan_verbs.LADDER, data=data, initial=initial)
    if data is not None and form.is_valid():
        done = forms.perform(form, lambda: plan_steps.ladder(node, officer, form.step()))
        if done is not None:
            return forms.after("duty:rings")
    return forms.shown(request, "duty/change.html", form, {"verb": plan_verbs.LADDER})


def _lines(node: Node) -> list[str]:
    with node.store.read() as tx:
        return planning.lines(planning.load(tx))


def _choices(node: Node) -> Choices:
    with node.store.read() as tx:
        names = [(one.name, one.name) for one in tx.officers() if one.ended_ms is None]
    return Choices(named={"to": names})
