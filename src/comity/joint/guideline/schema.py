"""The published JSON Schema of the main joint text, as data.

`python -m tools.catalogue` writes it to comity/catalogue/guideline.schema.json.

Floor: joint (pure).
"""

from collections.abc import Mapping
from typing import Final

from comity.kernel.ijson import Json

IDENTIFIERS: Final = (
    "ip-address",
    "domain",
    "url",
    "email",
    "phone",
    "account",
    "hash",
    "bank-account",
    "iban",
    "swift",
    "server",
)
"""Kinds of identifiers, each with a way to check it."""

EVENTS: Final = (
    "submitted",
    "confirmed",
    "acknowledged",
    "found-deficient",
    "deficiency-disputed",
    "clarified",
    "rerouted",
    "accepted",
    "condition-accepted",
    "condition-declined",
    "condition-waived",
    "status-asked",
    "status-reported",
    "answered",
    "postponed",
    "resumed",
    "consulted",
    "consultation-answered",
    "refused",
    "withdrawn",
    "superseded",
    "closed",
    "reopened",
    "corrected",
    "opened",
    "use-asked",
    "use-reported",
    "destroyed",
    "responded",
    "completed",
    "extended",
)
"""Events of a request that clocks can name; the joint times of the text are events too."""

WAYS: Final = (
    "share",
    "hand-over",
    "court",
    "export",
    "disclose",
    "other-matter",
    "third-state",
)
"""Ways of using what was given that a condition can forbid."""

URGENCIES: Final = ("emergency", "urgent", "routine")
UNITS: Final = ("hours", "calendar-days", "working-days", "months")
ROLES: Final = (
    "contact-point",
    "case-officer",
    "counsel",
    "releasing",
    "analyst",
    "controller",
    "secretariat",
    "auditor",
    "operator",
)

LANGUAGE: Final = "^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$"


def _object(required: str, optional: str = "", /, **properties: Json) -> dict[str, Json]:
    """Return an object with these properties and no other."""
    assert {*required.split(), *optional.split()} == properties.keys()
    return {
        "type": "object",
        "additionalProperties": False,
        "required": [*required.split()],
        "properties": dict(properties),
    }


def _list(of: str, at_least: int = 0, **also: Json) -> Json:
    return {"type": "array", "minItems": at_least, "maxItems": 256, "items": _of(of), **also}


def _of(name: str) -> Json:
    return {"$ref": f"#/$defs/{name}"}


def _enum(*values: str) -> Json:
    return {"enum": [*values]}


def _check(kind: str, required: str = "", optional: str = "", /, **properties: Json) -> Json:
    return _object(f"kind {required}", optional, kind={"const": kind}, **properties)


_WHOLE: Final[Json] = {"type": "integer", "minimum": 0, "maximum": 100_000}
_POSITIVE: Final[Json] = {"type": "integer", "minimum": 1, "maximum": 9_999}

_CHECKS: Final[list[Json]] = [
    _check("text", "", "min_chars", min_chars=_WHOLE),
    _check("legal-basis", "", "min_chars", min_chars=_WHOLE),
    _check("link", "", "min_chars", min_chars=_WHOLE),
    _check("statement"),
    _check("authority"),
    _check("offence"),
    _check("person"),
    _check("account"),
    _check("reference"),
    _check("recall"),
    _check("state"),
    _check("languages"),
    _check("date-time", "", "past", past={"type": "boolean"}),
    _check("period", "", "days_max", days_max=_POSITIVE),
    _check("amount", "", "at_least", at_least=_of("amounts")),
    _check(
        "transaction",
        "",
        "hours_max at_least",
        hours_max=_POSITIVE,
        at_least=_of("amounts"),
    ),
    _check(
        "identifiers",
        "of",
        "period days_max kinds",
        of={"type": "array", "minItems": 1, "items": _enum(*IDENTIFIERS), "uniqueItems": True},
        period=_enum("required", "optional"),
        days_max=_POSITIVE,
        kinds=_list("id", 1, uniqueItems=True),
    ),
    _check("choice", "of", of=_list("choice", 1)),
    _check("file", "", "role", role=_of("id")),
]

