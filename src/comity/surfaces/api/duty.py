"""Who is planned for duty, now and ahead, and who is rung.  Nothing of this crosses.

    GET /duty/now
    GET /duty/plan?days=30
    GET /duty/ladder                      PUT sets it
    GET /duty/rings
    POST /duty/rings/7/answer             gives the code of a message back

Floor: surfaces.
"""

from typing import Final, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from comity.domestic.duty import ladder
from comity.domestic.duty.ladder import Ladder, Rung
from comity.domestic.duty.plan import DAY_MS, Part
from comity.node.desk.duty import planning, rings
from comity.surfaces.api import paging
from comity.surfaces.api.caller import node_of, officer_of
from comity.surfaces.api.calls import DESK, READ, RING, doing, or_refuse, showing

router: Final = Router(tags=["duty desk"])


class Ahead(Schema):
    """How far."""

    days: int = Field(30, ge=1, le=400)


class DutyPart(Schema):
    """A time of a line with one officer, or with nobody."""

    line: str
    shift: int = Field(description="its number in the line; -1 where none is planned")
    officer: str = Field(description="empty where nobody is planned")
    by: str = Field(description="`turn`, `override`, `swap`, or empty")
    from_ms: int
    until_ms: int


class DutyPlan(Schema):
    """The plan of every line."""

    lines: list[DutyPart]


def _told(request: HttpRequest, found: list[Part]) -> HttpResponse:
    return paging.tagged(request, {"lines": [planning.part_json(one) for one in found]})


@router.get(
    "/duty/now",
    auth=READ,
    response=showing(DutyPlan),
    operation_id="show_duty_now",
    summary="Show who is planned for duty now, line by line",
)
def show_duty_now(request: HttpRequest) -> HttpResponse:
    """Return one part a line."""
    return _told(request, planning.now(node_of(request)))


@router.get(
    "/duty/plan",
    auth=READ,
    response=showing(DutyPlan),
    operation_id="show_duty_plan",
    summary="Show who is planned for duty ahead, and where nobody is",
)
def show_duty_plan(request: HttpRequest, how: Query[Ahead]) -> HttpResponse:
    """Return the parts of every line, without a hole."""
    node = node_of(request)
    now_ms = node.clock.now_ms()
    return _told(request, planning.span(node, now_ms, now_ms + how.days * DAY_MS))


class LadderRung(Schema):
    """One rung."""

    kind: Literal["line", "officer"]
    name: str = Field(max_length=63, description="of the line, or of the officer")
    minutes: int = Field(description="until the next rung is rung")


class SetLadder(Schema):
    """The rungs in their order; none: every line of duty in turn."""

    rungs: list[LadderRung] = Field(max_length=ladder.RUNGS_MAX)
    repeats: int = Field(0, description="how often all are rung again, before the contact point is")


class DutyLadder(Schema):
    """Whom a call rings, one after the other."""

    rungs: list[LadderRung]
    repeats: int
    by: str = Field(description="who set it; empty where nobody did")
    at_ms: int


class RungNow(Schema):
    """A rung that was rung."""

    rung: int = Field(description="from 0; -1 is everybody of the contact point")
    turn: int
    officers: list[str]
    at_ms: int


class RingAnswered(Schema):
    """Who gave the code of a message back."""

    officer: str
    at_ms: int


class DutyRing(Schema):
    """One ring."""

    ring: int
    kind: str
    matter: str = Field(description="that rang first")
    began_ms: int
    ended_ms: int | None
    next_ms: int | None = Field(description="when the next rung is rung at the earliest")
    rang: list[RungNow]
    answered: list[RingAnswered]


class DutyRings(Schema):
    """The newest rings."""

    rings: list[DutyRing]


class GiveBack(Schema):
    """The code of a message."""

    code: str = Field(max_length=63, description="like AB1D-EFGH")


class RingHeld(Schema):
    """Who has answered; nobody else is rung for a while."""

    ring: int
    officer: str


@router.get(
    "/duty/ladder",
    auth=READ,
    response=showing(DutyLadder),
    operation_id="show_duty_ladder",
    summary="Show whom a call rings, one after the other",
)
def show_duty_ladder(request: HttpRequest) -> HttpResponse:
    """Return the ladder."""
    with node_of(request).store.read() as tx:
        found = rings.ladder(tx)
    return paging.tagged(request, rings.ladder_json(found))


@router.put(
    "/duty/ladder",
    auth=DESK,
    response=doing(DutyLadder),
    operation_id="set_duty_ladder",
    summary="Set whom a call rings, one after the other",
)
def set_duty_ladder(request: HttpRequest, payload: SetLadder) -> HttpResponse:
    """Set it, from now on."""
    rungs = tuple(Rung(one.kind, one.name, one.minutes) for one in payload.rungs)
    wanted = Ladder(rungs, payload.repeats)
    done = or_refuse(rings.set_ladder(node_of(request), officer_of(request), wanted))
    return paging.told(rings.ladder_json(done))


@router.get(
    "/duty/rings",
    auth=READ,
    response=showing(DutyRings),
    operation_id="list_duty_rings",
    summary="List who was rung for what, the newest first",
)
def list_duty_rings(request: HttpRequest) -> HttpResponse:
    """Return the newest rings."""
    node = node_of(request)
    found = rings.listing(node, officer_of(request))
    return paging.tagged(request, {"rings": [rings.ring_json(node, one) for one in found]})


@router.post(
    "/duty/rings/{ring}/answer",
    auth=RING,
    response=doing(RingHeld),
    operation_id="answer_duty_ring",
    summary="Give the code of a message back: its officer has got it",
)
def answer_duty_ring(request: HttpRequest, ring: int, payload: GiveBack) -> HttpResponse:
    """Hold the ladder for a while; it reads nothing, and says nothing to another State."""
    done = or_refuse(rings.answer(node_of(request), ring, payload.code))
    return paging.told({"ring": done.number, "officer": done.answered[-1][0]})
