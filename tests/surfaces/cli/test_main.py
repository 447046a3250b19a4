"""The frame of the command line."""

import argparse
import json
from types import ModuleType
from typing import cast

import pytest

import comity.lab
import comity.surfaces.cli
from comity.kernel import plain_yaml
from comity.kernel.fault import Fault
from comity.surfaces.cli import main as frame
from comity.surfaces.cli.context import Program, Subparsers, add_json

FAULT = Fault(code="node.test.wrong", what="The value 'x' is wrong.", fix="Write another.")


class _Package(ModuleType):
    """Stands for a package with one command."""

    __path__: list[str] = []  # noqa: RUF012 -- as packages have it


def _main(monkeypatch: pytest.MonkeyPatch, error: BaseException | None, *arguments: str) -> int:
    def run(_program: Program, _options: argparse.Namespace) -> int:
        if error is not None:
            raise error
        return 1

    module = ModuleType("try")

    def add_parser(subparsers: Subparsers) -> None:
        parser = subparsers.add_parser("try")
        add_json(parser)
        parser.set_defaults(run=run)

    module.__dict__["add_parser"] = add_parser
    monkeypatch.setattr(frame, "commands", lambda _: [module])
    program = cast("Program", None)
    return frame.main(["try", *arguments], [_Package("p")], lambda _: program)


def test_a_fault_is_three_lines_for_a_person(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is wrong, what to do, and the code go to stderr; the exit code is 3."""
    assert _main(monkeypatch, FAULT) == 3
    told = capsys.readouterr()
    assert told.out == ""
    assert [line.strip() for line in told.err.splitlines()] == [
        "comity: The value 'x' is wrong.",
        "Write another.",
        "[node.test.wrong]",
    ]


def test_a_fault_is_one_object_for_a_machine(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With --json the same stands on stdout."""
    assert _main(monkeypatch, FAULT, "--json") == 3
    told = capsys.readouterr()
    assert told.err == ""
    assert json.loads(told.out)["error"]["code"] == "node.test.wrong"


def test_a_fault_is_told_as_yaml_where_that_is_asked_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same object as with --json, in the other spelling; not both at once."""
    assert _main(monkeypatch, FAULT, "--yaml") == 3
    told = capsys.readouterr()
    assert told.err == ""
    assert plain_yaml.parse(told.out.encode()).value == {
        "error": {"code": FAULT.code, "what": FAULT.what, "fix": FAULT.fix}
    }
    with pytest.raises(SystemExit):
        _main(monkeypatch, FAULT, "--yaml", "--json")


def test_an_error_of_ours_shows_no_content(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A bug exits 70 and says only what kind it is: its text may hold what an officer wrote."""
    assert _main(monkeypatch, ValueError("secret words")) == 70
    told = capsys.readouterr()
    assert "ValueError" in told.err
    assert "secret" not in told.err


def test_exit_codes_are_handed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a command returns is the exit code; an interruption is 130."""
    assert _main(monkeypatch, None) == 1
    assert _main(monkeypatch, KeyboardInterrupt()) == 130


def test_help_tells_a_newcomer_what_to_type(capsys: pytest.CaptureFixture[str]) -> None:
    """The first page names every command and the way from nothing to a first request."""
    with pytest.raises(SystemExit) as ended:
        frame.parser([comity.surfaces.cli]).parse_args(["--help"])
    told = capsys.readouterr().out

    assert ended.value.code == 0
    for word in ("init", "pair offer", "serve", "doctor", "request send", "COMITY_KEY_FILE"):
        assert word in told


def test_a_command_is_found_without_loading_the_others() -> None:
    """Each command stands in the module of its name, or is named where it stands."""
    packages = (comity.surfaces.cli, comity.lab)
    for word in commands_of(frame.parser(packages)):
        alone = list(frame.commands_for(packages, word))
        assert len(alone) == 1, f"name the module of {word} in main.ELSEWHERE"
        assert word in commands_of(frame.parser(packages, word))
    assert len(list(frame.commands_for(packages, "--help"))) > 10
    assert len(list(frame.commands_for(packages, "nothing"))) > 10


def commands_of(root: argparse.ArgumentParser) -> list[str]:
    """Return the commands of a parser."""
    (verbs,) = [one for one in root._actions if isinstance(one, argparse._SubParsersAction)]
    return list(verbs.choices)
