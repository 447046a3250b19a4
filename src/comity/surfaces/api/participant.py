"""Participants at home, banks, platforms and providers; and their tasks.

    POST /participants                       {"sort": "bank", "name": "…", "call_back": "…", …}
    GET  /participants
    POST /participants/{participant}/end
    POST /participants/{participant}/ask     {"matter": "3f1c…", "item": "freeze", "note": "…"}
    GET  /participant-tasks
    POST /participant-tasks/{task}/say       says the newest answer to the other side

Floor: surfaces.
"""

from http import HTTPStatus
from typing import Annotated, Any, Final, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import Field

from comity.domestic.outside import session as sessions
from comity.domestic.outside.session import CERTIFICATE, LINK, TOKEN, Terms
from comity.domestic.participant.participant import CALL_BACK_CHARS_MAX, ROLL_KINDS, SORTS
from comity.domestic.participant.task import NOTE_CHARS_MAX
from comity.kernel.ijson import Json
from comity.node.desk import outside, participants
from comity.rooms.request import participant_door, participant_tasks
from comity.rooms.request.participant_tasks import EVERY_ITEM
from comity.surfaces.api import paging, send
from comity.surfaces.api.caller import node_of, officer_of
from comity.surfaces.api.calls import (
    DRAFT,
    KEY,
    OUTSIDE,
    READ,
    SENT,
    MatterId,
    doing,
    making,
    or_refuse,
    showing,
)
from comity.surfaces.api.shapes import WHOLE, Strict

router: Final = Router(tags=["participants"])

type ParticipantId = Annotated[str, Field(pattern=r"^[0-9a-f]{12}$")]
_Text = Annotated[str, Field(min_length=1, max_length=sessions.NAME_CHARS_MAX)]
_Sort: Any = Literal[tuple(SORTS)]
_Kind: Any = Literal[tuple(ROLL_KINDS)]


class AddParticipant(Strict):
    """Who carries out what is asked."""

    sort: _Sort
    name: _Text = Field(description="of the desk that answers")
    on_behalf: _Text = Field(description="of which bank or company")
    call_back: Annotated[str, Field(min_length=1, max_length=CALL_BACK_CHARS_MAX)] = Field(
        description="published number at which it was called back before"
    )
    by: Literal["link", "token", "certificate"] = "link"
    rolls: list[_Kind] = Field(default_factory=list, max_length=len(ROLL_KINDS))
    days: Annotated[int, Field(ge=1, le=sessions.DAYS_MAX), WHOLE] = sessions.DAYS_MAX
    certificate: str = Field("", max_length=outside.CERTIFICATE_BYTES_MAX, description="PEM")


class AskParticipant(Strict):
    """What a participant is to do."""

    matter: MatterId = Field(description="the request")
    item: str = Field(EVERY_ITEM, max_length=63, description="of the request; all if left out")
    note: str = Field("", max_length=NOTE_CHARS_MAX, description="in its language")


class ParticipantShown(Schema):
    """A participant, without its secret."""

    id: str
    sort: str
    name: str
    on_behalf: str
    call_back: str
    rolls: list[str]
    session: str = Field(description="of its program; empty if it has links alone")
    agency: str
    since_ms: int
    ended_ms: int | None


class ParticipantMade(Schema):
    """A participant that was admitted."""

    id: str
    secret: str = Field(description="its program's token, shown once; empty without one")
    address: str


class ParticipantPage(Schema):
    """The participants of the officer's agency, the newest first."""

    participants: list[ParticipantShown]


class ParticipantEnded(Schema):
    """A participant that was ended."""

    id: str
    ended_ms: int | None


class TaskMade(Schema):
    """A task that was made."""

    task: str
    link: str = Field(description="opens it once; shown once")


class ParticipantAnswer(Schema):
    """What a participant did."""

    step: str
    amount: int | None = Field(description="in minor units")
    unit: str
    reason: str
    at_ms: int
    said_ms: int | None = Field(description="when an officer said it to the other side")


class StepChoice(Schema):
    """A step that may be answered."""

    en: str
    zh: str
    unit: str
    reasons: list[str]


