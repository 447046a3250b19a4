"""Consumers: programs at home that fetch what is shared.

Floor: surfaces.
"""

from http import HTTPStatus
from typing import Any

from django import forms as fields
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from comity.domestic.outside import session as known
from comity.domestic.outside.session import CERTIFICATE, TOKEN, Terms
from comity.domestic.share.consumer import POWERS, REACHES
from comity.kernel.fault import Fault
from comity.kernel.inadmissible import Inadmissible
from comity.node.desk import outside
from comity.rooms.share import consumers, holders, stop_links
from comity.surfaces.web import desk as desks
from comity.surfaces.web import forms, session
from comity.surfaces.web.templatetags import desk as tags

_NETWORKS_CHARS_MAX = 20_000
_ACT_CHARS = 26


class Networks(forms.Form):
    """Networks of a consumer."""

    networks = fields.CharField(
        label=_("Networks"),
        required=False,
        max_length=_NETWORKS_CHARS_MAX,
        help_text=_("CIDR, AS64500 or a domain, one on each line: of these alone infections come."),
        widget=fields.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
    )

    def lines(self) -> list[str]:
        """Return each network."""
        return [one for one in str(self.cleaned_data["networks"]).split() if one]


class Add(Networks):
    """Who fetches, and what they may have."""

    name = fields.CharField(label=_("Name of the program"), max_length=known.NAME_CHARS_MAX)
    on_behalf = fields.CharField(label=_("In whose name they act"), max_length=known.NAME_CHARS_MAX)
    reach = fields.ChoiceField(label=_("How far it is"), widget=fields.RadioSelect)
    power = fields.ChoiceField(label=_("What it does with it"), widget=fields.RadioSelect)
    days = fields.IntegerField(
        label=_("Ends after so many days"),
        min_value=1,
        max_value=known.DAYS_MAX,
        initial=known.DAYS_MAX,
    )
    certificate = fields.CharField(
        label=_("Certificate of the client, in PEM"),
        help_text=_("Instead of a token; without its private key."),
        max_length=outside.CERTIFICATE_BYTES_MAX,
        widget=fields.Textarea,
        required=False,
    )
    field_order = ("name", "on_behalf", "reach", "power", "networks", "days", "certificate")

    def __init__(self, *given: Any, **options: Any) -> None:  # noqa: ANN401 -- as Django's
        super().__init__(*given, **options)
        for name, words in (("reach", REACHES), ("power", POWERS)):
            field = self.fields[name]
            assert isinstance(field, fields.ChoiceField)
            field.choices = [(code, tags.said(said)) for code, said in words.items()]


@require_http_methods(["GET", "HEAD", "POST"])
def listing(request: HttpRequest) -> HttpResponse:
    """The consumers that an officer may see; a new one's token is shown on this answer alone."""
    node, officer = desks.of(request).node, session.officer_of(request)
    form = Add(request.POST) if request.method == "POST" else Add()
    context: dict[str, object] = {}
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        session.require_shown(request)
        kind = CERTIFICATE if given["certificate"].strip() else TOKEN
        terms = Terms(kind, given["name"], given["on_behalf"], (), given["days"],
                      known.REQUESTS_DEFAULT, known.MEBIBYTES_DEFAULT)  # fmt: skip
        made = forms.perform(
            form,
            lambda: consumers.add(
                node, officer, terms, reach=given["reach"], power=given["power"],
                networks=form.lines(), certificate=given["certificate"].strip().encode(),
            ),
        )  # fmt: skip
        if made is not None:
            context["made"] = made
            form = Add()
    return _shown(request, form, context)


def _shown(request: HttpRequest, form: Add, context: dict[str, object]) -> HttpResponse:
    node, officer = desks.of(request).node, session.officer_of(request)
    now_ms = node.clock.now_ms()
    may_admit = any(one in outside.ADMITTING for one in officer.roles)
    context |= {
        "rows": [
            {
                "one": one,
                "session": found,
                "reach": REACHES[one.reach],
                "power": POWERS[one.power],
                "is_open": found.is_open(now_ms),
                "has_token": found.kind == TOKEN,
                "form": Networks(
                    initial={"networks": "\n".join(one.networks)}, auto_id=f"{one.id}_%s"
                ),
            }
            for found, one in consumers.listing(node, officer)
        ],
        "is_served": bool(node.outside.origin),
        "address": f"{node.outside.origin}/taxii2/",
        "may_admit": may_admit,
    }
    return forms.shown(request, "share/consumers.html", form, context)


@require_POST
def networks(request: HttpRequest, consumer: str) -> HttpResponse:
    """Give a consumer other networks."""
    node, officer = desks.of(request).node, session.officer_of(request)
    form = Networks(request.POST)
    if form.is_valid():
        try:
            consumers.set_networks(node, officer, consumer, form.lines())
        except Fault as fault:
            if not fault.code.startswith("share.network."):
                raise
            no = Inadmissible(fault.code, fault.what, fault.fix)
            return render(request, "message.html", {"no": no}, status=HTTPStatus.CONFLICT)
    return forms.after("threat:consumers")


@require_POST
def confirm(request: HttpRequest, consumer: str) -> HttpResponse:
    """Note that a consumer stopped what was taken back; with `act`, of one act alone."""
    node, officer = desks.of(request).node, session.officer_of(request)
    act = request.POST.get("act", "")[:_ACT_CHARS]
    try:
        done = holders.confirm(node, officer, consumer, act)
    except Fault as fault:
        if fault.code != "share.consumer.owes-nothing":
            raise
        no = Inadmissible(fault.code, fault.what, fault.fix)
        return render(request, "message.html", {"no": no}, status=HTTPStatus.CONFLICT)
    if isinstance(done, Inadmissible):
        return render(request, "message.html", {"no": done}, status=HTTPStatus.FORBIDDEN)
    return forms.after("share:listing")


@require_POST
def link(request: HttpRequest, consumer: str) -> HttpResponse:
    """Make a link by which somebody without a program confirms; it is on this answer alone."""
    node, officer = desks.of(request).node, session.officer_of(request)
    session.require_shown(request)
    made = stop_links.make(node, officer, consumer, known.DAYS_DEFAULT)
    if isinstance(made, Inadmissible):
        return render(request, "message.html", {"no": made}, status=HTTPStatus.FORBIDDEN)
    return _shown(request, Add(), {"made": made, "is_link": True})


@require_POST
def renew(request: HttpRequest, consumer: str) -> HttpResponse:
    """Give a consumer another token; it is on this answer alone."""
    node, officer = desks.of(request).node, session.officer_of(request)
    session.require_shown(request)
    try:
        made = consumers.renew(node, officer, consumer, known.DAYS_MAX)
    except Fault as fault:
        if fault.code != "share.consumer.not-renewed":
            raise
        no = Inadmissible(fault.code, fault.what, fault.fix)
        return render(request, "message.html", {"no": no}, status=HTTPStatus.CONFLICT)
    if isinstance(made, Inadmissible):
        return render(request, "message.html", {"no": made}, status=HTTPStatus.FORBIDDEN)
    return _shown(request, Add(), {"made": made})


@require_POST
def end(request: HttpRequest, consumer: str) -> HttpResponse:
    """End a consumer."""
    node, officer = desks.of(request).node, session.officer_of(request)
    done = consumers.end(node, officer, consumer)
    if isinstance(done, Inadmissible):
        return render(request, "message.html", {"no": done}, status=HTTPStatus.FORBIDDEN)
    return forms.after("threat:consumers")
