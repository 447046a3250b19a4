"""Drafts: the list of them, a new one, templates, and what becomes of one.

Floor: surfaces.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final, override

from django import forms as django_forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from comity.joint.guideline.model import Guideline
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.context import Node
from comity.node.desk import worksheets
from comity.node.desk.worksheets import Begun, Worksheet
from comity.node.room import officers, request_file
from comity.node.room.release import draft_list
from comity.rooms.request import partners, worksheet_completeness, worksheet_release
from comity.rooms.request.partners import Partner
from comity.rooms.request.worksheet_completeness import Assessed
from comity.surfaces.web import desk as desks
from comity.surfaces.web import forms, session
from comity.surfaces.web.templatetags import punctuation
from comity.surfaces.web.templatetags.desk import named, said

AGENCY: Final = "agency:"
_AFTER_CHARS_MAX: Final = 64


@dataclass(frozen=True, slots=True)
class Written:
    """A worksheet in the list.

    Attributes:
        sheet: what was entered.
        assessed: what it lacks, or None where it cannot be judged.
    """

    sheet: Worksheet
    assessed: Assessed | None

    @property
    def type_label(self) -> str:
        """What is asked for, in words."""
        code = self.sheet.text("type")
        kind = self.assessed.guideline.types.get(code) if self.assessed else None
        return said(kind.label) if kind else code


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """What is being written, and what waits for somebody."""
    node, officer = desks.of(request).node, session.officer_of(request)
    after = request.GET.get("after", "")[:_AFTER_CHARS_MAX]
    context = {
        "written": [written(node, one) for one in worksheets.listing(node, officer)],
        "page": draft_list.page(node, officer, after),
        "names": partners.names(node),
        "types": types_of(node),
        "no": officers.lacks_role(officer, *worksheets.WRITING),
        "after": after,
    }
    return render(request, "draft/list.html", context)


def written(node: Node, sheet: Worksheet) -> Written:
    """Return a worksheet with what it lacks, as lists show it."""
    found = worksheet_completeness.assess(node, sheet)
    return Written(sheet, None if isinstance(found, Inadmissible) else found)


def types_of(node: Node) -> dict[str, Mapping[str, str]]:
    """Return the names of the request types of every guideline in force, by id."""
    found: dict[str, Mapping[str, str]] = {}
    for one in partners.listing(node):
        if one.guideline:
            found |= {key: kind.label for key, kind in one.guideline.types.items()}
    return found


class New(forms.Form):
    """Whom is asked for what, and how soon."""

    to = django_forms.MultipleChoiceField(
        label=_("Which State is asked"), widget=django_forms.CheckboxSelectMultiple
    )
    type = django_forms.ChoiceField(label=_("What is asked for"), widget=django_forms.RadioSelect)
    urgency = django_forms.ChoiceField(
        label=_("How urgent it is"), widget=django_forms.RadioSelect, required=False
    )
    oral = django_forms.BooleanField(
        label=_("It was said by telephone and is confirmed here in writing"), required=False
    )

    def __init__(self, guideline: Guideline, found: Sequence[Partner], *args: Any) -> None:  # noqa: ANN401 -- as Django has it
        super().__init__(*args)
        self.guideline = guideline
        fields: dict[str, Any] = self.fields
        states = [one.party for one in found]
        fields["to"].choices = [(one.id, named(one.names) or one.id) for one in states]
        fields["type"].choices = [(k, said(one.label)) for k, one in guideline.types.items()]
        fields["urgency"].choices = [(k, said(one.label)) for k, one in guideline.urgencies.items()]

    @override
    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        kind = self.guideline.types.get(given.get("type", ""))
        if kind and len(kind.urgencies) == 1:  # it is asked of nobody: the page hides it
            self.errors.pop("urgency", None)
            return given | {"urgency": kind.urgencies[0]}
        if not given.get("urgency") and "urgency" not in self.errors:
            self.add_error("urgency", self.fields["urgency"].error_messages["required"])
        if kind and given.get("urgency") and given["urgency"] not in kind.urgencies:
            levels = [said(self.guideline.urgencies[one].label) for one in kind.urgencies]
            told = gettext("This type has: %(levels)s.") % {
                "levels": punctuation.enumerated(levels)
            }
            self.add_error("urgency", told)
        return given


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Begin a request: State, type, urgency; or begin it from a template."""
    node, officer = desks.of(request).node, session.officer_of(request)
    found = partners.listing(node)
    channel = request.POST.get("channel", "") or request.GET.get("channel", "")
    chosen = [one for one in found if one.guideline and channel in ("", one.channel)]
    guideline = chosen[0].guideline if chosen else None
    context: dict[str, object] = {
        "partners": found,
        "channels": sorted({one.channel for one in found}),
        "no": officers.lacks_role(officer, *worksheets.WRITING),
        "templates": worksheets.templates(node, officer),
    }
    if guideline is None:
        return render(request, "draft/new.html", context)
    chosen = [one for one in chosen if one.channel == chosen[0].channel]
    context |= {"chosen": chosen, "channel": chosen[0].channel, "guideline": guideline}
    data = request.POST if request.method == "POST" else None
    asked = New(guideline, chosen, data)
    if data is None and len(chosen) == 1:
        asked.initial = {"to": [chosen[0].party.id]}
    if data is not None and asked.is_valid():
        made = forms.perform(asked, lambda: worksheets.begin(node, officer, _begun(request, asked)))
        if made is not None:
            return forms.after("draft:one", made.id)
    return forms.shown(request, "draft/new.html", asked, context)


