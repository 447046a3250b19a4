"""The examples of docs/spec/clocks.md are what the program computes."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest
from clocks.making import at, marks, rule

from comity.clocks import calendar_text, clock
from comity.clocks import days as numbers
from comity.clocks.calendar import OfficeHours
from comity.clocks.mark import Mark
from comity.clocks.rule import OFFICE_HOURS
from comity.clocks.term import ADDRESSEE, Term

ROOT: Final = Path(__file__).parents[2]
PAGE: Final = (ROOT / "docs" / "spec" / "clocks.md").read_text("utf-8")
EXAMPLES: Final = re.findall(r"^```clock\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
WHEN: Final = r"(\d{4}-\d\d-\d\d \d\d:\d\d [+-]\d\d:\d\d)"


def instant(text: str) -> int:
    """Return the instant of `2026-11-24 18:05 +08:00`."""
    return at(text[:-3] + text[-2:])


@pytest.mark.parametrize("example", EXAMPLES)
def test_each_example_of_the_page_is_computed(example: str) -> None:
    """Who reads the page and who runs the program get the same day."""
    first = re.match(rf"(\d+) ([a-z-]+) from {WHEN} in ([a-z0-9-]+)\n", example)
    assert first
    path = ROOT / "src" / "comity" / "catalogue" / "calendar" / f"{first[4]}.yaml"
    calendar = calendar_text.parse(path.read_bytes())
    made = rule(Term(int(first[1]), first[2], ADDRESSEE))
    told = marks(("submitted", instant(first[3])))
    if "last day next-working-day" in example:
        made = replace(made, last_day="next-working-day")
    if office := re.search(r"^office (\d\d):00-(\d\d):00$", example, re.MULTILINE):
        calendar = replace(calendar, office=OfficeHours(int(office[1]) * 60, int(office[2]) * 60))
        made = replace(made, receipt=OFFICE_HOURS)
    if paused := re.search(rf"^paused {WHEN} to {WHEN}$", example, re.MULTILINE):
        told += marks(("asked", instant(paused[1])), ("told", instant(paused[2])))
    if added := re.search(rf"^extended (\d+) ([a-z-]+) {WHEN}$", example, re.MULTILINE):
        term = Term(int(added[1]), added[2], ADDRESSEE)
        told.append(Mark("extended", instant(added[3]), "aa", "act", term))
    found = clock.evaluate(made, told, {ADDRESSEE: calendar}, clock.AT_MS_MAX)
    assert found.due_at_ms is not None
    text = numbers.render_instant(calendar.offsets, found.due_at_ms)
    if made.term.unit != "hours":
        last = numbers.render_day(calendar.day_at(found.due_at_ms - 1))
        text = f"the end of {last} ({text})"
    text += ", provisional" if found.is_provisional else ""
    assert example.endswith(f"due {text}\n")


def test_the_page_has_an_example_for_each_unit() -> None:
    """No unit is left to guess."""
    text = "".join(EXAMPLES)
    for unit in ("hours", "calendar-days", "working-days", "months"):
        assert f" {unit} from " in text
