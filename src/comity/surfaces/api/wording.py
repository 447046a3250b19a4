"""A text in the making: its words with their brackets, and the document that it becomes.

    GET  /wordings/{wording}/read
    GET  /wordings/{wording}/document
    POST /wordings/{wording}/propose
    POST /wordings/{wording}/adopt
    GET  /wordings/{wording}/translation
    POST /wordings/{wording}/translation
    GET  /publications/{text}

The rest follows from the verbs of the room.

Floor: surfaces.
"""

from typing import Final, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from comity.node.room.act_words import Words
from comity.rooms.wording import adopt, as_json, desk, interchange, publish, translation
from comity.surfaces.api import paging, send
from comity.surfaces.api.caller import Scoped, node_of, officer_of, ports_of
from comity.surfaces.api.calls import (
    BYTES,
    KEY,
    OCTETS,
    READ,
    SENT,
    MatterId,
    MatterName,
    or_refuse,
    saved,
    showing,
)
from comity.surfaces.api.shapes import Strict
from comity.surfaces.api.text_shapes import DocumentParagraph

router: Final = Router(tags=["wordings"])
_SCOPE: Final = Scoped("guideline")


class BracketPiece(Schema):
    """A run of words."""

    text: str
    parties: list[str] = Field(description="whose words they are; empty where all have them")


class ReadParagraph(Schema):
    """A paragraph with its brackets."""

    name: str
    part: str
    status: str
    reserved_by: list[str]
    attested_by: list[str]
    missing: list[str] = Field(description="parties whose words are not held here")
    numbers_differ: bool = Field(description="the languages have different numbers")
    crossing: str = Field(description="what crossed on it, like swapped, or empty")
    brackets: dict[str, list[BracketPiece]] = Field(description="by language")


class WordingRead(Schema):
    """A text in the making as it is read."""

    id: str
    name: str
    status: str
    brackets: int = Field(description="paragraphs that are not settled")
    ours: list[str] = Field(description="paragraphs on which this State has something to move")
    paragraphs: list[ReadParagraph]
    sha256: str = Field(description="of the document that it becomes, or empty")
    why_not: str = Field(description="the rule by which it becomes none yet, or empty")
    proposed: bool
    adopted_by: list[str]


class WordingDocument(Schema):
    """The document that a settled text becomes."""

    name: str
    sha256: str
    languages: list[str]
    paragraphs: list[DocumentParagraph]


@router.get(
    "/publications/{text}",
    auth=READ,
    response=BYTES,
    operation_id="publish_text",
    summary="Take an adopted text away as one file that anybody verifies offline",
)
def publish_text(request: HttpRequest, text: MatterName) -> HttpResponse:
    """Return the zip: the text, its originals, a proof of each adoption."""
    node, officer = node_of(request), officer_of(request)
    found = or_refuse(publish.ready(node, officer, text))
    answer = HttpResponse(
        publish.make(node, officer, found, ports_of(request).letter), content_type=OCTETS
    )
    saved(answer, f"{text}.zip")
    return answer


class Offered(Strict):
    """How it is released."""

    hold: bool = Field(default=False, description="keep it as a draft")


@router.get(
    "/wordings/{wording}/read",
    auth=READ,
    response=showing(WordingRead),
    operation_id="read_wording",
    summary="Read a text in the making with its brackets",
)
def read_wording(request: HttpRequest, wording: MatterId) -> HttpResponse:
    """Return every paragraph."""
    node = node_of(request)
    found = desk.read(node, officer_of(request), wording)
    return paging.tagged(request, as_json.read_json(found, node.party))


@router.get(
    "/wordings/{wording}/document",
    auth=READ,
    response=showing(WordingDocument),
    operation_id="assemble_wording",
    summary="Show the document that a settled text becomes",
)
def assemble_wording(request: HttpRequest, wording: MatterId) -> HttpResponse:
    """Return it."""
    found = desk.read(node_of(request), officer_of(request), wording)
    return paging.tagged(request, or_refuse(found.assembled).as_json())


@router.post(
    "/wordings/{wording}/propose",
    auth=_SCOPE,
    response=SENT,
    operation_id="propose_wording",
    summary="Propose the document of a settled text for adoption",
)
def propose_wording(
    request: HttpRequest, wording: MatterId, payload: Offered, idempotency_key: str = KEY
) -> HttpResponse:
    """Propose it."""
    words = Words(key=idempotency_key, is_held=payload.hold)
    return send.told(request, adopt.propose(node_of(request), officer_of(request), wording, words))


@router.post(
    "/wordings/{wording}/adopt",
    auth=_SCOPE,
    response=SENT,
    operation_id="adopt_wording",
    summary="Adopt the document of a settled text, and no other",
)
def adopt_wording(
    request: HttpRequest, wording: MatterId, payload: Offered, idempotency_key: str = KEY
) -> HttpResponse:
    """Adopt it."""
    words = Words(key=idempotency_key, is_held=payload.hold)
    return send.told(request, adopt.adopt(node_of(request), officer_of(request), wording, words))


class TranslationWay(Schema):
    """How a text leaves for translators."""

    format: Literal["xliff-1.2", "xliff-2.1", "tmx", "tbx"] = "xliff-1.2"
    source: str = Field(default="", max_length=8, description="language that is translated")
    target: str = Field(default="", max_length=8, description="language into which it is")


@router.get(
    "/wordings/{wording}/translation",
    auth=READ,
    response=BYTES,
    operation_id="export_wording",
    summary="Take a text away as a file for the programs of translators",
)
def export_wording(
    request: HttpRequest, wording: MatterId, way: Query[TranslationWay]
) -> HttpResponse:
    """Return the file."""
    meant = translation.Way(way.format, way.source, way.target)
    node, officer = node_of(request), officer_of(request)
    found = or_refuse(translation.export(node, officer, wording, meant))
    answer = HttpResponse(interchange.write(found, meant.form), content_type=OCTETS)
    saved(answer, f"{found.name}.{interchange.ENDS[meant.form]}")
    return answer


class Translated(Offered):
    """A file of a translator."""

    content: str = Field(
        max_length=interchange.FILE_BYTES_MAX, description="XLIFF, TMX or TBX, as it was saved"
    )


@router.post(
    "/wordings/{wording}/translation",
    auth=_SCOPE,
    response=SENT,
    operation_id="import_wording",
    summary="Table the paragraphs that a translator changed",
)
def import_wording(
    request: HttpRequest, wording: MatterId, payload: Translated, idempotency_key: str = KEY
) -> HttpResponse:
    """Table them."""
    words = Words(key=idempotency_key, is_held=payload.hold)
    data = payload.content.encode()
    node, officer = node_of(request), officer_of(request)
    return send.told(request, translation.table(node, officer, wording, data, words))
