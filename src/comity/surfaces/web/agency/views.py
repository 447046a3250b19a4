"""The nation profile in force, for reading: agencies, routing, law; and the partners' agencies.

Floor: surfaces.
"""

from dataclasses import dataclass
from typing import Any, Final

from django import forms as fields
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from comity.domestic.nation.model import Agency, Nation
from comity.domestic.routing.route import Subject
from comity.kernel.fault import Fault
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.desk.duty.reroute_check import route_of
from comity.node.room import nation_json, parties
from comity.node.room import nation_profile as nations
from comity.node.room.nation_profile import Adopted
from comity.node.room.parties import ArrangementView
from comity.rooms.guideline.vocabulary import Labels
from comity.surfaces.web import desk as desks
from comity.surfaces.web import forms
from comity.surfaces.web.agency import sentences, words
from comity.surfaces.web.guideline import place as places

_YAML: Final = "application/yaml; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Held:
    """The profile in force as a page begins with it.

    Attributes:
        adopted: the version in force, or None.
        fault: why it cannot be read, or None.
        to_verify: how many of its parts rest on what nobody has checked.
        shown: its languages, the reader's first.
    """

    adopted: Adopted | None
    fault: Fault | None
    to_verify: int
    shown: tuple[str, ...]

    @property
    def nation(self) -> Nation | None:
        """What it says."""
        return self.adopted.nation if self.adopted else None


def held(request: HttpRequest, tx: Tx) -> Held:
    """Return the profile in force; one that is damaged says so, and stops no page."""
    try:
        adopted = nations.newest_adopted(tx)
    except Fault as fault:
        return Held(None, fault, 0, ("en",))
    if adopted is None:
        return Held(None, None, 0, ("en",))
    open_count = sum(map(nation_json.is_open, nation_json.every_source(adopted.nation)))
    return Held(adopted, None, open_count, places.shown(request, adopted.nation.languages)[:1])


@dataclass(frozen=True, slots=True)
class Row:
    """One agency of this State as the page tells it."""

    agency: Agency
    capacities: tuple[str, ...]
    hours: str


@require_safe
def agencies(request: HttpRequest) -> HttpResponse:
    """Who there is: of this State with all that the profile says, of partners as cards say."""
    node = desks.of(request).node
    with node.store.read() as tx:
        profile = held(request, tx)
        versions = [] if profile.fault else nations.versions(tx)
        partners = _partners(node, tx)
    rows = [
        Row(
            one,
            tuple(str(words.CAPACITIES[it]) for it in one.capacities),
            sentences.hours(one.hours),
        )
        for one in (profile.nation.agencies.values() if profile.nation else ())
    ]
    context = {
        "held": profile,
        "shown": profile.shown,
        "rows": rows,
        "versions": versions[::-1],
        "partners": partners,
    }
    return render(request, "agency/agencies.html", context)


def _partners(node: Node, tx: Tx) -> list[ArrangementView]:
    known = parties.known(node, tx)
    return parties.arrangement_views(tx, known, node.clock.now_ms())


class Explain(forms.Form):
    """Whom would get a request?"""

    type = fields.ChoiceField(label=_("Type of request"))
    crime = fields.ChoiceField(label=_("Type of crime"), required=False)
    urgency = fields.ChoiceField(label=_("Urgency"), required=False)

    def __init__(self, known: Labels, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 -- as Django has them
        super().__init__(*args, **kwargs)
        del self.fields["once"]
        unknown = [("", _("not known"))]
        for name, rows in (
            ("type", known.types), ("crime", known.crimes), ("urgency", known.urgencies)
        ):  # fmt: skip
            field = self.fields[name]
            assert isinstance(field, fields.ChoiceField)
            field.choices = [*([] if name == "type" else unknown), *rows.items()]


@require_safe
def routing(request: HttpRequest) -> HttpResponse:
    """Who gets what, rule by rule; asked about one kind of request, what became of each rule."""
    node = desks.of(request).node
    with node.store.read() as tx:
        profile = held(request, tx)
        known = sentences.labels(node, tx)
    is_asked = "type" in request.GET
    form = Explain(known, request.GET) if is_asked else Explain(known)
    context: dict[str, object] = {
        "held": profile, "shown": profile.shown, "form": form, "known": known
    }  # fmt: skip
    nation, route = profile.nation, None
    if is_asked and form.is_valid():
        given = form.cleaned_data
        route = route_of(nation, Subject(given["type"], given["crime"], given["urgency"]))
        context |= {
            "route": route,
            "reason": words.REASONS[route.reason],
            "agency": sentences.label(nation, route.agency),
            "subject": [
                known.of(name, given[name]) for name in ("type", "crime", "urgency") if given[name]
            ],
            "also": [(sentences.label(nation, one.agency), one.does) for one in route.also],
        }
    if nation is not None:
        context["rules"] = sentences.rules(nation, known, route.looked if route else ())
    return forms.shown(request, "agency/routing.html", form, context)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the law, and when it applies."""

    part: object
    applies: sentences.Applies


@require_safe
def law(request: HttpRequest) -> HttpResponse:
    """What the law of this State asks before something is executed or leaves."""
    node = desks.of(request).node
    with node.store.read() as tx:
        profile = held(request, tx)
        known = sentences.labels(node, tx)
    nation = profile.nation
    context: dict[str, object] = {
        "held": profile, "shown": profile.shown, "decides": words.DECIDES,
        "instruments": words.INSTRUMENTS,
    }  # fmt: skip
    if nation is not None:
        text = nation.law
        for name, rows in (
            ("points", text.points), ("bases", text.bases), ("orders", text.instruments),
            ("grounds", text.grounds), ("conditions", text.conditions),
        ):  # fmt: skip
            context[name] = [Part(one, sentences.applies(one.when, known)) for one in rows]
        context["roles"] = [
            (one, [sentences.label(nation, it) for it in sorted(one.agencies or ())])
            for one in nation.roles
        ]
    return render(request, "agency/law.html", context)


@require_safe
def yaml(request: HttpRequest, number: int) -> HttpResponse:
    """One version as its authors wrote it, byte for byte."""
    with desks.of(request).node.store.read() as tx:
        data = nations.text(tx, number)
    if data is None:
        raise Http404
    return yaml_file(data, f"nation-{number}")


def yaml_file(data: bytes, name: str) -> HttpResponse:
    """Return a profile as a file."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.yaml"'}
    return HttpResponse(data, content_type=_YAML, headers=headers)
