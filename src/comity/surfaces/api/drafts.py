"""Drafts before they leave: kept, changed, commented on, released, and reviewed afterwards.

Floor: surfaces.
"""

from http import HTTPStatus
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from ninja import Query, Schema
from pydantic import Field

from comity.acts.record import addressed
from comity.domestic.release import review, verbs
from comity.kernel.ijson import Json
from comity.node.desk import draft_steps, draft_view
from comity.node.room import request_file
from comity.node.room.act_words import Words
from comity.node.room.release import emergency_review
from comity.node.room.release.draft_store import Comment
from comity.node.room.step import Step
from comity.rooms.request import desk as request_use
from comity.surfaces.api import attachments, paging
from comity.surfaces.api.caller import node_of, officer_of
from comity.surfaces.api.calls import (
    DRAFT,
    KEY,
    READ,
    SENT,
    MatterId,
    doing,
    making,
    or_refuse,
    showing,
)
from comity.surfaces.api.send import drafts, read_file, told
from comity.surfaces.api.shapes import Dropped, Files, Lines, SendRequest, Uploads
from comity.surfaces.api.verb_call import add_step
from comity.surfaces.api.verb_shape import step_shape

__all__ = ["drafts"]  # an address has one router, begun in `sending`


_Read: Final[Any] = step_shape(verbs.TABLE, verbs.EDIT)


class Edit(_Read):  # type: ignore[misc] # of its row
    """Another content of a draft, in place of the one that was read."""

    to: list[str] = Field([], max_length=16, description="of a request: none as before")
    file: dict[str, object] = Field(description="as request.schema.json or answer.schema.json")
    files: Files = Field(default_factory=dict)
    uploads: Uploads = Field(default_factory=dict)


class Returned(Schema):
    """A draft that is its author's again."""

    returned: str


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
    read = draft_steps.read(one, payload.content)
    result = request_use.edit(node, officer, one.draft.act.id, words, to, over=read)
    return told(request, result)


CODE: Final = "Comity-Code"
"""Gives the code of the officer's app with a call that approves or releases."""


def _take(request: HttpRequest, draft: str, step: Step) -> HttpResponse:
    code = request.headers.get(CODE, "")
    done = draft_steps.take(node_of(request), officer_of(request), draft, step, code)
    if isinstance(done, Comment):
        return paging.told({"officer": done.officer, "at_ms": done.at_ms}, HTTPStatus.CREATED)
    if isinstance(done, draft_steps.Gone):
        return paging.told({done.step: done.draft_id})
    return told(request, done)


add_step(drafts, verbs.TABLE, verbs.COMMENT, _take, making(Commented))
for _row, _answer in (
    (verbs.RETURN, doing(Returned)),
    (verbs.APPROVE, SENT),
    (verbs.RELEASE, SENT),
    (verbs.DROP, doing(Dropped)),
):
    add_step(drafts, verbs.TABLE, _row, _take, _answer, is_keyed=False)


@drafts.get(
    "/releases",
    auth=READ,
    response=showing(ReleasePage),
    operation_id="list_releases",
    summary="List releases by one officer alone, and their reviews",
)
def list_releases(request: HttpRequest, page: Query[Lines]) -> HttpResponse:
    """Return what is overdue first, then what is due, and where the next page begins."""
    found, following = emergency_review.page(
        node_of(request), officer_of(request), page.after, page.count
    )
    lines: list[Json] = [{**_review(one.review), "status": one.status} for one in found]
    return paging.tagged(request, {"reviews": lines, "next": following})


def _reviewed(request: HttpRequest, act: str, step: Step) -> HttpResponse:
    done = emergency_review.take(node_of(request), officer_of(request), act, step)
    return paging.told(_review(or_refuse(done)))


add_step(drafts, verbs.RELEASES, verbs.REVIEW, _reviewed, doing(ReleaseReview), is_keyed=False)


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
