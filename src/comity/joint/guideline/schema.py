"""The published JSON Schema of the main joint text, as data.

`python -m tools.catalogue` writes it to comity/catalogue/guideline.schema.json.

Floor: joint (pure).
"""

from collections.abc import Mapping
from typing import Final

from comity.acts import ways
from comity.acts.urgencies import URGENCIES
from comity.kernel.ijson import Json
from comity.kernel.schema import DEFS, DIALECT, IN_FORCE_FROM, VERSION, closed, many, of, one_of

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
    "submitted-orally",
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
    "assessed",
    "assessment-disputed",
    "assessment-settled",
    "step-told",
    "responded",
    "completed",
    "deficiency-left",
    "deficiency-over",
    "consultation-left",
    "consultation-over",
    "postponement-over",
    "extended",
)
"""Events of a request that clocks can name; the joint times of the text are events too."""

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


def _check(kind: str, required: str = "", optional: str = "", /, **properties: Json) -> Json:
    return closed(f"kind {required}", optional, kind={"const": kind}, **properties)


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
    _check("amount", "", "at_least", at_least=of("amounts")),
    _check(
        "transaction",
        "",
        "hours_max at_least",
        hours_max=_POSITIVE,
        at_least=of("amounts"),
    ),
    _check(
        "identifiers",
        "of",
        "period days_max kinds",
        of={"type": "array", "minItems": 1, "items": one_of(*IDENTIFIERS), "uniqueItems": True},
        period=one_of("required", "optional"),
        days_max=_POSITIVE,
        kinds=many("id", 1, uniqueItems=True),
    ),
    _check("choice", "of", of=many("choice", 1)),
    _check("file", "", "role", role=of("id")),
]

_CODED: Final[Mapping[str, Json]] = {
    "code": of("code"),
    "label": of("words"),
    "help": of("words"),
    "source": of("sources"),
    "except_types": many("id", 1, uniqueItems=True),
}

