"""Channels: which there are, for what, and how each stands; one that was opened is ended here.

Opening one and rotating its keys make private keys, of which a backup is made at once on the
machine of the node: the page names the commands.

Floor: surfaces.
"""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from comity.acts.verb import Both
from comity.joint.arrangement import card
from comity.joint.arrangement.verbs import END, PURPOSES, REASONS
from comity.node.base import register_records
from comity.node.exchange import channel_list
from comity.node.exchange.channel_list import Listed
from comity.node.operate import partner_steps
from comity.node.operate.overview import names
from comity.surfaces.web import desk as desks
from comity.surfaces.web import forms, session
from comity.surfaces.web.verb_fields import Choices
from comity.surfaces.web.verb_form import StepForm


@dataclass(frozen=True, slots=True)
class Line:
    """One channel as the page tells it.

    Attributes:
        one: the channel.
        arrangement: in which it is.
        purpose: in words.
        reason: why it ended, in words; or None.
        can_end: whether it was opened, and has not ended.
    """

    one: Listed
    arrangement: str
    purpose: Both
    reason: Both | None
    can_end: bool


def _line(one: Listed) -> Line:
    arrangement, name = register_records.split_channel(one.path)
    can_end = one.state == channel_list.OPEN and name not in card.CARD_CHANNELS
    return Line(one, arrangement, PURPOSES[one.terms.purpose], REASONS.get(one.reason), can_end)


@require_safe
def channels(request: HttpRequest) -> HttpResponse:
    """Every channel of every arrangement."""
    node = desks.of(request).node
    with node.store.read() as tx:
        found = channel_list.listed(tx, node.party)
    context = {
        "lines": [_line(one) for one in found],
        "parties": names.names(node).parties,
        "no": partner_steps.may_act(session.officer_of(request)),
    }
    return render(request, "partner/channels.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, arrangement: str, name: str) -> HttpResponse:
    """End a channel for all its parties, with a reason that all of them read."""
    node, officer = desks.of(request).node, session.officer_of(request)
    with node.store.read() as tx:
        path = channel_list.named(tx, name, arrangement)
    given = request.POST if request.method == "POST" else None
    form = StepForm(END, Choices(told={"arrangement": arrangement}), given)
    if form.is_bound and form.is_valid():
        step = form.step()
        if forms.perform(form, lambda: partner_steps.end_channel(node, officer, name, step)):
            return forms.after("partner:channels")
    context = {"verb": END, "path": path, "no": partner_steps.may_act(officer)}
    return forms.shown(request, "partner/end_channel.html", form, context)
