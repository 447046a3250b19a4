"""Who is planned for duty, now and ahead, and who is rung.  Nothing of this crosses.

    GET /duty/now
    GET /duty/plan?days=30
    GET /duty/plan.ics?days=30
    POST /duty/lines/night/override       what changes the plan: a row of `plan_verbs.TABLE`
    POST /duty/lines/night/import         reads a calendar
    GET /duty/ladder                      PUT sets it
    GET /duty/rings
    POST /duty/rings/7/answer             gives the code of a message back

Floor: surfaces.
"""

from typing import Final, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from comity.domestic.duty import ladder, plan, plan_verbs
from comity.domestic.duty.ladder import Ladder, Rung
from comity.domestic.duty.plan import DAY_MS, Part
from comity.kernel import limits
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.context import Node
from comity.node.desk.duty import devices, plan_steps, planning, rings
from comity.node.room.step import Step
from comity.surfaces.api import paging
from comity.surfaces.api.caller import node_of, officer_of
from comity.surfaces.api.calls import (
    BYTES,
    DESK,
    OCTETS,
    READ,
    RING,
    MatterId,
    doing,
    or_refuse,
    saved,
    showing,
)
from comity.surfaces.api.problems import Refused
from comity.surfaces.api.verb_call import add_step

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


class DutyNow(Schema):
    """Who is planned now."""

    lines: list[DutyPart]


class DutySwap(Schema):
    """A swap that waits for an answer."""

    swap: int = Field(description="its number")
    line: str
    shift: int
    officer: str
    to: str = Field(description="who is asked")


class DutyPlan(Schema):
    """The plan of every line."""

    parts: list[DutyPart]
    gaps: list[DutyPart] = Field(description="of the next 30 days")
    swaps: list[DutySwap]
    unproved: list[str] = Field(
        description="who is planned within 30 days and has no device that is known to work"
    )


class DutyChanged(Schema):
    """A change of the plan, as it was kept."""

    change: str
    by: str
    at_ms: int


@router.get(
    "/duty/now",
    auth=READ,
    response=showing(DutyNow),
    operation_id="show_duty_now",
    summary="Show who is planned for duty now, line by line",
)
def show_duty_now(request: HttpRequest) -> HttpResponse:
    """Return one part a line."""
    lines = [planning.part_json(one) for one in planning.now(node_of(request))]
    return paging.tagged(request, {"lines": lines})


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
    value = planning.ahead_json(node, _ahead(node, how.days))
    return paging.tagged(request, {**value, "unproved": [*devices.unproved(node)]})


def _ahead(node: Node, days: int) -> list[Part]:
    now_ms = node.clock.now_ms()
    return planning.span(node, now_ms, now_ms + days * DAY_MS)


@router.get(
    "/duty/plan.ics",
    auth=READ,
    response=BYTES,
    operation_id="fetch_duty_plan",
    summary="Fetch the plan of duty as a calendar file",
)
def fetch_duty_plan(request: HttpRequest, how: Query[Ahead]) -> HttpResponse:
    """Return an iCalendar file of shifts; a calendar program may come by a token for the feed."""
    from comity.node.desk.duty import plan_ics  # noqa: PLC0415 -- the library, for this call alone

    node = node_of(request)
    data = plan_ics.render(_ahead(node, how.days), node.party, node.clock.now_ms())
    answer = HttpResponse(data, content_type=OCTETS)
    saved(answer, "duty.ics")
    return answer


def _change(request: HttpRequest, line: str, step: Step) -> HttpResponse:
    done = plan_steps.take(node_of(request), officer_of(request), line, step)
    if isinstance(done, Inadmissible):
        raise Refused(done)
    return paging.told(plan.to_json(done))


for _row in plan_verbs.TABLE.verbs:
    add_step(router, plan_verbs.TABLE, _row, _change, doing(DutyChanged), is_keyed=False)


class ImportRoster(Schema):
    """A roster."""

    calendar: str = Field(
        max_length=limits.WRITTEN_BYTES_MAX, description="an iCalendar file, RFC 5545"
    )
    preview: bool = Field(default=False, description="show its shifts, and change nothing")


class ImportedShift(Schema):
    """A shift that was read."""

    officer: str
    from_ms: int
    until_ms: int


class ImportedRoster(Schema):
    """What was read."""

    kept: bool
    shifts: list[ImportedShift]


@router.post(
    "/duty/lines/{line}/import",
    auth=DESK,
    response=doing(ImportedRoster),
    operation_id="import_duty_roster",
    summary="Read a roster from a calendar, over a line of duty",
)
def import_duty_roster(request: HttpRequest, line: MatterId, payload: ImportRoster) -> HttpResponse:
    """Keep its shifts to come as overrides, all or none."""
    from comity.node.desk.duty import plan_ics  # noqa: PLC0415 -- the library, for this call alone

    node = node_of(request)
    wanted = plan_ics.read(payload.calendar.encode(), line, node.clock.now_ms())
    if wanted and not payload.preview:
        or_refuse(planning.override_all(node, officer_of(request), wanted))
    shifts: list[Json] = [
        {"officer": one.officer, "from_ms": one.from_ms, "until_ms": one.until_ms} for one in wanted
    ]
    return paging.told({"kept": not payload.preview, "shifts": shifts})


_DRILLS: Final = (
    "on how many rungs a drill is rung; 0: it wakes nobody and makes no sound; null: it rings as a "
    "call does. A call always rings on all"
)


class LadderRung(Schema):
    """One rung."""

    kind: Literal["line", "officer"]
    name: str = Field(max_length=63, description="of the line, or of the officer")
    minutes: int = Field(description="until the next rung is rung")


class SetLadder(Schema):
    """The rungs in their order; none: every line of duty in turn."""

    rungs: list[LadderRung] = Field(max_length=ladder.RUNGS_MAX)
    repeats: int = Field(0, description="how often all are rung again, before the contact point is")
    drills: int | None = Field(None, description=_DRILLS)


class DutyLadder(Schema):
    """Whom a call rings, one after the other."""

    rungs: list[LadderRung]
    repeats: int
    drills: int | None = Field(description=_DRILLS)
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
    drill: bool
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
    wanted = Ladder(rungs, payload.repeats, drills=payload.drills)
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
