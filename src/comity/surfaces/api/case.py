"""Cases: requests of one investigation, their priority, the joint status report.

    GET  /cases?priority=true
    POST /cases                             {"own_reference": "FR-2026-17", "requests": ["3f1c"]}
    POST /cases/{case}/report               {"dialogue": "2027-03", "steps": [{…}], "texts": {…}}

Floor: surfaces.
"""

from typing import Annotated, Final

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import Field

from comity.joint.case import acts
from comity.joint.case.acts import Step
from comity.node.desk.case import as_json, read, say
from comity.surfaces.api import paging, send
from comity.surfaces.api.caller import node_of, officer_of
from comity.surfaces.api.calls import DRAFT, KEY, READ, SENT, MatterId, showing
from comity.surfaces.api.case_shapes import CaseShown
from comity.surfaces.api.shapes import CasePage, Code, Id, Instant, Lines, Prefix, Strict
from comity.surfaces.api.translations import Spoken, words

router: Final = Router(tags=["cases"])

type Reference = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._:/+=@-]{0,254}$")]
type Named = Annotated[str, Field(min_length=4, max_length=255)]
"""A request, by the beginning of an id or a file number."""


class CaseFilter(Lines):
    """Which cases."""

    priority: bool = Field(default=False, description="only those of priority")


class OpenCase(Spoken):
    """What a case is opened with."""

    own_reference: Reference
    crime_type: Code = ""
    requests: list[Named] = Field([], max_length=256)
    channel: str = Field("", max_length=255)


class GroupRequests(Spoken):
    """Requests that are put in, or taken out."""

    requests: list[Named] = Field(min_length=1, max_length=256)


class GiveReference(Spoken):
    """The file number of this State."""

    own_reference: Reference


class ProposePriority(Spoken):
    """Which level, and why."""

    level: Code = acts.PRIORITY
    reason: Code


class AboutCase(Spoken):
    """Which proposal or report is meant."""

    about: Prefix = Field("", description="the act that is answered, if not the newest")


class ReasonCase(Spoken):
    """Why."""

    reason: Code


class ReasonAboutCase(AboutCase):
    """Why, and of what."""

    reason: Code


class NextStep(Strict):
    """What a party does next."""

    party: Id
    next: Code
    owner: Annotated[str, Field(pattern=r"^([a-z0-9][a-z0-9.-]{0,62})?$")] = ""
    due_ms: Instant | None = None


class ReportCase(Spoken):
    """A joint status report."""

    dialogue: Id
    steps: list[NextStep] = Field(min_length=1, max_length=16)
    requests: list[Named] = Field([], max_length=256, description="of which it speaks; none: all")


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


@router.post(
    "/cases",
    auth=DRAFT,
    response=SENT,
    operation_id="open_case",
    summary="Open a case, with requests in it or none yet",
)
def open_case(request: HttpRequest, payload: OpenCase, idempotency_key: str = KEY) -> HttpResponse:
    """Open a case."""
    node, officer = node_of(request), officer_of(request)
    opening = say.Opening(
        payload.own_reference, payload.crime_type, tuple(payload.requests), payload.channel
    )
    said = words(officer, payload, idempotency_key)
    return send.told(request, say.open_case(node, officer, opening, said))


@router.post(
    "/cases/{case}/group",
    auth=DRAFT,
    response=SENT,
    operation_id="group_case",
    summary="Put requests in a case",
)
def group_case(
    request: HttpRequest, case: MatterId, payload: GroupRequests, idempotency_key: str = KEY
) -> HttpResponse:
    """Group requests."""
    who = node_of(request), officer_of(request), case
    said = words(who[1], payload, idempotency_key)
    return send.told(request, say.group(who, payload.requests, said))


@router.post(
    "/cases/{case}/ungroup",
    auth=DRAFT,
    response=SENT,
    operation_id="ungroup_case",
    summary="Take requests out of a case",
)
def ungroup_case(
    request: HttpRequest, case: MatterId, payload: GroupRequests, idempotency_key: str = KEY
) -> HttpResponse:
    """Take requests out."""
    who = node_of(request), officer_of(request), case
    said = words(who[1], payload, idempotency_key)
    return send.told(request, say.group(who, payload.requests, said, is_out=True))


@router.post(
    "/cases/{case}/reference",
    auth=DRAFT,
    response=SENT,
    operation_id="reference_case",
    summary="Give the file number that this State has of a case",
)
def reference_case(
    request: HttpRequest, case: MatterId, payload: GiveReference, idempotency_key: str = KEY
) -> HttpResponse:
    """Give a file number."""
    who = node_of(request), officer_of(request), case
    said = words(who[1], payload, idempotency_key)
    return send.told(request, say.refer(who, payload.own_reference, said))


