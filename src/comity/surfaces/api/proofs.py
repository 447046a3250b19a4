"""What convinces somebody without a node: proofs, policies, the local log, letters.

    GET /acts/{act}/proof?disclose=true          a C2SP tlog-proof
    GET /acts/{act}/non-receipt?party=sn         that it was stored and not received
    GET /requests/{matter}/non-answer?party=sn   that it was not answered
    GET /policies?log=…                          whose keys are trusted

Floor: surfaces.
"""

from typing import Final

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from ninja import Query, Router
from pydantic import Field

from comity.domestic.locallog.entry import Part
from comity.kernel import ijson
from comity.kernel.fault import Fault, quoted
from comity.kernel.ijson import Json
from comity.node.room import (
    local_log_export,
    nonanswer_proof,
    nonreceipt_proof,
    proof,
    trust_policy,
)
from comity.rooms.request import letter
from comity.surfaces.api import paging
from comity.surfaces.api.caller import node_of, officer_of, ports_of
from comity.surfaces.api.calls import (
    AUDIT,
    BYTES,
    OCTETS,
    READ,
    MatterId,
    or_refuse,
    saved,
    showing,
)
from comity.surfaces.api.shapes import Instant, Queried
from comity.surfaces.api.state_shapes import LetterShown, PolicyList

router: Final = Router(tags=["proofs"])

FACTS_MAX: Final = 256
CODE_CHARS_MAX: Final = 100


class Disclosed(Queried):
    """What goes with a proof."""

    disclose: bool = Field(
        default=False, description="the key of the entry and its bodies: who has it reads the act"
    )
    of: str = Field(
        "", max_length=63, description="its author, where another State has used its id too"
    )


class Storing(Queried):
    """Who stored it."""

    party: str = Field("", max_length=63, description="of several mirrors")


class Silence(Queried):
    """Whose silence, until when."""

    party: str = Field("", max_length=63, description="of several addressees")
    until_ms: Instant | None = Field(
        None, description="by the first head signed then or later; the newest without"
    )
    disclose_range: bool = Field(
        default=False, description="let acts on other matters that stand between be disclosed"
    )


class Conviction(Queried):
    """Which log."""

    log: str = Field(min_length=1, max_length=255, description="its full name")


class Policies(Queried):
    """Of which log, at which size."""

    log: str = Field("", max_length=255, description="all of them without")
    size: int | None = Field(None, ge=0, le=(1 << 53) - 1)


class Facts(Queried):
    """What is disclosed of the local log."""

    facts: list[str] = Field([], max_length=FACTS_MAX, description="INDEX, NAME, INDEX:NAME or all")
    step: str = Field("", max_length=CODE_CHARS_MAX, description="a code of steps, or a group")
    from_ms: Instant | None = Field(None, description="steps from this instant on")
    until_ms: Instant | None = Field(None, description="steps before this instant")


class Letter(Queried):
    """Which act."""

    act: str = Field("", pattern=r"^([a-z2-7]{1,26})?$", description="the request itself without")
    of: str = Field(
        "", max_length=63, description="its author, where another State has used its id too"
    )


@router.get(
    "/acts/{act}/proof",
    auth=READ,
    response=BYTES,
    operation_id="prove_act",
    summary="Prove offline that an act was said and stored",
)
def prove_act(request: HttpRequest, act: MatterId, how: Query[Disclosed]) -> HttpResponse:
    """Return a tlog-proof."""
    officer = officer_of(request)
    made = proof.make(node_of(request), act, officer, disclose=how.disclose, party=how.of)
    return _file(made.proof, f"{act}.tlog-proof")


@router.get(
    "/acts/{act}/non-receipt",
    auth=READ,
    response=BYTES,
    operation_id="prove_non_receipt",
    summary="Prove offline that an act of this State was stored and not received",
)
def prove_non_receipt(request: HttpRequest, act: MatterId, how: Query[Storing]) -> HttpResponse:
    """Return a proof of non-receipt."""
    made = nonreceipt_proof.make(node_of(request), officer_of(request), act, how.party)
    return _file(made.data, f"{act}.non-receipt")


