"""The published JSON Schema of a calendar, as data.

`python -m tools.catalogue` writes it to comity/catalogue/calendar.schema.json.

Floor: clocks (pure).
"""

from typing import Final

from comity.clocks.calendar import HOLIDAY, WORKDAY
from comity.kernel.ijson import Json

WEEKDAYS: Final = (
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
)  # fmt: skip

_DATE: Final[Json] = {
    "description": "A date, in quotes.",
    "type": "string",
    "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$",
}
_TIME: Final[Json] = {"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"}
_TEXT: Final[Json] = {"type": "string", "minLength": 1, "maxLength": 2000}
_WORDS: Final[Json] = {
    "description": "The same in each language.",
    "type": "object",
    "minProperties": 1,
    "propertyNames": {"pattern": "^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"},
    "additionalProperties": {"$ref": "#/$defs/text"},
}
_DAY: Final[Json] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["date", "kind", "name", "source"],
    "properties": {
        "date": {"$ref": "#/$defs/date"},
        "kind": {
            "description": "A holiday, or a day of the weekend on which work is done.",
            "enum": [HOLIDAY, WORKDAY],
        },
        "name": {"$ref": "#/$defs/words"},
        "source": {"description": "The decree or statute.", "$ref": "#/$defs/text"},
    },
}
_OFFSET: Final[Json] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["from", "utc"],
    "properties": {
        "from": {
            "description": "The instant, in UTC. The first offset counts before it too.",
            "type": "string",
            "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$",
        },
        "utc": {
            "description": "What the wall shows beyond UTC.",
            "type": "string",
            "pattern": "^[+-](0[0-9]|1[0-7]):[0-5][0-9](:[0-5][0-9])?$",
        },
    },
}
_COVER: Final[Json] = {
    "description": "Of which days the calendar speaks.",
    "type": "object",
    "additionalProperties": False,
    "required": ["first", "last"],
    "properties": {
        "first": {"$ref": "#/$defs/date"},
        "last": {"$ref": "#/$defs/date"},
        "decreed_until": {
            "description": "The last day whose yearly decree is out; absent: all of them.",
            "$ref": "#/$defs/date",
        },
    },
}

SCHEMA: Final[dict[str, Json]] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "urn:comity:schema:calendar:1",
    "title": "A calendar",
    "description": "The working days, office hours and offsets of one side, as both adopt them.",
    "type": "object",
    "additionalProperties": False,
    "required": [
        "id", "title", "version", "source", "zone", "offsets", "weekend", "covers", "days",
    ],
    "properties": {
        "id": {"type": "string", "pattern": "^[a-z0-9][a-z0-9.-]{0,62}$"},
        "title": {"$ref": "#/$defs/words"},
        "version": {"$ref": "#/$defs/text"},
        "source": {"description": "What it rests on as a whole.", "$ref": "#/$defs/text"},
        "zone": {
            "description": "The IANA name, for people; what counts is `offsets`.",
            "$ref": "#/$defs/text",
        },
        "offsets": {
            "description": "By time.",
            "type": "array",
            "minItems": 1,
            "maxItems": 1000,
            "items": {"$ref": "#/$defs/offset"},
        },
        "weekend": {
            "description": "Days of the week without work, from Monday on; never all seven.",
            "type": "array",
            "maxItems": 6,
            "uniqueItems": True,
            "items": {"enum": list(WEEKDAYS)},
        },
        "office_hours": {
            "description": "On working days; absent: the office is always open.",
            "type": "object",
            "additionalProperties": False,
            "required": ["opens", "closes"],
            "properties": {"opens": {"$ref": "#/$defs/time"}, "closes": {"$ref": "#/$defs/time"}},
        },
        "covers": {"$ref": "#/$defs/cover"},
        "days": {
            "description": "By date; each date once.",
            "type": "array",
            "maxItems": 10000,
            "items": {"$ref": "#/$defs/day"},
        },
    },
    "$defs": {
        "cover": _COVER,
        "date": _DATE,
        "day": _DAY,
        "offset": _OFFSET,
        "text": _TEXT,
        "time": _TIME,
        "words": _WORDS,
    },
}  # fmt: skip
