"""Guests, who are no officers: admitted, listed, ended.

    POST /outside/admit            {"kind": "token", "name": "…", "on_behalf": "…", …}
    GET  /outside
    POST /outside/{session}/end

Floor: surfaces.
"""

from dataclasses import asdict
from http import HTTPStatus
from typing import Annotated, Final, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from comity.domestic.outside import session as sessions
from comity.domestic.outside.session import Session, Terms
from comity.kernel.ijson import Json
from comity.node.base import cursor
from comity.node.desk import outside
from comity.surfaces.api import paging
from comity.surfaces.api.caller import node_of, officer_of
from comity.surfaces.api.calls import OUTSIDE, doing, making, or_refuse, showing
from comity.surfaces.api.shapes import WHOLE, Lines, Strict

router: Final = Router(tags=["outside"])

type SessionId = Annotated[str, Field(pattern=r"^[0-9a-f]{12}$")]
Words = Annotated[str, Field(min_length=1, max_length=sessions.NAME_CHARS_MAX)]


class Admit(Strict):
    """Who is let in, and to what."""

    kind: Literal["link", "token", "certificate"]
    name: Words = Field(description="of the person or program")
    on_behalf: Words = Field(description="in whose name they act")
    scopes: list[str] = Field(min_length=1, max_length=32)
    days: Annotated[int, Field(ge=1, le=sessions.DAYS_MAX), WHOLE] = sessions.DAYS_DEFAULT
    requests: Annotated[int, Field(ge=1, le=sessions.REQUESTS_MAX), WHOLE] = (
        sessions.REQUESTS_DEFAULT
    )
    mebibytes: Annotated[int, Field(ge=1, le=sessions.MEBIBYTES_MAX), WHOLE] = (
        sessions.MEBIBYTES_DEFAULT
    )
    certificate: str = Field(
        "", max_length=outside.CERTIFICATE_BYTES_MAX, description="of the client, PEM"
    )


class Guest(Schema):
    """A session, without its secret."""

    id: str
    kind: str = Field(description="link, token or certificate")
    name: str
    on_behalf: str
    scopes: list[str]
    requests: int = Field(description="a minute, at most")
    mebibytes: int = Field(description="an hour, at most")
    officer: str = Field(description="who admitted them")
    agency: str
    since_ms: int
    until_ms: int
    entered_ms: int | None = Field(description="of a link: when it was opened")
    ended_ms: int | None


class Made(Guest):
    """A session that was made."""

    secret: str = Field(description="a link's address, or a token; shown once")


class Guests(Schema):
    """Some sessions of the officer's agency, the newest first."""

    sessions: list[Guest]
    next: str = Field(description="the `after` of the next page; empty at the end")


@router.post(
    "/outside/admit",
    auth=OUTSIDE,
    response=making(Made),
    operation_id="admit_outside",
    summary="Admit somebody who is no officer; their link or token is shown once",
)
def admit_outside(request: HttpRequest, payload: Admit) -> HttpResponse:
    """Return the session with its secret."""
    terms = Terms(
        payload.kind,
        payload.name,
        payload.on_behalf,
        tuple(payload.scopes),
        payload.days,
        payload.requests,
        payload.mebibytes,
    )
    officer, certificate = officer_of(request), payload.certificate.encode()
    made = or_refuse(outside.admit(node_of(request), officer, terms, certificate))
    return paging.told({**_row(made.session), "secret": made.secret}, HTTPStatus.CREATED)


@router.get(
    "/outside",
    auth=OUTSIDE,
    response=showing(Guests),
    operation_id="list_outside",
    summary="List the sessions of guests of the officer's agency, those that are over too",
)
def list_outside(request: HttpRequest, page: Query[Lines]) -> HttpResponse:
    """Return some without their secrets, the newest first."""
    every = outside.listing(node_of(request), officer_of(request))
    found, following = cursor.page_of(every, _place, page.after, page.count)
    lines: list[Json] = [_row(one) for one in found]
    return paging.tagged(request, {"sessions": lines, "next": following})


def _place(one: Session) -> tuple[int | str, ...]:
    return (-one.since_ms, one.id)


@router.post(
    "/outside/{session}/end",
    auth=OUTSIDE,
    response=doing(Guest),
    operation_id="end_outside",
    summary="End a session: it opens nothing from the next request on",
)
def end_outside(request: HttpRequest, session: SessionId) -> HttpResponse:
    """End a session."""
    ended = or_refuse(outside.end(node_of(request), officer_of(request), session))
    return paging.told(_row(ended))


def _row(one: Session) -> dict[str, Json]:
    return {**asdict(one), "scopes": [*one.scopes]}
