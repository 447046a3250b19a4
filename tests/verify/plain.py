"""What comity computes with, and what it finds, as plain JSON for a program that is not comity."""

import json
from collections.abc import Sequence
from typing import Any

from comity.clocks import days
from comity.clocks.calendar import HOLIDAY, WORKDAY, Calendar
from comity.clocks.rule import NEXT_WORKING_DAY, OFFICE_HOURS, Extension, Rule
from comity.figures import rows
from comity.figures.observation import Observation
from comity.joint.request.clocks import EXTENDED
from comity.kernel import ijson
from tools.verify.figures import canonical


def plain(found: Sequence[Observation]) -> list[dict[str, Any]]:
    """Return rows as JSON, facts in an order of their own."""
    return sorted_facts(json.loads(ijson.render(rows.render(found))))


def sorted_facts(told: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return rows with their facts in an order of their own."""
    return [{**one, "facts": sorted(one.get("facts", ()), key=canonical)} for one in told]


def plain_rules(rules: Sequence[Rule]) -> list[dict[str, Any]]:
    """Return the clocks of a request."""
    return [
        {
            "name": rule.name,
            "term": {"amount": rule.term.amount, "unit": rule.term.unit, "of": rule.term.of},
            "starts": [*rule.starts],
            "ends": [*rule.ends],
            "stops": [*rule.stops],
            "pauses": [{"starts": [*one.starts], "ends": [*one.ends]} for one in rule.pauses],
            "extended_by": {one.event: _added(one) for one in rule.extensions},
            "office": rule.receipt_of if rule.receipt == OFFICE_HOURS else "",
            "rolls": rule.last_day == NEXT_WORKING_DAY,
        }
        for rule in rules
    ]


def _added(one: Extension) -> dict[str, Any] | None:
    if one.term is None:
        assert one.event == EXTENDED
        return None
    return {"amount": one.term.amount, "unit": one.term.unit}


def plain_calendar(one: Calendar) -> dict[str, Any]:
    """Return a calendar."""
    return {
        "office": one.office and [one.office.opens_minute, one.office.closes_minute],
        "offsets": [[*offset] for offset in one.offsets],
        "weekend": [*one.weekend],
        "holidays": [days.render_day(day) for day, of in one.days.items() if of.kind == HOLIDAY],
        "workdays": [days.render_day(day) for day, of in one.days.items() if of.kind == WORKDAY],
    }
