"""Figures of a review: shown, gone into, taken away, agreed on.

    GET  /figures?from_ms=…&to_ms=…                 every cell, with cut, instant and digest
    GET  /figures/behind?cell=all/volume/asked      the requests behind a cell
    GET  /figures/annex                             what this node alone knows; it never crosses
    GET  /figures.csv, /figures.zip                 with definitions; with what proves them
    GET  /figures/snapshots                         what was named, and who has found the same
    GET  /figures/snapshots/{snapshot}              one beside what is computed here
    POST /reviews/snapshot                          compute, and name it to the other side
    POST /reviews/{snapshot}/concur                 compute, and answer

Floor: surfaces.
"""

from typing import Annotated, Final

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import Field

from comity.figures.drill_down import lasted
from comity.figures.figures import Period
from comity.kernel.fault import Fault
from comity.node.review import take
from comity.node.review.take import Wanted
from comity.node.room import exercise_mark
from comity.rooms.review import agree, annex, as_json, changes, figure_notes, figure_print, pack
from comity.surfaces.api import paging, send
from comity.surfaces.api.caller import node_of, officer_of, ports_of
from comity.surfaces.api.calls import (
    AUDIT,
    BYTES,
    DRAFT,
    KEY,
    OCTETS,
    READ,
    SENT,
    MatterId,
    or_refuse,
    saved,
    showing,
)
from comity.surfaces.api.figure_shapes import (
    AnnexShown,
    FigureRequests,
    FiguresShown,
    ReviewCompared,
    ReviewSince,
    SnapshotList,
)
from comity.surfaces.api.shapes import Instant, Queried
from comity.surfaces.api.translations import Spoken, words

router: Final = Router(tags=["reviews"])

type Size = Annotated[str, Field(pattern=r"^[^=]{1,255}=[0-9]{1,15}$")]
Path = Annotated[str, Field(max_length=255)]


type AnyCell = Annotated[str, Field(pattern=r"^[A-Za-z0-9._:+=@~/-]{1,255}$")]
"""That of a group that is not known too, `agency/~/volume/asked`, of which nothing is said."""


class ReviewPeriod(Queried):
    """Which period of which channel."""

    channel: Path = Field("", description="its path, where this node has several arrangements")
    from_ms: Instant | None = Field(None, description="the half-year of now without")
    to_ms: Instant | None = Field(None, description="the first instant after it")
    before_from_ms: Instant | None = Field(
        None, description="of the period before; without: as many months, or as long"
    )


class FiguresWanted(ReviewPeriod):
    """Which figures."""

    now_ms: Instant | None = Field(None, description="the instant; now without")
    cut: list[Size] = Field(
        [], max_length=64, description="LOG=SIZE for each log; the newest common cut without"
    )
    snapshot: Annotated[str, Field(pattern=r"^[a-z0-9]{0,26}$")] = Field(
        "", description="the period, instant and cut of this snapshot instead"
    )


class FigureBehind(FiguresWanted):
    """Which cell."""

    cell: AnyCell
    least_ms: Instant | None = Field(
        None, description="of a time: those alone that lasted, or have waited, so long or longer"
    )
    below_ms: Instant | None = Field(None, description="the same: shorter than that")


class FiguresPack(FiguresWanted):
    """What is disclosed."""

    disclose: list[Annotated[str, Field(pattern=r"^(all|[a-z0-9]{4,26})$")]] = Field(
        [], max_length=1_000, description="requests whose acts are in it; `all` for every one"
    )


class SnapshotOf(ReviewPeriod, Spoken):
    """Which figures are named."""


@router.get(
    "/figures",
    auth=READ,
    response=showing(FiguresShown),
    operation_id="show_figures",
    summary="Show the figures of a period, at a cut and an instant",
)
def show_figures(request: HttpRequest, of: Query[FiguresWanted]) -> HttpResponse:
    """Return every cell of every group."""
    node, officer = node_of(request), officer_of(request)
    found = or_refuse(take.take(node, officer, _wanted(request, of)))
    return paging.tagged(request, as_json.as_json(found, figure_notes.beside(node, officer, found)))


@router.get(
    "/figures.csv",
    auth=READ,
    response=BYTES,
    operation_id="fetch_figures",
    summary="Fetch the figures as CSV, each with its definition",
)
def fetch_figures(request: HttpRequest, of: Query[FiguresWanted]) -> HttpResponse:
    """Return the file."""
    node, officer = node_of(request), officer_of(request)
    found = or_refuse(take.take(node, officer, _wanted(request, of)))
    sheet = as_json.csv(found, figure_notes.beside(node, officer, found)).encode()
    answer = HttpResponse(exercise_mark.of(officer, "text/csv", sheet), content_type=OCTETS)
    saved(answer, "figures.csv")
    return answer


@router.get(
    "/figures.pdf",
    auth=READ,
    response=BYTES,
    operation_id="print_figures",
    summary="Print the figures in both languages, a PDF",
)
def print_figures(request: HttpRequest, of: Query[FiguresWanted]) -> HttpResponse:
    """Return the PDF; the digest of its data stands in `Comity-Digest`."""
    node, officer = node_of(request), officer_of(request)
    found = or_refuse(take.take(node, officer, _wanted(request, of)))
    paper = figure_print.printed(node, found, figure_notes.beside(node, officer, found))
    pdf = ports_of(request).letter(paper.data, paper.at_ms)
    answer = HttpResponse(pdf, content_type=OCTETS)
    saved(answer, "figures.pdf")
    answer["Comity-Digest"] = paper.digest
    return answer


