"""What stands in the file of a matter at home, and inquiries.

    GET  /desk/files/{id}
    POST /desk/inquiries      {"title": "A market that sells access"}

Floor: surfaces.
"""

from typing import Final, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import Field

from comity.acts.verb import TEXT_CHARS_MAX
from comity.node.desk.duty import as_json, papers
from comity.surfaces.api import paging
from comity.surfaces.api.caller import node_of, officer_of
from comity.surfaces.api.calls import DESK, KEY, READ, MatterId, doing, once, showing
from comity.surfaces.api.desk import done
from comity.surfaces.api.desk_shapes import FileDone, FileShown
from comity.surfaces.api.shapes import Id, Strict

router: Final = Router(tags=["duty desk"])


class Inquiry(Strict):
    """An inquiry at home, before anything is sent."""

    title: str = Field(min_length=1, max_length=TEXT_CHARS_MAX)
    type: str = Field("", max_length=63, description="of the request that it may become")
    crime: str = Field("", max_length=63)
    urgency: Literal["routine", "urgent", "emergency"] = "routine"
    parties: list[Id] = Field([], max_length=16)
    cross_border: bool = False


class Mark(Strict):
    """Whether an inquiry is cross-border."""

    cross_border: bool
    parties: list[Id] = Field([], max_length=16)
    why: str = Field("", max_length=TEXT_CHARS_MAX)


class Link(Strict):
    """Which request an inquiry became."""

    matter: MatterId


@router.get(
    "/desk/files/{subject}",
    auth=READ,
    response=showing(FileShown),
    by_alias=True,
    operation_id="show_file",
    summary="Show the whole domestic file of a matter",
)
def show_file(request: HttpRequest, subject: MatterId) -> HttpResponse:
    """Return parts, tasks, advice, notes and every step."""
    found = papers.show(node_of(request), officer_of(request), subject)
    return paging.tagged(request, as_json.file_json(found))


@router.post(
    "/desk/inquiries",
    auth=DESK,
    response=doing(FileDone),
    operation_id="begin_inquiry",
    summary="Begin an inquiry at home, before anything is sent",
)
def begin_inquiry(
    request: HttpRequest, payload: Inquiry, idempotency_key: str = KEY
) -> HttpResponse:
    """Begin an inquiry."""
    inquiry = papers.Inquiry(
        title=payload.title,
        type=payload.type,
        crime=payload.crime,
        urgency=payload.urgency,
        parties=tuple(payload.parties),
        crosses=payload.cross_border,
    )
    command = once(request, idempotency_key)
    return done(papers.begin(node_of(request), officer_of(request), inquiry, command))


@router.post(
    "/desk/files/{subject}/mark",
    auth=DESK,
    response=doing(FileDone),
    operation_id="mark_inquiry",
    summary="Mark an inquiry as cross-border, or as domestic",
)
def mark_inquiry(
    request: HttpRequest, subject: MatterId, payload: Mark, idempotency_key: str = KEY
) -> HttpResponse:
    """Mark an inquiry."""
    marked = papers.mark(
        node_of(request),
        officer_of(request),
        subject,
        crosses=payload.cross_border,
        parties=payload.parties,
        why=payload.why,
        command=once(request, idempotency_key),
    )
    return done(marked)


@router.post(
    "/desk/files/{subject}/link",
    auth=DESK,
    response=doing(FileDone),
    operation_id="link_inquiry",
    summary="Say which request an inquiry became",
)
def link_inquiry(
    request: HttpRequest, subject: MatterId, payload: Link, idempotency_key: str = KEY
) -> HttpResponse:
    """Link an inquiry."""
    command = once(request, idempotency_key)
    who = node_of(request), officer_of(request)
    return done(papers.link(*who, subject, payload.matter, command))
