"""The rhythm of the dialogue, and what is owed: beside what follows from the verbs of the rooms.

    GET /cadence?series=ministers
    GET /commitment-report
    GET /pack

Floor: surfaces.
"""

from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from comity.clocks.clock import AT_MS_MAX
from comity.node.desk import pack
from comity.rooms.commitment import desk as commitments
from comity.rooms.dialogue import clocks
from comity.surfaces.api import paging
from comity.surfaces.api.caller import node_of, officer_of
from comity.surfaces.api.calls import READ, showing
from comity.surfaces.api.shapes import Queried, Words

router: Final = Router(tags=["dialogues"])


class OfSeries(Queried):
    """Of which series."""

    series: str = Field("", max_length=63)


class MovedDate(Schema):
    """What moved a session."""

    to_ms: int | None = Field(description="null where it was postponed")
    party: str
    reason: str


class CadenceLine(Schema):
    """One session."""

    id: str
    series: str
    label: str
    status: str
    format: str
    into: str
    planned_ms: int | None
    first_ms: int | None
    agreed_ms: int | None
    held_ms: int | None
    slip_days: int | None
    reported_to: str
    moved: list[MovedDate]


class Cadence(Schema):
    """Sessions by series and date."""

    sessions: list[CadenceLine]


class CommitmentLine(Schema):
    """One commitment."""

    id: str
    status: str
    source: str
    ref: str
    owners: dict[str, str]
    first_due_ms: int | None
    due_ms: int | None
    claims: dict[str, str]
    overdue: bool
    ours: bool
    contested: bool
    check: str
    proof: str = Field(description="kind and id of the matter that proves it, or empty")
    proved_at_ms: int | None


class CommitmentReport(Schema):
    """Every commitment, late ones first."""

    commitments: list[CommitmentLine]


class PackMatter(Schema):
    """One matter of a section."""

    id: str
    status: str
    by: str
    facts: dict[str, Any]
    moved: bool = Field(description="whether something was said of it since")
    settled: bool = Field(description="nobody has to do with it any more, and nothing moved")


class PackSection(Schema):
    """A section of the pack."""

    kind: str
    words: Words
    digest: str
    readable: bool = Field(description="whether the officer may read all of it")
    matters: list[PackMatter]


class PackShown(Schema):
    """What principals have before them; at the same cut both nodes have the same digests."""

    format: str
    channel: str
    cut: dict[str, int]
    digest: str = Field(description="over the digests of all sections")
    sections: list[PackSection]


class PackWanted(Queried):
    """Of which arrangement."""

    channel: str = Field("", max_length=255)
    since_ms: int = Field(0, ge=0, le=AT_MS_MAX, description="what moved since is marked")


@router.get(
    "/pack",
    auth=READ,
    response=showing(PackShown),
    operation_id="show_pack",
    summary="Show what principals have before them, section by section",
)
def show_pack(request: HttpRequest, of: Query[PackWanted]) -> HttpResponse:
    """Return each section with its digest, and one over all."""
    found = pack.pack(node_of(request), officer_of(request), of.channel, of.since_ms)
    return paging.tagged(request, found.as_json())


@router.get(
    "/cadence",
    auth=READ,
    response=showing(Cadence),
    operation_id="show_cadence",
    summary="Show when sessions were planned, agreed and held",
)
def show_cadence(request: HttpRequest, filters: Query[OfSeries]) -> HttpResponse:
    """Return a line for each session."""
    found = clocks.lines(node_of(request), officer_of(request), filters.series)
    return paging.tagged(request, {"sessions": [one.as_json() for one in found]})


@router.get(
    "/commitment-report",
    auth=READ,
    response=showing(CommitmentReport),
    operation_id="show_commitment_report",
    summary="Show every commitment: dates, claims, what the logs prove",
)
def show_commitment_report(request: HttpRequest) -> HttpResponse:
    """Return a line for each commitment."""
    found = commitments.listing(node_of(request), officer_of(request))
    return paging.tagged(request, {"commitments": [one.as_json() for one in found]})
