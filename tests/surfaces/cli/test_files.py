"""What is wrong in a file that a command reads is told as a compiler would tell it."""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

import comity.surfaces.cli
from comity.boot.rooms import ROOMS
from comity.kernel.fault import Fault
from comity.kernel.problem import Malformed, Place
from comity.surfaces.cli import files
from comity.surfaces.cli import main as frame
from comity.surfaces.cli.context import EXIT_FAULT, Program

SHIPPED = Path(__file__).parents[3] / "src/comity/catalogue"
GUIDELINE = SHIPPED / "guideline/dialogue.yaml"

READING: Sequence[tuple[tuple[str, ...], str]] = (
    (("calendar", "check", "FILE"), "yaml"),
    (("guideline", "check", "FILE"), "yaml"),
    (("guideline", "check", str(GUIDELINE), "--request", "FILE"), "json"),
    (("guideline", "check", str(GUIDELINE), "--request", "FILE"), "yaml"),
    (("guideline", "diff", "FILE", str(GUIDELINE)), "yaml"),
    (("guideline", "diff", str(GUIDELINE), "FILE"), "yaml"),
    (("guideline", "show", "FILE"), "yaml"),
    (("nation", "check", "FILE"), "yaml"),
    (("nation", "check", str(SHIPPED / "nation/us.yaml"), "--guideline", "FILE"), "yaml"),
    (("nation", "show", "FILE"), "yaml"),
    (("request", "check", "FILE", "--home", "h", "--as", "ann", "--to", "bb"), "json"),
    (("request", "send", "FILE", "--home", "h", "--as", "ann", "--to", "bb"), "json"),
    (("request", "draft", "FILE", "--home", "h", "--as", "ann", "--to", "bb"), "yaml"),
    (("request", "answer", "m", "FILE", "--home", "h", "--as", "ann"), "json"),
    (("request", "clarify", "m", "FILE", "--home", "h", "--as", "ann"), "yaml"),
)
"""Commands with a file of each kind, up to where it is read."""


def _main(words: Sequence[str], file: Path, *more: str) -> int:
    typed = [str(file) if word == "FILE" else word for word in words]
    program = cast(
        "Program", SimpleNamespace(paper=None, rooms=lambda: ROOMS)
    )  # told before anything is done
    return frame.main([*typed, *more], [comity.surfaces.cli], lambda _: program)


