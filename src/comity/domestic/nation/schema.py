"""The published JSON Schema of a nation profile, as data.

`python -m tools.catalogue` writes it to comity/catalogue/nation.schema.json.

Floor: domestic (pure).
"""

from collections.abc import Mapping
from typing import Final

from comity.acts.urgencies import URGENCIES
from comity.kernel.ijson import Json
from comity.kernel.schema import DEFS, DIALECT, closed, many, of, one_of

INCOMING: Final = "incoming"
OUTGOING: Final = "outgoing"
ANSWER: Final = "answer"
DIRECTIONS: Final = (INCOMING, OUTGOING, ANSWER)
"""A request of another State before it is executed; our own, and our answer, before release."""

CONTACT_POINT: Final = "contact-point"
CENTRAL_AUTHORITY: Final = "central-authority"
EXECUTING: Final = "executing"
ADVISING: Final = "advising"
CAPACITIES: Final = (CONTACT_POINT, CENTRAL_AUTHORITY, EXECUTING, ADVISING)

BASIS: Final = "basis"
INSTRUMENT: Final = "instrument"
GROUNDS: Final = "grounds"
CONDITIONS: Final = "conditions"
QUESTION: Final = "question"
DECIDES: Final = (BASIS, INSTRUMENT, GROUNDS, CONDITIONS, QUESTION)
"""What is decided on a point: which legal basis carries it, which order or warrant, whether
a ground of refusal applies, which conditions are attached, or a question of its own."""

ROLES: Final = (
    "contact-point", "case-officer", "counsel", "releasing", "analyst", "controller",
    "secretariat", "auditor", "operator",
)  # fmt: skip
"""Those of `comity.domestic.officer.role`."""

INSTRUMENTS: Final = ("order", "warrant", "approval", "notice")
WEEKDAYS: Final = (
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
)  # fmt: skip
REQUIRED: Final = "required"
HELD: Final = "held"
ANY: Final = "any"
ALWAYS: Final = "always"

_IDS: Final[Json] = many("id", 1, uniqueItems=True)
_TIME: Final[Json] = {"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"}
_CODE: Final[Json] = of("id")

_DEFS: Final[Mapping[str, Json]] = {
    **DEFS,
    "urgency": one_of(*URGENCIES),
    "direction": {
        "description": "incoming: before it is executed; outgoing, answer: before it is released.",
        "enum": [*DIRECTIONS],
    },
    "capacity": one_of(*CAPACITIES),
    "weekday": one_of(*WEEKDAYS),
    "any-or-ids": {
        "description": "`any`, or a list.",
        "anyOf": [{"const": ANY}, _IDS],
    },
    "hours": {
        "description": "`always`, or when the office is open, by the clock of its zone.",
        "anyOf": [
            {"const": ALWAYS},
            closed(
                "opens closes days",
                "",
                opens=_TIME,
                closes=_TIME,
                days=many("weekday", 1, uniqueItems=True),
            ),
        ],
    },
    "length": closed(
        "amount unit",
        "",
        amount={"type": "integer", "minimum": 1, "maximum": 9_999},
        unit=one_of("hours", "calendar-days"),
    ),
    "agency": closed(
        "id label capacities languages zone hours source",
        "address",
        id=of("id"),
        label=of("words"),
        capacities=many("capacity", 1, uniqueItems=True),
        languages=many("language", 1, uniqueItems=True),
        address=of("words"),
        zone={"description": "The IANA name.", "type": "string", "minLength": 1, "maxLength": 64},
        hours=of("hours"),
        source=of("sources"),
    ),
    "part": closed("agency does", "within", agency=of("id"), does=of("words"), within=of("length")),
    "competence": closed(
        "id types crimes agency why source",
        "urgencies within also",
        id=of("id"),
        types=of("any-or-ids"),
        crimes=of("any-or-ids"),
        urgencies=many("urgency", 1, uniqueItems=True),
        agency=of("id"),
        within=of("length"),
        also=many("part", 1),
        why=of("words"),
        source=of("sources"),
    ),
    "when": closed(
        "directions",
        "types except_types crimes urgencies",
        directions=many("direction", 1, uniqueItems=True),
        types=_IDS,
        except_types=_IDS,
        crimes=_IDS,
        urgencies=many("urgency", 1, uniqueItems=True),
    ),
    "basis": closed(
        "id label when source",
        "help",
        id=of("id"),
        label=of("words"),
        help=of("words"),
        when=of("when"),
        source=of("sources"),
    ),
    "instrument": closed(
        "id kind label issued_by when source",
        "agency",
        id=of("id"),
        kind=one_of(*INSTRUMENTS),
        label=of("words"),
        issued_by=of("words"),
        agency=of("id"),
        when=of("when"),
        source=of("sources"),
    ),
    "ground": closed(
        "id ground label question when source",
        "",
        id=of("id"),
        ground=_CODE,
        label=of("words"),
        question=of("words"),
        when=of("when"),
        source=of("sources"),
    ),
    "condition": closed(
        "condition why when source",
        "",
        condition=_CODE,
        why=of("words"),
        when=of("when"),
        source=of("sources"),
    ),
    "point": closed(
        "id decides label question roles when source",
        "",
        id=of("id"),
        decides=one_of(*DECIDES),
        label=of("words"),
        question=of("words"),
        roles=many("role", 1, uniqueItems=True),
        when=of("when"),
        source=of("sources"),
    ),
    "clearance": closed(
        "agency texts why source",
        "",
        agency=of("id"),
        texts=of("any-or-ids"),
        why=of("words"),
        source=of("sources"),
    ),
    "role": one_of(*ROLES),
    "role-of": closed(
        "role agencies does", "", role=of("role"), agencies=of("any-or-ids"), does=of("words")
    ),
    "release": closed(
        "",
        "factor new_factor_hours",
        factor={
            "description": "required: on every way; held: on every way by who has one.",
            "enum": [REQUIRED, HELD],
        },
        new_factor_hours={"type": "integer", "minimum": 0, "maximum": 720},
    ),
    "law": closed(
        "bases instruments grounds conditions points",
        "",
        bases=many("basis", 1),
        instruments=many("instrument"),
        grounds=many("ground"),
        conditions=many("condition"),
        points=many("point", 1),
    ),
}

SCHEMA: Final[Json] = {
    "$schema": DIALECT,
    "$id": "urn:comity:schema:nation:1",
    "title": "A nation profile",
    "description": "The agencies, law and roles of one State, for its own node; it never crosses.",
    **closed(
        "format id title version notes languages agencies competence law roles",
        "clearances release",
        format={"const": "comity-nation/1"},
        id=of("id"),
        title=of("words"),
        version={"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"},
        notes=many("words"),
        languages=many("language", 1, uniqueItems=True),
        agencies=many("agency", 1),
        competence=many("competence"),
        law=of("law"),
        roles=many("role-of", 1),
        clearances=many("clearance"),
        release=of("release"),
    ),
    "$defs": dict(_DEFS),
}