_DEFS: Final[Mapping[str, Json]] = {
    "id": {
        "description": "Lower-case letters, digits, dots and hyphens; at most 63.",
        "type": "string",
        "pattern": "^[a-z0-9][a-z0-9.-]{0,62}$",
    },
    "code": {"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9 ._:/+=@-]{0,254}$"},
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
            {"type": "string", "minLength": 3, "maxLength": 400},
            _object(
                "text",
                "verified proposal",
                text={"type": "string", "minLength": 3, "maxLength": 400},
                verified={"const": False},
                proposal={"const": True},
            ),
        ],
    },
    "sources": {
        "anyOf": [_of("source"), _list("source", 1)],
    },
    "event": {"type": "string", "pattern": "^[a-z][a-z-]{0,62}$"},
    "events": _list("event", 1, uniqueItems=True),
    "urgency": _enum(*URGENCIES),
    "length": _object(
        "amount unit",
        "of",
        amount=_POSITIVE,
        unit=_enum(*UNITS),
        of=_enum("addressee", "asker"),
    ),
    "lengths": {
        "type": "object",
        "minProperties": 1,
        "propertyNames": _of("urgency"),
        "additionalProperties": _of("length"),
    },
    "amounts": {
        "description": "The least amount, by currency (ISO 4217).",
        "type": "object",
        "minProperties": 1,
        "propertyNames": {"pattern": "^[A-Z]{3}$"},
        "additionalProperties": {"type": "integer", "minimum": 0},
    },
    "coded": _object(
        "code label source",
        "help except_types",
        code=_of("code"),
        label=_of("words"),
        help=_of("words"),
        source=_of("sources"),
        except_types=_list("id", 1, uniqueItems=True),
    ),
    "limit": _object(
        "code label source",
        "help except_types forbids",
        code=_of("code"),
        label=_of("words"),
        help=_of("words"),
        source=_of("sources"),
        except_types=_list("id", 1, uniqueItems=True),
        forbids={
            "description": "Ways of using what was given under it that a node stops.",
            "type": "array",
            "maxItems": len(WAYS),
            "items": _enum(*WAYS),
            "uniqueItems": True,
        },
    ),
    "choice": _object("code label", "", code=_of("id"), label=_of("words")),
    "urgency-level": _object(
        "id label justified_by source",
        "",
        id=_of("urgency"),
        label=_of("words"),
        justified_by=_of("words"),
        source=_of("sources"),
    ),
    "pause": _object(
        "starts ends why", "", starts=_of("events"), ends=_of("events"), why=_of("words")
    ),
    "clock": _object(
        "id label starts ends lengths source",
        "stops pauses extended_by receipt receipt_of last_day alert_before",
        id=_of("id"),
        label=_of("words"),
        starts=_of("events"),
        ends=_of("events"),
        stops=_of("events"),
        pauses=_list("pause"),
        extended_by=_of("events"),
        receipt=_enum("at-once", "office-hours"),
        receipt_of=_enum("addressee", "asker"),
        last_day=_enum("as-it-falls", "next-working-day"),
        alert_before=_of("lengths"),
        lengths=_of("lengths"),
        source=_of("sources"),
    ),
    "condition": {
        "description": "Another element, or `urgency`, and what it is.",
        "oneOf": [
            _object("element is", "", element=_of("id"), **{"is": _of("plain")}),
            _object("element one_of", "", element=_of("id"), one_of=_list("plain", 1)),
            _object("element present", "", element=_of("id"), present={"type": "boolean"}),
        ],
    },
    "plain": {"type": ["string", "integer", "boolean"]},
    "need": {
        "description": "`always`, `where-possible`, or `when` with conditions that all hold.",
        "anyOf": [
            _enum("always", "where-possible"),
            _object("when", "", when=_list("condition", 1)),
        ],
    },
    "check": {"oneOf": _CHECKS},
    "element": _object(
        "id label help why check source",
        "",
        id=_of("id"),
        label=_of("words"),
        help=_of("words"),
        why=_of("words"),
        check=_of("check"),
        source=_of("sources"),
    ),
    "asked": _object("id need", "source", id=_of("id"), need=_of("need"), source=_of("sources")),
    "type-clock": _object("id", "lengths", id=_of("id"), lengths=_of("lengths")),
    "type": _object(
        "id label help urgencies elements clocks source",
        "opening",
        id=_of("id"),
        label=_of("words"),
        help=_of("words"),
        urgencies=_list("urgency", 1, uniqueItems=True),
        elements=_list("asked", 1),
        clocks=_list("type-clock", 1),
        opening={"type": "boolean"},
        source=_of("sources"),
    ),
    "retention": _object(
        "blob label length after source",
        "",
        blob=_of("id"),
        label=_of("words"),
        length=_of("length"),
        after=_of("event"),
        source=_of("sources"),
    ),
    "approval": _object(
        "act count",
        "roles urgencies review_hours",
        act={"type": "string", "pattern": "^[a-z]{2,20}\\.[a-z-]{2,60}$"},
        count={"type": "integer", "minimum": 1, "maximum": 9},
        roles={"type": "array", "minItems": 1, "items": _enum(*ROLES), "uniqueItems": True},
        urgencies=_list("urgency", 1, uniqueItems=True),
        review_hours={
            "description": "In an emergency one officer may release it alone, reviewed by then.",
            "type": "integer",
            "minimum": 1,
            "maximum": 168,
        },
    ),
    "joint": _object(
        "id element kind why",
        "field",
        id=_of("id"),
        element=_of("id"),
        field={"type": "string", "pattern": "^[a-z][a-z_]{0,30}$"},
        kind=_enum("time", "code"),
        why=_of("words"),
    ),
    "languages": _object(
        "text requests translator rules source",
        "",
        text=_list("language", 1, uniqueItems=True),
        requests=_list("language", 1, uniqueItems=True),
        translator=_enum("asker", "addressee"),
        rules=_list("words", 1),
        source=_of("sources"),
    ),
    "language": {"type": "string", "pattern": LANGUAGE},
    "hotline": _object(
        "scope goals procedure acknowledge test source",
        "",
        scope=_list("words", 1),
        goals=_list("words", 1),
        procedure=_list("words", 1),
        acknowledge=_of("length"),
        test=_of("length"),
        source=_of("sources"),
    ),
}

SCHEMA: Final[Json] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "urn:comity:schema:guideline:1",
    "title": "A guideline",
    "description": "What a request contains and how soon it is answered, as every party adopts it.",
    **_object(
        "format title version languages urgencies crimes clocks transit elements types "
        "refusals postponements deficiencies conditions marks retention approvals quality hotline",
        "in_force_from notes joint",
        format={"const": "comity-guideline/1"},
        title=_of("words"),
        version={"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"},
        in_force_from={
            "description": "From when at the earliest, in UTC.",
            "type": "string",
            "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$",
        },
        notes=_list("words"),
        languages=_of("languages"),
        urgencies=_list("urgency-level", 1),
        crimes=_list("coded", 1),
        clocks=_list("clock", 1),
        transit=_list("words", 1),
        joint=_list("joint"),
        elements=_list("element", 1),
        types=_list("type", 1),
        refusals=_list("coded", 1),
        postponements=_list("coded", 1),
        deficiencies=_list("coded", 1),
        conditions=_list("limit", 1),
        marks=_list("coded", 1),
        retention=_list("retention", 1),
        approvals=_list("approval", 1),
        quality=_list("coded", 1),
        hotline=_of("hotline"),
    ),
    "$defs": dict(_DEFS),
}