@pytest.mark.parametrize(("words", "suffix"), READING)
def test_a_broken_file_is_told_with_its_place(
    words: Sequence[str], suffix: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The file, the line and the column, in words and for machines; and the line itself."""
    file = tmp_path / f"broken.{suffix}"
    file.write_text('{"type": "preservation",\n  "urgency": "urgent"\n  "elements": {}}', "utf-8")

    assert _main(words, file) == EXIT_FAULT
    told = capsys.readouterr().err
    assert f"comity: '{file}' cannot be read: line 3, column 3: " in told
    assert '3 |   "elements": {}}\n    |   ^\n' in told
    assert "Then give it again." in told

    assert _main(words, file, "--json") == EXIT_FAULT
    error = json.loads(capsys.readouterr().out)["error"]
    assert (error["file"], error["line"], error["column"]) == (str(file), 3, 3)


@pytest.mark.parametrize(("words", "suffix"), READING)
@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "line 1, column 1: it is empty"),
        (b'{"a": 1,\n "a": 2}', "line 2, column 2: the key 'a' stands twice"),
        (b'{"a":\n "\xff"}', "line 2, column 3: byte 8 is not UTF-8"),
        (b"[" * 40, "deep"),
    ],
)
def test_whatever_is_wrong_the_file_is_named(
    words: Sequence[str],
    suffix: str,
    data: bytes,
    what: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Nothing in it, a key twice, bytes that are no text, lists in lists."""
    file = tmp_path / f"broken.{suffix}"
    file.write_bytes(data)
    assert _main(words, file) == EXIT_FAULT
    told = capsys.readouterr().err
    assert f"comity: '{file}' cannot be read: line " in told
    assert what in told


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"%PDF-1.7\n" + b"[{" * 40 + b"\xff", ("is a PDF", "as an attachment")),
        (b"PK\x03\x04" + b"[" * 40, ("is a ZIP file or an Office document", "as an attachment")),
        (b"\x89PNG\r\n" + b"{" * 40, ("is a picture", "as an attachment")),
        ('{"type": "x"}'.encode("utf-16"), ("is a text in UTF-16", "Save it in UTF-8.")),
        (b"age-encryption.org/v1\n", ("is sealed", "`comity age decrypt`")),
        (b"[\0" * 40, ("holds bytes that stand in no text", "in JSON or YAML")),
    ],
    ids=["pdf", "office", "picture", "utf-16", "sealed", "bytes"],
)
@pytest.mark.parametrize(("words", "suffix"), [READING[0], READING[11], READING[13]])
def test_what_is_no_text_is_told_as_what_it_is(
    words: Sequence[str],
    suffix: str,
    data: bytes,
    told: tuple[str, str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A scan in the place of a request is not nested too deep: it is a picture."""
    file = tmp_path / f"scan.{suffix}"
    file.write_bytes(data)
    assert _main(words, file) == EXIT_FAULT
    said = capsys.readouterr().err
    assert f"comity: The file '{file}' {told[0]}.\n" in said
    assert told[1] in said
    assert "[surfaces.file.not-text]" in said


@pytest.mark.parametrize(("words", "suffix"), [READING[0], READING[11]])
def test_other_bytes_are_told_where_they_stand(
    words: Sequence[str], suffix: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """However many brackets are among them."""
    file = tmp_path / f"bytes.{suffix}"
    file.write_bytes(b"\x80" + b"[" * 40)
    assert _main(words, file) == EXIT_FAULT
    assert "line 1, column 1: byte 0 is not UTF-8" in capsys.readouterr().err


def test_what_is_no_file_is_told_apart(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder is not nothing, and the next step differs."""
    words = ("guideline", "check", "FILE")
    assert _main(words, tmp_path) == EXIT_FAULT
    assert "Is a directory.\n        Name a file in that folder." in capsys.readouterr().err
    assert _main(words, tmp_path / "none") == EXIT_FAULT
    assert "nothing is there" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [
        ("verify", "p.tlog-proof", "--policy", "FILE"),
        ("review", "verify", "FILE"),
        ("review", "verify", "p.zip", "--policy", "FILE"),
        ("pair", "accept", "FILE", "--home", "h", "-o", "o"),
        ("pair", "confirm", "FILE", "--home", "h"),
    ],
)
def test_a_text_that_a_program_wrote_is_named_too(
    words: Sequence[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A policy, a pack, a text of a pairing: where several are given, which one it is."""
    file = tmp_path / "other"
    file.write_text("something else\n", "utf-8")
    assert _main(words, file) == EXIT_FAULT
    assert capsys.readouterr().err.startswith(f"comity: '{file}': ")


@pytest.mark.parametrize("suffix", ["json", "yaml"])
def test_what_does_not_fit_is_told_with_its_place(
    suffix: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every problem of a request file has its line and column, in both spellings."""
    file = tmp_path / f"unfit.{suffix}"
    file.write_text('{"type": "preservation", "elements": {},\n  "urgency": 7}', "utf-8")
    words = ("request", "send", "FILE", "--home", "h", "--as", "ann", "--to", "bb")
    assert _main(words, file) == EXIT_FAULT
    assert f"'{file}' has 1 problem:\n  line 2, column 3, /urgency: " in capsys.readouterr().err
    assert _main(words, file, "--json") == EXIT_FAULT
    error = json.loads(capsys.readouterr().out)["error"]
    assert error["file"] == str(file)
    (problem,) = error["problems"]
    assert (problem["line"], problem["column"], problem["pointer"]) == (2, 3, "/urgency")


@pytest.mark.parametrize(
    ("data", "place", "shown"),
    [
        (b"a\tb", Place(1, 3), "  1 | a b\n    |   ^"),
        (b"\x1b[31m", Place(1, 1), "  1 | \ufffd[31m\n    | ^"),
        (b"x" * 500, Place(1, 400), f"  1 | {'x' * 70}\n    | {' ' * 35}^"),
        (b"a", Place(9, 1), "  9 | \n    | ^"),
        (b"a\r\nb", Place(1, 2), "  1 | a\n    |  ^"),
    ],
)
def test_the_line_is_shown_as_a_terminal_can(data: bytes, place: Place, shown: str) -> None:
    """It is cut around the place, and cannot steer the terminal."""
    with pytest.raises(Malformed) as caught, files.naming("f", data):
        raise Malformed("kernel.json.malformed", "why", "Mend.", place)
    where = f"line {place.line}, column {place.column}"
    assert caught.value.what == f"'f' cannot be read: {where}: why.\n{shown}"


def test_what_opens_an_entry_is_read_by_its_owner_alone(tmp_path: Path) -> None:
    """From the first byte, whatever the umask; what is there already stays as it is."""
    before = os.umask(0)
    try:
        files.write(tmp_path / "secret", b"key", secret=True)
        files.write(tmp_path / "public", b"key")
    finally:
        os.umask(before)
    assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "public").stat().st_mode & 0o777 == 0o666
    with pytest.raises(Fault) as caught:
        files.write(tmp_path / "secret", b"other", secret=True)
    assert caught.value.code == "surfaces.file.exists"
    assert (tmp_path / "secret").read_bytes() == b"key"
