"""Forms: Django's, in the markup of GOV.UK Frontend, and how a use case answers one.

    form = Note(request.POST)
    if form.is_valid() and (done := forms.perform(form, lambda: work.note(node, officer, …))):
        return forms.after("request:one", matter_id)
    return forms.shown(request, "request/note.html", form, {"matter": found})

What is wrong stands beside its field and in a summary, all at once, and nothing that was
entered is lost.

Floor: surfaces.
"""

import secrets
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, Final

from django import forms
from django.forms.renderers import TemplatesSetting
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from comity.kernel.fault import Fault
from comity.kernel.inadmissible import Inadmissible
from comity.kernel.problem import Problem
from comity.surfaces.web import next_step, words

_ONCE_BYTES: Final = 16


class Renderer(TemplatesSetting):
    """Fields as `templates/form/` has them, widgets as `templates/django/forms/widgets/`."""

    form_template_name = "form/form.html"
    field_template_name = "form/field.html"


def _once() -> str:
    return secrets.token_hex(_ONCE_BYTES)


class Refused(forms.ValidationError):
    """What the node had against a form, whole, so that a page can tell it in two languages.

    Attributes:
        no: rule or code, what, fix.
    """

    def __init__(self, no: Inadmissible | Problem) -> None:
        super().__init__(
            words.error(no.rule) or f"{no.what} {next_step.step(no.fix)}", code=no.rule
        )
        self.no = no


class Form(forms.Form):
    """A form of this desk.

    Attributes:
        once: a key that comes with the form and goes back with it, so that a command that is
            sent twice, by a double click or from two tabs, is one command.
        refusals: what a use case had against what was asked: rule or code, what, fix.
    """

    once = forms.CharField(
        widget=forms.HiddenInput, required=False, max_length=2 * _ONCE_BYTES, initial=_once
    )

    refusals: list[Inadmissible]

    def refuse(self, no: Inadmissible, field: str | None = None) -> None:
        """Say what a use case had against it.

        Args:
            no: a refusal by rule, or what a fault said.
            field: whose value it is about, if one.
        """
        self.refusals = [*getattr(self, "refusals", []), no]
        self.add_error(field, Refused(no))

    def refuse_fault(self, fault: Fault) -> None:
        """Say what failed; a form with places for it says it there."""
        self.refuse(Inadmissible(fault.code, fault.what, fault.fix))

    @property
    def key(self) -> str:
        """The one-time key that came back, or a new one where a program sent none."""
        return str(self.cleaned_data.get("once") or _once())


def perform[T](form: Form, act: Callable[[], T | Inadmissible]) -> T | None:
    """Do what a valid form asks.

    Args:
        form: takes what stands against it.
        act: a use case.

    Returns:
        What was done, or None if the form says why not.
    """
    try:
        result = act()
    except Fault as fault:
        form.refuse_fault(fault)
        return None
    if isinstance(result, Inadmissible):
        form.refuse(result)
        return None
    return result


def sent(form: forms.BaseForm) -> dict[str, Any]:
    """Return what came with a form, the last of each name, to be shown in another."""
    return {name: form.data[name] for name in form.data}


def shown(
    request: HttpRequest, template: str, form: forms.BaseForm, context: Mapping[str, object]
) -> HttpResponse:
    """Return a page with its form; one that came back with errors is a 422."""
    is_wrong = form.is_bound and bool(form.errors)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if is_wrong else HTTPStatus.OK
    return render(request, template, {"form": form, **context}, status=status)


def after(name: str, *args: object) -> HttpResponse:
    """Go to a page after something was done, so that loading it again does nothing."""
    return HttpResponseRedirect(reverse(name, args=args), status=HTTPStatus.SEE_OTHER)
