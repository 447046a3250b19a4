"""The duty desk: what arrived, which agency has it, who works on it.  Nothing of this crosses.

    GET  /desk/inbox
    POST /desk/files/{id}/route      {}                     by rule
    POST /desk/files/{id}/assign     {"to": "ann"}

Floor: surfaces.
"""

from typing import Final

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import Field

from comity.kernel.inadmissible import Inadmissible
from comity.node.desk.duty import as_json, intake, routing, shifts, work
from comity.node.desk.duty.change import Done
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
from comity.surfaces.api.shapes import Id, Instant, Lines, Strict

router: Final = Router(tags=["duty desk"])

TEXT_CHARS_MAX: Final = 20_000


class Inbox(Lines):
    """What waits to be routed."""

    cross_border: bool = Field(default=False, description="only what is cross-border")


class Work(Lines):
    """What is open."""

    mine: bool = Field(default=False, description="only what the officer has himself")


class Route(Strict):
    """By rule if nothing is said."""

    to: str = Field("", max_length=63, description="another agency than the rule says")
    others: list[Id] = Field([], max_length=16, description="take part beside it")
    due_ms: Instant | None = Field(None, description="the domestic term")
    why: str = Field("", max_length=TEXT_CHARS_MAX, description="if no rule says so")


class Term(Strict):
    """Whose part is due when."""

    part: Id
    due_ms: Instant | None = Field(None, description="no term without")
    why: str = Field("", max_length=TEXT_CHARS_MAX)


class Assign(Strict):
    """Who gets an agency's part."""

    to: str = Field(min_length=1, max_length=63, description="an officer")
    part: str = Field("", max_length=63, description="the officer's own agency without")


class Why(Strict):
    """In words."""

    why: str = Field(min_length=1, max_length=TEXT_CHARS_MAX)


class Finish(Strict):
    """What came of it."""

    result: str = Field("", max_length=TEXT_CHARS_MAX)
    part: str = Field("", max_length=63)


class GiveShift(Strict):
    """Who is to take the desk, and what he must know."""

    to: str = Field(min_length=1, max_length=63, description="an officer")
    note: str = Field(min_length=1, max_length=TEXT_CHARS_MAX)


class TakeShift(Strict):
    """Why, if nobody handed it over."""

    why: str = Field("", max_length=TEXT_CHARS_MAX)


def done(result: Done | Inadmissible) -> HttpResponse:
    """Return what a step made of a file.

    Raises:
        Refused: a lawful no.
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
    summary="List what is open at the officer's agency, or with him",
)
def show_work(request: HttpRequest, page: Query[Work]) -> HttpResponse:
    """Return what is open."""
    listing = work.of_officer if page.mine else work.of_agency
    found = listing(node_of(request), officer_of(request), page.after, page.count)
    return paging.tagged(request, as_json.lines_json(found))


@router.get(
    "/desk/files/{subject}/route",
    auth=READ,
    response=showing(RouteExplained),
    operation_id="explain_route",
    summary="Say to which agency a rule gives it, and why not to others",
)
def explain_route(request: HttpRequest, subject: MatterId) -> HttpResponse:
    """Return each rule that was looked at."""
    found = routing.explain(node_of(request), officer_of(request), subject)
    return paging.tagged(request, as_json.explained_json(found))


@router.post(
    "/desk/files/{subject}/route",
    auth=DESK,
    response=doing(FileDone),
    operation_id="route_file",
    summary="Give it to the competent agency, by rule or by hand",
)
def route_file(
    request: HttpRequest, subject: MatterId, payload: Route, idempotency_key: str = KEY
) -> HttpResponse:
    """Route one file."""
    by_hand = routing.ByHand(payload.to, tuple(payload.others), payload.due_ms, payload.why)
    command = once(request, idempotency_key)
    who = node_of(request), officer_of(request)
    return done(routing.route(*who, subject, by_hand, command=command))


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


@router.post(
    "/desk/files/{subject}/term",
    auth=DESK,
    response=doing(FileDone),
    operation_id="set_term",
    summary="Set the domestic term of an agency's part",
)
def set_term(
    request: HttpRequest, subject: MatterId, payload: Term, idempotency_key: str = KEY
) -> HttpResponse:
    """Set a term."""
    who = node_of(request), officer_of(request)
    command = once(request, idempotency_key)
    part, due_ms, why = payload.part, payload.due_ms, payload.why
    return done(routing.set_term(*who, subject, part, due_ms, why, command=command))


@router.post(
    "/desk/files/{subject}/assign",
    auth=DESK,
    response=doing(FileDone),
    operation_id="assign_file",
    summary="Give an agency's part to one of its officers",
)
def assign_file(
    request: HttpRequest, subject: MatterId, payload: Assign, idempotency_key: str = KEY
) -> HttpResponse:
    """Assign a part."""
    who = node_of(request), officer_of(request)
    command = once(request, idempotency_key)
    return done(work.assign(*who, subject, payload.to, payload.part, command=command))


@router.post(
    "/desk/files/{subject}/take",
    auth=DESK,
    response=doing(FileDone),
    operation_id="take_file",
    summary="Take what was assigned to the officer",
)
def take_file(request: HttpRequest, subject: MatterId, idempotency_key: str = KEY) -> HttpResponse:
    """Take a part."""
    command = once(request, idempotency_key)
    return done(work.accept(node_of(request), officer_of(request), subject, command=command))


@router.post(
    "/desk/files/{subject}/return",
    auth=DESK,
    response=doing(FileDone),
    operation_id="return_file",
    summary="Give what was assigned to the officer back to his agency",
)
def return_file(
    request: HttpRequest, subject: MatterId, payload: Why, idempotency_key: str = KEY
) -> HttpResponse:
    """Give a part back."""
    command = once(request, idempotency_key)
    who = node_of(request), officer_of(request)
    return done(work.give_back(*who, subject, payload.why, command=command))


@router.post(
    "/desk/files/{subject}/decline",
    auth=DESK,
    response=doing(FileDone),
    operation_id="decline_file",
    summary="Say that it is not for this agency: it is routed again",
)
def decline_file(
    request: HttpRequest, subject: MatterId, payload: Why, idempotency_key: str = KEY
) -> HttpResponse:
    """Decline a part."""
    command = once(request, idempotency_key)
    who = node_of(request), officer_of(request)
    return done(work.decline(*who, subject, payload.why, command=command))


@router.post(
    "/desk/files/{subject}/finish",
    auth=DESK,
    response=doing(FileDone),
    operation_id="finish_file",
    summary="Say that an agency's part is done",
)
def finish_file(
    request: HttpRequest, subject: MatterId, payload: Finish, idempotency_key: str = KEY
) -> HttpResponse:
    """Finish a part."""
    who = node_of(request), officer_of(request)
    command = once(request, idempotency_key)
    return done(work.finish(*who, subject, payload.result, payload.part, command=command))


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
