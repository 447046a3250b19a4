"""The calls of a table of verbs: each row with its shape, its address, and what it does.

    POST /cases/open                      {"own_reference": "FR-2026-17", "requests": ["3f1c"]}
    POST /cases/{case}/propose-priority   {"reason": "harm-goes-on", "texts": {"en": "…"}}

Floor: surfaces.
"""

import inspect
from typing import Annotated, Any, Final, Literal, cast

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import Field as Bounds
from pydantic import create_model

from comity.acts import verb as table
from comity.acts.verb import Field, Given, Table, Verb
from comity.node.room import say
from comity.node.room.act_words import Words
from comity.node.room.request_file import ANSWER, MARK_DEFAULT
from comity.surfaces.api import attachments, send
from comity.surfaces.api.caller import node_of, officer_of
from comity.surfaces.api.calls import DRAFT, KEY, SENT, Language, MatterId
from comity.surfaces.api.shapes import Files, Instant, Strict, Uploads

_Text = Annotated[str, Bounds(min_length=1, max_length=table.TEXT_CHARS_MAX)]
_Key = Annotated[str, Bounds(pattern=rf"^{table.SHAPES[table.NAME].pattern}$")]

_FILE: Final[dict[str, Any]] = {
    "answer": (
        dict[str, object],
        Bounds(default_factory=dict, description="as answer.schema.json: values, texts, files"),
    ),
    "files": (
        Files,
        Bounds(default_factory=dict, description="base64 of each attachment that `answer` names"),
    ),
    "uploads": (
        Uploads,
        Bounds(default_factory=dict, description="the upload of each that is larger, by its path"),
    ),
}
"""What a call has beside its fields that takes an answer file."""

_CHARS_MAX: Final = {table.TEXT: table.TEXT_CHARS_MAX, table.LINES: table.LINES_CHARS_MAX}

_DICT: Final[Any] = dict
_LIST: Final[Any] = list


def add(router: Router, room: Table, do: say.Do) -> None:
    """Give every row its address."""
    for row in room.typed:
        add_one(router, room, row, do)


def add_one(router: Router, room: Table, row: Verb, do: say.Do) -> None:
    """Give one row its address."""

    def said(
        request: HttpRequest,
        idempotency_key: str,
        payload: Any,  # noqa: ANN401 -- of the shape that is made of the row
        **of: str,
    ) -> HttpResponse:
        words = _words(request, row, payload, idempotency_key)
        spoken = say.Spoken(row, of.get(matter, ""), given(row, payload), words)
        return send.told(request, do(node_of(request), officer_of(request), spoken))

    matter = room.matter or room.noun

    named = {
        "request": HttpRequest,
        **({} if row.opens else {matter: MatterId}),
        "payload": shape(room, row),
        "idempotency_key": str,
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
    cast("Any", said).__signature__ = inspect.Signature(parameters)  # ninja reads it
    said.__doc__ = f"{row.summary}."
    of = "" if row.opens else f"/{{{matter}}}"
    router.add_api_operation(
        f"/{room.plural}{of}/{row.name}",
        ["POST"],
        said,
        auth=DRAFT,
        response=SENT,
        operation_id=f"{row.name.replace('-', '_')}_{room.noun}",
        summary=row.summary,
    )


def _words(request: HttpRequest, row: Verb, payload: Any, key: str) -> Words:  # noqa: ANN401 -- of the shape of the row
    """Return what is said beside the fields: words, or a file with values and attachments."""
    if row.file:
        written = send.read_file(payload.answer, ANSWER, "answer")
        return Words(written, attachments.of(request, payload, written), key, payload.hold)
    texts, mark = getattr(payload, "texts", {}), getattr(payload, "mark", MARK_DEFAULT)
    officer = officer_of(request)
    return say.words(row, officer, texts, key=key, is_held=payload.hold, mark=mark)


def shape(room: Table, row: Verb) -> type[Strict]:
    """Return what a call of one row is sent."""
    fields: dict[str, Any] = {field.key: part(field) for field in row.asks}
    if row.file:
        fields |= _FILE
    elif row.has_texts:
        bounds = Bounds(
            default_factory=dict,
            min_length=1 if row.needs_texts else 0,
            max_length=table.LANGUAGES_MAX,
            description="{language: words}; the first is the original",
        )
        if row.needs_texts:
            bounds = Bounds(
                min_length=1, max_length=table.LANGUAGES_MAX, description="{language: words}"
            )
        fields["texts"] = (dict[Language, _Text], bounds)
        of_texts = Bounds(MARK_DEFAULT, max_length=40, description="of `texts`")
        fields.setdefault("mark", (str, of_texts))
    held = Bounds(default=False, description="keep it as a draft, which `release` sends")
    fields["hold"] = (bool, held)
    words = "".join(part.capitalize() for part in (*row.name.split("-"), room.noun))
    made = create_model(words, __base__=Strict, **fields)
    made.__doc__ = f"{row.summary}."
    return made


def part(field: Field) -> tuple[Any, Any]:
    """Return the type and the bounds of one field."""
    words = field.words["en"]
    more: dict[str, Any] = {
        "description": f"{words}: {field.hint['en']}" if field.hint else words,
    }
    one = _one(field)
    if field.by:
        more |= {"min_length": 1} if field.needed else {"default_factory": dict}
        more["json_schema_extra"] = {"additionalProperties": False}  # no key of another form
        return _DICT[_Key, one], Bounds(max_length=table.MANY_MAX, **more)
    if field.many:
        more |= {"min_length": 1} if field.needed else {"default_factory": list}
        return _LIST[one], Bounds(max_length=table.MANY_MAX, **more)
    if field.needed and not field.default:
        return one, Bounds(**more)
    if field.kind == table.FLAG:
        return bool, Bounds(default=False, **more)
    if field.kind in table.SHAPES and not field.known and not field.default:
        pattern = rf"^({field.spelling.pattern})?$"
        most = _CHARS_MAX.get(field.kind)
        more |= {"max_length": most} if most else {"pattern": pattern}
        return str, Bounds(default="", **more)
    return one | None, Bounds(default=field.default or None, **more)


def _one(field: Field) -> Any:  # noqa: ANN401 -- a type that is made
    if field.known:
        return Literal[tuple(field.known)]
    if field.kind in table.WHOLE_KINDS:
        return Instant
    if field.kind == table.FLAG:
        return bool
    if field.kind in _CHARS_MAX:
        return Annotated[str, Bounds(min_length=1, max_length=_CHARS_MAX[field.kind])]
    return Annotated[str, Bounds(pattern=rf"^{field.spelling.pattern}$")]


def given(row: Verb, payload: Any) -> Given:  # noqa: ANN401 -- of the shape of the row
    """Return the values that were sent."""
    sent = {field.key: getattr(payload, field.key) for field in row.asks}
    return {
        key: tuple(value) if isinstance(value, list) else value
        for key, value in sent.items()
        if value is not False and value not in (None, [], {}, "")
    }
