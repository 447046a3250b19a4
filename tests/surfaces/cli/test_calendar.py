"""`comity calendar`, as a person types it."""

import argparse
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from comity.boot import program
from comity.clocks import calendar_text
from comity.kernel.fault import Fault
from comity.surfaces.cli import calendar
from comity.surfaces.cli.context import EXIT_OK, EXIT_REFUSED

type Typed = Callable[..., tuple[int, str]]
"""Runs the words of a command; gives its exit code and what it printed."""

PROPOSE = ("propose", "--country", "CN", "--years", "2026", "2027")


@pytest.fixture
def typed(capsys: pytest.CaptureFixture[str]) -> Typed:
    """A command: returns its exit code and what it printed."""

    def run(*words: str | Path) -> tuple[int, str]:
        root = argparse.ArgumentParser()
        calendar.add_parser(root.add_subparsers(required=True))
        options = root.parse_args(["calendar", *map(str, words)])
        code = options.run(program.make({}, form=options.json), options)
        return int(code), capsys.readouterr().out

    return run


def test_a_calendar_is_proposed_and_fits(tmp_path: Path, typed: Typed) -> None:
    """What the program writes, it reads, and it says what is not decreed yet."""
    path = tmp_path / "cn.yaml"
    code, text = typed(*PROPOSE, "--office-hours", "08:30-17:30", "--id", "cn-moj", "-o", path)
    assert code == EXIT_OK
    assert "the decree from 2027-01-01 on is not in it" in text
    found = calendar_text.parse(path.read_bytes())
    assert found.id == "cn-moj"
    assert found.office is not None
    assert (found.office.opens_minute, found.office.closes_minute) == (510, 1050)
    assert typed("check", path) == (EXIT_OK, text)
    code, told = typed("check", path, "--json")
    assert json.loads(told)["sha256"] == found.sha256
    with pytest.raises(Fault) as caught:
        typed(*PROPOSE, "-o", path)
    assert caught.value.code == "surfaces.file.exists"


def test_a_calendar_that_does_not_fit_is_told_line_by_line(tmp_path: Path, typed: Typed) -> None:
    """A lawyer reads every mistake at once; a program gets the same as data."""
    path = tmp_path / "cn.yaml"
    typed(*PROPOSE, "-o", path)
    text = path.read_text("utf-8").replace("kind: holiday", "kind: feast", 2)
    path.write_text(text.replace('last: "2027-12-31"', 'last: "2026-06-30"'), "utf-8")
    code, told = typed("check", path)
    assert code == EXIT_REFUSED
    assert told.count("line ") == 2
    code, told = typed("check", path, "--json")
    problems = json.loads(told)["problems"]
    assert code == EXIT_REFUSED
    assert [problem["pointer"] for problem in problems] == ["/days/0/kind", "/days/1/kind"]
    assert all(problem["line"] > 0 for problem in problems)


@pytest.mark.parametrize("hours", ["9-17", "17:00-09:00", "09:00-09:00", "25:00-26:00"])
def test_office_hours_are_two_times_of_one_day(tmp_path: Path, typed: Typed, hours: str) -> None:
    """What is no opening time is refused before anything is written."""
    with pytest.raises(Fault) as caught:
        typed(*PROPOSE, "--office-hours", hours, "-o", tmp_path / "cn.yaml")
    assert caught.value.code == "surfaces.calendar.office-hours"
    assert not list(tmp_path.iterdir())
