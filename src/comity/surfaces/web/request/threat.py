"""People in danger: one form, and disclosure, preservations and a case of priority come of it.

    /lanes/threat/             the form
    /lanes/threat/sent/?part=  after it: what was sent, what waits, and the call to make now

Floor: surfaces.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlencode

from django import forms as django_forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from comity.domestic.officer import role
from comity.joint.guideline import identifiers
from comity.joint.guideline.model import Guideline
from comity.kernel.fault import Fault
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.context import Node
from comity.node.base.rows import Officer
from comity.node.desk import worksheets
from comity.node.room import officers
from comity.node.room.release.draft_store import Result, Sent
from comity.rooms.request import partners, threat
from comity.rooms.request.partners import Partner
from comity.rooms.request.threat import Made, Provider, Threat
from comity.surfaces.web import desk as desks
from comity.surfaces.web import forms, session
from comity.surfaces.web.release import reauthenticate
from comity.surfaces.web.request.draft.shapes import KINDS_OF_DATA
from comity.surfaces.web.request.language import word
from comity.surfaces.web.templatetags.desk import said

ROWS: Final = 4
"""Providers of the page; a file has as many as there are."""

_FIRST: Final = ("to", "own_reference", "crime", "danger", "help")
"""What the form asks before whom it asks: then providers, then who asks and by which law."""

_TEXT_CHARS_MAX: Final = 4_000
_LINE_CHARS_MAX: Final = 255
_DETECTED: Final = ("url", "email", "ip-address", "phone", "domain")
_SENT, _WAITS, _NO = "sent", "draft", "no"
_NAMED: Final = re.compile(rf"({_SENT}|{_WAITS}|{_NO})\.([a-z0-9.-]{{1,80}})")
_ZONES: Final = "UTC+00:00"
_PLACES: Final[Mapping[str, str]] = {
    "authority": "call",
    "confirmation-contact": "confirm",
    "facts-of-emergency": "danger",
    "facts": "danger",
    "necessity": "danger",
    "relation-to-emergency": "help",
    "relation-to-offence": "help",
    "offence": "provisions",
    "legal-basis": "legal_basis",
    "crime-type": "crime",
    "mla-intention": "follows",
    "confidentiality": "confidentiality",
}
"""Where the form asks for an element."""


def _lines(label: Any, help_text: Any = "", rows: int = 4, *, required: bool = True) -> Any:  # noqa: ANN401 -- as Django has them
    return django_forms.CharField(
        label=label, help_text=help_text, max_length=_TEXT_CHARS_MAX, required=required,
        widget=django_forms.Textarea(attrs={"rows": rows}),
    )  # fmt: skip


def _line(label: Any, help_text: Any = "", *, required: bool = True) -> Any:  # noqa: ANN401 -- as Django has them
    return django_forms.CharField(
        label=label, help_text=help_text, max_length=_LINE_CHARS_MAX, required=required
    )


class Form(forms.Form):
    """What is written once."""

    to = django_forms.ChoiceField(label=_("State where the data are"))
    own_reference = _line(_("Your file number"))
    crime = django_forms.ChoiceField(label=_("Type of crime"))
    danger = _lines(
        _("Who is in danger, of what, and until when help is of use"),
        _("It shows the emergency, and why data must be preserved now."),
    )
    help = _lines(_("How the data help"), _("What will be done with them to avert the danger."), 2)
    call = _line(_("Who asks, and is called back: authority"))
    call_phone = _line(_("Its telephone, at any hour"), _("With the country: +99 1 5550 0199"))
    confirm = _line(_("Who else can confirm it: name and function"))
    confirm_phone = _line(_("Their telephone"))
    provisions = _lines(
        _("Offence: one provision a line"), _("Such as: Criminal Code art. 421-1"), 2
    )
    years = django_forms.IntegerField(
        label=_("Its greatest penalty, in years"), min_value=0, max_value=100
    )
    legal_basis = _line(_("Legal basis"), _("The treaty with its articles, and the power at home."))
    confidentiality = _line(
        _("Who must not be told, and why"), _("If anybody may be told, say so."), required=False
    )
    kinds = django_forms.MultipleChoiceField(
        label=_("What is to be disclosed, and preserved"),
        widget=django_forms.CheckboxSelectMultiple,
    )
    follows = django_forms.BooleanField(
        label=_("A request for what is preserved will be sent within 60 days"), required=False
    )
    alone = _line(
        _("Why it cannot wait for a second officer"),
        _("Only if you send it on your own authority; it is reviewed afterwards."),
        required=False,
    )

    def __init__(self, found: Sequence[Partner], guideline: Guideline, *args: Any) -> None:  # noqa: ANN401 -- as Django has it
        super().__init__(*args)
        fields: dict[str, Any] = self.fields
        fields["to"].choices = [
            (one.party.id, word(one.party.names, one.party.id)) for one in found
        ]
        fields["crime"].choices = [*_choices(guideline, "crime-type", "of")]
        fields["crime"].initial = threat.CRIME
        fields["kinds"].choices = [*_choices(guideline, "data", "kinds")]
        for number in range(1, ROWS + 1):
            fields[f"provider_{number}"] = _line(
                _("Provider %(number)s") % {"number": number}, required=number == 1
            )
            fields[f"data_{number}"] = _lines(
                _("What it holds: one a line"),
                _("An address, account, telephone or e-mail: user@mail.example, u-90021177"),
                2,
                required=number == 1,
            )

        providers = [f"{name}_{row}" for row in range(1, ROWS + 1) for name in ("provider", "data")]
        self.order_fields([*_FIRST, *providers, "kinds", "follows"])

    def threat(self) -> Threat:
        """Return what was written, as a threat file has it."""
        given = self.cleaned_data
        elements: dict[str, Json] = {
            "authority": _authority(given, "call"),
            "confirmation-contact": _authority(given, "confirm"),
            "crime-type": given["crime"],
            "facts-of-emergency": given["danger"],
            "relation-to-emergency": given["help"],
            "offence": {
                "provisions": _each(given["provisions"]),
                "maximum_penalty_years": given["years"],
            },
            "legal-basis": given["legal_basis"],
        }
        if given["follows"]:
            elements["mla-intention"] = True
        if given["confidentiality"]:
            elements["confidentiality"] = given["confidentiality"]
        return Threat(given["own_reference"], elements, tuple(self._providers()))

    def _providers(self) -> Iterator[Provider]:
        given = self.cleaned_data
        for number in range(1, ROWS + 1):
            name, held = given[f"provider_{number}"], _each(given[f"data_{number}"])
            if name or held:
                found: list[Json] = [_identifier(str(one), name) for one in held]
                data: dict[str, Json] = {"kinds": [*given["kinds"]], "identifiers": found}
                yield Provider({"name": name}, data)

    def place(self, pointer: str) -> str | None:
        """Return the field that a finding is about, or None."""
        _, group, name, *rest = [*pointer.split("/"), "", ""]
        if group == "providers":
            row = int(name) + 1
            return f"data_{row}" if rest and rest[0] == "data" else f"provider_{row}"
        return _PLACES.get(name)


def _choices(guideline: Guideline, element: str, name: str) -> Iterator[tuple[str, str]]:
    """Return codes that the check of an element knows, in words where it has any."""
    found = guideline.elements.get(element)
    options: Any = found.check.options.get(name, ()) if found else ()
    for one in options:
        if isinstance(one, str):
            yield one, str(KINDS_OF_DATA.get(one, one))
        else:
            yield one["code"], said(one["label"])


def _each(text: str) -> list[Json]:
    return [line for one in text.splitlines() if (line := one.strip())]


def _authority(given: Mapping[str, Any], name: str) -> dict[str, Json]:
    """Return whom to call: at any hour, since that is what the form asks for."""
    return {
        "name": given[name],
        "phone": given[f"{name}_phone"],
        "office_hours": "24/7",
        "time_zone": _ZONES,
    }


def _identifier(text: str, provider: str) -> dict[str, Json]:
    kind = next((one for one in _DETECTED if not identifiers.rule_of(one, text)), "account")
    service: dict[str, Json] = {"service": provider} if kind == "account" else {}
    return {"kind": kind, "value": text, **service}


@require_http_methods(["GET", "HEAD", "POST"])
def form(request: HttpRequest) -> HttpResponse:
    """Ask for it once, and send all that it makes; or keep it as worksheets."""
    node, officer = desks.of(request).node, session.officer_of(request)
    if role.OPERATOR in officer.roles:
        return redirect("health:overview")
    found = [one for one in partners.listing(node) if one.guideline]
    no = officers.lacks_role(officer, *worksheets.WRITING)
    context = {"no": no, "found": found, "rows": range(1, ROWS + 1)}
    if no or not found or found[0].guideline is None:
        return render(request, "request/threat.html", context)
    data = (request.POST,) if request.method == "POST" else ()
    asked = Form(found, found[0].guideline, *data)
    if data and asked.is_valid():
        answer = _done(request, node, officer, asked)
        if answer is not None:
            return answer
    return forms.shown(request, "request/threat.html", asked, context)


def _done(request: HttpRequest, node: Node, officer: Officer, asked: Form) -> HttpResponse | None:
    written, to = asked.threat(), [asked.cleaned_data["to"]]
    if request.POST.get("do") == "keep":
        kept = forms.perform(asked, lambda: threat.keep(node, officer, written, to))
        return forms.after("draft:list") if kept is not None else None
    if not _is_whole(node, asked, written, to):
        return None
    alone = asked.cleaned_data["alone"]

    def send() -> Made | Inadmissible:
        no = reauthenticate.lacks(request)
        return no or threat.begin(node, officer, written, to, alone=alone, key=asked.key)

    made = forms.perform(asked, send)
    if made is None:
        return None
    parts = [("part", _named(one)) for one in made.requests]
    parts += [("case", _named(made.case))] if made.case is not None else []
    where = f"{reverse('request-lane:threat-sent')}?{urlencode(parts)}"
    return HttpResponseRedirect(where, status=HTTPStatus.SEE_OTHER)


def _is_whole(node: Node, asked: Form, written: Threat, to: Sequence[str]) -> bool:
    """Say on the form, beside each field, what any request lacks; return whether none does."""
    try:
        lacks = threat.lacking(node, written, to)
    except Fault as fault:
        asked.refuse_fault(fault)
        return False
    if isinstance(lacks, Inadmissible):
        asked.refuse(lacks)
        return False
    for pointer, one in lacks:
        asked.add_error(asked.place(pointer), f"{said(one.what)} {said(one.fix)}".strip())
    return not lacks


def _named(one: Result) -> str:
    """Return what became of one, as an address of the page has it: nobody reads there."""
    if isinstance(one, Inadmissible):
        return f"{_NO}.{one.rule}"
    return f"{_SENT}.{one.matter_id}" if isinstance(one, Sent) else f"{_WAITS}.{one.draft_id}"


@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """Show what the form has made, with the next step of each."""
    every = [_line_of(one) for one in request.GET.getlist("part")[: threat.PROVIDERS_MAX + 1]]
    case = _line_of(request.GET.get("case", ""))
    names = [gettext("Emergency disclosure")]
    names += [
        gettext("Preservation, provider %(number)s") % {"number": number}
        for number in range(1, len(every))
    ]
    lines = [{"name": name, **one} for name, one in zip(names, every, strict=False)]
    context = {"lines": lines, "case": case, "waits": any("draft" in one for one in every)}
    return render(request, "request/threat_sent.html", context)


def _line_of(text: str) -> dict[str, str]:
    """Return how one is, from an address; what is no id is nothing."""
    found = _NAMED.fullmatch(text)
    return {found[1]: found[2]} if found else {}
