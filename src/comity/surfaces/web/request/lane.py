"""The lanes: requests of one kind of measure, what runs out first, with how far each is.

    /lanes/              the first of them
    /lanes/fraud/        money that is to be held before it is moved on
    /lanes/threat/       people in danger, see `threat`
    /lanes/fraud/recall/ a request to stop a payment, from the message of a bank
    /lanes/fraud/resolution/<request>/ what a bank answered to its recall, as a step

Floor: surfaces.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django import forms as django_forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from comity.domestic.officer import role
from comity.kernel.inadmissible import Inadmissible
from comity.node.desk import worksheets
from comity.node.room import officers
from comity.node.room.release.draft_store import Result, Sent, Waiting
from comity.rooms.request import asking_authority, measures, partners, recall, resolution
from comity.rooms.request.partners import Partner
from comity.surfaces.web import desk as desks
from comity.surfaces.web import forms, session
from comity.surfaces.web.request import measure_part, pages, say
from comity.surfaces.web.request.language import word

NAMES: Final[Mapping[str, Promise]] = {
    "fraud": _("Fraud"),
    "child-exploitation": _("Child exploitation"),
    "markets": _("Markets"),
    "providers": _("Providers"),
}
FIRST: Final = next(iter(NAMES))


class Recall(forms.Form):
    """The message of a bank, and the State in which the money is."""

    to = django_forms.ChoiceField(label=_("State where the money is"))
    message = django_forms.FileField(
        label=_("Message of the bank"),
        help_text=_("The recall as the bank sent it: camt.056, XML."),
    )

    def __init__(self, found: Sequence[Partner], *args: Any) -> None:  # noqa: ANN401 -- as Django has it
        super().__init__(*args)
        fields: dict[str, Any] = self.fields
        fields["to"].choices = [
            (one.party.id, word(one.party.names, one.party.id)) for one in found
        ]


@require_http_methods(["GET", "HEAD", "POST"])
def recall_of_bank(request: HttpRequest) -> HttpResponse:
    """Begin a request to stop a payment, filled in from the message of a bank."""
    node, officer = desks.of(request).node, session.officer_of(request)
    if role.OPERATOR in officer.roles:
        return redirect("health:overview")
    found = [one for one in partners.listing(node) if one.guideline]
    data = (request.POST, request.FILES) if request.method == "POST" else ()
    asked = Recall(found, *data)
    no = officers.lacks_role(officer, *worksheets.WRITING)

    def begin() -> worksheets.Worksheet | Inadmissible:
        given = asked.cleaned_data
        one = next(each for each in found if each.party.id == given["to"])
        message = recall.read(given["message"].read(recall.MESSAGE_BYTES_MAX + 1))
        value = recall.request(message, asking_authority.elements(node, officer))
        what = worksheets.Begun((one.party.id,), value, channel=one.channel)
        return worksheets.begin(node, officer, what)

    if data and asked.is_valid():
        made = forms.perform(asked, begin)
        if made is not None:
            return forms.after("draft:one", made.id)
    return forms.shown(request, "request/recall.html", asked, {"no": no, "found": found})


class Resolution(forms.Form):
    """What a bank answered."""

    message = django_forms.FileField(
        label=_("Answer of the bank"),
        help_text=_("As the bank sent it: camt.029, XML."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def resolution_of_bank(request: HttpRequest, matter_id: str) -> HttpResponse:
    """Tell what a bank answered to its recall as a step of the request."""
    found = pages.found(request, matter_id)
    node, officer = desks.of(request).node, session.officer_of(request)
    data = (request.POST, request.FILES) if request.method == "POST" else ()
    form = Resolution(*data)

    def told() -> Result:
        message = form.cleaned_data["message"].read(recall.MESSAGE_BYTES_MAX + 1)
        return found.no or resolution.say(node, officer, found.shown.row.matter.id, message)

    if data and form.is_valid():
        done = forms.perform(form, told)
        if isinstance(done, Sent | Waiting):
            return say.after(done)
    more = {"matter_id": found.shown.row.matter.id, "no": found.no}
    return forms.shown(request, "request/resolution.html", form, more)


@require_safe
def show(request: HttpRequest, name: str = FIRST) -> HttpResponse:
    """Show a lane."""
    if name not in measures.LANES:
        raise Http404
    node, officer = desks.of(request).node, session.officer_of(request)
    if role.OPERATOR in officer.roles:
        return redirect("health:overview")
    ladder = measures.ladder(node, measures.LANES[name])
    found = measures.lane(node, officer, ladder) if ladder else ()
    known = partners.names(node)
    lines = [
        {
            "line": one,
            "steps": [*measure_part.step_lines(one.state, ladder, known)],
            "bars": measure_part.bars(one.sums),
        }
        for one in found
    ]
    context = {
        "name": NAMES[name],
        "lanes": [(key, words, key == name) for key, words in NAMES.items()],
        "ladder": ladder,
        "is_money": name == FIRST,
        "is_providers": name == "providers",
        "lines": lines,
    }
    return render(request, "request/lane.html", context)
