"""Seats of guests, as controllers see them: given, released beforehand, ended.

Floor: surfaces.
"""

from http import HTTPStatus
from typing import Any

from django import forms as fields
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from comity.domestic.officer import role
from comity.domestic.outside import session as known
from comity.kernel.fault import Fault
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.context import Node
from comity.node.base.rows import Officer
from comity.node.desk.outside import Admitted
from comity.rooms.exercise import seat_sheet, seats
from comity.surfaces.web import desk as desks
from comity.surfaces.web import forms, session

_LACKING = "officer.role.lacking"
_PDF = "application/pdf"


class Give(forms.Form):
    """Which seat, and to whom."""

    seat = fields.ChoiceField(label=_("Seat"))
    name = fields.CharField(label=_("Name of the guest"), max_length=known.NAME_CHARS_MAX)
    on_behalf = fields.CharField(
        label=_("In whose name they play"), max_length=known.NAME_CHARS_MAX
    )
    days = fields.IntegerField(
        label=_("Ends after so many days"),
        help_text=_("It ends with the exercise at the latest."),
        min_value=1,
        max_value=known.DAYS_MAX,
        initial=known.DAYS_DEFAULT,
    )

    def __init__(self, names: list[str], *given: Any, **options: Any) -> None:  # noqa: ANN401 -- as Django's
        super().__init__(*given, **options)
        field = self.fields["seat"]
        assert isinstance(field, fields.ChoiceField)
        field.choices = [(one, one) for one in names]


@require_http_methods(["GET", "HEAD", "POST"])
def listing(request: HttpRequest) -> HttpResponse:
    """The links of seats; a new one is shown on this answer alone, or is the sheet of the seat."""
    desk, officer = desks.of(request), session.officer_of(request)
    node = desk.node
    try:
        names = seats.names(node, officer)
    except Fault as fault:
        if fault.code != _LACKING:
            raise
        return _refused(request, Inadmissible(fault.code, fault.what, fault.fix))
    form = Give(names, request.POST) if request.method == "POST" else Give(names)
    context: dict[str, object] = {}
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        session.require_shown(request)
        made = forms.perform(form, lambda: _add(node, officer, given))
        if made is not None and "sheet" in request.POST:
            data = seat_sheet.of(node, given["seat"], made)
            told = HttpResponse(desk.ports.typeset(data, made.session.since_ms), content_type=_PDF)
            told.headers["Content-Disposition"] = f'attachment; filename="{given["seat"]}.pdf"'
            return told
        if made is not None:
            context = {"made": made, "code": _picture(made)}
            form = Give(names)
    now_ms = node.clock.now_ms()
    context |= {
        "rows": [
            {"one": one, "session": found, "is_open": found.is_open(now_ms),
             "is_own": one.officer == officer.name}
            for one, found in seats.listing(node, officer)
        ],
        "is_served": bool(node.outside.origin),
        "may_give": role.CONTROLLER in officer.roles and role.RELEASING in officer.roles,
    }  # fmt: skip
    return forms.shown(request, "exercise/seats.html", form, context)


def _add(node: Node, officer: Officer, given: dict[str, Any]) -> Admitted | Inadmissible:
    return seats.add(node, officer, given["seat"], given["name"], given["on_behalf"], given["days"])


def _picture(made: Admitted) -> dict[str, object]:
    """Return the QR code of a link as the path of a picture, and its size."""
    rows = seat_sheet.modules(made.secret)
    dots = "".join(
        f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dot in enumerate(row) if dot == "1"
    )
    return {"size": len(rows), "path": dots}


@require_POST
def release(request: HttpRequest, seat: str) -> HttpResponse:
    """Release beforehand what a seat says, as a second controller."""
    done = seats.release(desks.of(request).node, session.officer_of(request), seat)
    return _refused(request, done) if isinstance(done, Inadmissible) else _back()


@require_POST
def end(request: HttpRequest, seat: str) -> HttpResponse:
    """End the link of a seat."""
    done = seats.end(desks.of(request).node, session.officer_of(request), seat)
    return _refused(request, done) if isinstance(done, Inadmissible) else _back()


def _back() -> HttpResponse:
    return forms.after("entrance:seats")


def _refused(request: HttpRequest, no: Inadmissible) -> HttpResponse:
    return render(request, "message.html", {"no": no}, status=HTTPStatus.FORBIDDEN)
