"""Money of a period, by currency and month.

    GET /money-figures?since_ms=…&until_ms=…

Floor: surfaces.
"""

from typing import Final

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from comity.clocks.clock import AT_MS_MAX
from comity.figures.figures import Period
from comity.rooms.request import money_figures
from comity.surfaces.api import paging
from comity.surfaces.api.caller import node_of, officer_of
from comity.surfaces.api.calls import READ, showing
from comity.surfaces.api.shapes import Queried

router: Final = Router(tags=["requests"])


class MoneyPeriod(Queried):
    """Whose requests are counted, by when they were received."""

    since_ms: int = Field(0, ge=0, le=AT_MS_MAX, description="milliseconds since 1970 UTC")
    until_ms: int = Field(AT_MS_MAX, ge=0, le=AT_MS_MAX, description="the first instant after it")


class MoneySum(Schema):
    """In whole minor units of the currency."""

    asked: int
    held: int = Field(description="without what was released")
    moved: int
    returning: int
    arrived: int


class MoneyTimed(Schema):
    """How long a leg took."""

    count: int
    minutes: int = Field(description="half of them took as long, or less")


class MoneyLine(Schema):
    """One month and currency."""

    month: str = Field(description="of UTC, `2026-11`")
    currency: str
    requests: int
    legs: int = Field(description="requests that follow them")
    left_out: int = Field(description="sums that cannot be so")
    sums: MoneySum
    minutes: dict[str, MoneyTimed | None] = Field(
        description="asked: from the transfer; with-bank: from the request; held: from the bank"
    )


class MoneyFigures(Schema):
    """Sums of what the officer may read, by month and currency."""

    lines: list[MoneyLine]


@router.get(
    "/money-figures",
    auth=READ,
    response=showing(MoneyFigures),
    operation_id="show_money_figures",
    summary="Show sums of stopped payments, by currency and month",
)
def show_money_figures(request: HttpRequest, filters: Query[MoneyPeriod]) -> HttpResponse:
    """Return the lines of a period."""
    period = Period(filters.since_ms, filters.until_ms)
    found = money_figures.figures(node_of(request), officer_of(request), period)
    return paging.tagged(request, {"lines": money_figures.to_json(found)})
