"""Contact points: published, proved, read; a code sheet; cards for an address book.

    POST /contacts/publish              {"yaml": "format: comity-contacts/1 …"}
    POST /contacts/{contact}/prove      {"entries": ["desk"], "reached_at": 1798772400000}
    GET  /contacts/{contact}/sheet

What is said of them is in `joint/contact/verbs.py`; here they are published and read.

Floor: surfaces.
"""

from functools import partial
from typing import Annotated, Final, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from comity.joint.contact.verbs import TABLE
from comity.kernel import limits
from comity.kernel.ijson import Json
from comity.node.room import say
from comity.node.room.act_words import Words
from comity.rooms.contact import desk
from comity.rooms.contact import publish as publishing
from comity.surfaces.api import paging, send, verb_call
from comity.surfaces.api.caller import node_of, officer_of, ports_of
from comity.surfaces.api.calls import (
    BYTES,
    DRAFT,
    KEY,
    OCTETS,
    READ,
    SENT,
    MatterId,
    saved,
    showing,
)
from comity.surfaces.api.shapes import Strict

router: Final = Router(tags=[TABLE.plural])
verb_call.add(router, TABLE, partial(say.say, TABLE))


class Publish(Strict):
    """Contact points of this State."""

    yaml: Annotated[str, Field(min_length=1, max_length=limits.WRITTEN_BYTES_MAX)]
    sheet: bool = Field(default=True, description="whether a new code sheet goes with them")
    channel: str = Field("", max_length=255)


class ContactWhere(Schema):
    """ContactWhere a State has published them."""

    channel: str = Field("", max_length=255)


class CardsOf(ContactWhere):
    """In which language."""

    lang: Literal["en", "zh"] = "en"


class ContactCarrier(Schema):
    """One way to reach it."""

    kind: Literal["tel", "mailto", "file"]
    at: str


class ContactEntry(Schema):
    """What the document says of it."""

    agency: str
    office: str
    function: dict[str, str]
    level: int
    languages: list[str]
    zone: str
    carriers: list[ContactCarrier]


class ContactPoint(Schema):
    """One contact point, as far as it was proved."""

    id: str
    sha256: str
    proved: bool = Field(description="lately, and nobody failed since")
    proved_at_ms: int | None
    proved_by: str
    failed_at_ms: int | None
    failures: int
    withdrawn: bool
    attended: bool | None = Field(description="now; null where nobody can tell")
    local: str = Field(description="what clocks show there")
    entry: ContactEntry | None
    beside: ContactEntry | None = Field(description="the last proved one, for a day")


class ContactBook(Schema):
    """The contact points of one State."""

    party: str
    channel: str
    status: str
    sha256: str
    held: bool
    entries: list[ContactPoint]


class ContactBooks(Schema):
    """Those of every State."""

    contacts: list[ContactBook]


class ContactSheet(Schema):
    """Pairs of challenge and response."""

    party: str
    pairs: list[list[str]]


@router.post(
    "/contacts/publish",
    auth=DRAFT,
    response=SENT,
    operation_id="publish_contacts",
    summary="Publish the contact points of this State",
)
def publish_contacts(
    request: HttpRequest, payload: Publish, idempotency_key: str = KEY
) -> HttpResponse:
    """Publish them: two officers let them out."""
    data = payload.yaml.encode()
    ports_of(request).require_room(len(data), False)  # noqa: FBT003 -- as the port says
    result = publishing.publish(
        node_of(request),
        officer_of(request),
        data,
        channel=payload.channel,
        has_sheet=payload.sheet,
        words=Words(key=idempotency_key),
    )
    return send.told(request, result)


@router.get(
    "/contacts",
    auth=READ,
    response=showing(ContactBooks),
    operation_id="list_contacts",
    summary="List the contact points of every State",
)
def list_contacts(request: HttpRequest) -> HttpResponse:
    """Return all of them."""
    found: list[Json] = [
        dict(desk.as_json(one)) for one in desk.books(node_of(request), officer_of(request))
    ]
    return paging.tagged(request, {"contacts": found})


@router.get(
    "/contacts/{contact}",
    auth=READ,
    response=showing(ContactBook),
    operation_id="show_contact",
    summary="Show the contact points of one State, proved or not",
)
def show_contact(
    request: HttpRequest, contact: MatterId, where: Query[ContactWhere]
) -> HttpResponse:
    """Return those of one State."""
    found = desk.book(node_of(request), officer_of(request), contact, where.channel)
    return paging.tagged(request, dict(desk.as_json(found)))


@router.get(
    "/contacts/{contact}/sheet",
    auth=READ,
    response=showing(ContactSheet),
    operation_id="show_code_sheet",
    summary="Show the newest code sheet of a State",
)
def show_sheet(request: HttpRequest, contact: MatterId, where: Query[ContactWhere]) -> HttpResponse:
    """Return its pairs, the first of number 1."""
    pairs = desk.sheet(node_of(request), officer_of(request), contact, where.channel)
    told: list[Json] = [[*one] for one in pairs]
    return paging.tagged(request, {"party": contact, "pairs": told})


@router.get(
    "/contacts/{contact}/vcard",
    auth=READ,
    response=BYTES,
    operation_id="fetch_contact_cards",
    summary="Fetch the contact points of a State for an address book",
)
def fetch_cards(request: HttpRequest, contact: MatterId, how: Query[CardsOf]) -> HttpResponse:
    """Return vCard 3.0."""
    from comity.rooms.contact import vcard  # noqa: PLC0415 -- the library, for this call alone

    found = desk.book(node_of(request), officer_of(request), contact, how.channel)
    answer = HttpResponse(vcard.render(found, how.lang), content_type=OCTETS)
    saved(answer, f"{contact}.vcf")
    return answer
