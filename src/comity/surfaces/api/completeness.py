"""What a request lacks by the guideline: before it is sent, and after it was received.

Floor: surfaces.
"""

from typing import Final

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import Field

from comity.kernel.ijson import Json
from comity.node.room import request_file
from comity.rooms.request import completeness, completeness_json, draft_check
from comity.surfaces.api import paging, send
from comity.surfaces.api.caller import node_of, officer_of
from comity.surfaces.api.calls import READ, Language, MatterId, doing, or_refuse, showing
from comity.surfaces.api.shapes import Queried, Strict
from comity.surfaces.api.text_shapes import Judged, JudgedRequest

router: Final = Router(tags=["requests"])


class CheckRequest(Strict):
    """A request that was not sent, and whom it would ask."""

    to: list[str] = Field(min_length=1, max_length=16, description="PARTY or PARTY/AGENCY")
    channel: str = Field("", max_length=255)
    request: dict[str, object] = Field(description="as request.schema.json")
    lang: Language = "en"


class Words(Queried):
    """In which words."""

    lang: Language = "en"


@router.post(
    "/request-check",
    auth=READ,
    response=doing(Judged),
    operation_id="check_request",
    summary="Say what a request lacks by the guideline in force; nothing is kept",
)
def check_request(request: HttpRequest, payload: CheckRequest) -> HttpResponse:
    """Return each finding with why it matters."""
    written = send.read_file(payload.request, request_file.REQUEST, "request")
    parties = [text.partition("/")[0] for text in payload.to]
    judged = or_refuse(draft_check.check(node_of(request), written, parties, payload.channel))
    if judged is None:
        return paging.told(_UNJUDGED)
    return paging.told(completeness_json.judged_json(judged, payload.lang))


@router.get(
    "/requests/{matter}/review",
    auth=READ,
    response=showing(JudgedRequest),
    operation_id="review_request",
    summary="Say what a request lacks by the guideline that it names",
)
def review_request(request: HttpRequest, matter: MatterId, words: Query[Words]) -> HttpResponse:
    """Return each finding, and what could be told the asker."""
    reviewed = completeness.review(node_of(request), officer_of(request), matter)
    matter_id, judged = reviewed.shown.row.matter.id, reviewed.judged
    if judged is None:
        return paging.tagged(request, {"request": matter_id, "suggested": {}, **_UNJUDGED})
    suggested: dict[str, Json] = {**completeness_json.by_element(judged.findings)}
    shown: dict[str, Json] = {"request": matter_id, "suggested": suggested}
    return paging.tagged(request, {**shown, **completeness_json.judged_json(judged, words.lang)})


_UNJUDGED: Final[dict[str, Json]] = {
    "guideline": None,
    "version": "",
    "complete": None,
    "lacks": {},
    "findings": [],
}
"""A `Judged` where no guideline is in force, or named."""
