"""What parties say of a joint text: propose, counter, adopt, decline, withdraw, leave.

    POST /texts/guideline/propose         {"shipped": true}
    POST /texts/calendar.sn/adopt         {"proposal": "3f1c", "sha256": "…"}

Floor: surfaces.
"""

from collections.abc import Callable
from typing import Annotated, Final

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import Field

from comity.kernel import limits
from comity.kernel.ijson import Json
from comity.node.base.context import Node
from comity.node.base.rows import Officer
from comity.node.room import request_file
from comity.node.room.act_words import Words
from comity.node.room.release.draft_store import Result
from comity.rooms.guideline import desk
from comity.rooms.guideline.desk.say import About
from comity.surfaces.api import send
from comity.surfaces.api.caller import node_of, officer_of, ports_of
from comity.surfaces.api.calls import GUIDELINE, KEY, SENT, Language
from comity.surfaces.api.shapes import Code, Instant, Strict
from comity.surfaces.api.texts import Name, Part, given

router: Final = Router(tags=["joint texts"])


class Cover(Strict):
    """What every act on a joint text may carry."""

    channel: str = Field("", max_length=255)
    text: str = Field("", max_length=20_000, description="a covering letter, sealed")
    lang: Language = "en"


class Propose(Cover):
    """A text."""

    yaml: str = Field("", max_length=limits.WRITTEN_BYTES_MAX, description="plain YAML")
    shipped: bool = Field(default=False, description="the guideline that comes with comity")
    from_ms: Instant = Field(0, description="in force from when at the earliest")


class Counter(Propose):
    """A text in the place of another."""

    proposal: Part


class Proposal(Cover):
    """Which proposal."""

    proposal: Annotated[str, Field(pattern=r"^([a-z0-9]{4,64})?$")] = Field(
        "", description="the one that is open without"
    )


class AdoptText(Proposal):
    """An adoption of what was read."""

    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{0,64}$")] = Field(
        "", description="of the text that was read, or its beginning"
    )


class TextReason(Proposal):
    """Why."""

    reason: Code


class Leave(Proposal):
    """From when on."""

    from_ms: Instant


type _Do = Callable[[Node, Officer, About, Words], Result]


def _say(
    request: HttpRequest, name: str, payload: Cover, key: str, do: _Do, proposal: str = ""
) -> HttpResponse:
    node, officer = node_of(request), officer_of(request)
    by = officer.office or officer.agency
    text: Json = {"lang": payload.lang, "text": payload.text, "by": by, "original": True}
    value: dict[str, Json] = {"texts": [text]} if payload.text else {}
    words = Words(request_file.from_json(value, request_file.ANSWER, "text"), (), key)
    about = About(name, payload.channel, proposal)
    return send.told(request, do(node, officer, about, words))


@router.post(
    "/texts/{name}/propose",
    auth=GUIDELINE,
    response=SENT,
    operation_id="propose_text",
    summary="Propose a text to the other parties",
)
def propose_text(
    request: HttpRequest, name: Name, payload: Propose, idempotency_key: str = KEY
) -> HttpResponse:
    """Propose a text."""
    return _propose(request, name, payload, idempotency_key)


@router.post(
    "/texts/{name}/counter",
    auth=GUIDELINE,
    response=SENT,
    operation_id="counter_text",
    summary="Propose a text in the place of another",
)
def counter_text(
    request: HttpRequest, name: Name, payload: Counter, idempotency_key: str = KEY
) -> HttpResponse:
    """Propose another text."""
    return _propose(request, name, payload, idempotency_key, payload.proposal)


def _propose(
    request: HttpRequest, name: str, payload: Propose, key: str, proposal: str = ""
) -> HttpResponse:
    data = given(payload.yaml, shipped=payload.shipped)
    ports_of(request).require_room(len(data), False)  # noqa: FBT003 -- as the port says
    return _say(
        request,
        name,
        payload,
        key,
        lambda node, officer, about, words: desk.propose(
            node, officer, about, data, from_ms=payload.from_ms, words=words
        ),
        proposal,
    )


@router.post(
    "/texts/{name}/adopt",
    auth=GUIDELINE,
    response=SENT,
    operation_id="adopt_text",
    summary="Adopt a text that was proposed, by this State too",
)
def adopt_text(
    request: HttpRequest, name: Name, payload: AdoptText, idempotency_key: str = KEY
) -> HttpResponse:
    """Adopt a text."""
    return _say(
        request,
        name,
        payload,
        idempotency_key,
        lambda node, officer, about, words: desk.adopt(node, officer, about, payload.sha256, words),
        payload.proposal,
    )


@router.post(
    "/texts/{name}/decline",
    auth=GUIDELINE,
    response=SENT,
    operation_id="decline_text",
    summary="Decline a proposal of another party",
)
def decline_text(
    request: HttpRequest, name: Name, payload: TextReason, idempotency_key: str = KEY
) -> HttpResponse:
    """Decline a proposal."""
    return _say(
        request,
        name,
        payload,
        idempotency_key,
        lambda node, officer, about, words: desk.decline(
            node, officer, about, payload.reason, words
        ),
        payload.proposal,
    )


@router.post(
    "/texts/{name}/withdraw",
    auth=GUIDELINE,
    response=SENT,
    operation_id="withdraw_text",
    summary="Take back a proposal of this State",
)
def withdraw_text(
    request: HttpRequest, name: Name, payload: TextReason, idempotency_key: str = KEY
) -> HttpResponse:
    """Withdraw a proposal."""
    return _say(
        request,
        name,
        payload,
        idempotency_key,
        lambda node, officer, about, words: desk.withdraw(
            node, officer, about, payload.reason, words
        ),
        payload.proposal,
    )


@router.post(
    "/texts/{name}/leave",
    auth=GUIDELINE,
    response=SENT,
    operation_id="leave_text",
    summary="Leave a text that every party has adopted, from an instant on",
)
def leave_text(
    request: HttpRequest, name: Name, payload: Leave, idempotency_key: str = KEY
) -> HttpResponse:
    """Leave a text."""
    return _say(
        request,
        name,
        payload,
        idempotency_key,
        lambda node, officer, about, words: desk.leave(
            node, officer, about, payload.from_ms, words
        ),
        payload.proposal,
    )