@router.post(
    "/cases/{case}/priority/propose",
    auth=DRAFT,
    response=SENT,
    operation_id="propose_priority",
    summary="Propose a level of priority for a case",
)
def propose_priority(
    request: HttpRequest, case: MatterId, payload: ProposePriority, idempotency_key: str = KEY
) -> HttpResponse:
    """Propose a level."""
    who = node_of(request), officer_of(request), case
    said = words(who[1], payload, idempotency_key)
    result = say.propose_priority(who, payload.level, payload.reason, said)
    return send.told(request, result)


@router.post(
    "/cases/{case}/priority/agree",
    auth=DRAFT,
    response=SENT,
    operation_id="agree_priority",
    summary="Agree to a level that the other side proposed",
)
def agree_priority(
    request: HttpRequest, case: MatterId, payload: AboutCase, idempotency_key: str = KEY
) -> HttpResponse:
    """Agree to a level."""
    who = node_of(request), officer_of(request), case
    said = words(who[1], payload, idempotency_key)
    return send.told(request, say.agree_priority(who, said, payload.about))


@router.post(
    "/cases/{case}/priority/decline",
    auth=DRAFT,
    response=SENT,
    operation_id="decline_priority",
    summary="Decline a level that the other side proposed",
)
def decline_priority(
    request: HttpRequest, case: MatterId, payload: ReasonAboutCase, idempotency_key: str = KEY
) -> HttpResponse:
    """Decline a level."""
    who = node_of(request), officer_of(request), case
    said = words(who[1], payload, idempotency_key)
    return send.told(request, say.decline_priority(who, payload.reason, said, payload.about))


@router.post(
    "/cases/{case}/report",
    auth=DRAFT,
    response=SENT,
    operation_id="report_case",
    summary="Propose the joint status report of a case",
)
def report_case(
    request: HttpRequest, case: MatterId, payload: ReportCase, idempotency_key: str = KEY
) -> HttpResponse:
    """Propose a report."""
    who = node_of(request), officer_of(request), case
    steps = tuple(Step(one.party, one.next, one.owner, one.due_ms) for one in payload.steps)
    reporting = say.Reporting(payload.dialogue, steps, tuple(payload.requests))
    said = words(who[1], payload, idempotency_key)
    return send.told(request, say.report(who, reporting, said))


@router.post(
    "/cases/{case}/report/agree",
    auth=DRAFT,
    response=SENT,
    operation_id="agree_report",
    summary="Agree to the status report of the other side",
)
def agree_report(
    request: HttpRequest, case: MatterId, payload: AboutCase, idempotency_key: str = KEY
) -> HttpResponse:
    """Agree to a report."""
    who = node_of(request), officer_of(request), case
    said = words(who[1], payload, idempotency_key)
    return send.told(request, say.agree_report(who, said, payload.about))


@router.post(
    "/cases/{case}/report/dispute",
    auth=DRAFT,
    response=SENT,
    operation_id="dispute_report",
    summary="Dispute the status report of the other side",
)
def dispute_report(
    request: HttpRequest, case: MatterId, payload: ReasonAboutCase, idempotency_key: str = KEY
) -> HttpResponse:
    """Dispute a report."""
    who = node_of(request), officer_of(request), case
    said = words(who[1], payload, idempotency_key)
    return send.told(request, say.dispute_report(who, payload.reason, said, payload.about))


@router.post(
    "/cases/{case}/close",
    auth=DRAFT,
    response=SENT,
    operation_id="close_case",
    summary="Close a case",
)
def close_case(
    request: HttpRequest, case: MatterId, payload: ReasonCase, idempotency_key: str = KEY
) -> HttpResponse:
    """Close a case."""
    who = node_of(request), officer_of(request), case
    said = words(who[1], payload, idempotency_key)
    return send.told(request, say.close(who, payload.reason, said))


@router.post(
    "/cases/{case}/reopen",
    auth=DRAFT,
    response=SENT,
    operation_id="reopen_case",
    summary="Take a case up again",
)
def reopen_case(
    request: HttpRequest, case: MatterId, payload: ReasonCase, idempotency_key: str = KEY
) -> HttpResponse:
    """Reopen a case."""
    who = node_of(request), officer_of(request), case
    said = words(who[1], payload, idempotency_key)
    return send.told(request, say.reopen(who, payload.reason, said))
