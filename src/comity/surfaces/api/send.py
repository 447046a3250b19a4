"""What leaves: requests, answers, refusals; drafts, approvals.

`Idempotency-Key` makes a call that is repeated one call; without it, two calls are two acts.

Floor: surfaces.
"""

import json
from dataclasses import replace
from http import HTTPStatus
from typing import Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import Query, Router

from comity.acts.record import addressed
from comity.kernel import ijson
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.kernel.problem import Unfit
from comity.node.desk import draft_view
from comity.node.room import matter_read, request_file
from comity.node.room.release.draft_store import Result, Sent
from comity.node.room.request_file import Written
from comity.rooms.request import desk as request_use
from comity.surfaces.api import attachments, paging, render
from comity.surfaces.api.caller import node_of, officer_of
from comity.surfaces.api.calls import DRAFT, KEY, READ, SENT, MatterId, showing
from comity.surfaces.api.problems import Refused
from comity.surfaces.api.requests import router as requests
from comity.surfaces.api.shapes import (
    DraftLine,
    DraftPage,
    Lines,
    SendRequest,
)

drafts: Final = Router(tags=["drafts"])


@requests.post(
    "/requests",
    auth=DRAFT,
    response=SENT,
    operation_id="send_request",
    summary="Ask other States",
)
def send_request(
    request: HttpRequest, payload: SendRequest, idempotency_key: str = KEY
) -> HttpResponse:
    """Send a request: 201 when it stands in the own log, 202 when it lacks approvals."""
    written = read_file(payload.request, request_file.REQUEST, "request")
    to = [addressed(one) for one in payload.to]
    result = request_use.send(
        node_of(request),
        officer_of(request),
        written,
        attachments.of(request, payload, written),
        to,
        key=idempotency_key,
        channel=payload.channel,
        drafted=payload.drafted,
    )
    return told(request, result)


@drafts.get(
    "/drafts",
    auth=READ,
    response=showing(DraftPage),
    operation_id="list_drafts",
    summary="List the drafts that lack approvals",
)
def list_drafts(request: HttpRequest, page: Query[Lines]) -> HttpResponse:
    """Return some drafts, exactly what will cross, and where the next page begins."""
    found, following = draft_view.page(
        node_of(request), officer_of(request), page.after, page.count
    )
    return paging.tagged(
        request, {"drafts": [render.draft(one) for one in found], "next": following}
    )


@drafts.get(
    "/drafts/{draft}",
    auth=READ,
    response=showing(DraftLine),
    operation_id="show_draft",
    summary="Show one draft: exactly what will cross",
)
def show_draft(request: HttpRequest, draft: MatterId) -> HttpResponse:
    """Return one draft."""
    return paging.tagged(
        request, render.draft(draft_view.find(node_of(request), officer_of(request), draft))
    )


def told(request: HttpRequest, result: Result) -> HttpResponse:
    """Return what became of an act: 201 when it stands in the own log, 202 when it waits.

    Raises:
        Refused: a refusal by rule.
    """
    if isinstance(result, Inadmissible):
        raise Refused(result)
    is_sent = isinstance(result, Sent)
    signed_for = (
        matter_read.delivery_of(node_of(request), result) if isinstance(result, Sent) else []
    )
    return JsonResponse(
        render.sent(result, signed_for),
        status=HTTPStatus.CREATED if is_sent else HTTPStatus.ACCEPTED,
    )


def read_json(value: object) -> Json:
    """Return a value that a parser of the framework read, read strictly."""
    return ijson.parse(json.dumps(value).encode())


def read_file(value: object, kind: str, field: str) -> Written:
    """Return what a call has in a field as a person would write it in a file.

    Args:
        value: of the field.
        kind: of the file.
        field: of the call; what is wrong is told with its place in the whole call.

    Raises:
        Unfit: `node.file.unfit`.
    """
    try:
        return request_file.from_json(read_json(value), kind, field)
    except Unfit as unfit:
        within = [replace(one, pointer=f"/{field}{one.pointer}") for one in unfit.problems]
        raise Unfit(unfit.code, field, within) from unfit
