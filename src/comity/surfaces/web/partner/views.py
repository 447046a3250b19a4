"""Partners: how each stands, and what an officer does about it.

Floor: surfaces.
"""

from collections.abc import Callable

from django import forms as fields
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from comity.kernel.fault import Fault, quoted
from comity.node.operate import partner_steps
from comity.node.operate.overview import partner as overview
from comity.node.operate.overview.partner import LogLine, Partner
from comity.surfaces.web import desk as desks
from comity.surfaces.web import forms, session
from comity.surfaces.web.health.guard import READERS

SEE_OTHER = 303


@require_safe
def partners(request: HttpRequest) -> HttpResponse:
    """Every partner, and what is not in order with it."""
    context = {"page": overview.partners(desks.of(request).node)}
    return render(request, "partner/partners.html", context)


@require_safe
def partner(request: HttpRequest, party: str) -> HttpResponse:
    """One partner."""
    found = overview.partner(desks.of(request).node, party)
    context = {**_context(request, found), "tried": request.GET.get("tried", "")}
    return render(request, "partner/partner.html", context)


def _context(request: HttpRequest, found: Partner) -> dict[str, object]:
    """Return what the page of a partner needs, also where it says why something is not done."""
    officer = session.officer_of(request)
    return {
        "partner": found,
        "no": partner_steps.may_act(officer),
        "shows_acts": not READERS.isdisjoint(officer.roles),  # they are of any agency
    }


@require_POST
def retry(request: HttpRequest, party: str) -> HttpResponse:
    """Try again now, instead of when the next try is due."""
    node, officer = desks.of(request).node, session.officer_of(request)
    form = forms.Form(request.POST)
    found = overview.partner(node, party)
    if form.is_valid():
        done = forms.perform(form, lambda: partner_steps.retry(node, officer, party))
        if done is not None:
            address = f"{reverse('partner:partner', args=(party,))}?tried=now#outbox"
            return HttpResponseRedirect(address, status=SEE_OTHER)
    return forms.shown(request, "partner/partner.html", form, _context(request, found))


@require_POST
def adopt_room(request: HttpRequest, party: str, arrangement: str, room: str) -> HttpResponse:
    """Adopt a room in an arrangement with a partner."""
    node, officer = desks.of(request).node, session.officer_of(request)
    form = forms.Form(request.POST)
    form.full_clean()
    if _done(form, lambda: partner_steps.adopt_room(node, officer, arrangement, room)):
        return forms.after("partner:partner", party)
    found = overview.partner(node, party)
    return forms.shown(request, "partner/partner.html", form, _context(request, found))


class Freeze(forms.Form):
    """Why a log is frozen."""

    reason = fields.CharField(
        label=_("Why"),
        help_text=_("Stays here; it stands in the local log as a salted hash."),
        widget=fields.Textarea(attrs={"rows": 3}),
        max_length=partner_steps.REASON_CHARS_MAX,
    )
    is_sure = fields.BooleanField(label=_("I have read what this means."))


class Thaw(forms.Form):
    """That a log goes on."""

    is_sure = fields.BooleanField(label=_("The cause has been found and corrected."))


class TakeBack(forms.Form):
    """That a partner is waited for again."""

    is_sure = fields.BooleanField(label=_("I have read what this means."))


@require_http_methods(["GET", "HEAD", "POST"])
def freeze(request: HttpRequest, party: str, origin: str) -> HttpResponse:
    """Stop signing or mirroring one log, with a reason."""
    node, officer = desks.of(request).node, session.officer_of(request)
    found, line = _line(overview.partner(node, party), origin)
    form = Freeze(request.POST) if request.method == "POST" else Freeze()
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        if _done(form, lambda: partner_steps.freeze(node, officer, origin, reason)):
            return forms.after("partner:partner", party)
    context = {
        "partner": found,
        "line": line,
        "verb": "freeze",
        "no": partner_steps.may_act(officer),
    }
    return forms.shown(request, "partner/stop.html", form, context)


@require_http_methods(["GET", "HEAD", "POST"])
def thaw(request: HttpRequest, party: str, origin: str) -> HttpResponse:
    """Let a log that an officer froze go on."""
    node, officer = desks.of(request).node, session.officer_of(request)
    found, line = _line(overview.partner(node, party), origin)
    form = Thaw(request.POST) if request.method == "POST" else Thaw()
    if (
        request.method == "POST"
        and form.is_valid()
        and _done(form, lambda: partner_steps.thaw(node, officer, origin))
    ):
        return forms.after("partner:partner", party)
    context = {"partner": found, "line": line, "verb": "thaw", "no": partner_steps.may_act(officer)}
    return forms.shown(request, "partner/stop.html", form, context)


@require_http_methods(["GET", "HEAD", "POST"])
def give_up(request: HttpRequest, party: str, arrangement: str) -> HttpResponse:
    """Let nothing wait for a partner any more, with a reason."""
    node, officer = desks.of(request).node, session.officer_of(request)
    found = overview.partner(node, party)
    form = Freeze(request.POST) if request.method == "POST" else Freeze()
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        if _done(form, lambda: partner_steps.give_up(node, officer, party, reason, arrangement)):
            return forms.after("partner:partner", party)
    context = {"partner": found, "verb": "give-up", "no": partner_steps.may_act(officer)}
    return forms.shown(request, "partner/give_up.html", form, context)


@require_http_methods(["GET", "HEAD", "POST"])
def take_back(request: HttpRequest, party: str, arrangement: str) -> HttpResponse:
    """Wait for a partner again that was given up."""
    node, officer = desks.of(request).node, session.officer_of(request)
    found = overview.partner(node, party)
    form = TakeBack(request.POST) if request.method == "POST" else TakeBack()
    if (
        request.method == "POST"
        and form.is_valid()
        and _done(form, lambda: partner_steps.take_back(node, officer, party, arrangement))
    ):
        return forms.after("partner:partner", party)
    context = {"partner": found, "verb": "take-back", "no": partner_steps.may_act(officer)}
    return forms.shown(request, "partner/give_up.html", form, context)


def _done(form: forms.Form, act: Callable[[], object]) -> bool:
    done: object = forms.perform(form, act)
    return done is not None


def _line(found: Partner, origin: str) -> tuple[Partner, LogLine]:
    """Return one log of a partner.

    Raises:
        Fault: `exchange.log.unknown`.
    """
    for one in found.logs:
        if one.log.origin == origin:
            return found, one
    raise Fault(
        code="exchange.log.unknown",
        what=f"No log {quoted(origin)} is shared with that partner.",
        fix="Choose one of the logs that its page lists.",
    )
