"""Cases: requests of one investigation, their priority, the joint status report.

    GET  /cases?priority=true
    POST /cases/open              {"own_reference": "FR-2026-17", "requests": ["3f1c"]}
    POST /cases/{case}/report     {"dialogue": "2027-03", "next": {"fr": "answer"}, "texts": {…}}

What is said of a case is in `joint/case/verbs.py`; here it is listed and shown.

Floor: surfaces.
"""

from functools import partial
from typing import Final

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import Field

from comity.joint.case import verbs
from comity.node.room import say
from comity.rooms.case import as_json, read
from comity.surfaces.api import paging, verb_call
from comity.surfaces.api.caller import node_of, officer_of
from comity.surfaces.api.calls import READ, MatterId, showing
from comity.surfaces.api.case_shapes import CaseShown
from comity.surfaces.api.shapes import CasePage, Lines

router: Final = Router(tags=["cases"])
verb_call.add(router, verbs.TABLE, partial(say.say, verbs.TABLE))


class CaseFilter(Lines):
    """Which cases."""

    priority: bool = Field(default=False, description="only those of priority")


@router.get(
    "/cases",
    auth=READ,
    response=showing(CasePage),
    operation_id="list_cases",
    summary="List the cases, what waits for this State first",
)
def list_cases(request: HttpRequest, filters: Query[CaseFilter]) -> HttpResponse:
    """Return some cases that the officer may read, and where the next page begins."""
    node = node_of(request)
    found, following = read.page(
        node, officer_of(request), filters.after, filters.count, only_priority=filters.priority
    )
    return paging.tagged(request, {**as_json.list_json(found, node.party), "next": following})


@router.get(
    "/cases/{case}",
    auth=READ,
    response=showing(CaseShown),
    operation_id="show_case",
    summary="Show one case: its requests, priority and reports",
)
def show_case(request: HttpRequest, case: MatterId) -> HttpResponse:
    """Return one case."""
    node = node_of(request)
    found = read.show(node, officer_of(request), case)
    return paging.tagged(request, as_json.shown_json(found, node.party))
