"""What stands in for `--home` and `--as`: then what a message says to type runs as it stands."""

import ast
import re
import shlex
from argparse import Namespace
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import NoReturn, cast

import pytest

import comity.demo
import comity.surfaces.cli
import comity_lab
from comity.boot.program import make
from comity.boot.rooms import TABLES
from comity.demo import demo
from comity.demo.pair_of_nodes import FREEDONIA, Side
from comity.kernel.fault import Fault
from comity.surfaces.cli import environment, proof
from comity.surfaces.cli import main as frame
from comity.surfaces.cli.context import HOME, OFFICER, Program

SOURCE = Path(comity.surfaces.cli.__file__).parents[2]
SHIPPED = SOURCE / "catalogue/guideline/dialogue.yaml"
PACKAGES = (comity.surfaces.cli, comity.demo, comity_lab)
SET = {HOME: "/srv/fr", OFFICER: "alice"}

TYPED = re.compile(r"`comity ([a-z][^`{}]*)`")
"""What a message says to type, whole: no part of it is filled in."""
LACKS = re.compile(r"(are|is) required|expected one argument")
"""What is named there, and typed with more."""


def _read(words: str, environment: dict[str, str] = SET) -> Namespace:
    typed = shlex.split(words)
    return frame.parser(PACKAGES, typed[0], environment).parse_args(typed)


def _main(words: str, environment: dict[str, str] = SET) -> int:
    return frame.main(shlex.split(words), PACKAGES, lambda _: cast("Program", None), environment)


def test_a_home_and_an_officer_of_the_environment_stand_in() -> None:
    """Where a command needs them and they are not given; an option that is given wins."""
    options = _read("request list")
    assert (options.home, options.officer) == (Path("/srv/fr"), "alice")
    options = _read("request list --home /srv/sy --as=ben")
    assert (options.home, options.officer) == (Path("/srv/sy"), "ben")


def test_an_empty_variable_counts_as_none(capsys: pytest.CaptureFixture[str]) -> None:
    """What is missing is told, and both ways to give it."""
    assert _main("request list", {HOME: "", OFFICER: ""}) == 2
    told = capsys.readouterr().err
    assert "are required: --home, --as." in told
    assert f"Give them, or set --home with {HOME} and --as with {OFFICER}" in told
    assert _main("status", {}) == 2
    assert OFFICER not in capsys.readouterr().err


@pytest.mark.parametrize("words", ["init", "init --party fr --name en=F", "restore file"])
def test_no_home_is_made_or_filled_where_the_environment_says(
    capsys: pytest.CaptureFixture[str], words: str
) -> None:
    """A home that is made is named on the command line, or by nobody."""
    assert _main(words) == 2
    assert "DIR" in capsys.readouterr().err


def test_a_demo_is_played_in_a_folder_of_its_own() -> None:
    """It never touches the home of whoever looks at it."""
    options = _read("demo --once")
    assert not hasattr(options, "home")
    assert options.keep is None


def test_the_demo_tells_what_makes_its_commands_run(tmp_path: Path) -> None:
    """Home and officer are exported with the key and the token, wherever the folder lies."""
    side = Side(FREEDONIA, tmp_path / "a b", "ab" * 32, 1, 2, token="comity-officer-x")  # noqa: S106 -- no secret
    word, *pairs = shlex.split(demo._exported(side))
    assert word == "export"
    told = dict(one.split("=", 1) for one in pairs)
    assert told.keys() == {HOME, OFFICER, "COMITY_KEY", "COMITY_TOKEN"}
    options = _read("request list", told)
    assert (options.home, options.officer) == (tmp_path / "a b", FREEDONIA.officer)


@pytest.mark.parametrize(
    "words",
    [
        f"guideline show {SHIPPED}",
        "guideline show --shipped",
        f"guideline diff {SHIPPED} {SHIPPED}",
        f"guideline check {SHIPPED}",
    ],
)
def test_what_is_asked_of_a_file_is_not_asked_of_a_node(words: str) -> None:
    """It needs no home, and opens none because one is in the environment."""
    shown: list[str] = []
    program = replace(
        make({}, form=""), open_home=_never, show=lambda _value, text: shown.append(text)
    )
    assert frame.main(shlex.split(words), PACKAGES, lambda _: program, SET) == 0
    assert shown


