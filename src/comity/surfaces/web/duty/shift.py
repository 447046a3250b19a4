"""The shift of a desk: handed over in one step, taken with one click.

Floor: surfaces.
"""

from collections.abc import Mapping
from itertools import chain, islice
from typing import Final

from django import forms as fields
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from comity.domestic.duty.roster import HandedOver, TakenOver, Turn
from comity.kernel.ijson import Json
from comity.node.base.context import Node
from comity.node.base.rows import Officer
from comity.node.desk import matter_label, today
from comity.node.desk.duty import shifts
from comity.rooms.request import partners
from comity.surfaces.web import desk as desks
from comity.surfaces.web import forms, session

NOTE_CHARS_MAX = 10_000

_CALLED_MAX: Final = 500
"""Requests that are called by name on the page; of older turns the rest stand with their ids."""


class HandOver(forms.Form):
    """Whom one hands the desk to, with what they must know."""

    to = fields.ChoiceField(label=_("Which officer"))
    note = fields.CharField(
        label=_("What the next officer must know"),
        help_text=_("Everything that is open goes with it by itself, as listed below."),
        widget=fields.Textarea(attrs={"rows": 5}),
        max_length=NOTE_CHARS_MAX,
    )

    def offer(self, names: tuple[str, ...]) -> "HandOver":
        """Let the reader choose among these officers."""
        choice = self.fields["to"]
        assert isinstance(choice, fields.ChoiceField)
        choice.choices = [(name, name) for name in names]
        return self


class TakeOver(forms.Form):
    """Why one takes a desk; one that was handed over is taken without."""

    why = fields.CharField(
        label=_("Why you take it"),
        help_text=_("Nobody handed it to you; what you say is noted."),
        error_messages={"required": _("Say why you take it.")},
        max_length=NOTE_CHARS_MAX,
    )

    def of(self, found: shifts.Shown) -> "TakeOver":
        """Ask for a reason only where nobody handed the desk over."""
        self.fields["why"].required = not found.is_handed
        return self


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest) -> HttpResponse:
    """Who has the desk, what goes with it, and the last turns; or hand it over."""
    here, officer = desks.of(request), session.officer_of(request)
    found = shifts.page(here.node, officer)
    form = HandOver(request.POST or None).offer(found.colleagues)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        done = forms.perform(
            form, lambda: shifts.hand_over(here.node, officer, said["to"], said["note"])
        )
        if isinstance(done, HandedOver):
            return forms.after("duty:shift")
    return forms.shown(
        request, "duty/shift.html", form, _context(here.node, officer, found, TakeOver().of(found))
    )


@require_POST
def take(request: HttpRequest) -> HttpResponse:
    """Take the desk over."""
    here, officer = desks.of(request), session.officer_of(request)
    form = TakeOver(request.POST).of(shifts.page(here.node, officer))
    if form.is_valid():
        why = form.cleaned_data["why"]
        done = forms.perform(form, lambda: shifts.take_over(here.node, officer, why))
        if isinstance(done, TakenOver):
            return forms.after("duty:desk")
    found = shifts.page(here.node, officer)
    offered = HandOver().offer(found.colleagues)
    context = {**_context(here.node, officer, found, form), "form": offered}
    return forms.shown(request, "duty/shift.html", form, {**context, "summary": form})


def _context(
    node: Node, officer: Officer, found: shifts.Shown, taking: TakeOver
) -> dict[str, object]:
    lines = chain(found.open, *(_went(turn) for _, turn in found.desk.turns))
    late, is_more = today.unrouted(node, officer, {str(one["id"]) for one in found.open})
    ids = dict.fromkeys(str(one["id"]) for one in lines)
    return {
        "desk": found.desk,
        "found": found,
        "taking": taking,
        "late": late,
        "late_more": is_more,
        "called": matter_label.of_ids(node, officer, islice(ids, _CALLED_MAX)),
        "known": partners.names(node),
    }


def _went(turn: Turn) -> tuple[Mapping[str, Json], ...]:
    return turn.open if isinstance(turn, HandedOver) else ()
