"""The duty desk: what arrived, which agency has it, who works on it.  Nothing of this crosses.

    GET  /desk/inbox
    POST /desk/files/{id}/route      {}                     by rule
    POST /desk/files/{id}/assign     {"to": "ann"}         and each other row of its table

Floor: surfaces.
"""

from typing import Final

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import Field

from comity.acts.verb import TEXT_CHARS_MAX
from comity.domestic.duty.verbs import TABLE
from comity.kernel.inadmissible import Inadmissible
from comity.node.desk.duty import as_json, intake, routing, shifts, steps, work
from comity.node.desk.duty.change import Done
from comity.node.room.step import Step
from comity.surfaces.api import paging
from comity.surfaces.api.caller import node_of, officer_of
from comity.surfaces.api.calls import DESK, KEY, READ, MatterId, doing, once, or_refuse, showing
from comity.surfaces.api.desk_shapes import (
    FileDone,
    InboxPage,
    RoutedAll,
    RouteExplained,
    ShiftShown,
    ShiftTurn,
    WorkPage,
)
from comity.surfaces.api.shapes import Lines, Strict
from comity.surfaces.api.verb_call import add_step

router: Final = Router(tags=["duty desk"])


class Inbox(Lines):
    """What waits to be routed."""

    cross_border: bool = Field(default=False, description="only what is cross-border")


class Work(Lines):
    """What is open."""

    mine: bool = Field(default=False, description="only what the officer has themselves")


class GiveShift(Strict):
    """Who is to take the desk, and what they must know."""

    to: str = Field(min_length=1, max_length=63, description="an officer")
    note: str = Field(min_length=1, max_length=TEXT_CHARS_MAX)


class TakeShift(Strict):
    """Why, if nobody handed it over."""

    why: str = Field("", max_length=TEXT_CHARS_MAX)


def done(result: Done | Inadmissible) -> HttpResponse:
    """Return what a step made of a file.

    Raises:
        Refused: a refusal by rule.
    """
    return paging.told(as_json.done_json(or_refuse(result)))


@router.get(
    "/desk/inbox",
    auth=READ,
    response=showing(InboxPage),
    operation_id="show_inbox",
    summary="List what arrived and nobody routed, the most urgent first",
)
def show_inbox(request: HttpRequest, page: Query[Inbox]) -> HttpResponse:
    """Return what waits at the contact point."""
    found = intake.inbox(
        node_of(request),
        officer_of(request),
        crossing=page.cross_border,
        after=page.after,
        count_max=page.count,
    )
    return paging.tagged(request, as_json.inbox_json(or_refuse(found)))


@router.get(
    "/desk/work",
    auth=READ,
    response=showing(WorkPage),
    operation_id="show_work",
    summary="List what is open at the officer's agency, or with them",
)
def show_work(request: HttpRequest, page: Query[Work]) -> HttpResponse:
    """Return what is open."""
    listing = work.of_officer if page.mine else work.of_agency
    found = listing(node_of(request), officer_of(request), page.after, page.count)
    return paging.tagged(request, as_json.lines_json(found))


@router.get(
    "/desk/files/{file}/route",
    auth=READ,
    response=showing(RouteExplained),
    operation_id="explain_route",
    summary="Say to which agency a rule gives it, and why not to others",
)
def explain_route(request: HttpRequest, file: MatterId) -> HttpResponse:
    """Return each rule that was looked at."""
    found = routing.explain(node_of(request), officer_of(request), file)
    return paging.tagged(request, as_json.explained_json(found))


@router.post(
    "/desk/route-all",
    auth=DESK,
    response=doing(RoutedAll),
    operation_id="route_all_files",
    summary="Give everything in the inbox for which a rule fits to its agency",
)
def route_all_files(request: HttpRequest) -> HttpResponse:
    """Route what a rule fits."""
    found = routing.route_all(node_of(request), officer_of(request))
    return paging.told(as_json.routed_json(or_refuse(found)))


def _take(request: HttpRequest, file: str, step: Step) -> HttpResponse:
    return done(steps.take(node_of(request), officer_of(request), file, step))


for _row in TABLE.verbs:
    add_step(router, TABLE, _row, _take, doing(FileDone))


@router.get(
    "/desk/shift",
    auth=READ,
    response=showing(ShiftShown),
    operation_id="show_shift",
    summary="Show who has the desk of the officer's agency, and the last turns",
)
def show_shift(request: HttpRequest) -> HttpResponse:
    """Return the shift."""
    return paging.tagged(
        request, as_json.desk_json(shifts.show(node_of(request), officer_of(request)))
    )


@router.post(
    "/desk/shift/give",
    auth=DESK,
    response=doing(ShiftTurn),
    operation_id="give_shift",
    summary="Hand the desk over, with a note and all that is open",
)
def give_shift(
    request: HttpRequest, payload: GiveShift, idempotency_key: str = KEY
) -> HttpResponse:
    """Hand the desk over; who does keeps it until the other has taken it."""
    who = node_of(request), officer_of(request)
    command = once(request, idempotency_key)
    result = shifts.hand_over(*who, payload.to, payload.note, command=command)
    return paging.told(as_json.turn_json(or_refuse(result)))


@router.post(
    "/desk/shift/take",
    auth=DESK,
    response=doing(ShiftTurn),
    operation_id="take_shift",
    summary="Take the desk over",
)
def take_shift(
    request: HttpRequest, payload: TakeShift, idempotency_key: str = KEY
) -> HttpResponse:
    """Take the desk over."""
    who = node_of(request), officer_of(request)
    command = once(request, idempotency_key)
    result = shifts.take_over(*who, payload.why, command=command)
    return paging.told(as_json.turn_json(or_refuse(result)))
