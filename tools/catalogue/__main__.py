"""Writes the published schemas and the example calendars into src/comity/catalogue.

    python -m tools.catalogue

A schema is data in the module that reads by it.  A calendar is what its adapter proposes
with the versions that the lock names; new versions may propose other days, and the check
then shows which.
"""

import json
from collections.abc import Mapping, Sequence

from comity.adapters import calendars
from comity.clocks import calendar_schema, calendar_text
from comity.domestic.nation import schema as nation_schema
from comity.joint.contact import schema as contact_schema
from comity.joint.dialogue import terms_schema
from comity.joint.guideline import schema as guideline_schema
from comity.joint.hotline import text_schema as hotline_schema
from comity.joint.share import text_schema as protection_schema
from comity.kernel.ijson import Json
from tools.check.steps import ROOT

FOLDER = ROOT / "src" / "comity" / "catalogue"
SCHEMAS: Mapping[str, Json] = {
    "calendar": calendar_schema.SCHEMA,
    "contacts": contact_schema.SCHEMA,
    "guideline": guideline_schema.SCHEMA,
    "hotline": hotline_schema.SCHEMA,
    "nation": nation_schema.SCHEMA,
    "protection": protection_schema.SCHEMA,
    "terms": terms_schema.SCHEMA,
}
"""`{kind of text: schema}`."""

CALENDARS: Mapping[str, tuple[str, Sequence[int]]] = {
    "cn-2026": ("CN", (2026,)),
    "cn-2025-2027": ("CN", (2025, 2026, 2027)),
    "us-2026": ("US", (2026,)),
    "us-2025-2027": ("US", (2025, 2026, 2027)),
}
"""`{name of the file: (country, years)}`."""


def main() -> None:
    """Write each file anew."""
    for kind, schema in SCHEMAS.items():
        text = json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
        (FOLDER / f"{kind}.schema.json").write_text(text, "utf-8")
    for name, (country, years) in CALENDARS.items():
        made = calendar_text.render(calendars.propose(country, years))
        (FOLDER / "calendar" / f"{name}.yaml").write_bytes(made)


if __name__ == "__main__":
    main()
