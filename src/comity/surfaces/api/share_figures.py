"""What sharing came to, and what a meeting of experts has before it.

    GET /share-figures?since_ms=…&until_ms=…
    GET /share-pack?since_ms=…

Floor: surfaces.
"""

from typing import Final

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from comity.clocks.clock import AT_MS_MAX
from comity.figures.figures import Period
from comity.rooms.share import figures, figures_json, pack
from comity.surfaces.api import paging
from comity.surfaces.api.caller import node_of, officer_of
from comity.surfaces.api.calls import READ, or_refuse, showing
from comity.surfaces.api.shapes import Queried

router: Final = Router(tags=["shares"])


class SharePeriod(Queried):
    """Whose givings are counted, by when they were received."""

    since_ms: int = Field(0, ge=0, le=AT_MS_MAX, description="milliseconds since 1970 UTC")
    until_ms: int = Field(AT_MS_MAX, ge=0, le=AT_MS_MAX, description="the first instant after it")
    channel: str = Field("", max_length=255, description="of the arrangement")


class SharePackSince(Queried):
    """From when figures count."""

    since_ms: int | None = Field(
        None, ge=0, lt=AT_MS_MAX, description="the last session if left out"
    )
    channel: str = Field("", max_length=255, description="of the arrangement")


class ShareLeg(Schema):
    """How long something took."""

    begun: int
    ended: int
    stopped: int = Field(description="the share was over before")
    kept: int = Field(description="in time, by the text in force")
    missed: int = Field(description="too late, or waited for too long")
    median_ms: int | None
    p90_ms: int | None
    longest_ms: int | None


class ShareWay(Schema):
    """What one State gave another of one category, and what became of it."""

    category: str
    giver: str
    taker: str
    shares: int
    none: int = Field(description="declarations that there is nothing")
    taken: int = Field(description="shares of which the taker said what it took")
    used: int = Field(description="shares of which the taker said what it did")
    objects: int
    samples: int
    valid: int
    invalid: int
    duplicate: int
    weighed: int = Field(description="valid objects of which the taker said how many it knew")
    known: int
    unique: int = Field(description="of those weighed, the ones that it did not know")
    told: int = Field(description="consumers that were told to stop, by the taker's last word")
    confirmed: int
    open: int
    false: int = Field(description="objects retracted as false")
    retracted: dict[str, int] = Field(description="objects by reason")
    uses: dict[str, int] = Field(description="objects by use")
    disputes: dict[str, int] = Field(description="by reason and outcome, `our-network/retracted`")
    legs: dict[str, ShareLeg] = Field(
        description="fresh, take, feedback, correction, our-network, stop, answer, clean"
    )


class ShareFigures(Schema):
    """What sharing came to; both nodes compute the same at the same cut."""

    channel: str
    cut: dict[str, int]
    from_ms: int
    until_ms: int
    now_ms: int
    lines: list[ShareWay]


class ShareOpen(Schema):
    """A dispute that is open, or something that a taker has not stopped."""

    share: str
    category: str
    giver: str
    party: str = Field(description="the taker")
    act: str
    reason: str = Field(description="of a narrowing the mark")
    objects: int
    since_ms: int | None
    told: int | None = Field(description="by the taker's last word")
    confirmed: int | None
    open: int | None


class SharePack(Schema):
    """What a meeting of experts has before it."""

    since_ms: int
    figures: ShareFigures
    disputes: list[ShareOpen]
    stopping: list[ShareOpen]


@router.get(
    "/share-figures",
    auth=READ,
    response=showing(ShareFigures),
    operation_id="show_share_figures",
    summary="Show what sharing came to, category by category, both ways",
)
def show_share_figures(request: HttpRequest, filters: Query[SharePeriod]) -> HttpResponse:
    """Return the figures of a period."""
    period = Period(filters.since_ms, filters.until_ms)
    node, officer = node_of(request), officer_of(request)
    found = or_refuse(figures.figures(node, officer, period, filters.channel))
    return paging.tagged(request, figures_json.to_json(found))


@router.get(
    "/share-pack",
    auth=READ,
    response=showing(SharePack),
    operation_id="show_share_pack",
    summary="Show what a meeting of experts has before it",
)
def show_share_pack(request: HttpRequest, filters: Query[SharePackSince]) -> HttpResponse:
    """Return figures since the last session, and what is still open."""
    node, officer = node_of(request), officer_of(request)
    found = or_refuse(pack.pack(node, officer, filters.since_ms, filters.channel))
    return paging.tagged(request, pack.to_json(found))
