"""The published JSON Schema of contact points, as data: functions, never persons.

`python -m tools.catalogue` writes it to comity/catalogue/contacts.schema.json.

Floor: joint (pure).
"""

from collections.abc import Mapping
from typing import Final

from comity.kernel.ijson import Json
from comity.kernel.schema import DEFS, DIALECT, closed, many, of, one_of

FORMAT: Final = "comity-contacts/1"
ENTRIES_MAX: Final = 64
TEL, MAILTO, FILE = "tel", "mailto", "file"
CARRIERS: Final = (TEL, MAILTO, FILE)
DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HOUR: Final[Json] = {"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"}
_CARRIERS_MAX: Final = 8
_PATTERNS: Final[Mapping[str, str]] = {
    TEL: r"^\+[1-9][0-9]{6,14}(;ext=[0-9]{1,7})?$",
    MAILTO: r"^[A-Za-z0-9._+-]{1,64}@([A-Za-z0-9][A-Za-z0-9-]{0,62}\.)+[A-Za-z]{2,63}$",
    FILE: r"^[^\s].{0,198}[^\s]$",
}
"""What stands after each carrier: a global number of RFC 3966, an address, where to hand it in."""


def _carrier(name: str) -> Json:
    value: Json = {"type": "string", "maxLength": 320, "pattern": _PATTERNS[name]}
    return closed(name, "", **{name: value})


_DEFS: Final[dict[str, Json]] = {
    name: DEFS[name] for name in ("id", "language", "words")
} | {
    "carrier": {
        "description": "tel: an E.164 number; mailto: an address; file: where it is handed in.",
        "anyOf": [_carrier(name) for name in CARRIERS],
    },
    "hours": {
        "description": "When it is attended, in its zone; always, if none are given.",
        **closed(
            "days opens closes",
            days={
                "type": "array", "minItems": 1, "maxItems": 7, "uniqueItems": True,
                "items": one_of(*DAYS),
            },
            opens=_HOUR,
            closes=_HOUR,
        ),
    },
    "entry": closed(
        "id agency function level languages zone carriers",
        "office hours",
        id=of("id"),
        agency=of("id"),
        office=of("id"),
        function=of("words"),
        level={"type": "integer", "minimum": 1, "maximum": 9},
        languages=many("language", 1),
        zone={"type": "string", "pattern": "^[A-Za-z][A-Za-z0-9_+/-]{1,62}$"},
        hours=many("hours"),
        carriers={
            "description": "In the order in which they are tried; two at least.",
            "type": "array", "minItems": 2, "maxItems": _CARRIERS_MAX, "uniqueItems": True,
            "items": of("carrier"),
        },
    ),
}  # fmt: skip

SCHEMA: Final[Json] = {
    "$schema": DIALECT,
    "title": "Contact points of one State: functions, never persons",
    **closed(
        "format party entries",
        format={"const": FORMAT},
        party=of("id"),
        entries={
            "type": "array", "minItems": 1, "maxItems": ENTRIES_MAX, "items": of("entry"),
        },
    ),
    "$defs": _DEFS,
}  # fmt: skip
