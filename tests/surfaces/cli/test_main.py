"""The frame of the command line."""

import argparse
import json
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import cast

import pytest

import comity.demo
import comity.surfaces.cli
import comity_lab
from comity.domestic.duty.acts import Who
from comity.domestic.duty.roster import HandedOver
from comity.kernel import plain_yaml
from comity.kernel.fault import Fault
from comity.surfaces.cli import desk_text, output
from comity.surfaces.cli import main as frame
from comity.surfaces.cli.context import Program, Subparsers, add_json, at_least

FAULT = Fault(code="node.test.wrong", what="The value 'x' is wrong.", fix="Write another.")
PROGRAM = "import sys; from comity.boot import main; sys.exit(main())"
SHIPPED = Path(__file__).parents[3] / "src/comity/catalogue/guideline/dialogue.yaml"


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
        parser.add_argument("--count", type=at_least(1))
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
    assert _main(monkeypatch, FAULT, "--yaml", "--json") == 2


def test_an_error_of_ours_shows_no_content(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A bug exits 70 and says only what kind it is: its text may hold what an officer wrote."""
    assert _main(monkeypatch, ValueError("secret words")) == 70
    told = capsys.readouterr()
    assert "ValueError" in told.err
    assert "secret" not in told.err


def test_exit_codes_are_handed_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What a command returns is the exit code; an interruption is 130, and told on one line."""
    assert _main(monkeypatch, None) == 1
    capsys.readouterr()
    assert _main(monkeypatch, KeyboardInterrupt()) == 130
    told = capsys.readouterr()
    assert (told.out, told.err) == ("", f"comity: {frame.INTERRUPTED}\n")
    assert _main(monkeypatch, KeyboardInterrupt(), "--json") == 130
    assert "".join(capsys.readouterr()) == ""


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (["--nothing"], "Unrecognized arguments: --nothing"),
        (["word"], "Unrecognized arguments: word"),
        (["--coun", "5"], "Unrecognized arguments: --coun 5"),
        (["--count", "-5"], "-5 is not a whole number from 1 on"),
        (["--count", "some"], "some is not a whole number from 1 on"),
    ],
)
def test_a_wrong_command_line_is_a_fault_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: list[str], what: str
) -> None:
    """It exits 2, with how it is typed for people and the next step; for machines as any other."""
    assert _main(monkeypatch, None, *words) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("usage: comity")
    for one in (what, "--help`", "[surfaces.cli.usage]"):
        assert one in told.err
    assert "_" not in told.err

    assert _main(monkeypatch, None, *words, "--json") == 2
    told = capsys.readouterr()
    assert told.err == ""
    error = json.loads(told.out)["error"]
    assert error["code"] == "surfaces.cli.usage"
    assert what in error["what"]


