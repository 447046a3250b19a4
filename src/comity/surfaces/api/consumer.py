"""Consumers: programs at home that fetch what is shared.

    POST /consumers                          {"name": "…", "reach": "client", "power": "act", …}
    GET  /consumers
    POST /consumers/{consumer}/networks      {"networks": ["198.51.100.0/24"]}
    POST /consumers/{consumer}/confirm       {"act": "3f1c"}
    POST /consumers/{consumer}/link          {"days": 7}
    POST /consumers/{consumer}/renew         {"days": 90}
    POST /consumers/{consumer}/end

Floor: surfaces.
"""

from http import HTTPStatus
from typing import Annotated, Any, Final, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import Field

from comity.domestic.outside import session as sessions
from comity.domestic.outside.session import CERTIFICATE, TOKEN, Terms
from comity.domestic.share.consumer import NETWORKS_MAX, POWERS, REACHES
from comity.kernel.ijson import Json
from comity.node.desk import outside
from comity.rooms.share import consumers, holders, stop_links
from comity.surfaces.api import paging
from comity.surfaces.api.caller import node_of, officer_of
from comity.surfaces.api.calls import OUTSIDE, doing, making, or_refuse, showing
from comity.surfaces.api.shapes import WHOLE, Strict

router: Final = Router(tags=["consumers"])

type ConsumerId = Annotated[str, Field(pattern=r"^[0-9a-f]{12}$")]
_Text = Annotated[str, Field(min_length=1, max_length=sessions.NAME_CHARS_MAX)]
_Reach: Any = Literal[tuple(REACHES)]
_Power: Any = Literal[tuple(POWERS)]
_Networks = Annotated[list[str], Field(max_length=NETWORKS_MAX)]


class AddConsumer(Strict):
    """Who fetches, and what they may have."""

    name: _Text = Field(description="of the program")
    on_behalf: _Text = Field(description="in whose name it fetches")
    reach: _Reach
    power: _Power
    networks: _Networks = Field(default_factory=list, description="CIDR, AS64500 or a domain")
    days: Annotated[int, Field(ge=1, le=sessions.DAYS_MAX), WHOLE] = sessions.DAYS_MAX
    requests: Annotated[int, Field(ge=1, le=sessions.REQUESTS_MAX), WHOLE] = (
        sessions.REQUESTS_DEFAULT
    )
    mebibytes: Annotated[int, Field(ge=1, le=sessions.MEBIBYTES_MAX), WHOLE] = (
        sessions.MEBIBYTES_DEFAULT
    )
    certificate: str = Field("", max_length=outside.CERTIFICATE_BYTES_MAX, description="PEM")


class NetworksOf(Strict):
    """Networks of a consumer."""

    networks: _Networks


class ConfirmConsumer(Strict):
    """What a consumer stopped."""

    act: str = Field(
        "", pattern=r"^[a-z2-7]{0,26}$", description="a retraction, or its share; all if empty"
    )


class RenewConsumer(Strict):
    """For how long."""

    days: Annotated[int, Field(ge=1, le=sessions.DAYS_MAX), WHOLE] = sessions.DAYS_MAX


class LinkConsumer(Strict):
    """For how long."""

    days: Annotated[int, Field(ge=1, le=sessions.DAYS_MAX), WHOLE] = sessions.DAYS_DEFAULT


class ConsumerLinked(Schema):
    """A link by which somebody without a program confirms."""

    id: str
    session: str
    link: str = Field(description="shown once, opened once")


class ConsumerConfirmed(Schema):
    """What a consumer has confirmed by this."""

    id: str
    confirmed: int


class ConsumerRenewed(Schema):
    """Another token."""

    id: str
    secret: str = Field(description="shown once")


class ConsumerShown(Schema):
    """A consumer, without its secret."""

    id: str
    name: str
    on_behalf: str
    reach: str
    power: str
    networks: list[str]
    agency: str
    until_ms: int
    ended_ms: int | None


class ConsumerMade(Schema):
    """A consumer that was admitted."""

    id: str
    secret: str = Field(description="its token, shown once; empty with a certificate")
    address: str


class ConsumerPage(Schema):
    """The consumers of the officer's agency, the newest first."""

    consumers: list[ConsumerShown]


class ConsumerNetworks(Schema):
    """The networks of a consumer."""

    id: str
    networks: list[str]


