"""A changed profile: everything that is wrong, what it would have stopped and routed, adoption.

Floor: surfaces.
"""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final, override

from django import forms as fields
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from comity.domestic.nation import agreement, document
from comity.domestic.nation.model import Nation
from comity.kernel import limits
from comity.kernel.fault import Fault
from comity.kernel.problem import Problem, Unfit
from comity.node.base.context import Node
from comity.node.base.rows import Officer
from comity.node.desk import legal
from comity.node.desk.duty import reroute_check
from comity.node.desk.duty.reroute_check import Rerouting
from comity.node.desk.legal import Stopped
from comity.node.room import nation_profile as nations
from comity.rooms.guideline import vocabulary
from comity.rooms.guideline.vocabulary import Labels
from comity.surfaces.web import desk as desks
from comity.surfaces.web import forms, session
from comity.surfaces.web.agency import adopt, sentences, views
from comity.surfaces.web.guideline.say import Flaw, flaws_of

CHECK, ADOPT = "check", "adopt"
SHOWN_MAX: Final = 100


class Change(forms.Form):
    """A profile: a file, or the text below."""

    file = fields.FileField(
        label=_("File"),
        help_text=_("YAML or JSON; it goes before the text below."),
        required=False,
        widget=fields.FileInput,
    )
    yaml = fields.CharField(
        label=_("Text"),
        widget=fields.Textarea(attrs={"rows": 16, "spellcheck": "false", "class": "gl-yaml"}),
        required=False,
        strip=False,
        max_length=limits.WRITTEN_BYTES_MAX,
    )
    extend = fields.BooleanField(
        label=_("Put agencies that our card lacks on the next card"), required=False
    )

    @override
    def clean(self) -> dict[str, Any]:
        """Demand one of them."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        file = given.get("file")
        if file is not None and file.size > limits.WRITTEN_BYTES_MAX:
            self.add_error("file", _("The file is too large for a text that people wrote."))
        elif file is None and not (given.get("yaml") or "").strip():
            self.add_error("file", _("Choose a file, or write the text."))
        return given


@dataclass(frozen=True, slots=True)
class Tried:
    """What a profile that has no problem would do.

    Attributes:
        nation: what it says.
        remarks: what it leaves open under the guideline.
        stopped: acts of ours that it would have stopped.
        routed: requests of others that it would route otherwise.
        is_same: whether it is the one in force.
    """

    nation: Nation
    remarks: tuple[Problem, ...]
    stopped: list[Stopped]
    routed: Rerouting
    is_same: bool


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest) -> HttpResponse:
    """Check a profile and try it on what there is; then adopt it."""
    node, officer = desks.of(request).node, session.officer_of(request)
    context: dict[str, object] = {
        "shown_max": SHOWN_MAX,
        **adopt.context(node, officer),
    }
    with node.store.read() as tx:
        context["held"] = views.held(request, tx)
        newest = None if nations.is_damaged(tx) else nations.newest_adopted(tx)
        text = nations.text(tx, newest.number) if newest else None
    if request.method != "POST":
        return _page(request, Change(initial={"yaml": (text or b"").decode()}), context)
    form = Change(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form, context)
    data = _given(form)
    extend = bool(form.cleaned_data["extend"])
    flaws = _flaws(node, data, extend=extend)
    again = Change(forms.sent(form) | {"yaml": data.decode("utf-8", "replace")})
    if flaws:
        return _page(request, again, {**context, "flaws": flaws}, is_wrong=True)
    if request.POST.get("do") == ADOPT:
        return adopt.done(request, form, data) or _page(request, form, context)
    context["tried"] = tried = _tried(node, officer, data)
    context["nation"], context["known"] = tried.nation, _labels(node)
    context["lines"] = [
        (
            one,
            sentences.label(context["held"].nation, one.before.agency),  # type: ignore[attr-defined] # a Held
            sentences.label(tried.nation, one.after.agency),
        )
        for one in tried.routed.found[:SHOWN_MAX]
    ]
    return _page(request, again, context)


def _page(
    request: HttpRequest, form: Change, context: dict[str, object], *, is_wrong: bool = False
) -> HttpResponse:
    is_wrong = is_wrong or (form.is_bound and bool(form.errors))
    status = HTTPStatus.UNPROCESSABLE_ENTITY if is_wrong else HTTPStatus.OK
    return render(request, "agency/change.html", {"form": form, **context}, status=status)


def _given(form: Change) -> bytes:
    file = form.cleaned_data.get("file")
    if file is not None:
        data: bytes = file.read()
        return data
    return str(form.cleaned_data["yaml"]).replace("\r\n", "\n").encode("utf-8", "replace")


def _flaws(node: Node, data: bytes, *, extend: bool) -> list[Flaw]:
    """Return everything that is wrong, as `nation.adopt` would say it."""
    try:
        with node.store.read() as tx:
            found, _ = nations.problems_on_adoption(tx, node, data, extend=extend)
    except Fault as fault:
        return [Flaw(Problem("", "", fault.what, fault.fix, rule=fault.code), "")]
    return flaws_of(found, data)


def _tried(node: Node, officer: Officer, data: bytes) -> Tried:
    nation = document.parse(data)
    with node.store.read() as tx:
        current = nations.in_force(tx) if not nations.is_damaged(tx) else None
        text = vocabulary.in_force(node, tx)
    try:
        stopped = legal.dry_run(node, officer, data, "profile")
    except Unfit:  # codes of the joint vocabulary are compared with the card's too
        stopped = []
    return Tried(
        nation,
        tuple(agreement.remarks(nation, tuple(text.types), tuple(text.crimes))),
        stopped,
        reroute_check.rerouted(node, officer, data),
        current is not None and current.sha256 == nation.sha256,
    )


def _labels(node: Node) -> Labels:
    with node.store.read() as tx:
        return sentences.labels(node, tx)
