"""Standard streams and the files in their place, as every command has them."""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

import comity.demo
import comity.surfaces.cli
import comity_lab
from comity.boot.program import make
from comity.kernel.fault import Fault
from comity.surfaces.cli import files
from comity.surfaces.cli import main as frame
from comity.surfaces.cli.context import Program, Subparsers, add_json, add_out

FAULT = Fault(code="node.test.wrong", what="The value 'x' is wrong.", fix="Write another.")
PROGRAM = "import sys; from comity.boot import main; sys.exit(main())"
SHIPPED = Path(__file__).parents[3] / "src/comity/catalogue/guideline/dialogue.yaml"


class _Package(ModuleType):
    """Stands for a package with one command."""

    __path__: list[str] = []  # noqa: RUF012 -- as packages have it


@pytest.mark.parametrize("form", [[], ["--json"], ["--yaml"]])
def test_what_cannot_be_written_is_a_fault(form: list[str]) -> None:
    """A full disk and a closed output are told on stderr, with a code; there is no traceback."""
    words = " ".join(["guideline", "check", str(SHIPPED), *form])
    for where, why in ((">/dev/full", "No space left"), (">&-", "it is closed")):
        ended = subprocess.run(
            ["sh", "-c", f'exec "$0" -c "$1" {words} {where}', sys.executable, PROGRAM],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert ended.returncode == 3, ended.stderr
        assert why in ended.stderr
        assert ended.stderr.count("\n") == 3
        assert "surfaces.file.unwritable" in ended.stderr


@pytest.mark.parametrize(
    ("words", "closed", "code"),
    [
        ("age encrypt -r age1x", "<&-", "surfaces.file.unreadable"),
        ("guideline check -", "<&-", "surfaces.file.unreadable"),
        ("age keygen", ">&-", "surfaces.file.unwritable"),
    ],
)
def test_a_closed_stream_is_a_fault(words: str, closed: str, code: str) -> None:
    """A command that is started with a stream closed says so, as of any file."""
    key = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"
    words = words.replace("age1x", key)
    ended = subprocess.run(
        ["sh", "-c", f'exec "$0" -c "$1" {words} {closed}', sys.executable, PROGRAM],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert ended.returncode == 3, ended.stderr
    assert f"[{code}]" in ended.stderr


def test_what_stands_on_standard_input_is_read() -> None:
    """`-` in the place of a file: what another program wrote is checked without a copy."""
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM, "guideline", "check", "-", "--json"],
        input=SHIPPED.read_bytes(),
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout)["fit"] is True


def test_what_a_terminal_cannot_say_is_spelled() -> None:
    """Chinese words on a terminal of ASCII are escaped; for machines it is UTF-8 anyhow."""
    for form in ([], ["--json"]):
        ended = subprocess.run(
            [sys.executable, "-c", PROGRAM, "guideline", "show", str(SHIPPED), "--lang", "zh-Hans",
             *form],
            env={**os.environ, "PYTHONIOENCODING": "ascii"},
            capture_output=True,
            check=False,
            timeout=60,
        )  # fmt: skip
        assert ended.returncode == 0, ended.stderr
        assert ("数据保全".encode() if form else rb"\u6570\u636e") in ended.stdout


def test_what_is_written_is_named_by_one_option() -> None:
    """`-o`, or `--out`, wherever a command writes what it was asked for; never another spelling."""
    named = 0
    waiting = [frame.parser([comity.surfaces.cli, comity.demo, comity_lab])]
    while waiting:
        parser = waiting.pop()
        for action in parser._actions:
            if isinstance(action, argparse._SubParsersAction):
                waiting += action.choices.values()
            if {"-o", "--out", "--output"} & {*action.option_strings}:
                assert action.option_strings == ["-o", "--out"], parser.prog
                assert action.dest == "out", parser.prog
                named += 1
    assert named > 10


def test_whoever_acts_gives_his_token_in_the_same_ways() -> None:
    """A token never stands in the words of a command: a file is named wherever an officer is."""
    named = 0
    waiting = [frame.parser([comity.surfaces.cli, comity.demo, comity_lab])]
    while waiting:
        parser = waiting.pop()
        spelled = {word for action in parser._actions for word in action.option_strings}
        assert ("--as" in spelled) == ("--token-file" in spelled), parser.prog
        named += "--as" in spelled
        for action in parser._actions:
            if isinstance(action, argparse._SubParsersAction):
                waiting += action.choices.values()
    assert named > 80


@pytest.mark.parametrize("form", [[], ["--json"], ["--yaml"]])
@pytest.mark.parametrize("is_whole", [True, False])
def test_a_file_has_standard_output_to_itself(
    monkeypatch: pytest.MonkeyPatch,
    capfdbinary: pytest.CaptureFixture[bytes],
    form: list[str],
    is_whole: bool,  # noqa: FBT001 -- as pytest gives it
) -> None:
    """With `-o -` what is told, a fault too, goes to standard error: a pipe gets the file alone."""

    def run(program: Program, options: argparse.Namespace) -> int:
        files.write(options.out, b"\x00file")
        if not is_whole:
            raise FAULT
        program.show({"file": str(options.out)}, "Wrote it.")
        return 0

    def add_parser(subparsers: Subparsers) -> None:
        parser = subparsers.add_parser("try")
        add_out(parser)
        add_json(parser)
        parser.set_defaults(run=run)

    module = ModuleType("try")
    module.__dict__["add_parser"] = add_parser
    monkeypatch.setattr(frame, "commands", lambda _: [module])
    ended = frame.main(["try", "-o", "-", *form], [_Package("p")], lambda form: make({}, form=form))

    told = capfdbinary.readouterr()
    assert told.out == b"\x00file"
    assert ended == (0 if is_whole else 3)
    said = (b"file" if form else b"Wrote it.") if is_whole else b"node.test.wrong"
    assert said in told.err
