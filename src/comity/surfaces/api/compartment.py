"""Compartments: what they hold, page by page; the rest follows from the verbs of the room.

    GET /compartments/{compartment}/files
    GET /compartments/{compartment}/files/{sha256}/pages/{page}     a PNG with the reader's mark
    GET /compartment-trace?mark=ABCD-EFGH

Floor: surfaces.
"""

from typing import Annotated, Final

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router, Schema
from pydantic import Field

from comity.rooms.compartment import openings
from comity.surfaces.api import paging
from comity.surfaces.api.caller import node_of, officer_of
from comity.surfaces.api.calls import BYTES, OCTETS, READ, MatterId, or_refuse, saved, showing
from comity.surfaces.api.shapes import Hex, Queried, Words

router: Final = Router(tags=["compartments"])


class CompartmentFile(Schema):
    """A file that was given under the terms of a compartment."""

    request: str
    party: str
    sha256: str = Field(description="of the stored bytes: its address")
    name: str
    media_type: str
    held: bool
    marked: bool = Field(description="whether it is opened page by page, with a mark")


class CompartmentFiles(Schema):
    """What a compartment holds."""

    compartment: str
    files: list[CompartmentFile]


class MarkFilter(Queried):
    """Which mark."""

    mark: str = Field(
        min_length=1, max_length=40, description="eight letters and digits, as on the page"
    )


class PageOpening(Schema):
    """The opening that a mark is of."""

    mark: str
    matter: str
    reader: str = Field(description="id of the act that named the reader")
    officer: str
    capacity: str
    capacity_words: Words
    agency: str
    file: str
    at_ms: int


@router.get(
    "/compartments/{compartment}/files",
    auth=READ,
    response=showing(CompartmentFiles),
    operation_id="list_compartment_files",
    summary="List the files that were given under the terms of a compartment",
)
def list_files(request: HttpRequest, compartment: MatterId) -> HttpResponse:
    """Return its files."""
    row, found = openings.files(node_of(request), officer_of(request), compartment)
    return paging.tagged(request, openings.files_json(row, found))


@router.get(
    "/compartments/{compartment}/files/{sha256}/pages/{page}",
    auth=READ,
    response=BYTES,
    operation_id="open_compartment_page",
    summary="Open a page as a picture with the mark of its reader",
)
def open_page(
    request: HttpRequest,
    compartment: MatterId,
    sha256: Hex,
    page: Annotated[int, Path(ge=1, le=999_999)],
) -> HttpResponse:
    """Return a page."""
    node, officer = node_of(request), officer_of(request)
    data = or_refuse(openings.open_page(node, officer, compartment, sha256, page))
    answer = HttpResponse(data, content_type=OCTETS)
    saved(answer, f"page-{page}.png")
    return answer


@router.get(
    "/compartment-trace",
    auth=READ,
    response=showing(PageOpening),
    operation_id="trace_page",
    summary="Tell who opened a page that was found, by its mark",
)
def trace_page(request: HttpRequest, filters: Query[MarkFilter]) -> HttpResponse:
    """Return the opening."""
    found = openings.trace(node_of(request), officer_of(request), filters.mark)
    return paging.tagged(request, openings.trace_json(found))
