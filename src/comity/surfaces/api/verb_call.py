"""The calls of a table of verbs: each row with its shape, its address, and what it does.

    POST /cases/open                      {"own_reference": "FR-2026-17", "requests": ["3f1c"]}
    POST /cases/{case}/propose-priority   {"reason": "harm-goes-on", "texts": {"en": "…"}}
    POST /desk/files/{file}/assign        {"to": "ann"}      a step at home

Floor: surfaces.
"""

import inspect
from collections.abc import Callable
from typing import Any, Final, cast

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema

from comity.acts.verb import OTHER, Table, Verb
from comity.node.room import say
from comity.node.room.act_words import Words
from comity.node.room.request_file import ANSWER, MARK_DEFAULT
from comity.node.room.step import Step
from comity.surfaces.api import attachments, send
from comity.surfaces.api.caller import Scoped, node_of, officer_of
from comity.surfaces.api.calls import KEY, SENT, MatterId, MatterName, once
from comity.surfaces.api.verb_shape import given, shape, step_shape

_OTHER_SIDE: Final = "对方"
"""In the place of the States that a form names."""

type Take = Callable[[HttpRequest, str, Step], HttpResponse]
"""Takes a step at home, and answers what came of it."""


def add(router: Router, room: Table, do: say.Do) -> None:
    """Give every row its address."""
    for row in room.typed:
        add_one(router, room, row, do)


def add_one(router: Router, room: Table, row: Verb, do: say.Do) -> None:
    """Give one row its address."""
    matter = room.matter or room.noun

    def said(
        request: HttpRequest,
        idempotency_key: str,
        payload: Any,  # noqa: ANN401 -- of the shape that is made of the row
        **of: str,
    ) -> HttpResponse:
        words = _words(request, row, payload, idempotency_key)
        spoken = say.Spoken(row, of.get(matter, ""), given(row, payload), words)
        return send.told(request, do(node_of(request), officer_of(request), spoken))

    _add(router, room, row, said, shape(room, row), SENT)


def add_step(
    router: Router,
    room: Table,
    row: Verb,
    take: Take,
    response: dict[int, Any],
    *,
    is_keyed: bool = True,
) -> None:
    """Give one step at home its address; one that can be taken but once takes no key."""
    matter = room.matter or room.noun

    def taken(
        request: HttpRequest,
        payload: Any,  # noqa: ANN401 -- of the shape that is made of the row
        idempotency_key: str = "",
        **of: str,
    ) -> HttpResponse:
        command = once(request, idempotency_key)
        return take(request, of.get(matter, ""), Step(row, given(row, payload), command))

    _add(router, room, row, taken, step_shape(room, row), response, is_keyed=is_keyed)


def _add(  # noqa: PLR0913 -- a row, where it stands, what it does, what it is sent and answers
    router: Router,
    room: Table,
    row: Verb,
    called: Callable[..., HttpResponse],
    payload: type[Schema],
    response: dict[int, Any],
    *,
    is_keyed: bool = True,
) -> None:
    matter = room.matter or room.noun
    named = {
        "request": HttpRequest,
        **({} if row.opens else {matter: MatterName if room.usual else MatterId}),
        "payload": payload,
        **({"idempotency_key": str} if is_keyed else {}),
    }
    parameters = [
        inspect.Parameter(
            name,
            inspect.Parameter.POSITIONAL_OR_KEYWORD,
            annotation=kind,
            default=KEY if name == "idempotency_key" else inspect.Parameter.empty,
        )
        for name, kind in named.items()
    ]
    cast("Any", called).__signature__ = inspect.Signature(parameters)  # ninja reads it
    called.__doc__ = f"{row.summary}."
    of = "" if row.opens else f"/{{{matter}}}"
    router.add_api_operation(
        f"/{room.plural}{of}/{row.name}",
        ["POST"],
        called,
        auth=Scoped(row.scope or room.scope),
        response=response,
        operation_id=f"{row.identifier}_{room.noun}",
        summary=row.summary,
        openapi_extra=_said(row),
    )


def _said(row: Verb) -> dict[str, Any]:
    """Return what a row is called and does, in the languages that the node speaks."""
    of_hint = (
        {"x-summaries": {"zh": row.hint["zh"].replace(OTHER, _OTHER_SIDE)}} if row.hint else {}
    )
    return {"x-names": dict(row.words), **of_hint}


def _words(request: HttpRequest, row: Verb, payload: Any, key: str) -> Words:  # noqa: ANN401 -- of the shape of the row
    """Return what is said beside the fields: words, or a file with values and attachments."""
    if row.file:
        written = send.read_file(payload.answer, ANSWER, "answer")
        return Words(written, attachments.of(request, payload, written), key, payload.hold)
    texts, mark = getattr(payload, "texts", {}), getattr(payload, "mark", MARK_DEFAULT)
    officer = officer_of(request)
    return say.words(row, officer, texts, key=key, is_held=payload.hold, mark=mark)
