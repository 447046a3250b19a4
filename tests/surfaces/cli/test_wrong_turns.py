"""Wrong turns of who has read only `--help`: each message tells the next step."""

import re
import shlex
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import NoReturn, cast

import pytest
from support.desks import EXAMPLES

import comity.surfaces.cli
from comity.adapters import vault
from comity.adapters.entropy import SystemEntropy
from comity.boot.program import make
from comity.domestic.legal import decide
from comity.domestic.legal.acts import Choice
from comity.joint.arrangement import pairing
from comity.joint.case import decide as case
from comity.joint.request import refusals
from comity.joint.review import decide as review
from comity.joint.text import decide as guideline
from comity.kernel.fault import Fault
from comity.kernel.inadmissible import Inadmissible
from comity.node.room.release import draft_store
from comity.surfaces.cli import main as frame
from comity.surfaces.cli.context import HOME, OFFICER, Home

ENVIRONMENT = {"COMITY_KEY": "ab" * 32}


def _told(capsys: pytest.CaptureFixture[str], words: str, **set_: str) -> str:
    """Type a command that does nothing, and return what it says on standard error."""
    environment = ENVIRONMENT | set_
    program = make(environment, form="")
    code = frame.main(shlex.split(words), [comity.surfaces.cli], lambda _: program, environment)
    assert code in (2, 3)
    return capsys.readouterr().err


