"""The published JSON Schema of the joint text of the hotline, as data.

`python -m tools.catalogue` writes it to comity/catalogue/hotline.schema.json.

Floor: joint (pure).
"""

from typing import Final

from comity.clocks.term import AMOUNT_MAX
from comity.joint.hotline import acts
from comity.kernel.ijson import Json
from comity.kernel.schema import (
    DEFS,
    DIALECT,
    IN_FORCE_FROM,
    VERSION,
    approvals,
    closed,
    many,
    of,
    one_of,
)

FORMAT: Final = "comity-hotline/1"
PICK_UP, TAKE = "pick-up", "take"
READ_BACK, VOICE, SUMMARY = "read-back", "voice", "summary"
CLOCKS: Final = (PICK_UP, TAKE, READ_BACK, VOICE, SUMMARY)
"""What a clock is of: a person, one who may decide, a read-back, a confirmation, a summary."""
MINUTES_MAX: Final = 43_200
UNITS: Final = ("minutes", "hours", "working-days")
LEVELS_MAX: Final = 9
_CLOCKS_MAX: Final = len(CLOCKS)

_DEFS: Final[dict[str, Json]] = {name: DEFS[name] for name in DEFS} | {
    "minutes": {"type": "integer", "minimum": 1, "maximum": MINUTES_MAX},
    "ground": closed("code label", "why", code=of("id"), label=of("words"), why=of("words")),
    "level": {
        "description": "Whose office calls and takes at a level.",
        **closed(
            "level label",
            level={"type": "integer", "minimum": 1, "maximum": LEVELS_MAX},
            label=of("words"),
        ),
    },
    "clock": closed(
        "of amount unit",
        "source",
        of=one_of(*CLOCKS),
        amount={"type": "integer", "minimum": 1, "maximum": AMOUNT_MAX},
        unit=one_of(*UNITS),
        source=of("sources"),
    ),
    "carrier": {
        "description": "How long to wait before the next carrier is tried.",
        **closed("kind minutes", kind=one_of(*acts.CARRIERS), minutes=of("minutes")),
    },
    "drill": closed(
        "kind months",
        kind=one_of(*acts.DRILL_KINDS),
        months={"type": "integer", "minimum": 1, "maximum": 24},
    ),
    "approvals": approvals("How many officers let words out; codes leave with one."),
}

SCHEMA: Final[Json] = {
    "$schema": DIALECT,
    "$id": "urn:comity:schema:hotline:1",
    "title": "The hotline",
    "description": "What it is for, how it is used, and how soon it is answered, as all adopt it.",
    **closed(
        "format title version languages scope goals procedure grounds levels clocks carriers "
        "drills approvals review source",
        "in_force_from",
        format={"const": FORMAT},
        title=of("words"),
        version=VERSION,
        in_force_from=IN_FORCE_FROM,
        languages=many("language", 1, uniqueItems=True),
        scope=many("words", 1),
        goals=many("words", 1),
        procedure=many("words", 1),
        grounds=many("ground", 1),
        levels=many("level", 1),
        clocks={"type": "array", "maxItems": _CLOCKS_MAX, "items": of("clock")},
        carriers=many("carrier"),
        drills=many("drill"),
        approvals=of("approvals"),
        review=many("words"),
        source=of("sources"),
    ),
    "$defs": _DEFS,
}
