"""Whether a value fits its published JSON Schema (2020-12): every problem, in words.

Floor: kernel (pure).
"""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Final, cast

import jsonschema_rs

from comity.kernel import ijson
from comity.kernel.fault import quoted
from comity.kernel.ijson import Json
from comity.kernel.printable import printable
from comity.kernel.problem import LARGE, Problem, pointer_of

_MESSAGE_CHARS_MAX: Final = 400

_TOLL_MAX: Final = 4_000_000
"""Two seconds, about: a validator copies a whole object for each of its names that is wrong."""
_TOLL_CHARS: Final = 16
_CROWDED: Final = "It does not fit, and has too many names in one place to say what is wrong."

_SIZE_MAX: Final = 10_000
"""Values of a text of which all that is wrong is looked for: a second, about. A validator makes
every error before it gives the first, 2 KB each; the largest text of the catalogue has 6,000."""
_LENGTHS: Final = (256, 64, 16, 4, 1)
_LENGTH_MAX: Final = 10_000
"""Of the longest list that a schema allows: days of a calendar."""
_LONG: Final = "It does not fit, and has too long a list to say what is wrong."
_LARGE: Final = "It is large: of its lists the beginning was looked at, and more may be wrong."

_FIXES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "required": "Add it.",
        "additionalProperties": "Remove it, or correct its spelling.",
        "unevaluatedProperties": "Remove it, or correct its spelling.",
        "enum": "Use one of these.",
        "const": "Use that value.",
        "pattern": "Spell it so.",
        "propertyNames": "Use lower-case letters, digits, dots and hyphens, at most 63.",
        "type": "Give a value of that type.",
        "minLength": "Write something.",
        "minItems": "Add one.",
        "uniqueItems": "Name each once.",
    }
)


_RULES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "required": "text.field-missing",
        "additionalProperties": "text.field-unknown",
        "unevaluatedProperties": "text.field-unknown",
        "enum": "text.not-a-choice",
        "const": "text.not-a-choice",
        "pattern": "text.spelling",
        "propertyNames": "text.spelling-of-name",
        "type": "text.type",
        "minLength": "text.empty",
        "minItems": "text.too-few",
        "minProperties": "text.too-few",
        "maxItems": "text.too-many",
        "maxProperties": "text.too-many",
        "maxLength": "text.too-long",
        "minimum": "text.number-out-of-range",
        "maximum": "text.number-out-of-range",
        "uniqueItems": "text.listed-twice",
        "anyOf": "text.no-known-form",
        "oneOf": "text.no-known-form",
    }
)
_OTHERWISE: Final = "text.unfit"
RULES: Final = frozenset({*_RULES.values(), _OTHERWISE})
"""Every rule that a problem with a schema can have."""


def problems(
    validator: jsonschema_rs.Draft202012Validator,
    value: Json,
    fixes: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[Problem]:
    """Give every problem of a value, in the order of the schema.

    Of a large one those of the beginnings of its lists, or its first; and one that says so.

    Args:
        validator: of the schema.
        value: read strictly.
        fixes: what to do, by keyword of the schema, where this kind of text knows better.
    """
    if validator.is_valid(value):
        return
    is_large = _size(value) > _SIZE_MAX
    looked_at = _beginning(validator, value) if is_large else value
    if looked_at is None:
        yield Problem("", "", _LONG, "Make it shorter.", rule="text.too-many")
        return
    if _toll(looked_at)[1] > _TOLL_MAX:
        yield Problem("", "", _CROWDED, "Look for long lists of names.", rule="text.too-many")
        return
    for error in _errors(validator, looked_at):
        keyword = error.kind.name
        fix = fixes.get(keyword) or _FIXES.get(keyword, "Change it so that it fits.")
        found = cast("Json", error.instance)
        text = found if isinstance(found, str) else ijson.render(found).decode()
        pointer = pointer_of(list(error.instance_path))
        rule = _RULES.get(keyword, _OTHERWISE)
        yield Problem(pointer, quoted(text), _sentence(error), fix, rule=rule)
    if is_large:
        yield Problem("", "", _LARGE, "Correct these first, and check it again.", rule=LARGE)


def _beginning(validator: jsonschema_rs.Draft202012Validator, value: Json) -> Json:
    """Return a large value that does not fit with its lists cut, so that it still does not.

    A place in it is the same place in the whole. None if what is left fits.
    """
    for length in _LENGTHS:
        cut = _cut(value, length)
        if _size(cut) <= _SIZE_MAX and not validator.is_valid(cut):
            return cut
    cut = _cut(value, _LENGTH_MAX)
    return None if validator.is_valid(cut) else cut


def _errors(
    validator: jsonschema_rs.Draft202012Validator, value: Json
) -> Iterable[jsonschema_rs.ValidationError]:
    """Return what is wrong with a value; the first alone, of one that is large."""
    if _size(value) <= _SIZE_MAX:
        return validator.iter_errors(value)
    try:
        validator.validate(value)
    except jsonschema_rs.ValidationError as error:
        return (error,)
    return ()


def _cut(value: Json, length: int) -> Json:
    """Return a value with the beginnings of its lists."""
    if isinstance(value, dict):
        return {name: _cut(inner, length) for name, inner in value.items()}
    return [_cut(inner, length) for inner in value[:length]] if isinstance(value, list) else value


def _size(value: Json) -> int:
    """Return how many values and names there are."""
    if isinstance(value, dict):
        return 1 + len(value) + sum(map(_size, value.values()))
    return 1 + sum(map(_size, value)) if isinstance(value, list) else 1


def _toll(value: Json) -> tuple[int, int]:
    """Return how large a value is, and what it may cost to name all that is wrong in it."""
    if isinstance(value, str):
        return 1 + len(value) // _TOLL_CHARS, 0
    if not isinstance(value, (dict, list)):
        return 1, 0
    inner = value.values() if isinstance(value, dict) else value
    found = [_toll(one) for one in inner]
    size = 1 + sum(one for one, _ in found)
    cost = sum(one for _, one in found)
    if isinstance(value, dict):
        size += sum(_toll(name)[0] for name in value)
        cost += len(value) * size
    return size, cost


def _sentence(error: jsonschema_rs.ValidationError) -> str:
    message = error.message
    if len(message) > _MESSAGE_CHARS_MAX:  # it begins with the value
        kind, message = error.kind, "It does not fit"
        if isinstance(kind, jsonschema_rs.ValidationErrorKind.Pattern):
            message = f"It does not match {kind.pattern}"
    message = printable(message)
    return message if message.endswith(".") else f"{message}."
