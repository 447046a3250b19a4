"""Parts of a published JSON Schema (2020-12), as data: what texts of every kind share.

    closed("id label", "help", id=of("id"), label=of("words"), help=of("words"))

Floor: kernel (pure).
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from comity.kernel.ijson import Json

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
LANGUAGE: Final = "^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$"
_COUNT_MAX: Final = 256


def closed(required: str, optional: str = "", /, **properties: Json) -> dict[str, Json]:
    """Return an object with these properties and no other."""
    assert {*required.split(), *optional.split()} == properties.keys()
    return {
        "type": "object",
        "additionalProperties": False,
        "required": [*required.split()],
        "properties": dict(properties),
    }


def many(name: str, at_least: int = 0, **also: Json) -> Json:
    """Return a list of a definition, which has an upper bound."""
    return {
        "type": "array", "minItems": at_least, "maxItems": _COUNT_MAX, "items": of(name), **also,
    }  # fmt: skip


def of(name: str) -> Json:
    """Return a reference to a definition."""
    return {"$ref": f"#/$defs/{name}"}


def one_of(*values: str) -> Json:
    """Return a choice of words."""
    return {"enum": [*values]}


VERSION: Final[Json] = {"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"}
IN_FORCE_FROM: Final[Json] = {
    "description": "From when at the earliest, in UTC.",
    "type": "string",
    "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$",
}


def approvals(description: str) -> Json:
    """Return how many officers of which roles let something out."""
    return {
        "description": description,
        **closed(
            "count",
            "roles review_hours",
            count={"type": "integer", "minimum": 1, "maximum": 9},
            roles=many("id"),
            review_hours={"type": "integer", "minimum": 0, "maximum": 168},
        ),
    }


_SOURCE_TEXT: Final[Json] = {"type": "string", "minLength": 3, "maxLength": 400}

DEFS: Final[Mapping[str, Json]] = MappingProxyType(
    {
        "id": {
            "description": "Lower-case letters, digits, dots and hyphens; at most 63.",
            "type": "string",
            "pattern": "^[a-z0-9][a-z0-9.-]{0,62}$",
        },
        "language": {"type": "string", "pattern": LANGUAGE},
        "words": {
            "description": "The same in each language of the text.",
            "type": "object",
            "minProperties": 1,
            "propertyNames": {"pattern": LANGUAGE},
            "additionalProperties": {"type": "string", "minLength": 1, "maxLength": 4_000},
        },
        "source": {
            "description": "Articles of a public instrument; what is not public says so.",
            "anyOf": [
                _SOURCE_TEXT,
                closed(
                    "text",
                    "verified proposal",
                    text=_SOURCE_TEXT,
                    verified={"const": False},
                    proposal={"const": True},
                ),
            ],
        },
        "sources": {"anyOf": [of("source"), many("source", 1)]},
    }
)
"""Definitions that texts of every kind have."""
