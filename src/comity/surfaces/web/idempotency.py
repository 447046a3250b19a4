"""A form that is sent twice is carried out once, and both are led to the same place.

A double click sends a form twice, and the browser shows what the second is told.  By itself that
is a no: the draft has been approved before, or is gone, although all went well.

    is the same      bytes, with the token that each page has of its own, to one address, with the
                     same cookies: one press of one button
    waits            until the first has been carried out
    is led on        to where the first was led, if that was not long ago
    is carried out   where the first was led nowhere, since something was wrong with it

Floor: surfaces.
"""

import hashlib
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, UnreadablePostError

from comity.surfaces.web import desk as desks

PATIENCE_S: Final = 30.0
WITHIN_MS: Final = 10_000
"""Long enough for a hand; whoever comes back to a page later and presses again means it."""

_FORM: Final = "application/x-www-form-urlencoded"
"""What comes with files is left alone: it may be large, and is sent more slowly than a click."""
_TOKEN: Final = b"csrfmiddlewaretoken="
_LED: Final = frozenset({HTTPStatus.FOUND, HTTPStatus.SEE_OTHER})
_SENT_MAX: Final = 1_000


@dataclass(slots=True)
class _Sent:
    """A form that came.

    Attributes:
        at_ms: when.
        done: set once it is carried out.
        answer: where that led, or None.
    """

    at_ms: int
    done: threading.Event = field(default_factory=threading.Event)
    answer: HttpResponse | None = None


class Twice:
    """Leads the second of two to where the first was led."""

    def __init__(
        self, get_response: Callable[[HttpRequest], HttpResponse], patience_s: float = PATIENCE_S
    ) -> None:
        self._get_response = get_response
        self._patience_s = patience_s
        self._lock = threading.Lock()
        self._sent: dict[bytes, _Sent] = {}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer."""
        key = _key(request)
        if key is None:
            return self._get_response(request)
        mine = _Sent(desks.of(request).node.clock.now_ms())
        first = self._first(key, mine)
        if first is mine:
            return self._carried_out(request, key, mine)
        first.done.wait(self._patience_s)
        return self._get_response(request) if first.answer is None else _same(first.answer)

    def _first(self, key: bytes, mine: _Sent) -> _Sent:
        """Return the first that came with a key; what is old is forgotten."""
        with self._lock:
            for old in [*self._sent]:
                one = self._sent[old]
                is_full = len(self._sent) >= _SENT_MAX
                if one.done.is_set() and (is_full or mine.at_ms - one.at_ms > WITHIN_MS):
                    del self._sent[old]
            return self._sent.setdefault(key, mine)

    def _carried_out(self, request: HttpRequest, key: bytes, mine: _Sent) -> HttpResponse:
        try:
            answer = self._get_response(request)
            if answer.status_code in _LED:
                mine.answer = _same(answer)
                mine.at_ms = desks.of(request).node.clock.now_ms()
            return answer
        finally:
            if mine.answer is None:
                with self._lock:
                    del self._sent[key]
            mine.done.set()


def _key(request: HttpRequest) -> bytes | None:
    """Return what only a second press of the same button has too; None for anything else."""
    is_form = request.method == "POST" and request.content_type == _FORM
    is_program = request.path_info.startswith("/api/")  # it has keys of its own for that
    if not is_form or is_program or "HX-Request" in request.headers:
        return None
    try:
        body = request.body
    except (RequestDataTooBig, UnreadablePostError):
        return None  # whoever reads the form says so
    if _TOKEN not in body:
        return None
    names = (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME)
    said = (request.get_full_path(), *(request.COOKIES.get(name, "") for name in names))
    return hashlib.sha256(b"\n".join((*(one.encode() for one in said), body))).digest()


def _same(answer: HttpResponse) -> HttpResponse:
    """Return an answer once more: one is written to one connection."""
    again = HttpResponse(answer.content, status=answer.status_code, headers={**answer.headers})
    again.cookies.update(answer.cookies)
    return again
