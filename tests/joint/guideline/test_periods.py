"""Periods of a guideline change in the text of its authors, and nothing else does.

Floor: tests.
"""

from dataclasses import replace

from support.agreed import shipped

from comity.joint.guideline import document, periods
from comity.joint.guideline.model import Length
from comity.kernel import plain_yaml

TEXT = shipped("guideline/dialogue.yaml")
BLOCK = b"""version: one # as agreed
clocks:
  - id: answer
    lengths:
      urgent:
        amount: 8
        unit: hours
      # nothing else is timed
types: []
"""


def test_what_is_not_changed_stays_byte_for_byte() -> None:
    """One period of all types and one of one type: two lines and the version are others."""
    every = {one.key: one.length for one in periods.of(TEXT)}
    general = ("", "acknowledge", "urgent")
    own = ("preservation", "first-response", "routine")
    wanted = {**every, general: Length(6, "hours", ""), own: Length(2, "calendar-days", "")}
    changed = periods.changed(TEXT, "2027-draft-3", wanted)
    pairs = zip(TEXT.splitlines(), changed.splitlines(), strict=True)
    assert sum(before != after for before, after in pairs) == 3
    read = document.parse(changed)
    assert read.version == "2027-draft-3"
    assert read.clocks["acknowledge"].lengths["urgent"] == wanted[general]
    assert read.types["preservation"].clocks["first-response"]["routine"] == wanted[own]
    assert {one.key: one.length for one in periods.of(changed)} == wanted


def test_a_period_of_several_lines_changes_too() -> None:
    """An author may write a mapping in lines: the comment after it stays."""
    (one,) = periods.of(BLOCK)
    changed = periods.changed(BLOCK, "two", {one.key: replace(one.length, amount=6)})
    assert b"# as agreed" in changed
    assert b"# nothing else is timed" in changed
    value = plain_yaml.parse(changed).value
    before = plain_yaml.parse(BLOCK).value
    assert isinstance(value, dict)
    assert isinstance(before, dict)
    assert value["version"] == "two"
    assert [one.length.amount for one in periods.of(changed)] == [6]
    assert value["types"] == before["types"]
