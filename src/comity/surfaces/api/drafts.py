"""Drafts before they leave: kept, changed, commented on, released, and reviewed afterwards.

Floor: surfaces.
"""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from ninja import Query, Schema
from pydantic import Field

from comity.acts.record import addressed
from comity.domestic.release import review
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.node.desk import draft_view
from comity.node.room import request_file
from comity.node.room.act_words import Words
from comity.node.room.release import draft as drafting
from comity.node.room.release import emergency_review, send
from comity.rooms.request import desk as request_use
from comity.surfaces.api import attachments, paging
from comity.surfaces.api.caller import node_of, officer_of
from comity.surfaces.api.calls import (
    DRAFT,
    KEY,
    READ,
    RELEASE,
    SENT,
    MatterId,
    doing,
    making,
    once,
    or_refuse,
    showing,
)
from comity.surfaces.api.problems import Refused
from comity.surfaces.api.send import drafts, read_file, told
from comity.surfaces.api.shapes import (
    Approve,
    Files,
    Lines,
    SendRequest,
    Strict,
    Uploads,
)

__all__ = ["drafts"]  # an address has one router, begun in `sending`


class Edit(Approve):
    """Another content of a draft, in place of the one that was read."""

    to: list[str] = Field([], max_length=16, description="of a request: none as before")
    file: dict[str, object] = Field(description="as request.schema.json or answer.schema.json")
    files: Files = Field(default_factory=dict)
    uploads: Uploads = Field(default_factory=dict)


class Comment(Strict):
    """What a colleague says of a draft; it never leaves."""

    text: str = Field(min_length=1, max_length=drafting.COMMENT_CHARS_MAX)


class Release(Approve):
    """What is let out, and how."""

    break_glass: bool = Field(default=False, description="alone, in an emergency")
    reason: str = Field("", max_length=send.REASON_CHARS_MAX, description="why alone")


class Verdict(Strict):
    """What a review found."""

    verdict: str = Field(description="justified or not-justified", max_length=20)
    note: str = Field(min_length=1, max_length=20_000)


class Commented(Schema):
    """A comment that was kept."""

    officer: str
    at_ms: int


class ReleaseReview(Schema):
    """A release by one officer alone, and its review."""

    act: str
    matter: str
    officer: str
    at_ms: int
    due_ms: int
    reviewer: str = Field(description="empty until it was reviewed, like the verdict")
    verdict: str


class ReleaseLine(ReleaseReview):
    """The same in a list."""

    status: str


class ReleasePage(Schema):
    """Some releases by one officer alone, what is overdue first."""

    reviews: list[ReleaseLine]
    next: str = Field(description="the `after` of the next page; empty at the end")


@drafts.post(
    "/drafts",
    auth=DRAFT,
    response=SENT,
    operation_id="keep_draft",
    summary="Keep a request as a draft: nothing is shown to the other side",
)
def keep_draft(
    request: HttpRequest, payload: SendRequest, idempotency_key: str = KEY
) -> HttpResponse:
    """Keep a draft that only officers of the agency see."""
    written = read_file(payload.request, request_file.REQUEST, "request")
    result = request_use.send(
        node_of(request),
        officer_of(request),
        written,
        attachments.of(request, payload, written),
        [addressed(one) for one in payload.to],
        key=idempotency_key,
        channel=payload.channel,
        drafted=payload.drafted,
        is_held=True,
    )
    return told(request, result)


@drafts.post(
    "/shown-drafts",
    auth=DRAFT,
    response=SENT,
    operation_id="show_draft_abroad",
    summary="Show a draft to the other side for comment, before the request is made",
)
def show_draft_abroad(
    request: HttpRequest, payload: SendRequest, idempotency_key: str = KEY
) -> HttpResponse:
    """Show a draft, or with `drafted` another version of one."""
    written = read_file(payload.request, request_file.REQUEST, "request")
    result = request_use.draft(
        node_of(request),
        officer_of(request),
        written,
        attachments.of(request, payload, written),
        [addressed(one) for one in payload.to],
        key=idempotency_key,
        channel=payload.channel,
        drafted=payload.drafted,
    )
    return told(request, result)


@drafts.put(
    "/drafts/{draft}",
    auth=DRAFT,
    response=SENT,
    operation_id="edit_draft",
    summary="Put another content in its place; every approval of it is void",
)
def edit_draft(request: HttpRequest, draft: MatterId, payload: Edit) -> HttpResponse:
    """Change a draft."""
    node, officer = node_of(request), officer_of(request)
    one = draft_view.find(node, officer, draft)
    kind = request_use.file_kind(one.draft.act.tag)
    written = read_file(payload.file, kind, "file")
    words = Words(written, attachments.of(request, payload, written))
    to = [addressed(one) for one in payload.to]
    return told(
        request,
        request_use.edit(node, officer, one.draft.act.id, words, to, over=payload.content_sha256),
    )


@drafts.post(
    "/drafts/{draft}/comments",
    auth=DRAFT,
    response=making(Commented),
    operation_id="comment_draft",
    summary="Say something of a draft to those who may see it",
)
def comment_draft(
    request: HttpRequest, draft: MatterId, payload: Comment, idempotency_key: str = KEY
) -> HttpResponse:
    """Comment on a draft."""
    node, officer = node_of(request), officer_of(request)
    one = draft_view.find(node, officer, draft)
    command = once(request, idempotency_key)
    said = or_refuse(drafting.comment_once(node, officer, one.draft.act.id, payload.text, command))
    return paging.told({"officer": said.officer, "at_ms": said.at_ms}, HTTPStatus.CREATED)


@drafts.post(
    "/drafts/{draft}/release",
    auth=RELEASE,
    response=SENT,
    operation_id="release_draft",
    summary="Let out a draft that has its approvals; or alone, in an emergency",
)
def release_draft(request: HttpRequest, draft: MatterId, payload: Release) -> HttpResponse:
    """Release a draft."""
    node, officer = node_of(request), officer_of(request)
    one = draft_view.find(node, officer, draft)
    read = payload.content_sha256
    if payload.break_glass:
        result = send.break_glass(node, officer, one.draft.act.id, payload.reason, read)
    else:
        result = send.release(node, officer, one.draft.act.id, read)
    return told(request, result)


@drafts.get(
    "/reviews",
    auth=READ,
    response=showing(ReleasePage),
    operation_id="list_reviews",
    summary="List releases by one officer alone, and their reviews",
)
def list_reviews(request: HttpRequest, page: Query[Lines]) -> HttpResponse:
    """Return what is overdue first, then what is due, and where the next page begins."""
    found, following = emergency_review.page(
        node_of(request), officer_of(request), page.after, page.count
    )
    lines: list[Json] = [{**_review(one.review), "status": one.status} for one in found]
    return paging.tagged(request, {"reviews": lines, "next": following})


@drafts.post(
    "/reviews/{act}",
    auth=RELEASE,
    response=doing(ReleaseReview),
    operation_id="review_release",
    summary="Review a release that one officer made alone",
)
def review_release(request: HttpRequest, act: MatterId, payload: Verdict) -> HttpResponse:
    """Record what a review found."""
    node, officer = node_of(request), officer_of(request)
    done = emergency_review.decide(node, officer, act, payload.verdict, payload.note)
    if isinstance(done, Inadmissible):
        raise Refused(done)
    return paging.told(_review(done))


def _review(one: review.Review) -> dict[str, Json]:
    return {
        "act": one.act_id,
        "matter": one.matter_id,
        "officer": one.officer,
        "at_ms": one.at_ms,
        "due_ms": one.due_ms,
        "reviewer": one.reviewer,
        "verdict": one.verdict,
    }
