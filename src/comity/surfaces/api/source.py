"""Sources at home: feeds from which a State gives, and lists by which it holds back.

    POST /sources                 {"name": "…", "kind": "taxii", "url": "https://…", …}
    GET  /sources
    POST /sources/{source}/pull
    POST /sources/{source}/end

Floor: surfaces.
"""

from http import HTTPStatus
from typing import Annotated, Any, Final, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import Field

from comity.domestic.share.source import KINDS, NAME_CHARS_MAX, SECRET_CHARS_MAX, Source
from comity.rooms.share import sources
from comity.surfaces.api import paging
from comity.surfaces.api.caller import node_of, officer_of
from comity.surfaces.api.calls import DRAFT, READ, doing, making, or_refuse, showing
from comity.surfaces.api.shapes import Strict

router: Final = Router(tags=["sources"])

type SourceId = Annotated[str, Field(pattern=r"^[0-9a-f]{12}$")]
_Kind: Any = Literal[tuple(KINDS)]
_TEXT_CHARS_MAX: Final = 8 << 20


class AddSource(Strict):
    """A source."""

    name: str = Field(min_length=1, max_length=NAME_CHARS_MAX)
    kind: _Kind
    url: str = Field("", max_length=2_000, description="of an API root, a feed or a file")
    collection: str = Field("", max_length=40, description="of TAXII")
    secret: str = Field("", max_length=SECRET_CHARS_MAX, description="user:password, or a token")
    text: str = Field("", max_length=_TEXT_CHARS_MAX, description="of a file, instead of `url`")


class SourceShown(Schema):
    """A source, without its secret."""

    id: str
    name: str
    kind: str
    url: str
    collection: str
    agency: str
    officer: str
    since_ms: int
    ended_ms: int | None
    pulled_at_ms: int | None = Field(description="when it was read last")
    pulled_cursor: str
    pulled_objects: int = Field(description="that are held; of a list, its lines")
    pulled_problem: str = Field(description="code of what failed last, or empty")
    pulled_left_out: int = Field(description="what could not be read the last time")


class SourcePage(Schema):
    """The sources of the officer's agency, the newest first."""

    sources: list[SourceShown]


class SourceRead(Schema):
    """How a source was read."""

    id: str
    objects: int
    left_out: int
    at_ms: int | None


class SourceEnded(Schema):
    """A source that was ended."""

    id: str
    ended_ms: int | None


@router.post(
    "/sources",
    auth=DRAFT,
    response=making(SourceShown),
    operation_id="add_source",
    summary="Add a source; a file is read at once",
)
def add_source(request: HttpRequest, payload: AddSource) -> HttpResponse:
    """Add a source."""
    node, officer = node_of(request), officer_of(request)
    wanted = Source(
        "", payload.name, payload.kind, payload.url, payload.collection, payload.secret, "", "", 0
    )
    made = or_refuse(sources.add(node, officer, wanted, payload.text.encode()))
    with node.store.read() as tx:
        return paging.told(sources.as_json(made, sources.state_of(tx, made.id)), HTTPStatus.CREATED)


@router.get(
    "/sources",
    auth=READ,
    response=showing(SourcePage),
    operation_id="list_sources",
    summary="List the sources of the officer's agency, ended ones too",
)
def list_sources(request: HttpRequest) -> HttpResponse:
    """Return the sources."""
    found = sources.listing(node_of(request), officer_of(request))
    return paging.tagged(request, {"sources": sources.rows_json(found)})


@router.post(
    "/sources/{source}/pull",
    auth=DRAFT,
    response=doing(SourceRead),
    operation_id="pull_source",
    summary="Read what is new of a source",
)
def pull_source(request: HttpRequest, source: SourceId) -> HttpResponse:
    """Read what is new."""
    done = or_refuse(sources.pull_one(node_of(request), officer_of(request), source))
    return paging.told(
        {"id": source, "objects": done.objects, "left_out": done.left_out, "at_ms": done.at_ms}
    )


@router.post(
    "/sources/{source}/end",
    auth=DRAFT,
    response=doing(SourceEnded),
    operation_id="end_source",
    summary="End a source, and drop what was read from it",
)
def end_source(request: HttpRequest, source: SourceId) -> HttpResponse:
    """End a source."""
    done = or_refuse(sources.end(node_of(request), officer_of(request), source))
    return paging.told({"id": done.id, "ended_ms": done.ended_ms})
