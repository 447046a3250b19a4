"""What leaves: requests, answers, refusals; drafts, approvals.

`Idempotency-Key` makes a call that is repeated one call; without it, two calls are two acts.

Floor: surfaces.
"""

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import Router
from ninja.params.functions import Header

from comity.acts.record import Addressee
from comity.domestic.officer import api_token
from comity.kernel import ijson
from comity.kernel.fault import quoted
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.kernel.problem import Problem, Unfit, pointer_of
from comity.node.desk import drafting, files, outgoing, pending, reading
from comity.node.desk import request as request_use
from comity.node.desk.drafts import Result, Sent
from comity.node.desk.files import AttachmentLine
from comity.node.desk.request import Attachment, Words
from comity.surfaces.api import paging, render
from comity.surfaces.api.caller import Scoped, node_of, officer_of
from comity.surfaces.api.problems import Details, Refused
from comity.surfaces.api.reading import MatterId
from comity.surfaces.api.reading import router as requests
from comity.surfaces.api.shapes import (
    Approve,
    DraftLine,
    DraftPage,
    Dropped,
    SendRequest,
)
from comity.surfaces.api.shapes import Sent as SentShape
from comity.surfaces.api.verbs import VERBS, Say, Verb

drafts: Final = Router(tags=["drafts"])

_DRAFT: Final = Scoped(api_token.DRAFT)
_READ: Final = Scoped(api_token.READ)
_RELEASE: Final = Scoped(api_token.RELEASE)

PROBLEMS: Final = {
    400: Details,
    401: Details,
    403: Details,
    404: Details,
    409: Details,
    422: Details,
    503: Details,
    507: Details,
}
KEY: Final[Any] = Header(
    "",
    alias="Idempotency-Key",
    max_length=200,
    pattern=r"^[\x21-\x7e]*$",
    description="a call that is repeated with its key is one call",
)
_ATTACHED_BYTES_MAX: Final = 8 << 20


@requests.post(
    "/requests",
    auth=_DRAFT,
    response={201: SentShape, 202: SentShape, **PROBLEMS},
    operation_id="send_request",
    summary="Ask other States",
)
def send_request(
    request: HttpRequest, payload: SendRequest, idempotency_key: str = KEY
) -> HttpResponse:
    """Send a request: 201 when it stands in the own log, 202 when it lacks approvals."""
    written = files.from_json(read_json(payload.request), files.REQUEST, "request")
    to = [
        Addressee(party, agency) for party, _, agency in (one.partition("/") for one in payload.to)
    ]
    result = request_use.send(
        node_of(request),
        officer_of(request),
        written,
        attachments(payload.files, written.attachments),
        to,
        key=idempotency_key,
        channel=payload.channel,
    )
    return told(request, result)


def _say(verb: Verb) -> None:
    """Give a verb its address."""

    def said(
        request: HttpRequest, matter: MatterId, payload: Say, idempotency_key: str = KEY
    ) -> HttpResponse:
        written = files.from_json(read_json(payload.answer), files.ANSWER, "answer")
        attached = attachments(payload.files, written.attachments)
        who = node_of(request), officer_of(request), matter
        return told(
            request,
            verb.do(who, payload, Words(written, attached, idempotency_key, is_held=payload.hold)),
        )

    said.__annotations__["payload"] = verb.shape
    said.__doc__ = f"{verb.words}."
    requests.add_api_operation(
        f"/requests/{{matter}}/{verb.path}",
        ["POST"],
        said,
        auth=_DRAFT,
        response={201: SentShape, 202: SentShape, **PROBLEMS},
        operation_id=f"{verb.path.replace('-', '_')}_request",
        summary=verb.words,
    )


for _verb in VERBS:
    _say(_verb)


@drafts.get(
    "/drafts",
    auth=_READ,
    response={200: DraftPage, 304: None, **PROBLEMS},
    operation_id="list_drafts",
    summary="List the drafts that lack approvals",
)
def list_drafts(request: HttpRequest) -> HttpResponse:
    """Return every draft: exactly what will cross."""
    found = [render.draft(one) for one in pending.listing(node_of(request), officer_of(request))]
    return paging.tagged(request, {"drafts": found})


