"""What is due, by when, and why.

Floor: surfaces.
"""

from typing import Final, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import Field

from comity.kernel.ijson import Json
from comity.node.base.cursor import CURSOR_CHARS_MAX
from comity.node.desk import dates, due_list
from comity.node.desk.due_list import COUNT_MAX, Wanted
from comity.node.room import clock_json, exercise_mark
from comity.surfaces.api import paging
from comity.surfaces.api.caller import node_of, officer_of
from comity.surfaces.api.calls import BYTES, OCTETS, READ, MatterId, saved, showing
from comity.surfaces.api.clock_shapes import ClockPage, ClocksExplained
from comity.surfaces.api.requests import router as requests
from comity.surfaces.api.shapes import Code, Instant, Queried

router: Final = Router(tags=["clocks"])


class ClockFilters(Queried):
    """Which clocks."""

    until_ms: Instant | None = Field(None, description="due before this instant")
    overdue: bool = Field(default=False, description="only what is due already")
    ours: bool = Field(default=False, description="only duties of this State")
    after: str = Field("", max_length=CURSOR_CHARS_MAX, description="the `next` of a page")
    count: int = Field(50, ge=1, le=COUNT_MAX)


class At(Queried):
    """Which clock, at which instant."""

    clock: Code = ""
    at_ms: Instant | None = Field(None, description="now without")


@router.get(
    "/clocks",
    auth=READ,
    response=showing(ClockPage),
    operation_id="list_clocks",
    summary="List the open clocks of requests by the time at which they are due",
)
def list_clocks(request: HttpRequest, filters: Query[ClockFilters]) -> HttpResponse:
    """Return some clocks and where the next page begins."""
    node = node_of(request)
    party = node.party if filters.ours else ""
    wanted = Wanted(filters.until_ms, filters.overdue, party, filters.after, filters.count)
    page = due_list.listing(node, officer_of(request), wanted)
    lines: list[Json] = [
        {
            "matter": line.found.row.matter.id,
            "channel": line.found.row.channel,
            **clock_json.timed_json(line.found, line.timed),
        }
        for line in page.lines
    ]
    return paging.tagged(request, {"clocks": lines, "now_ms": page.now_ms, "next": page.after})


class Feed(Queried):
    """What a calendar program is given."""

    ours: bool = Field(default=False, description="only duties of this State")
    lang: Literal["en", "zh"] = "en"


@router.get(
    "/clocks.ics",
    auth=READ,
    response=BYTES,
    operation_id="fetch_calendar",
    summary="Fetch what is due as an iCalendar file",
)
def fetch_calendar(request: HttpRequest, how: Query[Feed]) -> HttpResponse:
    """Return the file, codes and ids alone."""
    from comity.node.desk import ics  # noqa: PLC0415 -- the library, for this call alone

    node = node_of(request)
    officer = officer_of(request)
    page = due_list.listing(node, officer, Wanted(party=node.party if how.ours else ""))
    held = dates.listing(node, officer)
    data = ics.render(page.lines, node.party, page.now_ms, how.lang, dates=held)
    data = exercise_mark.of(officer, ics.MEDIA_TYPE, data)
    answer = HttpResponse(data, content_type=OCTETS)
    saved(answer, "due.ics")
    return answer


@requests.get(
    "/requests/{matter}/clocks",
    auth=READ,
    response=showing(ClocksExplained),
    operation_id="explain_clocks",
    summary="Say why the clocks of a request say what they say, at an instant",
)
def explain_clocks(request: HttpRequest, matter: MatterId, at: Query[At]) -> HttpResponse:
    """Return every rule, day that is left out, pause and extension with its source."""
    found = due_list.why(node_of(request), officer_of(request), matter, at.clock, at.at_ms)
    return paging.tagged(request, clock_json.reckoned_json(found.found))