@router.get(
    "/figures/behind",
    auth=READ,
    response=showing(FigureRequests),
    operation_id="list_figure_requests",
    summary="List the requests behind a figure that may be read",
)
def list_figure_requests(request: HttpRequest, of: Query[FigureBehind]) -> HttpResponse:
    """Return how many there are, and those that the officer may read."""
    wanted = _wanted(request, of)
    bar = lasted(of.least_ms, of.below_ms)
    found = or_refuse(take.behind(node_of(request), officer_of(request), wanted, of.cell, bar))
    return paging.tagged(request, as_json.behind_json(of.cell, found))


@router.get(
    "/figures/annex",
    auth=READ,
    response=showing(AnnexShown),
    operation_id="show_annex",
    summary="Show what this node alone knows beside figures; it never crosses",
)
def show_annex(request: HttpRequest, of: Query[FiguresWanted]) -> HttpResponse:
    """Return the time in domestic steps, and the way of own acts."""
    wanted = _wanted(request, of)
    found = or_refuse(annex.annex(node_of(request), officer_of(request), wanted))
    return paging.tagged(request, annex.as_json(found))


@router.get(
    "/figures.zip",
    auth=AUDIT,
    response=BYTES,
    operation_id="export_figures",
    summary="Export figures, rows and what proves them as one file",
)
def export_figures(request: HttpRequest, of: Query[FiguresPack]) -> HttpResponse:
    """Return the pack, which `comity review verify` checks offline."""
    wanted = _wanted(request, of)
    made = or_refuse(pack.make(node_of(request), officer_of(request), wanted, of.disclose))
    answer = HttpResponse(made.data, content_type=OCTETS)
    saved(answer, "review.zip")
    return answer


@router.get(
    "/figures/snapshots",
    auth=READ,
    response=showing(SnapshotList),
    operation_id="list_snapshots",
    summary="List the snapshots of figures, and who has found the same",
)
def list_snapshots(request: HttpRequest) -> HttpResponse:
    """Return every snapshot that the officer may read."""
    found = or_refuse(agree.listing(node_of(request), officer_of(request)))
    return paging.tagged(request, agree.listed_json(found))


@router.get(
    "/figures/snapshots/{snapshot}",
    auth=READ,
    response=showing(ReviewCompared),
    operation_id="compare_review",
    summary="Show a snapshot beside what this node computes at its cut and instant",
)
def compare_review(request: HttpRequest, snapshot: MatterId) -> HttpResponse:
    """Return the snapshot, and what differs."""
    found = or_refuse(agree.compared(node_of(request), officer_of(request), snapshot))
    shown = agree.snapshot_json(agree.Snapshot(found.row, found.state, found.waits))
    return paging.tagged(request, {"snapshot": shown, "compared": agree.compared_json(found)})


@router.get(
    "/figures/snapshots/{snapshot}/since",
    auth=READ,
    response=showing(ReviewSince),
    operation_id="show_since_review",
    summary="Show a snapshot beside the same period now, and what made the difference",
)
def show_since_review(request: HttpRequest, snapshot: MatterId) -> HttpResponse:
    """Return the cells that moved since; what was agreed stands."""
    found = or_refuse(changes.since(node_of(request), officer_of(request), snapshot))
    return paging.tagged(request, changes.since_json(found))


@router.post(
    "/reviews/snapshot",
    auth=DRAFT,
    response=SENT,
    operation_id="snapshot_review",
    summary="Compute figures now, and name them to the other side",
)
def snapshot_review(
    request: HttpRequest, payload: SnapshotOf, idempotency_key: str = KEY
) -> HttpResponse:
    """Name a snapshot at the newest common cut."""
    node, officer = node_of(request), officer_of(request)
    said = words(officer, payload, idempotency_key)
    wanted = _of_period(node.clock.now_ms(), payload)
    return send.told(request, agree.snapshot(node, officer, wanted, said))


@router.post(
    "/reviews/{snapshot}/concur",
    auth=DRAFT,
    response=SENT,
    operation_id="concur_review",
    summary="Compute a snapshot here, and answer whether the figures are the same",
)
def concur_review(
    request: HttpRequest, snapshot: MatterId, payload: Spoken, idempotency_key: str = KEY
) -> HttpResponse:
    """Concur, or say what differs: it follows from what is computed."""
    who = node_of(request), officer_of(request)
    said = words(who[1], payload, idempotency_key)
    return send.told(request, agree.answer(*who, snapshot, said))


def _wanted(request: HttpRequest, of: FiguresWanted) -> Wanted:
    node = node_of(request)
    if of.snapshot:
        return agree.wanted(node, officer_of(request), of.snapshot)
    now_ms = node.clock.now_ms() if of.now_ms is None else of.now_ms
    sizes = (one.rpartition("=") for one in of.cut)
    cut = {origin: int(size) for origin, _, size in sizes} or None
    one = _of_period(now_ms, of)
    return Wanted(one.channel, one.period, one.before, now_ms, cut)


def _of_period(now_ms: int, of: ReviewPeriod) -> Wanted:
    if (of.from_ms is None) != (of.to_ms is None):
        raise Fault(
            code="surfaces.review.half",
            what="A period has from_ms and to_ms, and only one of them was given.",
            fix="Give both, or neither for this half-year.",
        )
    period = take.period_of(now_ms)
    if of.from_ms is not None and of.to_ms is not None:
        period = Period(of.from_ms, of.to_ms)
    before = period.preceding()
    if of.before_from_ms is not None:
        before = Period(of.before_from_ms, period.from_ms)
    return Wanted(of.channel, period, before, now_ms)