@pytest.mark.parametrize(
    ("words", "usage", "fix"),
    [
        ("carry export b --home a --strange x", "comity carry export [", "`comity carry export -"),
        ("request list --home a --as ann word", "comity request list [", "`comity request list -"),
        ("request lst", "comity request [", "Did you mean `list`? Run `comity request --help`."),
        ("rebild --home a", "comity [", "Did you mean `rebuild`? Run `comity --help`."),
        (
            "status --home a --jsno",
            "comity status [",
            "Did you mean `--json`? Run `comity status -",
        ),
        ("--home demo status", "comity [", "--home stands before the command."),
        ("request --home a list", "comity request [", "behind it: comity request … --home."),
        (
            "recover begin c --reason los",
            "comity recover begin [",
            "`comity recover begin --help`.",
        ),
    ],
)
def test_a_mistyped_word_is_told_by_the_command_that_it_stands_in(
    words: str, usage: str, fix: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its own usage is shown, and the word that was meant where one is near."""
    packages = (comity.surfaces.cli, comity.demo, comity_lab)
    assert frame.main(words.split(), packages, lambda _: cast("Program", None)) == 2
    told = capsys.readouterr().err
    assert told.startswith(f"usage: {usage}")
    assert fix in told


@pytest.mark.parametrize(
    ("words", "what"),
    [
        ("sim --seeds -1", "-1 is not a whole number from 1 on"),
        ("bench exchange --acts -5", "-5 is not a whole number from 0 on"),
        ("bench evidence --bytes xMiB", "x is not a whole number from 1 on"),
        ("policy --home a --size -1", "-1 is not a whole number from 0 on"),
        ("fsck --home a --jobs -3", "-3 is not a whole number from 0 on"),
        ("rebuild --home a --jobs 1.5", "1.5 is not a whole number from 0 on"),
        ("request list --home a --as ann --count -1", "-1 is not a whole number from 1 on"),
        ("serve --home a --port x", "x is not a whole number from 0 to 65535"),
        ("serve --home a --repeat-seconds x", "x is not between 1 and 86400 seconds"),
        ("serve --home a --port 65536", "65536 is not a whole number from 0 to 65535"),
        ("demo --history 9999999", "9999999 is not a whole number from 0 to "),
        ("request close m --home a --as ann --wait-seconds inf", "between 0 and 2678400 seconds"),
        ("request close m --home a --as ann --wait-seconds -1", "between 0 and 2678400 seconds"),
        ("token add --home a --as ann --label x --scope read --days 0", "number from 1 to 366"),
        ("chaos --seconds nan", "nan is not between 1 and 86400 seconds"),
        ("demo --history x", "x is not a whole number from 0 to "),
        ("officer link --home a ann --origin word", "'word' is no origin"),
    ],
)
def test_a_count_that_is_none_is_told_before_anything_is_done(
    capsys: pytest.CaptureFixture[str], words: str, what: str
) -> None:
    """Nothing is run none times, and no name of our own stands in what is told."""
    packages = (comity.surfaces.cli, comity.demo, comity_lab)
    assert frame.main(words.split(), packages, lambda _: cast("Program", None)) == 2
    told = capsys.readouterr().err
    assert what in told
    assert "invalid" not in told


@pytest.mark.parametrize("command", ["demo", "bench exchange"])
def test_a_file_in_the_place_of_a_folder_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    """A file named after --keep is left as it is."""
    file = tmp_path / "file"
    file.touch()
    words = [*command.split(), "--keep", str(file)]
    assert frame.main(words, (comity.demo, comity_lab), lambda _: cast("Program", None)) == 3
    assert "surfaces.file.unwritable" in capsys.readouterr().err


def test_words_of_others_steer_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever a command prints for people: a note of a colleague, a text of a peer, a fault."""
    note = "\x1b]0;you\x07\x1b[2J\u202etxt.exe"
    said = HandedOver(Who("ann", "police", 0), "ben", note)
    output.write(f"{desk_text.turn_text(said)}\n")
    output.note("\x9b2J\r\n")
    written = capsys.readouterr()
    assert written.out.count("\n") == 2
    assert written.err.endswith("\n")
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]", written.out + written.err)


@pytest.mark.parametrize("name", ["comity.surfaces.cli.main", "comity.surfaces.cli.guideline"])
def test_an_interruption_while_it_loads_ends_it_as_later(name: str) -> None:
    """Ctrl-C in the first second: 130, one line at most, and no traceback."""
    program = (
        "import sys\n"
        "class Interrupt:\n"
        "    def find_spec(self, name, path, target=None):\n"
        f"        if name == {name!r}: raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Interrupt())\n"
        f"{PROGRAM}"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program, "guideline", "check", str(SHIPPED)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (ended.returncode, ended.stdout) == (130, "")
    assert ended.stderr in ("", f"comity: {frame.INTERRUPTED}\n")


def test_help_tells_a_newcomer_what_to_type(capsys: pytest.CaptureFixture[str]) -> None:
    """The first page names every command and the way from nothing to a first request."""
    with pytest.raises(SystemExit) as ended:
        frame.parser([comity.surfaces.cli]).parse_args(["--help"])
    told = capsys.readouterr().out

    assert ended.value.code == 0
    for word in ("init", "pair offer", "serve", "doctor", "request send", "COMITY_KEY_FILE"):
        assert word in told


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """One word and a number on standard output, as a report or a script wants it."""
    with pytest.raises(SystemExit) as ended:
        frame.parser([comity.surfaces.cli]).parse_args(["--version"])
    assert ended.value.code == 0
    assert re.fullmatch(r"comity [0-9]+\.[0-9]+\.[0-9]+\n", capsys.readouterr().out)


def test_a_command_is_found_without_loading_the_others() -> None:
    """Each command stands in the module of its name, or is named where it stands."""
    packages = (comity.surfaces.cli, comity.demo, comity_lab)
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


def test_no_number_is_read_without_its_bounds() -> None:
    """Python's own int and float read -1, 1_0, nan and inf, and say nothing of what is meant."""
    waiting = [frame.parser([comity.surfaces.cli, comity.demo, comity_lab])]
    while waiting:
        parser = waiting.pop()
        for action in parser._actions:
            assert action.type not in (int, float), f"{parser.prog} {action.dest}"
            if isinstance(action, argparse._SubParsersAction):
                waiting += action.choices.values()
