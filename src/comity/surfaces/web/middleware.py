"""What every answer says of itself, and a fault as a page.

Floor: surfaces.
"""

from collections.abc import Callable
from dataclasses import replace
from http import HTTPStatus
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from comity.kernel.fault import Fault
from comity.kernel.problem import Malformed, Unfit
from comity.node.base import snapshot
from comity.node.base.transient import AGAIN_S, PASSES
from comity.surfaces.web import desk as desks

type Answer = Callable[[HttpRequest], HttpResponse]

_NOT_HERE: Final = frozenset(
    {
        "exchange.channel.unknown",
        "exchange.log.unknown",
        "node.draft.unknown",
        "node.matter.ambiguous",
        "node.matter.prefix-short",
        "node.exercise.ambiguous",
        "node.exercise.unknown",
        "exercise.entry.missing",
        "node.matter.unknown",
        "node.peer.unknown",
        "node.review.channel",
        "node.review.cut-ahead",
        "node.review.cut-logs",
        "node.review.cut-open",
        "node.review.unknown",
        "node.log.entry-unknown",
        "node.webhook.unknown",
        "officer.token.unknown",
        "outside.session.unknown",
        "participant.id.unknown",
        "participant.task.unknown",
        "share.consumer.unknown",
        "share.source.unknown",
        "node.text.channel-missing",
        "node.text.name-unknown",
        "node.text.not-held",
        "node.text.party-unknown",
        "node.text.proposal-ambiguous",
        "node.text.proposal-unknown",
        "node.worksheet.unknown",
    }
)
_NO_PLACE: Final = "node.cursor.malformed"
"""An address of a page of a list that this list never gave, or gives no more."""
_KEPT: Final = "Cache-Control"
_HEADERS: Final = {
    _KEPT: "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


class Addresses:
    """Addresses that programs call are loaded once one does."""

    def __init__(self, get_response: Answer) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, by the addresses of programs or those of pages."""
        # A cookie may spell any character; this one is in no text of PostgreSQL, nor in ours.
        request.COOKIES = {k: text for k, text in request.COOKIES.items() if "\0" not in text}
        if request.path_info.startswith("/api/"):
            request.urlconf = settings.COMITY_PROGRAMS_URLCONF
        return self._get_response(request)


class Quiet:
    """Nothing is cached, shared or asked of elsewhere; a fault is told in words."""

    def __init__(self, get_response: Answer) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, with the headers that every answer has."""
        answer = self._get_response(request)
        for name, value in _HEADERS.items():
            if name != _KEPT or answer.status_code != HTTPStatus.NOT_MODIFIED:
                answer.headers.setdefault(name, value)  # a 304 leaves what was said of what is kept
        return answer

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Show a fault as a page; anything else is our own bug and goes on."""
        if not isinstance(error, Fault):
            return None
        is_absent, is_lost = error.code in _NOT_HERE, error.code == _NO_PLACE
        is_passing, is_unfit = error.code in PASSES, isinstance(error, Unfit | Malformed)
        status = HTTPStatus.NOT_FOUND if is_absent else HTTPStatus.SERVICE_UNAVAILABLE
        if is_unfit:  # it stays so, and nothing of this machine is wrong
            status = HTTPStatus.UNPROCESSABLE_ENTITY
        context = {
            "fault": error,
            "is_absent": is_absent,
            "is_lost": is_lost,
            "is_passing": is_passing,
            "is_unfit": is_unfit,
            "is_read": request.method == "GET",
        }
        page = render(
            request, "message.html", context, status=HTTPStatus.BAD_REQUEST if is_lost else status
        )
        if is_passing:
            page["Retry-After"] = str(AGAIN_S)
        return page


class Snapshot:
    """Whatever a page or a call of a program reads, it reads on one snapshot, until it writes.

    It is the innermost: what the browser sends slowly is here before the first read.
    """

    def __init__(self, get_response: Answer) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer."""
        if desks.KEY not in request.META:  # an interface without pages, as in its own tests
            return self._get_response(request)
        desk = desks.of(request)
        with snapshot.of(desk.node) as node:
            pinned = {name: node for name, value in request.META.items() if value is desk.node}
            request.META.update(pinned)
            request.META[desks.KEY] = replace(desk, node=node)
            return self._get_response(request)