class ConsumerEnded(Schema):
    """A consumer that was ended."""

    id: str
    ended_ms: int | None


@router.post(
    "/consumers",
    auth=OUTSIDE,
    response=making(ConsumerMade),
    operation_id="add_consumer",
    summary="Let a program fetch what is shared; its token is shown once",
)
def add_consumer(request: HttpRequest, payload: AddConsumer) -> HttpResponse:
    """Admit a program."""
    node = node_of(request)
    kind = CERTIFICATE if payload.certificate else TOKEN
    terms = Terms(
        kind, payload.name, payload.on_behalf, (), payload.days, payload.requests,
        payload.mebibytes,
    )  # fmt: skip
    made = or_refuse(
        consumers.add(
            node, officer_of(request), terms, reach=payload.reach, power=payload.power,
            networks=payload.networks, certificate=payload.certificate.encode(),
        )
    )  # fmt: skip
    value: dict[str, Json] = {
        "id": made.session.id, "secret": made.secret, "address": f"{node.outside.origin}/taxii2/",
    }  # fmt: skip
    return paging.told(value, HTTPStatus.CREATED)


@router.get(
    "/consumers",
    auth=OUTSIDE,
    response=showing(ConsumerPage),
    operation_id="list_consumers",
    summary="List the consumers of the officer's agency, ended ones too",
)
def list_consumers(request: HttpRequest) -> HttpResponse:
    """Return the consumers."""
    found = consumers.listing(node_of(request), officer_of(request))
    rows: list[Json] = [consumers.as_json(*one) for one in found]
    return paging.tagged(request, {"consumers": rows})


@router.post(
    "/consumers/{consumer}/networks",
    auth=OUTSIDE,
    response=doing(ConsumerNetworks),
    operation_id="network_consumer",
    summary="Give a consumer other networks",
)
def network_consumer(
    request: HttpRequest, consumer: ConsumerId, payload: NetworksOf
) -> HttpResponse:
    """Change the networks of a consumer."""
    found = consumers.set_networks(
        node_of(request), officer_of(request), consumer, payload.networks
    )
    networks: list[Json] = [*found.networks]
    return paging.told({"id": found.id, "networks": networks})


@router.post(
    "/consumers/{consumer}/confirm",
    auth=OUTSIDE,
    response=doing(ConsumerConfirmed),
    operation_id="confirm_consumer",
    summary="Note that a consumer stopped what was taken back",
)
def confirm_consumer(
    request: HttpRequest, consumer: ConsumerId, payload: ConfirmConsumer
) -> HttpResponse:
    """Note what a consumer told an officer."""
    done = or_refuse(holders.confirm(node_of(request), officer_of(request), consumer, payload.act))
    return paging.told({"id": consumer, "confirmed": done})


@router.post(
    "/consumers/{consumer}/link",
    auth=OUTSIDE,
    response=doing(ConsumerLinked),
    operation_id="link_consumer",
    summary="Make a link by which somebody without a program confirms; it is shown once",
)
def link_consumer(
    request: HttpRequest, consumer: ConsumerId, payload: LinkConsumer
) -> HttpResponse:
    """Make a link."""
    made = or_refuse(stop_links.make(node_of(request), officer_of(request), consumer, payload.days))
    value: dict[str, Json] = {"id": consumer, "session": made.session.id, "link": made.secret}
    return paging.told(value)


@router.post(
    "/consumers/{consumer}/renew",
    auth=OUTSIDE,
    response=doing(ConsumerRenewed),
    operation_id="renew_consumer",
    summary="Give a consumer another token, shown once; the one before opens nothing any more",
)
def renew_consumer(
    request: HttpRequest, consumer: ConsumerId, payload: RenewConsumer
) -> HttpResponse:
    """Make another token."""
    made = or_refuse(consumers.renew(node_of(request), officer_of(request), consumer, payload.days))
    return paging.told({"id": made.session.id, "secret": made.secret})


@router.post(
    "/consumers/{consumer}/end",
    auth=OUTSIDE,
    response=doing(ConsumerEnded),
    operation_id="end_consumer",
    summary="End a consumer: it has nothing from its next request on",
)
def end_consumer(request: HttpRequest, consumer: ConsumerId) -> HttpResponse:
    """End a consumer."""
    ended = or_refuse(consumers.end(node_of(request), officer_of(request), consumer))
    return paging.told({"id": ended.id, "ended_ms": ended.ended_ms})