def _never(folder: Path) -> NoReturn:
    raise AssertionError(folder)


class _OpenedError(Exception):
    """A home was opened."""


def _opens(folder: Path) -> NoReturn:
    raise _OpenedError(folder)


@pytest.mark.parametrize(
    "words", ["nation show", "guideline show", "guideline show 3f1c", "guideline diff 3f1c 90aa"]
)
def test_what_takes_a_node_is_asked_of_that_of_the_environment(words: str) -> None:
    """Where no file is named."""
    options = _read(words)
    with pytest.raises(_OpenedError, match="/srv/fr"):
        options.run(replace(make({}, form=""), open_home=_opens), options)


@pytest.mark.parametrize(
    ("words", "asks"),
    [
        ("proof fr/x/live/1#3 -o f", False),
        ("proof fr/x/live/1#3 -o f --as ann", True),
        ("proof fr/x/live/1#3 -o f --disclose", True),
        ("proof abcd -o f", True),
    ],
)
def test_a_proof_that_takes_no_officer_asks_for_none(words: str, asks: bool) -> None:  # noqa: FBT001 -- a case
    """Whoever runs the machine proves what a log says, though they work as an officer too."""
    assert proof.is_asked_by_one(_read(words)) is asks
    assert proof.is_asked_by_one(_read(words, {HOME: "/srv/fr"})) is ("--as" in words)


@pytest.mark.parametrize(
    ("words", "environment", "variable"),
    [
        ("status", {HOME: "nowhere"}, HOME),
        ("status --home nowhere", {HOME: "/srv/fr"}, ""),
        ("status --home=nowhere", {HOME: "/srv/fr"}, ""),
    ],
)
def test_a_bad_value_is_told_with_its_variable(
    capsys: pytest.CaptureFixture[str], words: str, environment: dict[str, str], variable: str
) -> None:
    """Else who has given no --home looks for one that they never typed."""
    program = make({}, form="")
    assert frame.main(shlex.split(words), PACKAGES, lambda _: program, environment) == 3
    told = capsys.readouterr().err
    assert "There is no home at 'nowhere'" in told
    assert (HOME in told) is bool(variable)
    assert (
        frame.main([*shlex.split(words), "--json"], PACKAGES, lambda _: program, environment) == 3
    )
    assert (HOME in capsys.readouterr().out) is bool(variable)


@pytest.mark.parametrize(
    "code", ["officer.token.wrong", "officer.account.ended", "boot.token.missing"]
)
def test_an_officer_who_is_no_good_is_told_with_his_variable(code: str) -> None:
    """A token of another, an officer who has left: the name was typed once, long ago."""
    fault = Fault(code=code, what="No.", fix="Look.")
    assert OFFICER in environment.told(fault, ["request", "list"], SET).fix
    assert environment.told(fault, ["request", "list", "--as", "ben"], SET) is fault
    assert environment.told(fault, ["request", "list"], {OFFICER: ""}) is fault


def test_what_a_message_says_to_type_is_a_command() -> None:
    """It runs as it stands, or lacks a word that only who types it knows."""
    wrong = []
    count = 0
    root = frame.parser(PACKAGES, environment=SET, tables=lambda: TABLES)
    for where, words in _told_to_type():
        count += 1
        try:
            root.parse_args(shlex.split(words))
        except frame.Usage as fault:
            if not LACKS.search(fault.what):
                wrong.append(f"{where}: comity {words}: {fault.what}")
        except ValueError as error:
            wrong.append(f"{where}: comity {words}: {error}")
    assert count > 100
    assert not wrong, "\n".join(wrong)


def _told_to_type() -> Iterator[tuple[str, str]]:
    """Give each command that stands whole in a message of the program, with its file."""
    for path in sorted(SOURCE.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        if "`comity " not in text:
            continue
        tree = ast.parse(text)
        documents = [
            first.value
            for one in ast.walk(tree)
            if isinstance(one, ast.Module | ast.ClassDef | ast.FunctionDef)
            for first in one.body[:1]
            if isinstance(first, ast.Expr)
        ]
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and node not in documents:
                for found in TYPED.findall(" ".join(str(node.value).split())):
                    yield str(path.relative_to(SOURCE)), found
