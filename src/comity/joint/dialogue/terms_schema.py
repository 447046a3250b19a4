"""The published JSON Schema of the terms of a series of the dialogue, as data.

`python -m tools.catalogue` writes it to comity/catalogue/terms.schema.json.

Floor: joint (pure).
"""

from typing import Final

from comity.joint.dialogue import acts
from comity.kernel.ijson import Json
from comity.kernel.schema import DEFS, DIALECT, IN_FORCE_FROM, VERSION, closed, many, of, one_of

FORMAT: Final = "comity-terms/1"
AGENDA, DELEGATION, STATUS, REPORT = "agenda", "delegation", "status", "report"
TEXT, FIGURES, CASES = "text", "figures", "cases"
MINUTES, NEXT = "minutes", "next"
OTHERS: Final = (REPORT, TEXT, FIGURES, CASES)
"""What other matters show: experts' minutes, words of a joint text, figures, reports of cases."""
LEADS: Final = (AGENDA, DELEGATION, STATUS, *OTHERS, MINUTES, NEXT)
"""What has a lead time: days before a session, but minutes and the next date, days behind it."""
DAYS_MAX: Final = 366
MONTHS_MAX: Final = 60

_DEFS: Final[dict[str, Json]] = {name: DEFS[name] for name in DEFS} | {
    "months": {"type": "integer", "minimum": 1, "maximum": MONTHS_MAX},
    "lead": closed(
        "of days",
        "source",
        of=one_of(*LEADS),
        days={"type": "integer", "minimum": 0, "maximum": DAYS_MAX},
        source=of("sources"),
    ),
    "cadence": {
        "description": "A session every so many months.",
        **closed("months", "source", months=of("months"), source=of("sources")),
    },
}

SCHEMA: Final[Json] = {
    "$schema": DIALECT,
    "$id": "urn:comity:schema:terms:1",
    "title": "Terms of a series of the dialogue",
    "description": "Who meets how often, and what is to be ready when, as all adopt it.",
    **closed(
        "format title version languages level chairs cadence hosts leads retention_months source",
        "in_force_from parent",
        format={"const": FORMAT},
        title=of("words"),
        version=VERSION,
        in_force_from=IN_FORCE_FROM,
        languages=many("language", 1, uniqueItems=True),
        level=one_of(*acts.LEVELS),
        chairs=many("words", 1),
        cadence=of("cadence"),
        hosts=of("words"),
        parent={
            "description": "The series to which this one reports.",
            "type": "string",
            "pattern": "^[a-z0-9][a-z0-9-]{0,30}$",
        },
        leads=many("lead"),
        retention_months=of("months"),
        source=of("sources"),
    ),
    "$defs": _DEFS,
}
