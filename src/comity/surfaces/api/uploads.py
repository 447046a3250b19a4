"""Files that are larger than a call: begun, sent in ranges, named by the call that attaches them.

    POST /uploads                          {"sha256": "…", "size_bytes": 2147483648}
    PUT  /uploads/{upload}/ranges/0        bytes; then from where `held_bytes` says
    POST /requests                         {…, "uploads": {"disk.img": "<upload>"}}

What was cut off goes on at `held_bytes`.

Floor: surfaces.
"""

from http import HTTPStatus
from typing import Annotated, Final

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from comity.kernel import limits
from comity.kernel.digits import whole
from comity.kernel.ijson import Json
from comity.node.desk import uploads
from comity.node.desk.upload import Upload
from comity.surfaces.api import paging
from comity.surfaces.api.caller import node_of, officer_of, ports_of
from comity.surfaces.api.calls import EVIDENCE, KEY, OCTETS, doing, making, once, or_refuse, showing
from comity.surfaces.api.problems import without_length
from comity.surfaces.api.shapes import WHOLE, Hex, Lines, Strict

router: Final = Router(tags=["evidence"])

type UploadId = Annotated[str, Field(pattern=r"^[a-z2-7]{26}$")]
type Offset = Annotated[int, Field(ge=0, le=limits.BLOB_BYTES_MAX)]


class Begin(Strict):
    """What will come."""

    sha256: Hex
    size_bytes: Annotated[int, Field(ge=1, le=limits.BLOB_BYTES_MAX), WHOLE]


class UploadShown(Schema):
    """How much of an upload is held."""

    upload: str
    sha256: str
    size_bytes: int
    held_bytes: int = Field(description="durable; the next range begins there")
    whole: bool
    until_ms: int = Field(description="when it is gone, attached or not")
    range_bytes_max: int


class UploadPage(Schema):
    """Some uploads of the officer, the newest first."""

    uploads: list[UploadShown]
    next: str = Field(description="the `after` of the next page; empty at the end")


@router.post(
    "/uploads",
    auth=EVIDENCE,
    response=making(UploadShown),
    operation_id="begin_upload",
    summary="Begin to upload a file that a later call attaches",
)
def begin_upload(request: HttpRequest, payload: Begin, idempotency_key: str = KEY) -> HttpResponse:
    """Begin an upload."""
    ports_of(request).require_room(payload.size_bytes, False)  # noqa: FBT003 -- as the port says
    who = node_of(request), officer_of(request)
    command = once(request, idempotency_key)
    made = uploads.begin_once(*who, payload.sha256, payload.size_bytes, command)
    return paging.told(_json(or_refuse(made)), HTTPStatus.CREATED)


@router.get(
    "/uploads",
    auth=EVIDENCE,
    response=showing(UploadPage),
    operation_id="list_uploads",
    summary="List the uploads of the officer",
)
def list_uploads(request: HttpRequest, page: Query[Lines]) -> HttpResponse:
    """Return some uploads, the newest first, and where the next page begins."""
    found, following = uploads.page(node_of(request), officer_of(request), page.after, page.count)
    lines: list[Json] = [_json(one) for one in found]
    return paging.tagged(request, {"uploads": lines, "next": following})


@router.get(
    "/uploads/{upload}",
    auth=EVIDENCE,
    response=showing(UploadShown),
    operation_id="show_upload",
    summary="Say how much of an upload is held",
)
def show_upload(request: HttpRequest, upload: UploadId) -> HttpResponse:
    """Return one upload."""
    return paging.tagged(
        request, _json(uploads.find(node_of(request), officer_of(request), upload))
    )


@router.put(
    "/uploads/{upload}/ranges/{offset}",
    auth=EVIDENCE,
    response=doing(UploadShown),
    operation_id="send_range",
    summary="Send the next bytes of an upload; they are durable once this is answered",
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {OCTETS: {"schema": {"type": "string", "format": "binary"}}},
        }
    },
)
def send_range(request: HttpRequest, upload: UploadId, offset: Offset) -> HttpResponse:
    """Keep a range."""
    size_bytes = _length(request)
    ports_of(request).require_room(size_bytes, False)  # noqa: FBT003 -- as the port says
    who = node_of(request), officer_of(request)
    return paging.told(_json(uploads.add(*who, upload, offset, size_bytes, _Body(request))))


@router.delete(
    "/uploads/{upload}",
    auth=EVIDENCE,
    response=doing(UploadShown),
    operation_id="drop_upload",
    summary="Destroy an upload",
)
def drop_upload(request: HttpRequest, upload: UploadId) -> HttpResponse:
    """Drop an upload; what was attached of it stays."""
    return paging.told(_json(uploads.drop(node_of(request), officer_of(request), upload)))


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


def _length(request: HttpRequest) -> int:
    text = request.headers.get("Content-Length", "")
    length = whole(text)
    if length is None:
        raise without_length(text)
    return length


def _json(one: Upload) -> dict[str, Json]:
    return {
        "upload": one.id,
        "sha256": one.sha256,
        "size_bytes": one.size_bytes,
        "held_bytes": one.held_bytes,
        "whole": one.is_whole,
        "until_ms": one.until_ms,
        "range_bytes_max": uploads.RANGE_BYTES_MAX,
    }
