"""What the script of the browser calls to send a file in ranges.

    POST /uploads/                size_bytes=2147483648     {"upload": "…", "held_bytes": 0, …}
    PUT  /uploads/<id>/0/         bytes                     {"held_bytes": 8388608, …}
    POST /uploads/<id>/told/      sha256=…                  {"whole": true, …}

A browser counts the hash while it sends, so it is told at the end.  What is wrong is told as
`{"code", "what", "fix"}`, and what was cut off goes on at `held_bytes`.

Floor: surfaces.
"""

import re
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Concatenate, Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_http_methods, require_POST

from comity.kernel.digits import whole
from comity.kernel.fault import Fault, quoted
from comity.node.desk import uploads
from comity.node.desk.duty import access
from comity.node.desk.upload import Upload
from comity.node.room import officers
from comity.surfaces.web import desk as desks
from comity.surfaces.web import session

_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_STATUS: Final = {
    "node.upload.unknown": HTTPStatus.NOT_FOUND,
    "node.upload.offset": HTTPStatus.CONFLICT,
    "node.upload.other-hash": HTTPStatus.CONFLICT,
    "node.upload.range": HTTPStatus.CONTENT_TOO_LARGE,
    "node.upload.too-large": HTTPStatus.CONTENT_TOO_LARGE,
    "node.store.full": HTTPStatus.INSUFFICIENT_STORAGE,
}

type View[**P] = Callable[Concatenate[HttpRequest, P], HttpResponse]


def _for_script[**P](view: View[P]) -> View[P]:
    """Answer a fault with what a script understands; let in who works on matters."""

    @wraps(view)
    def answered(request: HttpRequest, /, *args: P.args, **rest: P.kwargs) -> HttpResponse:
        no = officers.lacks_role(session.officer_of(request), *access.WORKING)
        if no is not None:
            told = {"code": no.rule, "what": no.what, "fix": no.fix}
            return JsonResponse(told, status=HTTPStatus.FORBIDDEN)
        try:
            return view(request, *args, **rest)
        except Fault as fault:
            told = {"code": fault.code, "what": fault.what, "fix": fault.fix}
            status = _STATUS.get(fault.code, HTTPStatus.UNPROCESSABLE_ENTITY)
            return JsonResponse(told, status=status)

    return answered


@require_POST
@_for_script
def begin(request: HttpRequest) -> HttpResponse:
    """Begin an upload whose hash is told at its end."""
    desk = desks.of(request)
    size_bytes = _number("size_bytes", request.POST.get("size_bytes", ""))
    desk.ports.require_room(size_bytes, False)  # noqa: FBT003 -- as the port says
    made = uploads.begin(desk.node, session.officer_of(request), "", size_bytes)
    return _told(made, HTTPStatus.CREATED)


@require_http_methods(["GET", "DELETE"])
@_for_script
def one(request: HttpRequest, upload_id: str) -> HttpResponse:
    """Say how much is held, or drop it."""
    use = uploads.drop if request.method == "DELETE" else uploads.find
    return _told(use(desks.of(request).node, session.officer_of(request), upload_id))


@require_http_methods(["PUT"])
@_for_script
def add(request: HttpRequest, upload_id: str, offset: int) -> HttpResponse:
    """Keep the next bytes; they are durable once this is answered."""
    desk = desks.of(request)
    size_bytes = _number("Content-Length", request.headers.get("Content-Length", ""))
    desk.ports.require_room(size_bytes, False)  # noqa: FBT003 -- as the port says
    source = _Body(request)
    return _told(
        uploads.add(desk.node, session.officer_of(request), upload_id, offset, size_bytes, source)
    )


@require_POST
@_for_script
def told(request: HttpRequest, upload_id: str) -> HttpResponse:
    """Take the hash of what was sent."""
    sha256 = request.POST.get("sha256", "")
    if not _SHA256.fullmatch(sha256):
        raise Fault(
            code="surfaces.upload.malformed",
            what=f"{quoted(sha256)} is no SHA-256.",
            fix="Send 64 lower-case hex digits.",
        )
    return _told(
        uploads.tell(desks.of(request).node, session.officer_of(request), upload_id, sha256)
    )


class _Body:
    """The body of a call as it comes; a line that is cut ends it."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    def read(self, size_bytes: int, /) -> bytes:
        """Return up to that many bytes."""
        try:
            return self._request.read(size_bytes)
        except OSError:
            return b""


def _number(name: str, text: str) -> int:
    number = whole(text)
    if number is None:
        raise Fault(
            code="surfaces.upload.malformed",
            what=f"{name} is {quoted(text)}, no number of bytes.",
            fix="Send it as decimal digits.",
        )
    return number


def _told(one: Upload, status: HTTPStatus = HTTPStatus.OK) -> HttpResponse:
    found = {
        "upload": one.id,
        "size_bytes": one.size_bytes,
        "held_bytes": one.held_bytes,
        "whole": one.is_whole,
        "until_ms": one.until_ms,
        "range_bytes_max": uploads.RANGE_BYTES_MAX,
    }
    return JsonResponse(found, status=status)
