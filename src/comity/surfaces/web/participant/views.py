"""Participants at home, their tasks, and what officers do with the answers.

Floor: surfaces.
"""

from http import HTTPStatus
from typing import Any, Final

from django import forms as fields
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from comity.domestic.outside import session as known
from comity.domestic.outside.session import CERTIFICATE, LINK, TOKEN, Terms
from comity.domestic.participant.participant import CALL_BACK_CHARS_MAX, ROLL_KINDS, SORTS
from comity.domestic.participant.task import NOTE_CHARS_MAX, Task
from comity.kernel import money
from comity.kernel.fault import Fault
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.context import Node
from comity.node.base.rows import Officer
from comity.node.desk import outside, participants
from comity.rooms.request import participant_door, participant_tasks
from comity.rooms.request.desk.say import found as found_matter
from comity.rooms.request.participant_tasks import EVERY_ITEM
from comity.surfaces.web import desk as desks
from comity.surfaces.web import forms, session
from comity.surfaces.web.templatetags import desk as tags

_BY: Final = (
    (LINK, _("People, by a link for each task")),
    (TOKEN, _("A program, by a token")),
    (CERTIFICATE, _("A program, by its certificate")),
)


class Add(forms.Form):
    """Who carries out what is asked."""

    sort = fields.ChoiceField(label=_("What it is"), widget=fields.RadioSelect)
    on_behalf = fields.CharField(
        label=_("Bank, platform or provider"), max_length=known.NAME_CHARS_MAX
    )
    name = fields.CharField(label=_("Desk that answers"), max_length=known.NAME_CHARS_MAX)
    call_back = fields.CharField(
        label=_("Published number at which you called it back"),
        help_text=_("Call before you add it: who writes to you may be somebody else."),
        max_length=CALL_BACK_CHARS_MAX,
    )
    by = fields.ChoiceField(
        label=_("Who answers"), choices=_BY, initial=LINK, widget=fields.RadioSelect
    )
    rolls = fields.MultipleChoiceField(
        label=_("Rolls that its program loads"),
        required=False,
        widget=fields.CheckboxSelectMultiple,
    )
    certificate = fields.CharField(
        label=_("Certificate of the client, in PEM"),
        max_length=outside.CERTIFICATE_BYTES_MAX,
        widget=fields.Textarea,
        required=False,
    )

    def __init__(self, *given: Any, **options: Any) -> None:  # noqa: ANN401 -- as Django's
        super().__init__(*given, **options)
        for name, words in (("sort", SORTS), ("rolls", ROLL_KINDS)):
            field = self.fields[name]
            assert isinstance(field, fields.ChoiceField)
            field.choices = [(code, tags.said(said)) for code, said in words.items()]