@router.get(
    "/requests/{matter}/non-answer",
    auth=READ,
    response=BYTES,
    operation_id="prove_silence",
    summary="Prove offline that a request of this State was not answered",
)
def prove_silence(request: HttpRequest, matter: MatterId, how: Query[Silence]) -> HttpResponse:
    """Return a proof of non-answer."""
    wanted = nonanswer_proof.Wanted(
        what=matter,
        party=how.party,
        until_ms=how.until_ms,
        is_range_disclosed=how.disclose_range,
    )
    made = nonanswer_proof.make(node_of(request), officer_of(request), wanted)
    return _file(made.data, f"{made.act_id}.non-answer")


@router.get(
    "/conviction",
    auth=READ,
    response=BYTES,
    operation_id="fetch_conviction",
    summary="Fetch the evidence that a log signed two histories",
)
def fetch_conviction(request: HttpRequest, which: Query[Conviction]) -> HttpResponse:
    """Return the evidence."""
    return _file(proof.conviction(node_of(request), which.log), "conviction.json")


@router.get(
    "/policies",
    auth=READ,
    response=showing(PolicyList),
    operation_id="list_policies",
    summary="Show what an outsider needs to verify a proof of this node or its peers",
)
def list_policies(request: HttpRequest, which: Query[Policies]) -> HttpResponse:
    """Return the C2SP tlog-policy of each log."""
    found = trust_policy.policies(node_of(request), which.log, which.size)
    if which.log and not found:
        raise Fault(
            code="surfaces.policy.log",
            what=f"This node has no log {quoted(which.log)} with peers.",
            fix="Name one as `comity status` shows it.",
        )
    rows: list[Json] = [{"log": one.origin, "policy": one.text()} for one in found]
    return paging.tagged(request, {"policies": rows})


@router.get(
    "/local-log",
    auth=AUDIT,
    response=BYTES,
    operation_id="export_log",
    summary="Export the local log, or a part of it, with its proofs; an auditor may disclose facts",
)
def export_log(request: HttpRequest, which: Query[Facts]) -> HttpResponse | StreamingHttpResponse:
    """Return the lines that `comity verify` checks offline."""
    part = Part(which.step, which.from_ms, which.until_ms)
    made = or_refuse(
        local_log_export.make(node_of(request), officer_of(request), which.facts, part)
    )
    answer = StreamingHttpResponse(made.lines, content_type=OCTETS)
    return saved(answer, "local.log")


@router.get(
    "/requests/{matter}/letter",
    auth=READ,
    response=BYTES,
    operation_id="print_letter",
    summary="Print an act as a formal letter in both languages, a PDF",
)
def print_letter(request: HttpRequest, matter: MatterId, which: Query[Letter]) -> HttpResponse:
    """Return the PDF; the digest of its data stands in `Comity-Digest`."""
    found = letter.of(node_of(request), officer_of(request), matter, which.act, which.of)
    answer = _file(ports_of(request).letter(found.data, found.at_ms), f"{matter}.pdf")
    answer["Comity-Digest"] = found.digest
    return answer


@router.get(
    "/requests/{matter}/letter-data",
    auth=READ,
    response=showing(LetterShown),
    by_alias=True,
    operation_id="show_letter",
    summary="Show the data of a formal letter",
)
def show_letter(request: HttpRequest, matter: MatterId, which: Query[Letter]) -> HttpResponse:
    """Return what the letter says."""
    found = letter.of(node_of(request), officer_of(request), matter, which.act, which.of)
    return paging.tagged(request, ijson.parse(found.data))


def _file(data: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(data, content_type=OCTETS)
    saved(answer, name)
    return answer
