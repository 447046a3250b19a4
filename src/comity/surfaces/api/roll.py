"""Rolls: a list of hashes sorted by them; the rest follows from the verbs of the room.

    POST /roll-sort    {"hashes": ["9f86d0…"]}

Floor: surfaces.
"""

from typing import Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import Router, Schema
from pydantic import Field

from comity.rooms.roll import index
from comity.surfaces.api.caller import node_of, officer_of
from comity.surfaces.api.calls import READ, doing
from comity.surfaces.api.shapes import Strict

router: Final = Router(tags=["rolls"])

HASHES_MAX: Final = 100_000


class HashList(Strict):
    """Hashes of files, never files."""

    hashes: list[str] = Field(min_length=1, max_length=HASHES_MAX)


class Heaps(Schema):
    """The hashes by what is known of them."""

    identified: list[str] = Field(description="the victim is identified already")
    known: list[str]
    disputed: list[str] = Field(description="known, and a State says that it does not belong there")
    unknown: list[str] = Field(description="to be looked at")


@router.post(
    "/roll-sort",
    auth=READ,
    response=doing(Heaps),
    operation_id="sort_hashes",
    summary="Sort a list of hashes by what rolls know; nothing is kept",
)
def sort_hashes(request: HttpRequest, payload: HashList) -> HttpResponse:
    """Return the hashes in four heaps."""
    return JsonResponse(index.sort(node_of(request), officer_of(request), payload.hashes))
