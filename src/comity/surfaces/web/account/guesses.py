"""Wrong tries to sign in: whose they are counted as, and that they are told.

    a browser that signed in here before    counted by itself
    any other                               counted by the name and the network address

So a stranger who tries the name of an officer locks out strangers at that address, and not the
officer.  The first wrong try of a name in a day is a step of the local log, and then every fifth
power; at the alarm's count who runs the node is told.

Floor: surfaces.
"""

import hashlib
import secrets
from typing import Final

from allauth.core.internal.httpkit import get_client_ip
from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse

from comity.surfaces.web import desk as desks
from comity.surfaces.web.account import local_log, refusals

COOKIE: Final = "comity_browser"
COOKIE_S: Final = 31_536_000
FAILED: Final = "officer.sign-in-failed"
ALARM: Final = "officer.sign-ins.failing"
_DAY_S: Final = 86_400
_SALT: Final = "comity browser"
_NONCE_BYTES: Final = 16


def remember(request: HttpRequest, answer: HttpResponse, name: str) -> None:
    """Let a browser in which an officer signed in be known as theirs."""
    if _browser(request, name):
        return
    answer.set_cookie(
        _cookie_name(),
        signing.dumps([name, secrets.token_hex(_NONCE_BYTES)], salt=_SALT),
        max_age=COOKIE_S,
        path="/",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )


def counted_as(request: HttpRequest, name: str) -> str:
    """Return whose wrong tries for a name are counted together."""
    return f"{name}|{_browser(request, name) or get_client_ip(request)}"


def failed(request: HttpRequest, name: str, by: str) -> None:
    """Tell that somebody was not who they said.

    Args:
        request: of the form.
        name: that they gave; it may be nobody's.
        by: what did not fit: `password` or `code`.
    """
    node = desks.of(request).node
    with node.store.read() as tx:
        known = name if tx.officer(name) is not None else ""
    key = "guesses:" + hashlib.sha256(f"{node.party}|{known}|{by}".encode()).hexdigest()
    cache.add(key, 0, _DAY_S)
    tries = cache.incr(key)
    desks.of(request).told(FAILED, {**({"officer": known} if known else {}), "by": by})
    if refusals.is_told(tries):
        of = {"officer": known} if known else {}
        local_log.note(request, FAILED, {**of, "by": by, "tries": str(tries)})
    if tries == refusals.ALARM_TRIES:
        whom = known or "names that nobody has"
        node.alarms.raise_alarm(ALARM, f"{tries} wrong tries today to sign in as {whom}.")


def _browser(request: HttpRequest, name: str) -> str:
    """Return what tells this browser from others, if an officer of that name signed in here."""
    kept = request.COOKIES.get(_cookie_name(), "")
    try:
        said = signing.loads(kept, salt=_SALT, max_age=COOKIE_S)
    except signing.BadSignature:
        return ""
    is_theirs = isinstance(said, list) and said[:1] == [name]
    return hashlib.sha256(kept.encode()).hexdigest() if is_theirs else ""


def _cookie_name() -> str:
    return f"__Host-{COOKIE}" if settings.SESSION_COOKIE_SECURE else COOKIE
