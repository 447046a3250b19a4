"""The rules of folding have a number, which is raised when what they give changes."""

import sys
from pathlib import Path

import pytest

from comity.kernel import ijson
from comity.node.base import rules_version
from tools.vectors import computed as vectors


def test_the_number_of_the_rules_is_raised_when_what_they_give_changes() -> None:
    """Or nodes that are upgraded would show what the older program left: see the message."""
    told = vectors.load(vectors.STATES)
    found = vectors.changed(vectors.load(vectors.HISTORY), told)
    assert told["rules"] == rules_version.RULES, "run `python -m tools.vectors.computed`"
    assert found == [], vectors.RAISE


def test_the_history_has_every_kind_of_matter_that_states_are_of() -> None:
    """Each matter that was recorded has its state, and no other is told."""
    history, told = vectors.load(vectors.HISTORY), vectors.load(vectors.STATES)
    assert vectors.states(history).keys() == told["states"].keys()
    assert {one["kind"] for one in history["matters"]} == {"guideline", "request", "review"}


def test_states_are_not_written_anew_by_the_same_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Who changed a rule is told to raise it; then they are written with it."""
    told = vectors.load(vectors.STATES)
    key = next(iter(told["states"]))
    told["states"][key]["status"] = "otherwise"
    before = ijson.render(told)
    states = tmp_path / "states.json"
    states.write_bytes(before)
    monkeypatch.setattr(vectors, "STATES", states)
    monkeypatch.setattr(sys, "argv", [""])

    assert vectors.main() == 1
    assert states.read_bytes() == before
    assert key in capsys.readouterr().out
    monkeypatch.setattr(rules_version, "RULES", rules_version.RULES + 1)
    assert vectors.main() == 0
    assert vectors.load(states)["rules"] == rules_version.RULES
    assert vectors.main() == 0
