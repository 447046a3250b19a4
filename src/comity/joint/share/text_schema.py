"""The published JSON Schema of the joint text on network protection, as data.

`python -m tools.catalogue` writes it to comity/catalogue/protection.schema.json.

Floor: joint (pure).
"""

from typing import Final

from comity.acts.marks import TLP
from comity.clocks.term import AMOUNT_MAX
from comity.joint.share import acts, positions
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
KEPT_DAYS_MAX: Final = 3_660
BLOBS: Final = (acts.ROLE_BUNDLE, acts.ROLE_REPORT, acts.ROLE_SAMPLE)
"""Roles of what is kept for a time."""
RECEIVED: Final = "received"
EXPIRED: Final = "expired"
RETRACTED: Final = "retracted"
AFTER: Final = (RECEIVED, EXPIRED, RETRACTED)
"""From when a time of retention counts: received, no longer valid, or retracted as a whole."""
UNITS: Final = ("hours", "calendar-days", "working-days")
NEEDS: Final = (
    acts.OBSERVED_FROM,
    acts.OBSERVED_TO,
    acts.ORIGIN,
    acts.ASKS,
    acts.ASKED_BY,
)
"""What a category can ask of a giving, beside what every giving has."""

_MARKS: Final = tuple(f"TLP:{one}" for one in TLP)

_DEFS: Final[dict[str, Json]] = {name: DEFS[name] for name in DEFS} | {
    "category": {
        "description": "What of a category is given, and how often: or else declared as none.",
        **closed(
            "of",
            "days needs mark objects source",
            of=one_of(*acts.CATEGORIES),
            mark={"description": "The widest that it may have.", "enum": [*_MARKS]},
            objects={
                "description": "At most so many in one bundle.",
                "type": "integer",
                "minimum": 1,
                "maximum": positions.OBJECTS_MAX,
            },
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
    "retention": {
        "description": "How long a blob is kept at most; the first end counts.",
        **closed(
            "of days after",
            "source",
            of=one_of(*BLOBS),
            days={"type": "integer", "minimum": 1, "maximum": KEPT_DAYS_MAX},
            after=one_of(*AFTER),
            source=of("sources"),
        ),
    },
    "approvals": approvals("How many officers let a giving out."),
}

SCHEMA: Final[Json] = {
    "$schema": DIALECT,
    "$id": "urn:comity:schema:protection:1",
    "title": "Network protection",
    "description": "What is shared, how often, and how soon it is taken, used and corrected.",
    **closed(
        "format title version languages scope categories clocks approvals review source",
        "in_force_from retention",
        format={"const": FORMAT},
        title=of("words"),
        version=VERSION,
        in_force_from=IN_FORCE_FROM,
        languages=many("language", 1, uniqueItems=True),
        scope=many("words", 1),
        categories=many("category", 1),
        clocks={"type": "array", "maxItems": len(CLOCKS), "items": of("clock")},
        retention={
            "type": "array",
            "maxItems": len(BLOBS) * len(AFTER),
            "items": of("retention"),
        },
        approvals=of("approvals"),
        review=many("words"),
        source=of("sources"),
    ),
    "$defs": _DEFS,
}
