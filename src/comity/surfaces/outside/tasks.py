"""The door at which a bank, platform or provider reads what it is asked to do, and answers.

    GET  /tasks/         its tasks; by a link its one task
    GET  /tasks/<id>     one
    POST /tasks/<id>     step, amount, unit, reason: as a form or as JSON; or camt.029, XML

A person has a page with three fields; a program the same as JSON, or what it sends to banks.

Floor: surfaces.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import parse_qs

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from comity.domestic.outside.session import LINK, Session
from comity.domestic.participant.task import Task
from comity.kernel import ijson, money
from comity.kernel.fault import Fault
from comity.kernel.ijson import Json
from comity.node.base.context import Node
from comity.node.desk import participants
from comity.rooms.request import participant_door, resolution
from comity.rooms.request.bank_message import MESSAGE_BYTES_MAX
from comity.surfaces.outside import asked, page, reply
from comity.surfaces.outside.app import VISIT, Door
from comity.surfaces.outside.reply import Reply, StartResponse

PREFIX: Final = "/tasks/"
_ID: Final = re.compile(r"[0-9a-f]{12}")
_XML: Final = frozenset({"application/xml", "text/xml"})
_FIELDS: Final = ("step", "amount", "unit", "reason")
_WORDS: Final[Mapping[str, Promise]] = MappingProxyType(
    {
        "reference": _("Reference of the transfer"),
        "sent": _("Sent"),
        "amount": _("Sum"),
        "currency": _("Currency"),
        "account": _("Account that received it"),
        "holder": _("Holder of the account"),
    }
)


def door(node: Node) -> Door:
    """Return the door."""

    def answered(environ: dict[str, Any], start: StartResponse) -> Iterable[bytes]:
        session: Session = environ[VISIT]
        name = str(environ["PATH_INFO"]).removeprefix(PREFIX)
        asked.require_method(environ, frozenset({"GET", "HEAD", *(("POST",) if name else ())}))
        if name and not _ID.fullmatch(name):
            raise asked.unknown(environ)
        made = _one(node, session, environ, name) if name else _list(node, session, environ)
        return made(environ, start)

    return Door(participants.TASKS.name, answered, MESSAGE_BYTES_MAX)


def _list(node: Node, session: Session, environ: Mapping[str, Any]) -> Reply:
    with node.store.read() as tx:
        found = participant_door.of_session(tx, session)
    if asked.is_program(environ):
        rows: list[Json] = [participant_door.for_participant(one) for one in found]
        return reply.json({"tasks": rows})
    if session.kind == LINK and len(found) == 1:
        address = f"{PREFIX}{found[0].id}"
        return Reply(HTTPStatus.SEE_OTHER, reply.HTML, headers={"Location": address})
    listed = [
        {
            "id": one.id,
            "words": one.facts.get("reference") or one.note.partition("\n")[0] or one.id,
            "asked": _at(one.asked_ms),
            "is_answered": bool(one.answers),
        }
        for one in found
    ]
    return page.rendered("tasks.html", page.language_of(environ), {"tasks": listed})


def _one(node: Node, session: Session, environ: dict[str, Any], name: str) -> Reply:
    if environ["REQUEST_METHOD"] != "POST":
        found = participant_door.read(node, session, name)
        if found is None:
            raise asked.unknown(environ)
        return _shown(environ, found)
    given = _given(environ)
    try:
        made = participant_door.answer(node, session, name, given)
    except Fault as fault:
        found = participant_door.read(node, session, name)
        if fault.code != "participant.answer.unfit" or asked.is_program(environ) or found is None:
            raise
        return _shown(environ, found, given, HTTPStatus.UNPROCESSABLE_ENTITY)
    if made is None:
        raise asked.unknown(environ)
    if asked.is_program(environ):
        return _shown(environ, made)
    return Reply(HTTPStatus.SEE_OTHER, reply.HTML, headers={"Location": f"{PREFIX}{name}"})


def _given(environ: Mapping[str, Any]) -> dict[str, str]:
    """Return what was filled in; anything that is no form and no object is nothing.

    Raises:
        Fault: `request.resolution.malformed`.
    """
    data: bytes = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    kind = str(environ.get("CONTENT_TYPE", "")).partition(";")[0]
    if kind in _XML:
        return resolution.answer(data)
    if kind == "application/json":
        try:
            value = ijson.parse(data)
        except Fault:
            value = None
        told = value if isinstance(value, dict) else {}
        return {name: str(told.get(name) or "") for name in _FIELDS}
    form = parse_qs(data.decode("utf-8", "replace"), max_num_fields=8)
    return {name: form.get(name, [""])[0] for name in _FIELDS}


def _shown(
    environ: Mapping[str, Any],
    task: Task,
    given: Mapping[str, str] | None = None,
    status: HTTPStatus = HTTPStatus.OK,
) -> Reply:
    if asked.is_program(environ):
        return reply.json(participant_door.for_participant(task))
    language = page.language_of(environ)
    short = "zh" if language == page.CHINESE else "en"
    reasons = {code: words[short] for code, words in participant_door.reasons(task).items()}
    steps = {code: getattr(one, short) for code, one in task.steps.items()}
    said = {
        "note": task.note,
        "facts": [(_WORDS[name], value) for name, value in task.facts.items() if name in _WORDS],
        "asked": _at(task.asked_ms),
        "unit": task.unit,
        "steps": [*steps.items()],
        "reasons": [*reasons.items()],
        "given": given or {"step": "", "amount": "", "reason": ""},
        "wrong": given is not None,
        "answers": [
            {
                "step": steps.get(one.step, one.step),
                "amount": "" if one.amount is None else money.written(one.amount, one.unit),
                "reason": reasons.get(one.reason, one.reason),
                "at": _at(one.at_ms),
            }
            for one in task.answers
        ],
    }
    return page.rendered("task.html", language, said, status)


def _at(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms // 1_000, UTC).strftime("%Y-%m-%d %H:%M")
