"""When somebody last showed in a session who they are, and by what: by the clock of the node.

And when their session ends: a shift after they signed in, whatever is kept in it meanwhile.

Floor: surfaces.
"""

from typing import Final

from allauth.account.signals import authentication_step_completed
from django.contrib.auth.base_user import AbstractBaseUser
from django.dispatch import receiver
from django.http import HttpRequest

from comity.surfaces.web import desk as desks

MFA: Final = "mfa"
"""A second factor or a passkey, as allauth calls both."""

RECENT_MS: Final = 300_000
_KEY: Final = "comity_shown"
_OF: Final = "of"


def end_in_time(request: HttpRequest) -> None:
    """Let a session that begins now end at an instant.

    Django counts from when anything was last kept in it, which whoever has its cookie can do.
    """
    request.session.set_expiry(None)
    request.session.set_expiry(request.session.get_expiry_date())


def ends_ms(request: HttpRequest) -> int | None:
    """Return when the session of a request ends, in ms since 1970 UTC; None where none is set."""
    if request.session.get("_session_expiry") is None:
        return None
    return int(request.session.get_expiry_date().timestamp() * 1_000)


def recently(request: HttpRequest, method: str = "") -> bool:
    """Return whether this officer showed who they are within the last five minutes.

    Args:
        request: of an officer.
        method: `MFA`, or "" for any.
    """
    kept = _kept(request, request.user.pk)
    since_ms = desks.of(request).node.clock.now_ms() - RECENT_MS
    return any(at_ms > since_ms for name, at_ms in kept.items() if method in ("", name))


@receiver(authentication_step_completed)
def _note(
    sender: object, request: HttpRequest, user: AbstractBaseUser, method: str, **_: object
) -> None:
    del sender
    at_ms = desks.of(request).node.clock.now_ms()
    request.session[_KEY] = {**_kept(request, user.pk), method: at_ms, _OF: user.pk}


def _kept(request: HttpRequest, user_id: int | None) -> dict[str, int]:
    """Return `{method: milliseconds}` of one officer: what another began counts for nothing."""
    kept: dict[str, int] = dict(request.session.get(_KEY, {}))
    return kept if kept.pop(_OF, None) == user_id else {}
