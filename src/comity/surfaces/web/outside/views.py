"""Guests, who are no officers: admitted, with a link or token that is shown once, and ended.

Floor: surfaces.
"""

from http import HTTPStatus

from django import forms as fields
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from comity.domestic.officer import role
from comity.domestic.outside import session as known
from comity.domestic.outside.session import Terms
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.context import Node
from comity.node.desk import outside
from comity.surfaces.web import desk as desks
from comity.surfaces.web import forms
from comity.surfaces.web import session as who

KINDS = {
    known.LINK: _("a link, opened once in a browser"),
    known.TOKEN: _("a token of a program"),
    known.CERTIFICATE: _("the TLS certificate of a program"),
}


class Admit(forms.Form):
    """Who is let in, and to what."""

    kind = fields.ChoiceField(
        label=_("How they come in"), choices=[*KINDS.items()], widget=fields.RadioSelect
    )
    name = fields.CharField(
        label=_("Name of the person or program"), max_length=known.NAME_CHARS_MAX
    )
    on_behalf = fields.CharField(
        label=_("In whose name they act"),
        help_text=_("A bank, a ministry, an exercise."),
        max_length=known.NAME_CHARS_MAX,
    )
    scopes = fields.MultipleChoiceField(
        label=_("What they may use"), widget=fields.CheckboxSelectMultiple
    )
    days = fields.IntegerField(
        label=_("Ends after so many days"),
        min_value=1,
        max_value=known.DAYS_MAX,
        initial=known.DAYS_DEFAULT,
    )
    requests = fields.IntegerField(
        label=_("Requests a minute, at most"),
        min_value=1,
        max_value=known.REQUESTS_MAX,
        initial=known.REQUESTS_DEFAULT,
    )
    mebibytes = fields.IntegerField(
        label=_("Mebibytes an hour, at most"),
        min_value=1,
        max_value=known.MEBIBYTES_MAX,
        initial=known.MEBIBYTES_DEFAULT,
    )
    certificate = fields.CharField(
        label=_("Certificate of the client, in PEM"),
        help_text=_("For a certificate alone; without its private key."),
        max_length=outside.CERTIFICATE_BYTES_MAX,
        widget=fields.Textarea,
        required=False,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def sessions(request: HttpRequest) -> HttpResponse:
    """The sessions that an officer may see; a new one's secret is shown on this answer alone."""
    node, officer = desks.of(request).node, who.officer_of(request)
    words = _scopes(node)
    form = Admit(request.POST) if request.method == "POST" else Admit()
    scopes = form.fields["scopes"]
    assert isinstance(scopes, fields.MultipleChoiceField)
    scopes.choices = [*words.items()]
    context: dict[str, object] = {}
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        who.require_shown(request)
        made = forms.perform(
            form,
            lambda: outside.admit(
                node, officer, _terms(given), given["certificate"].strip().encode()
            ),
        )
        if made is not None:
            context["made"] = made
            form = Admit()
            form.fields["scopes"].choices = scopes.choices  # type: ignore[attr-defined] # as above
    now_ms = node.clock.now_ms()
    may_admit = any(one in outside.ADMITTING for one in officer.roles)
    context |= {
        "rows": [
            {
                "one": one,
                "kind": KINDS[one.kind],
                "scopes": [words.get(scope, scope) for scope in one.scopes],
                "is_open": one.is_open(now_ms),
            }
            for one in outside.listing(node, officer)
        ],
        "is_served": bool(node.outside.origin),
        "may_admit": may_admit,
        "may_end": may_admit or role.OPERATOR in officer.roles,
    }
    return forms.shown(request, "outside/sessions.html", form, context)


def _terms(given: dict[str, object]) -> Terms:
    return Terms(**{name: given[name] for name in _TERMS})  # type: ignore[arg-type] # as cleaned


_TERMS = ("kind", "name", "on_behalf", "scopes", "days", "requests", "mebibytes")


def _scopes(node: Node) -> dict[str, str]:
    is_chinese = (get_language() or "").startswith("zh")
    return {name: one.zh if is_chinese else one.en for name, one in node.outside.scopes.items()}


@require_POST
def end(request: HttpRequest, session: str) -> HttpResponse:
    """End a session."""
    node, officer = desks.of(request).node, who.officer_of(request)
    done = outside.end(node, officer, session)
    if isinstance(done, Inadmissible):
        return render(request, "message.html", {"no": done}, status=HTTPStatus.FORBIDDEN)
    return forms.after("outside:sessions")
