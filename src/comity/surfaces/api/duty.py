"""Who is planned for duty, now and ahead.  Nothing of this crosses.

    GET /duty/now
    GET /duty/plan?days=30

Floor: surfaces.
"""

from typing import Final

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from comity.domestic.duty.plan import DAY_MS, Part
from comity.node.desk.duty import planning
from comity.surfaces.api import paging
from comity.surfaces.api.caller import node_of
from comity.surfaces.api.calls import READ, showing

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