_DEFS: Final[Mapping[str, Json]] = {
    **DEFS,
    "code": {"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9 ._:/+=@-]{0,254}$"},
    "event": {"type": "string", "pattern": "^[a-z][a-z-]{0,62}$"},
    "events": many("event", 1, uniqueItems=True),
    "urgency": one_of(*URGENCIES),
    "length": closed(
        "amount unit",
        "of",
        amount=_POSITIVE,
        unit=one_of(*UNITS),
        of=one_of("addressee", "asker"),
    ),
    "lengths": {
        "type": "object",
        "minProperties": 1,
        "propertyNames": of("urgency"),
        "additionalProperties": of("length"),
    },
    "amounts": {
        "description": "The least amount, by currency (ISO 4217).",
        "type": "object",
        "minProperties": 1,
        "propertyNames": {"pattern": "^[A-Z]{3}$"},
        "additionalProperties": {"type": "integer", "minimum": 0},
    },
    "coded": closed(
        "code label source",
        "help except_types",
        **_CODED,
    ),
    "limit": closed(
        "code label source",
        "help except_types forbids",
        **_CODED,
        forbids={
            "description": "Ways of using what was given under it that a node stops.",
            "type": "array",
            "maxItems": len(ways.WAYS),
            "items": one_of(*ways.WAYS),
            "uniqueItems": True,
        },
    ),
    "choice": closed("code label", "", code=of("id"), label=of("words")),
    "urgency-level": closed(
        "id label justified_by source",
        "",
        id=of("urgency"),
        label=of("words"),
        justified_by=of("words"),
        source=of("sources"),
    ),
    "pause": closed("starts ends why", "", starts=of("events"), ends=of("events"), why=of("words")),
    "clock": closed(
        "id label starts lengths source",
        "ends stops pauses extended_by receipt receipt_of last_day alert_before",
        id=of("id"),
        label=of("words"),
        starts=of("events"),
        ends=of("events"),
        stops=of("events"),
        pauses=many("pause"),
        extended_by=of("events"),
        receipt=one_of("at-once", "office-hours"),
        receipt_of=one_of("addressee", "asker"),
        last_day=one_of("as-it-falls", "next-working-day"),
        alert_before=of("lengths"),
        lengths=of("lengths"),
        source=of("sources"),
    ),
    "condition": {
        "description": "Another element, or `urgency`, and what it is.",
        "oneOf": [
            closed("element is", "", element=of("id"), **{"is": of("plain")}),
            closed("element one_of", "", element=of("id"), one_of=many("plain", 1)),
            closed("element present", "", element=of("id"), present={"type": "boolean"}),
        ],
    },
    "plain": {"type": ["string", "integer", "boolean"]},
    "need": {
        "description": "`always`, `where-possible`, or `when` with conditions that all hold.",
        "anyOf": [
            one_of("always", "where-possible"),
            closed("when", "", when=many("condition", 1)),
        ],
    },
    "check": {"oneOf": _CHECKS},
    "element": closed(
        "id label help why check source",
        "",
        id=of("id"),
        label=of("words"),
        help=of("words"),
        why=of("words"),
        check=of("check"),
        source=of("sources"),
    ),
    "asked": closed("id need", "source", id=of("id"), need=of("need"), source=of("sources")),
    "type-clock": closed("id", "lengths", id=of("id"), lengths=of("lengths")),
    "type": closed(
        "id label help urgencies elements clocks source",
        "opening",
        id=of("id"),
        label=of("words"),
        help=of("words"),
        urgencies=many("urgency", 1, uniqueItems=True),
        elements=many("asked", 1),
        clocks=many("type-clock", 1),
        opening={"type": "boolean"},
        source=of("sources"),
    ),
    "retention": closed(
        "blob label length after source",
        "",
        blob=of("id"),
        label=of("words"),
        length=of("length"),
        after=of("event"),
        source=of("sources"),
    ),
    "approval": closed(
        "act count",
        "roles urgencies review_hours",
        act={"type": "string", "pattern": "^[a-z]{2,20}\\.[a-z-]{2,60}$"},
        count={"type": "integer", "minimum": 1, "maximum": 9},
        roles={"type": "array", "minItems": 1, "items": one_of(*ROLES), "uniqueItems": True},
        urgencies=many("urgency", 1, uniqueItems=True),
        review_hours={
            "description": "In an emergency one officer may release it alone, reviewed by then.",
            "type": "integer",
            "minimum": 1,
            "maximum": 168,
        },
    ),
    "joint": closed(
        "id element kind why",
        "field",
        id=of("id"),
        element=of("id"),
        field={"type": "string", "pattern": "^[a-z][a-z_]{0,30}$"},
        kind=one_of("time", "code", "money"),
        why=of("words"),
    ),
    "step": closed(
        "code label by",
        "needs unit reasons",
        code=of("id"),
        label=of("words"),
        by=one_of("asker", "addressee"),
        needs=many("id", 1, uniqueItems=True),
        unit=one_of("money", "persons", "count"),
        reasons=many("code", 1, uniqueItems=True),
    ),
    "ladder": closed(
        "id label types steps source",
        "",
        id=of("id"),
        label=of("words"),
        types=many("id", 1, uniqueItems=True),
        steps=many("step", 1),
        source=of("sources"),
    ),
    "lanes": closed("ladders", "", ladders=many("ladder", 1)),
    "languages": closed(
        "text requests translator rules source",
        "",
        text=many("language", 1, uniqueItems=True),
        requests=many("language", 1, uniqueItems=True),
        translator=one_of("asker", "addressee"),
        rules=many("words", 1),
        source=of("sources"),
    ),
    "hotline": closed(
        "scope goals procedure acknowledge test source",
        "",
        scope=many("words", 1),
        goals=many("words", 1),
        procedure=many("words", 1),
        acknowledge=of("length"),
        test=of("length"),
        source=of("sources"),
    ),
}

SCHEMA: Final[Json] = {
    "$schema": DIALECT,
    "$id": "urn:comity:schema:guideline:1",
    "title": "A guideline",
    "description": "What a request contains and how soon it is answered, as every party adopts it.",
    **closed(
        "format title version languages urgencies crimes clocks transit elements types "
        "refusals postponements deficiencies conditions marks retention approvals quality hotline",
        "in_force_from notes joint lanes",
        format={"const": "comity-guideline/1"},
        title=of("words"),
        version=VERSION,
        in_force_from=IN_FORCE_FROM,
        notes=many("words"),
        languages=of("languages"),
        urgencies=many("urgency-level", 1),
        crimes=many("coded", 1),
        clocks=many("clock", 1),
        transit=many("words", 1),
        joint=many("joint"),
        lanes=of("lanes"),
        elements=many("element", 1),
        types=many("type", 1),
        refusals=many("coded", 1),
        postponements=many("coded", 1),
        deficiencies=many("coded", 1),
        conditions=many("limit", 1),
        marks=many("coded", 1),
        retention=many("retention", 1),
        approvals=many("approval", 1),
        quality=many("coded", 1),
        hotline=of("hotline"),
    ),
    "$defs": dict(_DEFS),
}
