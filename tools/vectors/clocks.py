"""Writes vectors/clocks/*.json: clocks of requests, worked out with every reason.

    python -m tools.vectors.clocks

Each file is a list of `{"desc", "type", "urgency", "clock", "calendars", "marks", "now", "want"}`.
The rule is that of the shipped guideline for the type and urgency, or stands in `rule`; calendars
are files of the catalogue, for each side.  A reader counts the marks at `now` and compares with
`want`: status, instants in milliseconds and the kinds of the reasons, in their order.
"""  # noqa: INP001 -- a program, run by its path

import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from comity.clocks import calendar_text, clock
from comity.clocks.mark import Mark
from comity.clocks.rule import Rule
from comity.clocks.term import Term
from comity.joint.guideline import document
from comity.joint.guideline.model import Guideline
from comity.rooms.request import clock_rules

type Vector = dict[str, Any]

ROOT = Path(__file__).parent.parent.parent
TARGET = ROOT / "vectors" / "clocks"
CATALOGUE = ROOT / "src" / "comity" / "catalogue"
CHINA = {"addressee": "cn-2026", "asker": "us-2026"}
STATES = {"addressee": "us-2026", "asker": "cn-2026"}


def at(text: str) -> int:
    """Return the instant of `2026-09-28 09:00 +0800`."""
    return int(datetime.strptime(text, "%Y-%m-%d %H:%M %z").timestamp()) * 1_000


@dataclass(frozen=True, slots=True)
class Example:
    """One example: which clock of which request, by whose days, what happened, and now.

    Attributes:
        desc: what it shows.
        which: type, urgency and clock.
        calendars: `{side: file of the catalogue}`.
        marks: events with their instants.
        now: the instant.
        months: a term in months in the place of the guideline's, or 0.
        extension: how much an extension adds, or 0.
    """

    desc: str
    which: tuple[str, str, str]
    calendars: dict[str, str]
    marks: list[tuple[str, str]]
    now: str
    months: int = 0
    extension: int = 0


def worked(guideline: Guideline, one: Example) -> Vector:
    """Return one vector, counted by the program."""
    type_id, urgency, name = one.which
    found = {rule.name: rule for rule in clock_rules.rules(guideline, type_id, urgency)}
    rule = found[name]
    if one.months:
        rule = replace(rule, term=Term(one.months, "months", "addressee"), last_day="as-it-falls")
    given = {
        side: calendar_text.parse((CATALOGUE / "calendar" / f"{file}.yaml").read_bytes())
        for side, file in one.calendars.items()
    }
    told = [_mark(one, rule, event, when) for event, when in one.marks]
    counted = clock.evaluate(rule, told, given, at(one.now))
    want = counted.as_json()
    want["why"] = [[step.kind, step.from_ms, step.to_ms] for step in counted.why]
    made: Vector = {
        "desc": one.desc,
        "type": type_id,
        "urgency": urgency,
        "clock": name,
        "calendars": one.calendars,
        "marks": [[mark.event, mark.at_ms] for mark in told],
        "now": at(one.now),
        "want": want,
    }
    if one.months:
        made["rule"] = {"term": asdict(rule.term), "last_day": rule.last_day}
    if one.extension:
        made["extension"] = one.extension
    return made


def _mark(one: Example, rule: Rule, event: str, when: str) -> Mark:
    is_more = event == "extended"
    term = Term(one.extension, rule.term.unit, rule.term.of) if is_more else None
    return Mark(event, at(when), term=term)


COMPLETION = ("preservation", "urgent", "completion")
EXAMPLES: Final = (
    Example(
        "three working days over a weekend",
        COMPLETION,
        CHINA,
        [("submitted", "2026-05-14 10:00 +0800")],
        "2026-05-16 12:00 +0800",
    ),
    Example(
        "three working days over the National Day, its adjusted working days included",
        COMPLETION,
        CHINA,
        [("submitted", "2026-09-30 10:00 +0800")],
        "2026-10-02 12:00 +0800",
    ),
    Example(
        "a working Saturday before the Spring Festival counts",
        COMPLETION,
        CHINA,
        [("submitted", "2026-02-12 10:00 +0800")],
        "2026-02-14 12:00 +0800",
    ),
    Example(
        "two working days over the night in which clocks go forward",
        ("preservation", "routine", "acknowledge"),
        STATES,
        [("submitted", "2026-03-06 12:00 -0500")],
        "2026-03-08 12:00 -0400",
    ),
    Example(
        "sixty calendar days over the end of summer time",
        ("preservation", "routine", "preservation-expiry"),
        STATES,
        [("accepted", "2026-09-15 12:00 -0400")],
        "2026-11-13 12:00 -0500",
    ),
    Example(
        "received on Monday in Beijing while it is Sunday in Washington",
        ("subscriber", "urgent", "clarify"),
        CHINA,
        [
            ("submitted", "2026-05-08 09:00 +0800"),
            ("found-deficient", "2026-05-11 07:30 +0800"),
        ],
        "2026-05-12 09:00 +0800",
    ),
    Example(
        "paused while a clarification is awaited",
        ("subscriber", "urgent", "completion"),
        CHINA,
        [
            ("submitted", "2026-05-11 09:00 +0800"),
            ("found-deficient", "2026-05-13 15:00 +0800"),
            ("clarified", "2026-05-15 08:00 +0800"),
            ("deficiency-over", "2026-05-15 08:00 +0800"),
        ],
        "2026-05-18 09:00 +0800",
    ),
    Example(
        "still paused: what it would be if it went on now",
        ("subscriber", "urgent", "completion"),
        CHINA,
        [
            ("submitted", "2026-05-11 09:00 +0800"),
            ("found-deficient", "2026-05-13 15:00 +0800"),
        ],
        "2026-05-18 09:00 +0800",
    ),
    Example(
        "a preservation that another request extended by sixty days",
        ("preservation", "routine", "preservation-expiry"),
        CHINA,
        [("accepted", "2026-03-02 10:00 +0800"), ("extended", "2026-04-20 10:00 +0800")],
        "2026-05-01 09:00 +0800",
        extension=60,
    ),
    Example(
        "one month from the last day of January",
        COMPLETION,
        CHINA,
        [("submitted", "2026-01-31 09:00 +0800")],
        "2026-02-10 09:00 +0800",
        months=1,
    ),
    Example(
        "72 hours from the transaction, met just in time by the receipt of the asker",
        ("stop-payment", "emergency", "stop-window"),
        STATES,
        [
            ("transaction-at", "2026-07-03 16:30 +0800"),
            ("submitted", "2026-07-04 09:00 +0800"),
            ("completed", "2026-07-06 16:29 +0800"),
        ],
        "2026-07-07 09:00 +0800",
    ),
    Example(
        "missed: what ends it at the instant at which it is due is late",
        ("stop-payment", "emergency", "stop-window"),
        STATES,
        [
            ("transaction-at", "2026-07-03 16:30 +0800"),
            ("submitted", "2026-07-04 09:00 +0800"),
            ("completed", "2026-07-06 16:30 +0800"),
        ],
        "2026-07-07 09:00 +0800",
    ),
)
"""What is worked out, in the order of the file."""


def main() -> None:
    """Write the file."""
    guideline = document.parse((CATALOGUE / "guideline" / "dialogue.yaml").read_bytes())
    TARGET.mkdir(parents=True, exist_ok=True)
    text = json.dumps(
        [worked(guideline, one) for one in EXAMPLES], ensure_ascii=False, indent=1, sort_keys=True
    )
    (TARGET / "worked.json").write_text(f"{text}\n", "utf-8")


if __name__ == "__main__":
    main()
