"""Who is signed in, and whether they just showed that it is them.

    officer = who.officer_of(request)
    who.require_recent(request)             before a release: leads to a page that asks, and back
    who.require_shown(request)              before a token: likewise, by whatever they sign in with
    no = who.lacks_factor(request)          may release only with a passkey or a second factor

Floor: surfaces.
"""

from dataclasses import replace
from typing import Final

from django.http import HttpRequest

from comity.kernel.inadmissible import Inadmissible
from comity.node.base.rows import Officer

EXERCISE: Final = "exercise"
"""What a session has where somebody works in an exercise: the path of its channel."""

_FACTOR: Final = Inadmissible(
    "officer.factor.missing",
    "Whoever approves or releases needs a passkey or a second factor, and this account has none.",
    "Add one on the page of your account, then come back.",
)


class NotRecent(Exception):  # noqa: N818 -- a turn to another page, not an error of the program
    """Somebody must show again that it is them; the gate leads them to a page that asks."""


def officer_of(request: HttpRequest) -> Officer:
    """Return the officer whose session this is; a page that needs none asks `officer_or_none`."""
    officer = officer_or_none(request)
    assert officer is not None, "a page without a session says `login_not_required`"
    return officer


def officer_or_none(request: HttpRequest) -> Officer | None:
    """Return the officer whose session this is, as their row stands now; None for nobody.

    The row is read once for a request, so that a role that was taken or an officer who has
    left counts from the very next one.
    """
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return None
    found: Officer = user.officer()
    return replace(found, compartment=getattr(request, "session", {}).get(EXERCISE, ""))


def lacks_factor(request: HttpRequest) -> Inadmissible | None:
    """Return the refusal to an officer who has neither a passkey nor a second factor, or None."""
    from comity.surfaces.web.account import adapter  # noqa: PLC0415 -- models, once they are loaded

    return None if adapter.has_factor(request.user) else _FACTOR


def require_recent(request: HttpRequest) -> None:
    """Let an officer on who showed a passkey or a second factor within the last five minutes.

    Any other is led to a page that asks for it, and back to the page that they came from: what they
    releases they see again.

    Raises:
        NotRecent: the gate answers it.
    """
    from comity.surfaces.web.account import reauthentication  # noqa: PLC0415 -- as above

    if not reauthentication.recently(request, reauthentication.MFA):
        raise NotRecent


def require_shown(request: HttpRequest) -> None:
    """Let an officer on who showed by any means within the last five minutes that it is them.

    Who has neither a password nor a factor cannot be asked for one, and is let on.

    Raises:
        ReauthenticationRequired: the gate answers it, as `NotRecent`.
    """
    from allauth.account.internal.flows import reauthentication  # noqa: PLC0415 -- as above

    reauthentication.raise_if_reauthentication_required(request, app="comity")
