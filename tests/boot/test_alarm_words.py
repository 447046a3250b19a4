"""An alarm that a command raises itself: words among words, and a line for machines."""

import json
from pathlib import Path

import pytest

from comity.boot import home as homes
from comity.boot import program
from comity.node.base import profile
from comity.node.base.profile import Profile
from comity.surfaces.cli.context import Settings

ENVIRONMENT = {"COMITY_KEY": "ab" * 32}


def test_an_alarm_is_told_to_a_person_in_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`comity freeze` alarms, since it is a break; who types it reads no JSON of a log."""
    folder = tmp_path / "home"
    with homes.create(folder, Settings("aa", {"en": "AA"}), None, ENVIRONMENT) as home:
        profile.found(home.node, home.keymaker, Profile({"en": "AA"}))
    for form in ("", "json"):
        commands = program.make(ENVIRONMENT, form=form)
        for opened in (commands.open_home, commands.open_to_mend):
            with opened(folder) as home:
                home.node.alarms.raise_alarm("exchange.log.frozen", "The log is frozen.")
        told = capsys.readouterr()
        assert told.out == ""
        lines = told.err.splitlines()
        if form:
            said = [json.loads(line) for line in lines]  # how often an earlier line came, too
            assert [one["what"] for one in said if "what" in one] == ["The log is frozen."] * 2
        else:
            assert lines == ["Alarm: The log is frozen. [exchange.log.frozen]"] * 2
