"""Webhooks of programs, and notices by mail: what leaves by either carries no content.

Floor: surfaces.
"""

from typing import Final

from django import forms as fields
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from comity.domestic.webhook import letter
from comity.node.desk import mail_notices
from comity.node.desk.webhooks import address, registry
from comity.surfaces.web import desk as desks
from comity.surfaces.web import forms, session
from comity.surfaces.web.setting import words

AFTER_CHARS_MAX: Final = 80
_LANGUAGES: Final = [("en", "English"), ("zh-Hans", "简体中文")]


class Add(forms.Form):
    """A webhook."""

    url = fields.CharField(
        label=_("Address of the program"),
        help_text=_(
            "https. A program on this machine is registered there, with “comity webhook add”."
        ),
        max_length=address.URL_CHARS_MAX,
    )
    kinds = fields.MultipleChoiceField(
        label=_("What it is told of"),
        choices=[*words.KINDS.items()],
        widget=fields.CheckboxSelectMultiple,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def webhooks(request: HttpRequest) -> HttpResponse:
    """The officer's webhooks; the secret of a new one is shown on this answer alone."""
    node, officer = desks.of(request).node, session.officer_of(request)
    form = Add(request.POST) if request.method == "POST" else Add()
    context: dict[str, object] = {}
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        made = forms.perform(
            form, lambda: registry.add(node, officer, given["url"], given["kinds"])
        )
        if made is not None:
            context["made"] = made
            form = Add()
    context["rows"] = [
        (one, [words.KINDS.get(kind, kind) for kind in one.kinds])
        for one in registry.listing(node, officer)
        if not mail_notices.is_notice(one)
    ]
    return forms.shown(request, "setting/webhooks.html", form, context)


@require_safe
def webhook(request: HttpRequest, hook: str) -> HttpResponse:
    """The tries of one webhook, the newest first."""
    node, officer = desks.of(request).node, session.officer_of(request)
    after = request.GET.get("after", "")[:AFTER_CHARS_MAX]
    with node.store.read() as tx:
        found = registry.find(tx, officer, hook)
    tries, rest = registry.tries(node, officer, found.id, after)
    rows = [(one, words.OUTCOMES.get(one.outcome, one.outcome)) for one in tries]
    context = {
        "hook": found,
        "kinds": [words.KINDS.get(kind, kind) for kind in found.kinds],
        "rows": rows,
        "rest": rest,
        "is_tested": "tested" in request.GET,
        "is_notice": mail_notices.is_notice(found),
    }
    return render(request, "setting/webhook.html", context)


@require_POST
def test(request: HttpRequest, hook: str) -> HttpResponse:
    """Let a webhook be told of nothing but a test."""
    node, officer = desks.of(request).node, session.officer_of(request)
    registry.test(node, officer, hook)
    return forms.after("setting:webhook", hook)


@require_POST
def end(request: HttpRequest, hook: str) -> HttpResponse:
    """End a webhook."""
    node, officer = desks.of(request).node, session.officer_of(request)
    registry.end(node, officer, hook)
    return forms.after("setting:webhooks")


class Mail(forms.Form):
    """Where and in which language an officer is told."""

    address = fields.EmailField(
        label=_("Address"), required=False, max_length=letter.ADDRESS_CHARS_MAX
    )
    language = fields.ChoiceField(label=_("Language"), choices=_LANGUAGES, required=False)


@require_http_methods(["GET", "HEAD", "POST"])
def mail(request: HttpRequest) -> HttpResponse:
    """Ask for notices by mail, or end them."""
    node, officer = desks.of(request).node, session.officer_of(request)
    now = mail_notices.of(node, officer)
    if request.method == "POST" and request.POST.get("do") == "end":
        mail_notices.end(node, officer)
        return forms.after("setting:mail")
    form = Mail(request.POST) if request.method == "POST" else Mail(initial=_initial(now))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if forms.perform(
            form,
            lambda: mail_notices.ask(node, officer, given["address"], given["language"] or "en"),
        ):
            return forms.after("setting:mail")
    reader = "zh-Hans" if (get_language() or "").startswith("zh") else "en"
    subject, text = letter.render(reader, request.build_absolute_uri("/"))
    context: dict[str, object] = {"now": now, "where": letter.parse(now.url) if now else None}
    context |= {"subject": subject, "text": text}
    return forms.shown(request, "setting/mail.html", form, context)


def _initial(now: registry.Hook | None) -> dict[str, str]:
    found = letter.parse(now.url) if now else None
    language = "zh-Hans" if (get_language() or "").startswith("zh") else "en"
    return {"address": found[0], "language": found[1]} if found else {"language": language}
