"""Shares at home: what is not stopped, who may have what, and why not.

    GET  /share-board
    GET  /shares/{share}/audience
    GET  /shares/{share}/explain?item=17&consumer=3f1c
    POST /shares/dry-run               {"reach": "client", "power": "act", "networks": []}

Floor: surfaces.
"""

from typing import Annotated, Any, Final, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from comity.domestic.share.consumer import NETWORKS_MAX, POWERS, REACHES
from comity.rooms.share import board, explain
from comity.surfaces.api import paging
from comity.surfaces.api.caller import node_of, officer_of
from comity.surfaces.api.calls import READ, MatterId, doing, showing
from comity.surfaces.api.shapes import Queried, Strict, Words

router: Final = Router(tags=["shares"])

_Reach: Any = Literal[tuple(REACHES)]
_Power: Any = Literal[tuple(POWERS)]


class ShareHolder(Schema):
    """A consumer that fetched something of a share."""

    consumer: str
    name: str
    on_behalf: str
    fetched_ms: int
    asked_ms: int | None = Field(description="when its door was asked last")
    told: bool = Field(description="whether it asked its door since")
    confirmed_ms: int | None
    by: str = Field(description="the officer who was told; empty where the program said it")


class ShareStopping(Schema):
    """Something that was taken back, and who still may use it."""

    share: str
    category: str
    giver: str
    act: str
    reason: str = Field(description="of a retraction")
    mark: str = Field(description="of a narrowing")
    objects: int
    since_ms: int | None
    told: int
    confirmed: int
    open: int
    parties: list[str] = Field(description="takers that have not said that all have stopped")
    holders: list[ShareHolder]


class ShareWaiting(Schema):
    """A share that waits for this State."""

    share: str
    category: str
    giver: str
    what: str = Field(description="take, use, sighted or answer-dispute")
    since_ms: int | None
    sighted: int = Field(description="objects that our consumers say that they sighted")


class ShareDestroying(Schema):
    """What of a share is kept for longer than the text lets it, and is to be destroyed here."""

    share: str
    category: str
    giver: str
    roles: list[str] = Field(description="of the blobs")
    blobs: list[str] = Field(description="their SHA-256")
    since_ms: int = Field(description="from when on the first of them was due")
    attested: list[str] = Field(description="parties that attested the destruction of all")


class ShareCadence(Schema):
    """When this State gave something of a category last, or said that there was nothing."""

    category: str
    last_ms: int | None
    days: int = Field(description="within which it is to be given, or declared as none, again")
    due: bool


class SourceFailing(Schema):
    """A source that could not be read."""

    name: str
    problem: str


class ShareBoard(Schema):
    """What an officer sees first."""

    stopping: list[ShareStopping]
    waiting: list[ShareWaiting]
    destroying: list[ShareDestroying]
    cadence: list[ShareCadence]
    failing: list[SourceFailing]


class ShareRow(Schema):
    """How many objects of a share one consumer may have."""

    share: str
    consumer: str
    objects: int
    of: int


class ShareRows(Schema):
    """Shares and consumers."""

    rows: list[ShareRow]


class ShareWhy(Schema):
    """Why a consumer has an object or not."""

    item: str
    mark: str
    consumer: str
    why: str
    words: Words


class ShareWhys(Schema):
    """One object, and each consumer."""

    consumers: list[ShareWhy]


class OneItem(Queried):
    """Which object."""

    item: str = Field("1", max_length=20)
    consumer: str = Field("", max_length=12)


class DryRun(Strict):
    """A consumer that might be added."""

    reach: _Reach
    power: _Power
    networks: Annotated[list[str], Field(max_length=NETWORKS_MAX)] = Field(default_factory=list)


@router.get(
    "/share-board",
    auth=READ,
    response=showing(ShareBoard),
    operation_id="show_share_board",
    summary="Show first what was taken back and is not stopped",
)
def show_share_board(request: HttpRequest) -> HttpResponse:
    """Return the board."""
    found = board.board(node_of(request), officer_of(request))
    return paging.tagged(request, board.as_json(found))


@router.get(
    "/shares/{share}/audience",
    auth=READ,
    response=showing(ShareRows),
    operation_id="show_share_audience",
    summary="Show how much each consumer may have of a share",
)
def show_share_audience(request: HttpRequest, share: MatterId) -> HttpResponse:
    """Return a row for each consumer."""
    found = explain.audience(node_of(request), officer_of(request), share)
    return paging.tagged(request, {"rows": explain.rows_json(found)})


@router.get(
    "/shares/{share}/explain",
    auth=READ,
    response=showing(ShareWhys),
    operation_id="explain_share",
    summary="Say why a consumer has an object or not",
)
def explain_share(request: HttpRequest, share: MatterId, asked: Query[OneItem]) -> HttpResponse:
    """Return why."""
    found = explain.explain(
        node_of(request), officer_of(request), share, asked.item, asked.consumer
    )
    return paging.tagged(request, {"consumers": explain.told_json(found)})


@router.post(
    "/shares/dry-run",
    auth=READ,
    response=doing(ShareRows),
    operation_id="dry_run_share",
    summary="Show what a consumer would have of every share",
)
def dry_run_share(request: HttpRequest, payload: DryRun) -> HttpResponse:
    """Return a row for each share."""
    found = explain.dry_run(
        node_of(request), officer_of(request), payload.reach, payload.power, payload.networks
    )
    return paging.told({"rows": explain.rows_json(found)})
