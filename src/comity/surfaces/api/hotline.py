"""Drills, and how calls were answered; the rest follows from the verbs of the room.

    GET /drills
    GET /call-figures?since_ms=…&until_ms=…

Floor: surfaces.
"""

from typing import Final

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from comity.clocks.clock import AT_MS_MAX
from comity.figures.figures import Period
from comity.rooms.hotline import drills, figures
from comity.surfaces.api import paging
from comity.surfaces.api.caller import node_of, officer_of
from comity.surfaces.api.calls import READ, or_refuse, showing
from comity.surfaces.api.shapes import Queried

router: Final = Router(tags=["calls"])


class CallPeriod(Queried):
    """Whose calls are counted, by when they were received."""

    since_ms: int = Field(0, ge=0, le=AT_MS_MAX, description="milliseconds since 1970 UTC")
    until_ms: int = Field(AT_MS_MAX, ge=0, le=AT_MS_MAX, description="the first instant after it")
    channel: str = Field("", max_length=255, description="of the hotline")


class CallLeg(Schema):
    """How long one leg took."""

    begun: int
    ended: int
    stopped: int = Field(description="the call was over before")
    kept: int = Field(description="in time, by the text in force")
    missed: int = Field(description="too late, or waited for too long")
    median_ms: int | None
    p90_ms: int | None
    longest_ms: int | None


class CallAnswered(Schema):
    """How one State answered."""

    pick_up: CallLeg = Field(alias="pick-up", description="until a person picked it up")
    take: CallLeg = Field(description="until one took it who may decide")
    word: CallLeg = Field(description="until a promised word was given")
    read_back: CallLeg = Field(alias="read-back", description="until what was said was read back")
    voice: CallLeg = Field(description="until the use of another carrier was confirmed or disputed")
    summary: CallLeg = Field(description="from the taking until the call was summed up")
    misunderstandings: int
    understood: int
    carriers: int
    missed: int = Field(description="drills whose window passed and that nobody began")


class PlannedDrill(Schema):
    """One drill that was planned."""

    id: str
    party: str
    joined: list[str] = Field(description="who has given a salt")
    kind: str
    status: str = Field(description="`ahead`, `held` or `missed`")
    from_ms: int
    until_ms: int
    drawn_ms: int | None
    delay_ms: int | None = Field(description="how long after the draw it reached the other side")


class PlannedDrills(Schema):
    """Every drill that the officer may read, the newest window first."""

    drills: list[PlannedDrill]


@router.get(
    "/drills",
    auth=READ,
    response=showing(PlannedDrills),
    operation_id="list_drills",
    summary="List the drills that were planned, held or missed",
)
def list_drills(request: HttpRequest) -> HttpResponse:
    """Return each with its window, and how late it began."""
    found = drills.listing(node_of(request), officer_of(request))
    return paging.tagged(request, {"drills": [drills.to_json(one) for one in found]})


class ContactsTried(Schema):
    """How often the contact points of a State were tried, and how it went."""

    proved: int
    failed: int


class CallFigures(Schema):
    """The use of the hotline; both nodes compute the same at the same cut."""

    channel: str
    cut: dict[str, int]
    from_ms: int
    until_ms: int
    now_ms: int
    calls: dict[str, CallAnswered]
    drills: dict[str, CallAnswered]
    calls_by: dict[str, CallAnswered] = Field(
        description="by ground, level and hour of UTC: ground/life, level/2, hour/03"
    )
    drills_by: dict[str, CallAnswered]
    planned: list[PlannedDrill]
    contacts: dict[str, ContactsTried] = Field(description="of which contact points were tried")


@router.get(
    "/call-figures",
    auth=READ,
    response=showing(CallFigures),
    operation_id="show_call_figures",
    summary="Show how calls and drills were answered, State by State",
)
def show_call_figures(request: HttpRequest, filters: Query[CallPeriod]) -> HttpResponse:
    """Return the figures of a period."""
    period = Period(filters.since_ms, filters.until_ms)
    node, officer = node_of(request), officer_of(request)
    found = or_refuse(figures.figures(node, officer, period, filters.channel))
    return paging.tagged(request, figures.to_json(found))
