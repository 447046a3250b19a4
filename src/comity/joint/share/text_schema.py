"""The published JSON Schema of the joint text on network protection, as data.

`python -m tools.catalogue` writes it to comity/catalogue/protection.schema.json.

Floor: joint (pure).
"""

from typing import Final

from comity.clocks.term import AMOUNT_MAX
from comity.joint.share import acts
from comity.joint.share.waits import CLOCKS
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

FORMAT: Final = "comity-protection/1"
DAYS_MAX: Final = 366
UNITS: Final = ("hours", "calendar-days", "working-days")
NEEDS: Final = (
    acts.OBSERVED_FROM,
    acts.OBSERVED_TO,
    acts.ORIGIN,
    acts.ASKS,
    acts.ASKED_BY,
)
"""What a category can ask of a giving, beside what every giving has."""

_DEFS: Final[dict[str, Json]] = {name: DEFS[name] for name in DEFS} | {
    "category": {
        "description": "What of a category is given, and how often: or else declared as none.",
        **closed(
            "of",
            "days needs source",
            of=one_of(*acts.CATEGORIES),
            days={"type": "integer", "minimum": 1, "maximum": DAYS_MAX},
            needs={"type": "array", "uniqueItems": True, "items": one_of(*NEEDS)},
            source=of("sources"),
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
    "approvals": approvals("How many officers let a giving out."),
}

SCHEMA: Final[Json] = {
    "$schema": DIALECT,
    "$id": "urn:comity:schema:protection:1",
    "title": "Network protection",
    "description": "What is shared, how often, and how soon it is taken, used and corrected.",
    **closed(
        "format title version languages scope categories clocks approvals review source",
        "in_force_from",
        format={"const": FORMAT},
        title=of("words"),
        version=VERSION,
        in_force_from=IN_FORCE_FROM,
        languages=many("language", 1, uniqueItems=True),
        scope=many("words", 1),
        categories=many("category", 1),
        clocks={"type": "array", "maxItems": len(CLOCKS), "items": of("clock")},
        approvals=of("approvals"),
        review=many("words"),
        source=of("sources"),
    ),
    "$defs": _DEFS,
}
