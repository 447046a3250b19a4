# ruff: noqa: RUF001 -- Chinese texts have Chinese punctuation
"""The shape of a call of a verb: each field of its row with its bounds, and what was sent.

    shape(TABLE, row)            what is said of a matter, with words or an answer file
    step_shape(TABLE, row)       what a step at home takes

Floor: surfaces.
"""

from typing import Annotated, Any, Final, Literal

from ninja import Schema
from pydantic import Field as Bounds
from pydantic import create_model

from comity.acts import verb as table
from comity.acts.verb import Field, Given, Table, Verb
from comity.node.room.request_file import MARK_DEFAULT
from comity.surfaces.api.calls import Language
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

_DICT: Final[Any] = dict
_LIST: Final[Any] = list


def shape(room: Table, row: Verb) -> type[Schema]:
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
    return _made(room, row, Strict, fields)


def step_shape(room: Table, row: Verb, base: type[Schema] = Strict) -> type[Schema]:
    """Return what a step at home takes."""
    return _made(room, row, base, {field.key: part(field) for field in row.asks})


def _made(room: Table, row: Verb, base: type[Schema], fields: dict[str, Any]) -> type[Schema]:
    words = "".join(part.capitalize() for part in (*row.identifier.split("_"), room.noun))
    made: type[Schema] = create_model(words, __base__=base, **fields)
    made.__doc__ = f"{row.summary}."
    return made


def part(field: Field) -> tuple[Any, Any]:
    """Return the type and the bounds of one field."""
    words = field.words["en"]
    zh = f"{field.words['zh']}：{field.hint['zh']}" if field.hint else field.words["zh"]
    more: dict[str, Any] = {
        "description": f"{words}: {field.hint['en']}" if field.hint else words,
        "json_schema_extra": {"x-descriptions": {"zh": zh}},
    }
    one = _one(field)
    if field.by:
        more |= {"min_length": 1} if field.needed else {"default_factory": dict}
        more["json_schema_extra"]["additionalProperties"] = False  # no key of another form
        return _DICT[_Key, one], Bounds(max_length=table.MANY_MAX, **more)
    if field.many:
        more |= {"min_length": 1} if field.needed else {"default_factory": list}
        return _LIST[one], Bounds(max_length=table.MANY_MAX, **more)
    if field.needed and not field.default:
        return one, Bounds(**more)
    if field.kind == table.FLAG:
        return bool, Bounds(default=False, **more)
    if field.kind in table.SHAPES and not field.known and not field.default:
        most = table.CHARS_MAX.get(field.kind)
        bound = {"max_length": most} if most else {"pattern": rf"^({field.spelling.pattern})?$"}
        return str, Bounds(default="", **more, **bound)
    return one | None, Bounds(default=field.default or None, **more)


def _one(field: Field) -> Any:  # noqa: ANN401 -- a type that is made
    if field.known:
        return Literal[tuple(field.known)]
    if field.kind in table.WHOLE_KINDS:
        return Instant
    if field.kind == table.FLAG:
        return bool
    if field.kind in table.CHARS_MAX:
        return Annotated[str, Bounds(min_length=1, max_length=table.CHARS_MAX[field.kind])]
    return Annotated[str, Bounds(pattern=rf"^{field.spelling.pattern}$")]


def given(row: Verb, payload: Any) -> Given:  # noqa: ANN401 -- of the shape of the row
    """Return the values that were sent."""
    sent = {field.key: getattr(payload, field.key) for field in row.asks}
    return {
        key: tuple(value) if isinstance(value, list) else value
        for key, value in sent.items()
        if value is not False and value not in (None, [], {}, "")
    }
