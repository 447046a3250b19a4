"""Figures of sharing as a command and a call tell them.

Floor: rooms.
"""

from typing import Final

from comity.kernel.ijson import Json
from comity.rooms.share import observe
from comity.rooms.share.figures import Figures, Leg, Line


def to_json(found: Figures) -> dict[str, Json]:
    """Return what a command and a call tell."""
    return {
        "channel": found.channel,
        "cut": dict(found.cut),
        "from_ms": found.period.from_ms,
        "until_ms": found.period.to_ms,
        "now_ms": found.now_ms,
        "lines": [_line_json(one) for one in found.lines],
    }


def _line_json(one: Line) -> Json:
    counts: dict[str, Json] = {name: one.counts.get(name, 0) for name in COUNTS}
    return {
        "category": one.category,
        "giver": one.giver,
        "taker": one.taker,
        "shares": one.shares,
        "none": one.none,
        "taken": one.taken,
        "used": one.used,
        **counts,
        "unique": one.unique,
        "false": one.false,
        "retracted": dict(one.retracted),
        "uses": dict(one.uses),
        "disputes": dict(one.disputes),
        "legs": {name: _leg_json(leg) for name, leg in one.legs.items()},
    }


COUNTS: Final = (
    observe.OBJECTS, observe.SAMPLES, observe.VALID, observe.INVALID, observe.DUPLICATE,
    observe.ASKED_KNOWN, observe.KNOWN, observe.TOLD, observe.CONFIRMED, observe.OPEN,
)  # fmt: skip
"""Amounts of a line, by name."""


def _leg_json(one: Leg) -> Json:
    return {
        "begun": one.begun,
        "ended": one.ended,
        "stopped": one.stopped,
        "kept": one.kept,
        "missed": one.missed,
        "median_ms": one.median_ms,
        "p90_ms": one.p90_ms,
        "longest_ms": one.longest_ms,
    }
