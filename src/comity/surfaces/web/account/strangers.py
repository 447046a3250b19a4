"""A form of over 64 KiB is read from who is, or was, signed in; of a stranger it is not.

What is read before it is known who sends it stays in memory, from whoever can reach the port.  An
officer whose session has ended is no stranger: the words that they typed are given back to them.

Floor: surfaces.
"""

from collections.abc import Callable
from http import HTTPStatus
from importlib import import_module
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext

STRANGER_BYTES_MAX: Final = 64 << 10

_FORMS: Final = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})
"""What is read before a view is asked; a program's call shows its token before it is read."""


class Strangers:
    """Refuses the large forms of those who have no session, unread."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer."""
        if not _is_large(request) or _is_known(request):
            return self._get_response(request)
        with translation.override(translation.get_language_from_request(request)):
            said = gettext(
                "The form is large, and nobody is signed in here. Sign in, then send it again."
            )
        return HttpResponse(
            f"{said}\n", content_type="text/plain; charset=utf-8",
            status=HTTPStatus.CONTENT_TOO_LARGE, headers={"Connection": "close"},
        )  # fmt: skip


def _is_large(request: HttpRequest) -> bool:
    """Whether a body would be read before its sender is known, and is too large for that."""
    if request.content_type not in _FORMS or request.path_info.startswith("/api/"):
        return False
    size = request.META.get("CONTENT_LENGTH") or "0"
    return size.isdecimal() and int(size) > STRANGER_BYTES_MAX


def _is_known(request: HttpRequest) -> bool:
    """Whether the session that is named was begun here, ended or not: nobody guesses its key."""
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    return bool(key) and bool(import_module(settings.SESSION_ENGINE).SessionStore().exists(key))
