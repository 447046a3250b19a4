"""Joint texts: guidelines and calendars, as parties have agreed on them.

    GET  /texts/guideline                 what is in force, every proposal, every turn
    GET  /texts/guideline/versions/current?lang=zh

Floor: surfaces.
"""

from typing import Annotated, Any, Final

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import Field

from comity.clocks import calendar_text
from comity.clocks.calendar import Calendar
from comity.joint.guideline import completeness, document
from comity.joint.guideline.model import Guideline
from comity.kernel import diff, limits
from comity.kernel.fault import Fault, quoted
from comity.kernel.ijson import Json
from comity.node.base.context import Node
from comity.node.room import request_file, text_fit
from comity.rooms.guideline import desk
from comity.rooms.guideline.desk import as_json, texts
from comity.rooms.guideline.desk.texts import Stand
from comity.surfaces.api import paging, send
from comity.surfaces.api.caller import node_of
from comity.surfaces.api.calls import (
    BYTES,
    OCTETS,
    READ,
    Language,
    MatterName,
    doing,
    saved,
    showing,
)
from comity.surfaces.api.problems import flaws
from comity.surfaces.api.shapes import Code, Queried, Strict
from comity.surfaces.api.text_shapes import (
    CalendarShown,
    DocumentShown,
    GuidelineChecked,
    GuidelineShown,
    HotlineTextShown,
    RequestTypeShown,
    TermsShown,
    TextDiff,
    TextList,
    TextShown,
)

router: Final = Router(tags=["joint texts"])

type Part = Annotated[str, Field(pattern=r"^[a-z0-9]{4,64}$")]
"""The beginning of a proposal's id or of its text's hash."""


class Where(Queried):
    """Which channel, if this node has several arrangements."""

    channel: str = Field("", max_length=255)


class Version(Where):
    """In which words."""

    lang: Language = "en"
    type: Code = Field("", description="one type of request of a guideline")


class Pair(Where):
    """Which two versions."""

    old: Part
    new: Part
    lang: Language = "en"


class CheckGuideline(Strict):
    """A guideline, and perhaps a request to judge by it."""

    document: str = Field("", max_length=limits.WRITTEN_BYTES_MAX, description="plain YAML")
    shipped: bool = Field(default=False, description="the guideline that comes with comity")
    request: dict[str, object] | None = Field(None, description="as request.schema.json")
    to: list[str] = Field([], max_length=16, description="parties")
    lang: Language = "en"


@router.get(
    "/texts",
    auth=READ,
    response=showing(TextList),
    operation_id="list_texts",
    summary="List the joint texts, and what is in force of each",
)
def list_texts(request: HttpRequest) -> HttpResponse:
    """Return every joint text, whole."""
    return paging.tagged(request, as_json.list_json(desk.listing(node_of(request))))


@router.get(
    "/texts/{text}",
    auth=READ,
    response=showing(TextShown),
    operation_id="show_text",
    summary="Show what parties have said of a joint text",
)
def show_text(request: HttpRequest, text: MatterName, where: Query[Where]) -> HttpResponse:
    """Return what is in force, every proposal, every turn."""
    node = node_of(request)
    return paging.tagged(
        request, as_json.shown_json(texts.show(node, desk.find(node, text, where.channel)))
    )


@router.get(
    "/texts/{text}/versions/{part}",
    auth=READ,
    response=showing(
        GuidelineShown,
        RequestTypeShown,
        CalendarShown,
        HotlineTextShown,
        DocumentShown,
        TermsShown,
    ),
    operation_id="read_text",
    summary="Read one version in words of one language",
)
def read_text(
    request: HttpRequest, text: MatterName, part: Part, how: Query[Version]
) -> HttpResponse:
    """Return a guideline, one of its types, or a calendar; `current` is the one adopted last."""
    node = node_of(request)
    data = _version(node, desk.find(node, text, how.channel), part)
    return paging.tagged(request, _told(desk.read(node.rooms, text, data, text), how))


def _told(text: Any, how: Version) -> Json:  # noqa: ANN401 -- as its room reads it
    if isinstance(text, Calendar):
        return calendar_text.as_json(text)
    if not isinstance(text, Guideline):
        found: Json = text.as_json()
        return found
    if not how.type:
        return as_json.guideline_json(text, how.lang)
    kind = text.types.get(how.type)
    if kind is None:
        raise Fault(
            code="surfaces.guideline.type-unknown",
            what=f"The guideline has no request type {quoted(how.type)}.",
            fix=f"Use one of: {', '.join(text.types)}.",
        )
    return as_json.type_json(text, kind, how.lang)


@router.get(
    "/texts/{text}/versions/{part}/yaml",
    auth=READ,
    response=BYTES,
    operation_id="fetch_text",
    summary="Fetch one version byte for byte",
)
def fetch_text(
    request: HttpRequest, text: MatterName, part: Part, where: Query[Where]
) -> HttpResponse:
    """Return its bytes, in YAML or in Markdown."""
    node = node_of(request)
    data = _version(node, desk.find(node, text, where.channel), part)
    answer = HttpResponse(data, content_type=OCTETS)
    saved(answer, f"{text}.{text_fit.require(node.rooms, text).ends}")
    return answer


@router.get(
    "/texts/{text}/diff",
    auth=READ,
    response=showing(TextDiff),
    operation_id="diff_texts",
    summary="Say what changed from one version to another",
)
def diff_texts(request: HttpRequest, text: MatterName, pair: Query[Pair]) -> HttpResponse:
    """Return each change with its place."""
    node = node_of(request)
    stand = desk.find(node, text, pair.channel)
    old, new = (_plain(node, text, _version(node, stand, part)) for part in (pair.old, pair.new))
    return paging.tagged(request, as_json.diff_json(diff.changes(old, new), (old, new), pair.lang))


@router.post(
    "/guideline-check",
    auth=READ,
    response=doing(GuidelineChecked),
    operation_id="check_guideline",
    summary="Say everything that is wrong in a guideline; judge a request by it",
)
def check_guideline(request: HttpRequest, payload: CheckGuideline) -> HttpResponse:
    """Return its problems; nothing is kept."""
    data = desk.meant(payload.document, is_shipped=payload.shipped)
    problems = document.problems(data)
    guideline = None if problems else document.parse(data, "document")
    value: dict[str, Json] = {
        "fit": guideline is not None,
        "problems": flaws(problems),
        "warnings": flaws(document.warnings(data) if guideline else ()),
        "sha256": guideline.sha256 if guideline else "",
        "version": guideline.version if guideline else "",
        "types": [*guideline.types] if guideline else [],
        "languages": [*guideline.languages.text] if guideline else [],
        "complete": None,
        "findings": [],
    }
    if guideline is None or payload.request is None:
        return paging.told(value)
    written = send.read_file(payload.request, request_file.REQUEST, "request")
    findings = completeness.check(
        guideline,
        written.type,
        written.urgency,
        written.elements,
        texts=written.texts,
        attachments=[{"role": one.role} for one in written.attachments],
        now_ms=node_of(request).clock.now_ms(),
        to=payload.to,
    )
    return paging.told(
        {
            **value,
            "complete": not any(one.is_required for one in findings),
            "findings": [one.json(payload.lang) for one in findings],
        }
    )


def _version(node: Node, stand: Stand, part: str) -> bytes:
    if part == "current":
        return desk.data_of(node, stand.adopted("", node.clock.now_ms()).sha256)
    return desk.data_of(node, stand.proposal(part).sha256)


def _plain(node: Node, name: str, data: bytes) -> Json:
    return desk.plain(node.rooms, name, data, name)