@drafts.get(
    "/drafts/{draft}",
    auth=_READ,
    response={200: DraftLine, 304: None, **PROBLEMS},
    operation_id="show_draft",
    summary="Show one draft: exactly what will cross",
)
def show_draft(request: HttpRequest, draft: MatterId) -> HttpResponse:
    """Return one draft."""
    return paging.tagged(
        request, render.draft(pending.find(node_of(request), officer_of(request), draft))
    )


@drafts.post(
    "/drafts/{draft}/approve",
    auth=_RELEASE,
    response={201: SentShape, 202: SentShape, **PROBLEMS},
    operation_id="approve_draft",
    summary="Approve what was read; with the last approval it is sent",
)
def approve_draft(request: HttpRequest, draft: MatterId, payload: Approve) -> HttpResponse:
    """Approve the content whose hash is given."""
    node = node_of(request)
    one = pending.find(node, officer_of(request), draft)
    result = outgoing.approve(node, officer_of(request), one.draft.act.id, payload.content_sha256)
    return told(request, result)


@drafts.delete(
    "/drafts/{draft}",
    auth=_DRAFT,
    response={200: Dropped, **PROBLEMS},
    operation_id="drop_draft",
    summary="Throw a draft away",
)
def drop_draft(request: HttpRequest, draft: MatterId) -> HttpResponse:
    """Drop a draft that was not sent."""
    node = node_of(request)
    one = pending.find(node, officer_of(request), draft)
    no = drafting.drop(node, officer_of(request), one.draft.act.id)
    if no is not None:
        raise Refused(no)
    return JsonResponse({"dropped": one.draft.act.id})


def told(request: HttpRequest, result: Result) -> HttpResponse:
    """Return what became of an act: 201 when it stands in the own log, 202 when it waits.

    Raises:
        Refused: a lawful no.
    """
    if isinstance(result, Inadmissible):
        raise Refused(result)
    is_sent = isinstance(result, Sent)
    signed_for = reading.delivery_of(node_of(request), result) if isinstance(result, Sent) else []
    return JsonResponse(
        render.sent(result, signed_for),
        status=HTTPStatus.CREATED if is_sent else HTTPStatus.ACCEPTED,
    )


def read_json(value: object) -> Json:
    """Return a value that a parser of the framework read, read strictly."""
    return ijson.parse(json.dumps(value).encode())


def attachments(given: Mapping[str, str], lines: Sequence[AttachmentLine]) -> list[Attachment]:
    """Return the attachments that a request or answer names, from what the call carries.

    Raises:
        Fault: `surfaces.attachment.missing`, `surfaces.attachment.unnamed`,
            `surfaces.attachment.malformed`.
    """
    named = {line.path for line in lines}
    problems = [
        *(
            Problem(
                pointer_of(["files", path]),
                quoted(path),
                "Nothing names it.",
                "Name it in `attachments`.",
            )
            for path in given
            if path not in named
        ),
        *(
            Problem(
                "/files",
                quoted(line.path),
                f"{quoted(line.path)} is named and not given.",
                "Give its bytes in `files`, as base64.",
            )
            for line in lines
            if line.path not in given
        ),
    ]
    found: list[Attachment] = []
    for line in lines:
        if line.path in given:
            try:
                data = base64.b64decode(given[line.path], validate=True)
            except (ValueError, binascii.Error):
                problems.append(
                    Problem(
                        pointer_of(["files", line.path]),
                        quoted(given[line.path]),
                        "This is no base64.",
                        "Encode it as RFC 4648 section 4 says.",
                    )
                )
                continue
            found.append(Attachment(line, data))
    if sum(one.size_bytes for one in found) > _ATTACHED_BYTES_MAX:
        problems.append(
            Problem(
                "/files",
                "",
                f"They are over {_ATTACHED_BYTES_MAX} bytes.",
                "Send large evidence as an upload.",
            )
        )
    if problems:
        raise Unfit("surfaces.attachment.unfit", "files", problems)
    return found
