"""What pages of accounts say beyond Django: roles, providers, options of passkeys.

Floor: surfaces.
"""

import ipaddress
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.socialaccount.adapter import get_adapter
from django import template
from django.template import Context
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from comity.domestic.officer import role
from comity.kernel.fault import Fault
from comity.node.desk import account_changes
from comity.surfaces.web import desk as desks
from comity.surfaces.web.account import adapter
from comity.surfaces.web.account import roles as words
from comity.surfaces.web.templatetags import punctuation

register = template.Library()


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider, and where a form begins to sign in by it."""

    name: str
    address: str


@register.filter
def as_json(value: Any) -> str:  # noqa: ANN401 -- whatever a ceremony needs
    """Return a value as JSON, for an attribute."""
    return json.dumps(value)


@register.filter
def as_ms(at: datetime) -> int:
    """Return an instant as pages tell instants, in milliseconds since 1970 UTC."""
    return int(at.timestamp() * 1_000)


@register.simple_tag
def roles(codes: Iterable[str]) -> SafeString:
    """Return roles in the reader's language."""
    return format_html_join(punctuation.comma(), "{}", ((name,) for name in words.named(codes)))


@register.simple_tag(takes_context=True)
def providers(context: Context) -> list[Provider]:
    """Return the providers by which officers may sign in."""
    request = context["request"]
    found = get_adapter().list_providers(request)
    return [Provider(one.name, one.get_login_url(request)) for one in found]


@register.simple_tag(takes_context=True)
def named_address(context: Context) -> str:
    """Return where this page is reached by a name, if it is now reached by an address, or ""."""
    request = context["request"]
    host = adapter.host_of(request)
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return ""
    port = request.get_port()
    return f"{request.scheme}://localhost:{port}{request.path}"


@register.inclusion_tag("account/_overseen.html", takes_context=True)
def overseen(context: Context) -> dict[str, Any]:
    """Return how many changes wait for who reads, and how many one person made alone."""
    officer = context.get("officer")
    if officer is None or role.AUDITOR not in officer.roles:
        return {}
    node = desks.of(context["request"]).node
    try:
        waiting, alone = account_changes.waiting(node, officer), account_changes.alone(node)[0]
    except Fault:  # the page that tells this fault has a head all the same
        return {}
    return {"waiting": waiting, "alone": alone}
