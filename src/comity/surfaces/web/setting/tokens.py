"""Tokens of programs that work in the officer's name: made, shown once, ended.

Floor: surfaces.
"""

from collections.abc import Collection

from django import forms as fields
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from comity.domestic.officer import api_token
from comity.kernel.inadmissible import Inadmissible
from comity.node.room import api_tokens
from comity.surfaces.web import desk as desks
from comity.surfaces.web import forms, session
from comity.surfaces.web.setting import words

DAYS_MAX = 366


class Add(forms.Form):
    """A token."""

    label = fields.CharField(
        label=_("Purpose"),
        help_text=_("A name: small letters, digits, dots and hyphens, like import-2."),
        max_length=63,
    )
    scopes = fields.MultipleChoiceField(
        label=_("What it opens"),
        choices=[*words.SCOPES.items()],
        widget=fields.CheckboxSelectMultiple,
    )
    days = fields.IntegerField(
        label=_("Valid (days)"),
        min_value=1,
        max_value=DAYS_MAX,
        initial=api_tokens.DAYS_DEFAULT,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def tokens(request: HttpRequest) -> HttpResponse:
    """The officer's tokens; a new one is shown on this answer and never again."""
    node, officer = desks.of(request).node, session.officer_of(request)
    form = Add(request.POST) if request.method == "POST" else Add()
    context: dict[str, object] = {}
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        made = forms.perform(
            form,
            lambda: (
                _lacks(request, given["scopes"])
                or api_tokens.add(node, officer, given["label"], given["scopes"], given["days"])
            ),
        )
        if made is not None:
            token, kept = made
            is_feed = api_token.FEED in kept.scopes
            feeds = (f"/feed/{token}.ics", f"/feed/{token}/duty.ics") if is_feed else ()
            addresses = [request.build_absolute_uri(one) for one in feeds]
            context |= {"token": token, "kept": kept, "feeds": addresses}
            form = Add()
    now_ms = node.clock.now_ms()
    with node.store.read() as tx:
        soon = {one.id for one in api_tokens.ending(tx, now_ms)}
    context["rows"] = [
        {
            "one": one,
            "scopes": [words.SCOPES.get(scope, scope) for scope in one.scopes],
            "is_open": one.is_open(now_ms),
            "is_soon": one.id in soon,
        }
        for one in api_tokens.listing(node)
        if one.officer == officer.name
    ]
    return forms.shown(request, "setting/tokens.html", form, context)


def _lacks(request: HttpRequest, scopes: Collection[str]) -> Inadmissible | None:
    """Return the no to who may not make such a token, or None if they just showed that it is them.

    It works for months without their session, and what it releases asks for no second factor any
    more: that is shown here.

    Raises:
        NotRecent, ReauthenticationRequired: the gate leads to a page that asks, and back.
    """
    if api_token.RELEASE not in scopes:
        session.require_shown(request)
        return None
    no = session.lacks_factor(request)
    if no is None:
        session.require_recent(request)
    return no


@require_POST
def end(request: HttpRequest, token: str) -> HttpResponse:
    """End one of the officer's own tokens."""
    node, officer = desks.of(request).node, session.officer_of(request)
    api_tokens.end_own(node, officer, token)
    return forms.after("setting:tokens")