class Ask(forms.Form):
    """Who is asked, for which item, in which words."""

    participant = fields.ChoiceField(label=_("Who is asked"), widget=fields.RadioSelect)
    item = fields.ChoiceField(label=_("Item of the request"))
    note = fields.CharField(
        label=_("What it is to do"),
        help_text=_("In its language. It sees the transfer and these words, nothing else."),
        max_length=NOTE_CHARS_MAX,
        required=False,
        widget=fields.Textarea(attrs={"rows": 4}),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def listing(request: HttpRequest) -> HttpResponse:
    """The participants of the agency; a new one's token is shown on this answer alone."""
    node, officer = desks.of(request).node, session.officer_of(request)
    form = Add(request.POST) if request.method == "POST" else Add()
    context: dict[str, object] = {}
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        session.require_shown(request)
        terms = Terms(given["by"], given["name"], given["on_behalf"], (), known.DAYS_MAX)
        made = forms.perform(
            form,
            lambda: participants.add(
                node, officer, terms, sort=given["sort"], call_back=given["call_back"],
                rolls=given["rolls"], certificate=given["certificate"].strip().encode(),
            ),
        )  # fmt: skip
        if made is not None:
            context["made"] = made
            form = Add()
    context |= {
        "rows": [
            {
                "one": one,
                "sort": SORTS[one.sort],
                "rolls": [ROLL_KINDS[kind] for kind in one.rolls if kind in ROLL_KINDS],
            }
            for one in participants.listing(node, officer)
        ],
        "is_served": bool(node.outside.origin),
        "may_admit": _may_admit(officer),
    }
    return forms.shown(request, "participant/listing.html", form, context)


def _may_admit(officer: Officer) -> bool:
    return any(one in outside.ADMITTING for one in officer.roles)


@require_POST
def end(request: HttpRequest, participant: str) -> HttpResponse:
    """End a participant."""
    node, officer = desks.of(request).node, session.officer_of(request)
    done = participants.end(node, officer, participant)
    return _after(request, done, "participant:listing")


@require_http_methods(["GET", "HEAD"])
def tasks(request: HttpRequest) -> HttpResponse:
    """The tasks of requests that the officer may read, what waits for them first."""
    node, officer = desks.of(request).node, session.officer_of(request)
    names = {one.id: one.on_behalf for one in participants.listing(node, officer)}
    rows = [_row(one, names) for one in participant_tasks.listing(node, officer)]
    context = {"rows": rows, "may_say": _may_admit(officer)}
    return render(request, "participant/tasks.html", context)


def _row(one: Task, names: dict[str, str]) -> dict[str, object]:
    is_chinese = (get_language() or "en").startswith("zh")
    reasons = participant_door.reasons(one)
    return {
        "one": one,
        "name": names.get(one.participant, one.participant),
        "answers": [
            {
                "words": getattr(one.steps[each.step], "zh" if is_chinese else "en"),
                "amount": "" if each.amount is None else money.written(each.amount, each.unit),
                "reason": reasons.get(each.reason, {}),
                "at_ms": each.at_ms,
            }
            for each in one.answers
        ],
    }


@require_POST
def say(request: HttpRequest, task: str) -> HttpResponse:
    """Say the newest answer of a task to the other side."""
    node, officer = desks.of(request).node, session.officer_of(request)
    try:
        done: object = participant_tasks.say(node, officer, task)
    except Fault as fault:
        if fault.code != "participant.task.nothing-to-say":
            raise
        return forms.after("participant:tasks")  # it was pressed twice
    return _after(request, done, "participant:tasks")


def _after(request: HttpRequest, done: object, name: str) -> HttpResponse:
    if isinstance(done, Inadmissible):
        return render(request, "message.html", {"no": done}, status=HTTPStatus.FORBIDDEN)
    return forms.after(name)


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, matter_id: str) -> HttpResponse:
    """Ask a participant to act on a request; the link is shown on this answer alone."""
    node, officer = desks.of(request).node, session.officer_of(request)
    row, now = found_matter(node, officer, matter_id)
    form = Ask(request.POST) if request.method == "POST" else Ask()
    _choose(form, node, officer, now.items)
    context: dict[str, object] = {"matter_id": row.matter.id}
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        session.require_shown(request)
        made = forms.perform(
            form,
            lambda: participant_tasks.ask(
                node, officer, row.matter.id, given["participant"], given["note"], given["item"]
            ),
        )
        if made is not None:
            context["made"] = made
    return forms.shown(request, "participant/ask.html", form, context)


def _choose(form: Ask, node: Node, officer: Officer, items: Any) -> None:  # noqa: ANN401 -- ids
    found = participants.listing(node, officer)
    choices: dict[str, list[tuple[str, Any]]] = {
        "participant": [
            (one.id, f"{one.on_behalf}: {one.name}") for one in found if one.ended_ms is None
        ],
        "item": [(EVERY_ITEM, _("The request as a whole")), *((one, one) for one in items)],
    }
    for name, listed in choices.items():
        field = form.fields[name]
        assert isinstance(field, fields.ChoiceField)
        field.choices = listed
