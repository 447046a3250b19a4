"""Rolls: a list of hashes sorted by them; the rest follows from the verbs of the room.

    POST /roll-sort                 {"hashes": ["9f86d0…"]}
    POST /rolls/{roll}/give         lets loaded editions out to participants
    GET  /rolls/{roll}/feedback     what participants say of its entries

Floor: surfaces.
"""

from typing import Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import Router, Schema
from pydantic import Field

from comity.kernel.ijson import Json
from comity.rooms.roll import feed, index
from comity.surfaces.api import paging
from comity.surfaces.api.caller import node_of, officer_of
from comity.surfaces.api.calls import OUTSIDE, READ, MatterId, doing, or_refuse, showing
from comity.surfaces.api.shapes import Strict

router: Final = Router(tags=["rolls"])

HASHES_MAX: Final = 100_000


class RollGiven(Schema):
    """How far participants may load a roll."""

    edition: int


class RollFeedback(Schema):
    """What a participant says of an entry."""

    participant: str
    id: str
    roll: str
    verdict: str = Field(description="up or down")
    reason: str
    at_ms: int


class RollFeedbacks(Schema):
    """What participants say of the entries of a roll."""

    feedback: list[RollFeedback]


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


@router.post(
    "/rolls/{roll}/give",
    auth=OUTSIDE,
    response=doing(RollGiven),
    operation_id="give_roll",
    summary="Let the editions of a roll that are loaded here out to participants",
)
def give_roll(request: HttpRequest, roll: MatterId) -> HttpResponse:
    """Let editions out."""
    done = or_refuse(feed.give(node_of(request), officer_of(request), roll))
    return paging.told({"edition": done})


@router.get(
    "/rolls/{roll}/feedback",
    auth=READ,
    response=showing(RollFeedbacks),
    operation_id="show_roll_feedback",
    summary="Show what participants say of the entries of a roll",
)
def show_roll_feedback(request: HttpRequest, roll: MatterId) -> HttpResponse:
    """Return their verdicts."""
    found: list[Json] = [*feed.feedback(node_of(request), officer_of(request), roll)]
    return paging.tagged(request, {"feedback": found})
