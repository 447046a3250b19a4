"""The calendar of a country, made for people to read and correct before it is proposed.

Floor: surfaces.
"""

import re
from dataclasses import dataclass
from typing import Any, Final, override

from django import forms as fields
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from comity.clocks import calendar_text
from comity.clocks.calendar import OfficeHours
from comity.node.base import register_records
from comity.node.base.context import Node
from comity.node.room import calendars
from comity.surfaces.web import desk as desks
from comity.surfaces.web import forms
from comity.surfaces.web.guideline import place as places

_HOURS: Final = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")
YEARS_MAX: Final = 10


class Wish(forms.Form):
    """Which calendar."""

    country = fields.RegexField(
        r"^[A-Za-z]{2}$",
        label=_("Country"),
        help_text=_("Two letters of ISO 3166, like CN or US."),
        max_length=2,
    )
    zone = fields.CharField(
        label=_("Time zone"),
        help_text=_("By its name, like Europe/Berlin, where the country has several."),
        max_length=64,
        required=False,
    )
    first_year = fields.IntegerField(label=_("First year"), min_value=1971, max_value=2099)
    last_year = fields.IntegerField(label=_("Last year"), min_value=1971, max_value=2099)
    opens = fields.RegexField(
        _HOURS, label=_("Office opens"), help_text=_("Like 09:00; empty: always open."),
        required=False,
    )  # fmt: skip
    closes = fields.RegexField(
        _HOURS, label=_("Office closes"), help_text=_("Like 17:30."), required=False
    )

    @override
    def clean(self) -> dict[str, Any]:
        """Demand years that follow each other, and hours of one day."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = given.get("first_year"), given.get("last_year")
        if first and last and not 0 <= last - first < YEARS_MAX:
            self.add_error("last_year", _("Name up to ten years that follow each other."))
        opens, closes = given.get("opens") or "", given.get("closes") or ""
        if bool(opens) != bool(closes) or opens > closes or (opens and opens == closes):
            self.add_error("closes", _("Name two times of one day, the earlier one first."))
        return given


@require_http_methods(["GET", "HEAD", "POST"])
def make(request: HttpRequest) -> HttpResponse:
    """Make a calendar of a country as a text."""
    desk = desks.of(request)
    form = Wish(request.POST) if request.method == "POST" else Wish()
    context: dict[str, object] = {"parties": places.parties_of(desk.node)}
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        years = tuple(range(given["first_year"], given["last_year"] + 1))
        office = _office(given["opens"], given["closes"])
        made = forms.perform(
            form,
            lambda: desk.propose_calendar(given["country"].upper(), years, office, given["zone"]),
        )
        if made is not None:
            text = calendar_text.render(made)
            context |= {"calendar": calendar_text.parse(text), "text": text.decode()}
            context |= {"shown": ("en", "zh"), "targets": _targets(desk.node)}
            return render(request, "guideline/made.html", {"form": form, **context})
    return forms.shown(request, "guideline/calendar.html", form, context)


@dataclass(frozen=True, slots=True)
class Target:
    """Where a calendar can be proposed: the name of the text, and the address of its form."""

    name: str
    address: str


def _targets(node: Node) -> list[Target]:
    """Return the calendars of each arrangement, that of this State first."""
    with node.store.read() as tx:
        every = list(register_records.arrangements(tx))
    return [
        Target(name, reverse("guideline:propose", args=(one.id, name)))
        for one in every
        if node.party in one.party_ids()
        for party in sorted(one.party_ids(), key=lambda party: party != node.party)
        for name in (calendars.name_of(party),)
    ]


def _office(opens: str, closes: str) -> OfficeHours | None:
    first, last = _HOURS.fullmatch(opens or ""), _HOURS.fullmatch(closes or "")
    if first is None or last is None:
        return None
    return OfficeHours(int(first[1]) * 60 + int(first[2]), int(last[1]) * 60 + int(last[2]))