def test_a_file_of_a_home_is_not_the_home(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nor is the folder in which it lies: those that lie there are named."""
    for name in ("b", "a"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "config.toml").touch()
    told = _told(capsys, f"status --home {tmp_path}/a/config.toml")
    assert "config.toml': it is a file." in told
    assert "Name the folder in which it lies after --home." in told
    assert "Name one of the homes in it (a, b) after --home." in _told(
        capsys, f"status --home {tmp_path}"
    )
    assert "Make one with `comity init`" in _told(capsys, f"status --home {tmp_path}/c")


@pytest.mark.parametrize(
    ("words", "what"),
    [
        ("status --home ''", "it is empty, and names no folder"),
        ("nation show --home ''", "it is empty, and names no folder"),
        ("request list --home h --as ''", "it is empty, and names nobody"),
        ("log export --home h --facts all --as ''", "it is empty, and names nobody"),
    ],
)
def test_an_option_that_is_given_empty_is_no_other_one(
    capsys: pytest.CaptureFixture[str], words: str, what: str
) -> None:
    """A variable of a script that is not set is neither the folder here nor another officer."""
    assert what in _told(capsys, words, **{HOME: "/srv/fr", OFFICER: "alice"})


def test_facts_are_disclosed_by_whom_the_environment_names() -> None:
    """They sign in, as one who is named after --as."""

    def token(name: str) -> NoReturn:
        raise Fault(code="node.test.asked", what=name, fix="")

    environment = {HOME: "/srv/fr", OFFICER: "alice"}
    words = ["log", "export", "--facts", "all"]
    options = frame.parser([comity.surfaces.cli], "log", environment).parse_args(words)
    program = replace(
        make({}, form=""), token=token, open_home=lambda _: nullcontext(cast("Home", None))
    )
    with pytest.raises(Fault, match="alice"):
        options.run(program, options)


def test_an_empty_file_of_a_token_is_told_as_that(tmp_path: Path) -> None:
    """It is not the token of another officer."""
    file = tmp_path / "token"
    file.write_text("\n")
    words = ["request", "list", "--home", "h", "--as", "ann", "--token-file", str(file)]
    options = frame.parser([comity.surfaces.cli], "request").parse_args(words)
    program = replace(make({}, form=""), open_home=lambda _: nullcontext(cast("Home", None)))
    with pytest.raises(Fault, match="is empty: it holds no token"):
        options.run(program, options)


def test_to_route_nothing_is_told_as_that(capsys: pytest.CaptureFixture[str]) -> None:
    """Before anything is opened; all that waits has a command of its own."""
    told = _told(capsys, "desk route --home h --as ann")
    assert "required: FILE" in told
    assert "`comity desk route --help`" in told


def test_a_file_that_is_no_backup_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """And it is not said that a sender sent it."""
    for data in (b"", b"format: comity-guideline/1\n"):
        file = tmp_path / "file"
        file.write_bytes(data)
        told = _told(capsys, f"restore {file} {tmp_path}/again")
        assert f"The file '{file}' is no backup: " in told
        assert "Name the file that `comity backup` wrote" in told
        assert not (tmp_path / "again").exists()


def test_a_file_that_is_no_key_is_not_told_as_a_damaged_one() -> None:
    """Who names another file after --root shall not look for a backup of it."""
    keys = vault.of_environment({"COMITY_KEY": "ab" * 32}, SystemEntropy())
    for data, what, fix in (
        (b"format: x\n", "is no key file", "Name the file of the key"),
        (b"", "is damaged", "Restore it from a backup"),
        (b"age-encryption.org/v1\n", "is damaged", "Restore it from a backup"),
    ):
        with pytest.raises(Fault) as told:
            keys.unseal(data, "g.yaml")
        assert told.value.code == "keys.file.malformed"
        assert f"'g.yaml' {what}" in told.value.what
        assert fix in told.value.fix


@pytest.mark.parametrize("verb", ["accept", "confirm"])
def test_what_is_no_pairing_text_is_not_asked_for_anew(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], verb: str
) -> None:
    """Another file was named, and the right one is there already."""
    for data in (b"", b"format: comity-guideline/1\n"):
        file = tmp_path / "file"
        file.write_bytes(data)
        told = _told(capsys, f"pair {verb} {file} --home h -o {tmp_path}/out")
        assert f"'{file}': This text cannot be read" in told
        assert "Name the file that the other party sent" in told


def test_a_confirmation_is_not_accepted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The files of a pairing are told apart, and where each goes."""
    file = tmp_path / "confirm.txt"
    file.write_bytes(f"{pairing.CONFIRM_HEADER}\n".encode())
    told = _told(capsys, f"pair accept {file} --home h -o {tmp_path}/out")
    assert f"The file '{file}' is no offer." in told
    assert "`comity pair confirm`" in told


def test_where_nothing_is_asked_nothing_can_be_chosen() -> None:
    """A question that nobody asks is answered with where those stand that are asked."""
    by = decide.By("ann", {"ann": frozenset({"counsel"})}, 0)
    no = decide.decide((), by, "nope", Choice("allows"), content="", profile="")
    assert isinstance(no, Inadmissible)
    assert "`comity legal explain`" in no.fix


def test_drafts_are_listed_by_a_command() -> None:
    """A draft that is gone is told with what lists the others."""
    assert "`comity draft list`" in draft_store.unknown("x").fix


@pytest.mark.parametrize(
    ("table", "noun", "command"),
    [
        (refusals.WHY, "request", "request list"),
        (review._WHY, "snapshot", "review list"),
        (case._WHY, "case", "case list"),
        (guideline._WHY, "proposal", "guideline list"),
    ],
)
def test_what_is_not_there_is_told_with_the_command_that_lists_the_others(
    table: Mapping[str, tuple[str, str]], noun: str, command: str
) -> None:
    """An officer at night types what they read."""
    assert f"`comity {command}`" in dict(table.values())[f"There is no such {noun} here."]


@pytest.mark.parametrize("option", ["--urgency", "--direction", "--clock"])
def test_a_choice_offers_nothing_empty(capsys: pytest.CaptureFixture[str], option: str) -> None:
    """Neither the usage nor the message names a choice that nobody can type."""
    told = _told(capsys, f"request list --home h --as ann {option} nope")
    assert f"{option} {{," not in told
    assert "choose from ," not in told


@pytest.mark.parametrize(
    ("words", "example", "what", "fix"),
    [
        ("request send FILE --to bb", "answer.json", "is an answer file", "request answer ID FILE"),
        ("request check FILE --to bb", "clarification.json", "is an answer file", "request answer"),
        ("request answer m FILE", "preservation.json", "is a request file", "request send FILE"),
    ],
)
def test_a_file_of_the_other_kind_is_told_as_that(
    capsys: pytest.CaptureFixture[str], words: str, example: str, what: str, fix: str
) -> None:
    """It is whole: to correct four fields of it would be the wrong advice."""
    file = EXAMPLES / example
    told = _told(capsys, f"{words.replace('FILE', str(file))} --home h --as ann")
    assert f"The file '{file}' {what}" in told
    assert f"`comity {fix}" in told
    assert "surfaces.file.other-kind" in told


def test_a_file_that_says_nothing_is_of_no_kind(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It lacks what a request has."""
    file = tmp_path / "empty.json"
    file.write_text("{}", "utf-8")
    told = _told(capsys, f"request send {file} --to bb --home h --as ann")
    assert '"type" is a required property' in told


def test_a_code_is_not_broken_in_a_help(capsys: pytest.CaptureFixture[str]) -> None:
    """It is copied from there."""
    with pytest.raises(SystemExit):
        frame.parser([comity.surfaces.cli], "request").parse_args(["request", "refuse", "--help"])
    told = capsys.readouterr().out
    assert re.search(r"[a-z]-$", told, re.MULTILINE) is None
    assert "essential-interests," in told


def test_a_short_option_that_is_unknown_is_no_long_one(capsys: pytest.CaptureFixture[str]) -> None:
    """Of two characters every option is near."""
    told = _told(capsys, "carry export --home h -o x")
    assert "Unrecognized arguments: -o" in told
    assert "Did you mean" not in told
    assert "Did you mean `--whole`?" in _told(capsys, "carry export --home h x --whol")