class TaskShown(Schema):
    """A task of a participant."""

    id: str
    participant: str
    matter: str
    item: str
    note: str
    facts: dict[str, str] = Field(description="of the transfer")
    unit: str
    steps: dict[str, StepChoice]
    officer: str
    agency: str
    asked_ms: int
    session: str
    read_ms: int | None
    answers: list[ParticipantAnswer]
    minutes: int | None = Field(description="until the first answer")


class TaskPage(Schema):
    """The tasks of requests that the officer may read, what waits for them first."""

    tasks: list[TaskShown]


@router.post(
    "/participants",
    auth=OUTSIDE,
    response=making(ParticipantMade),
    operation_id="add_participant",
    summary="Admit a bank, platform or provider that was called back",
)
def add_participant(request: HttpRequest, payload: AddParticipant) -> HttpResponse:
    """Admit a participant."""
    node = node_of(request)
    kinds = {"link": LINK, "token": TOKEN, "certificate": CERTIFICATE}
    terms = Terms(kinds[payload.by], payload.name, payload.on_behalf, (), payload.days)
    made = or_refuse(
        participants.add(
            node, officer_of(request), terms, sort=payload.sort, call_back=payload.call_back,
            rolls=payload.rolls, certificate=payload.certificate.encode(),
        )
    )  # fmt: skip
    value: dict[str, Json] = {
        "id": made.one.id, "secret": made.secret, "address": node.outside.origin,
    }  # fmt: skip
    return paging.told(value, HTTPStatus.CREATED)


@router.get(
    "/participants",
    auth=OUTSIDE,
    response=showing(ParticipantPage),
    operation_id="list_participants",
    summary="List the participants of the officer's agency, ended ones too",
)
def list_participants(request: HttpRequest) -> HttpResponse:
    """Return the participants."""
    found = participants.listing(node_of(request), officer_of(request))
    rows: list[Json] = [participants.as_json(one) for one in found]
    return paging.tagged(request, {"participants": rows})


@router.post(
    "/participants/{participant}/end",
    auth=OUTSIDE,
    response=doing(ParticipantEnded),
    operation_id="end_participant",
    summary="End a participant: it has nothing from its next request on",
)
def end_participant(request: HttpRequest, participant: ParticipantId) -> HttpResponse:
    """End a participant."""
    ended = or_refuse(participants.end(node_of(request), officer_of(request), participant))
    return paging.told({"id": ended.id, "ended_ms": ended.ended_ms})


@router.post(
    "/participants/{participant}/ask",
    auth=OUTSIDE,
    response=making(TaskMade),
    operation_id="ask_participant",
    summary="Ask a participant to act on a request; the link of the task is shown once",
)
def ask_participant(
    request: HttpRequest, participant: ParticipantId, payload: AskParticipant
) -> HttpResponse:
    """Make a task."""
    made = or_refuse(
        participant_tasks.ask(
            node_of(request), officer_of(request), payload.matter, participant, payload.note,
            payload.item,
        )
    )  # fmt: skip
    return paging.told({"task": made.task.id, "link": made.link}, HTTPStatus.CREATED)


@router.get(
    "/participant-tasks",
    auth=READ,
    response=showing(TaskPage),
    operation_id="list_participant_tasks",
    summary="List the tasks of participants and their answers",
)
def list_participant_tasks(request: HttpRequest) -> HttpResponse:
    """Return the tasks."""
    found = participant_tasks.listing(node_of(request), officer_of(request))
    rows: list[Json] = [participant_door.as_json(one) for one in found]
    return paging.tagged(request, {"tasks": rows})


@router.post(
    "/participant-tasks/{task}/say",
    auth=DRAFT,
    response=SENT,
    operation_id="say_participant_task",
    summary="Say the newest answer of a task to the other side, as a step of the measure",
)
def say_participant_task(
    request: HttpRequest, task: ParticipantId, idempotency_key: str = KEY
) -> HttpResponse:
    """Say what a participant answered."""
    done = participant_tasks.say(node_of(request), officer_of(request), task, idempotency_key)
    return send.told(request, done)