def _begun(request: HttpRequest, asked: New) -> Begun:
    given = asked.cleaned_data
    to = []
    for party in given["to"]:
        agency = request.POST.get(f"{AGENCY}{party}", "")
        to.append(f"{party}/{agency}" if agency else party)
    value: dict[str, Json] = {
        "type": given["type"],
        "urgency": given["urgency"],
        "oral": given["oral"],
        "mark": request_file.MARK_DEFAULT,
    }
    return Begun(tuple(to), value)


@require_POST
def change(request: HttpRequest, draft_id: str) -> HttpResponse:
    """Change a kept request: it is a worksheet until it is kept again."""
    node, officer = desks.of(request).node, session.officer_of(request)
    made = worksheet_release.of_draft(node, officer, draft_id)
    if isinstance(made, Inadmissible):
        return told(request, made)
    return forms.after("draft:one", made.id)


@require_safe
def templates(request: HttpRequest) -> HttpResponse:
    """What requests can be begun from."""
    node, officer = desks.of(request).node, session.officer_of(request)
    context = {"templates": worksheets.templates(node, officer), "types": types_of(node)}
    return render(request, "draft/templates.html", context)


class Name(forms.Form):
    """What a template is called, and who uses it."""

    name = django_forms.CharField(
        label=_("Name of the template"), max_length=worksheets.NAME_CHARS_MAX
    )
    is_shared = django_forms.BooleanField(
        label=_("Everybody of my agency may use it"), required=False
    )


@require_http_methods(["GET", "HEAD", "POST"])
def keep_template(request: HttpRequest, worksheet_id: str) -> HttpResponse:
    """Keep what was entered as a template."""
    node, officer = desks.of(request).node, session.officer_of(request)
    sheet = worksheets.find(node, officer, worksheet_id)
    asked = Name(request.POST if request.method == "POST" else None)
    if asked.is_bound and asked.is_valid():
        given = asked.cleaned_data
        what = Begun(
            sheet.to,
            worksheets.blank(sheet.value),
            channel=sheet.channel,
            name=given["name"],
            is_shared=given["is_shared"],
        )
        if forms.perform(asked, lambda: worksheets.begin(node, officer, what)) is not None:
            return forms.after("draft:templates")
    return forms.shown(request, "draft/name.html", asked, {"sheet": sheet})


@require_POST
def use(request: HttpRequest, worksheet_id: str) -> HttpResponse:
    """Begin a request from a template."""
    node, officer = desks.of(request).node, session.officer_of(request)
    one = worksheets.find(node, officer, worksheet_id)
    what = Begun(one.to, worksheets.blank(one.value), channel=one.channel)
    made = worksheets.begin(node, officer, what)
    if isinstance(made, Inadmissible):
        return told(request, made)
    return forms.after("draft:one", made.id)


def told(request: HttpRequest, no: Inadmissible) -> HttpResponse:
    """Return the page of a refusal by rule."""
    return render(request, "draft/told.html", {"no": no}, status=HTTPStatus.CONFLICT)
