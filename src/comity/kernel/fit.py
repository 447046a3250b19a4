"""Whether a value fits its published JSON Schema (2020-12): every problem, in words.

Floor: kernel (pure).
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final, cast

import jsonschema_rs

from comity.kernel import ijson
from comity.kernel.fault import quoted
from comity.kernel.ijson import Json
from comity.kernel.printable import printable
from comity.kernel.problem import Problem, pointer_of

_MESSAGE_CHARS_MAX: Final = 400

_TOLL_MAX: Final = 4_000_000
"""Two seconds, about: a validator copies a whole object for each of its names that is wrong."""
_TOLL_CHARS: Final = 16
_CROWDED: Final = "It does not fit, and has too many names in one place to say what is wrong."

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

    Args:
        validator: of the schema.
        value: read strictly.
        fixes: what to do, by keyword of the schema, where this kind of text knows better.
    """
    if not validator.is_valid(value) and _toll(value)[1] > _TOLL_MAX:
        yield Problem("", "", _CROWDED, "Look for long lists of names.", rule="text.too-many")
        return
    for error in validator.iter_errors(value):
        keyword = error.kind.name
        fix = fixes.get(keyword) or _FIXES.get(keyword, "Change it so that it fits.")
        found = cast("Json", error.instance)
        text = found if isinstance(found, str) else ijson.render(found).decode()
        pointer = pointer_of(list(error.instance_path))
        rule = _RULES.get(keyword, _OTHERWISE)
        yield Problem(pointer, quoted(text), _sentence(error), fix, rule=rule)


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
