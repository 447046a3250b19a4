"""`comity age`, as a person types it, beside the `age` program where it is installed."""

import argparse
import getpass
import io
import shutil
import stat
import subprocess
import sys
import warnings
from collections.abc import Sequence
from hashlib import shake_256
from pathlib import Path

import pytest

from comity.boot.rooms import ROOMS
from comity.kernel.fault import Fault
from comity.seal.scrypt import ScryptRecipient
from comity.surfaces.cli import age, age_files
from comity.surfaces.cli.context import Program

LARGE = shake_256(b"large").digest(300_000)
AT_MS = 1_767_225_600_000


def _refuse(*_: object) -> None:
    raise AssertionError


class Shell:
    """A folder in which commands are typed.

    Attributes:
        folder: in which it stands.
        notes: what was told on the side.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.notes: list[str] = []
        self._draws = 0

    def __call__(self, *words: str) -> None:
        """Type `comity age …`, which must succeed."""
        root = argparse.ArgumentParser()
        age.add_parser(root.add_subparsers(required=True))
        options = root.parse_args(["age", *words])
        assert options.run(self._program(), options) == 0

    def _program(self) -> Program:
        return Program(
            rooms=lambda: ROOMS,
            create_home=_refuse,  # type: ignore[arg-type]
            open_home=_refuse,  # type: ignore[arg-type]
            serve=_refuse,  # type: ignore[arg-type]
            doctor=_refuse,  # type: ignore[arg-type]
            token=_refuse,  # type: ignore[arg-type]
            show=_refuse,
            note=self.notes.append,
            now_ms=lambda: AT_MS,
            random=self._random,
        )

    def _random(self, count: int) -> bytes:
        self._draws += 1
        return shake_256(b"%d" % self._draws).digest(count)

    def path(self, name: str) -> str:
        """Return the path of a file here."""
        return str(self.folder / name)

    def file(self, name: str, data: bytes) -> str:
        """Write a file; return its path."""
        (self.folder / name).write_bytes(data)
        return self.path(name)

    def key(self, name: str, *words: str) -> tuple[str, str]:
        """Make a key; return the path of its file and its public half."""
        self("keygen", "-o", self.path(name), *words)
        return self.path(name), self.notes[-1].removeprefix("Public key: ")

    def refused(self, words: Sequence[str], code: str) -> None:
        """Type a command that must be refused, and must leave nothing."""
        before = {path.name: path.read_bytes() for path in self.folder.iterdir()}
        with pytest.raises(Fault) as caught:
            self(*words)
        assert caught.value.code == code
        assert {path.name: path.read_bytes() for path in self.folder.iterdir()} == before


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """A shell in an empty folder."""
    return Shell(tmp_path)


def _stdin(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    buffer = io.BufferedReader(io.BytesIO(data))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(buffer))


@pytest.mark.parametrize("kind", [(), ("--x25519",)], ids=["hybrid", "x25519"])
@pytest.mark.parametrize("form", [(), ("--armor",)], ids=["binary", "armored"])
@pytest.mark.parametrize("data", [b"", b"said\n", LARGE], ids=["empty", "small", "large"])
def test_what_is_sealed_opens(
    kind: tuple[str, ...], form: tuple[str, ...], data: bytes, shell: Shell
) -> None:
    """Either kind of key, either form, any size."""
    identity, recipient = shell.key("key", *kind)
    plain, sealed, opened = shell.file("plain", data), shell.path("sealed"), shell.path("opened")
    shell("encrypt", *form, "-r", recipient, "-o", sealed, plain)
    shell("decrypt", "-i", identity, "-o", opened, sealed)
    assert Path(opened).read_bytes() == data
    assert Path(sealed).read_bytes().startswith(b"-----BEGIN" if form else b"age-encryption")
    assert {path.name for path in shell.folder.iterdir()} == {"key", "plain", "sealed", "opened"}


def test_a_key_file_says_what_it_is_and_is_private(shell: Shell) -> None:
    """As `age-keygen` writes it: when, the public half, the secret; for its owner alone."""
    path, recipient = shell.key("key")
    created, public, secret, end = Path(path).read_text().split("\n")
    assert created == "# created: 2026-01-01T00:00:00Z"
    assert public == f"# public key: {recipient}"
    assert secret.startswith("AGE-SECRET-KEY-PQ-1")
    assert not end
    assert stat.S_IMODE(Path(path).stat().st_mode) == 0o600


def test_a_key_is_never_overwritten(shell: Shell) -> None:
    """Whatever was sealed to the old one would be closed for good."""
    path, _ = shell.key("key")
    shell.refused(["keygen", "-o", path], "surfaces.file.exists")


def test_recipients_come_from_files_too(shell: Shell) -> None:
    """`-R` with comments, `-i` for oneself; each of them opens."""
    first, public = shell.key("first")
    second, _ = shell.key("second")
    listed = shell.file("list", f"# for the office\n\n  {public}\r\n".encode())
    sealed = shell.path("sealed")
    shell("encrypt", "-R", listed, "-i", second, "-o", sealed, shell.file("plain", b"said"))
    for identity in (first, second):
        shell("decrypt", "-i", identity, "-o", shell.path("opened"), sealed)
        assert (shell.folder / "opened").read_bytes() == b"said"


def test_to_open_without_an_identity_is_told(shell: Shell) -> None:
    """Who forgot -i is not told that none of their identities fits."""
    _, public = shell.key("first")
    sealed = shell.path("sealed")
    shell("encrypt", "-r", public, "-o", sealed, shell.file("plain", b"said"))
    with pytest.raises(Fault) as caught:
        shell("decrypt", "-o", shell.path("opened"), sealed)
    assert caught.value.what.startswith("No identity was given")
    assert "-i" in caught.value.fix


@pytest.mark.parametrize("word", ["{}", " {}", "{}x", "AGE-SECRET-KEY-ABC", "age-secret-key-1abc"])
def test_a_secret_key_is_no_recipient_and_is_not_shown(shell: Shell, word: str) -> None:
    """Neither on the command line nor out of a file; who mixed them up is told which to give."""
    identity, _ = shell.key("first")
    secret = Path(identity).read_text("utf-8").splitlines()[-1]
    given = word.format(secret)
    listed = shell.file("list", given.encode())
    for way in (["-r", given], ["-R", listed], ["-R", identity]):
        with pytest.raises(Fault) as caught:
            shell("encrypt", *way, "-o", shell.path("sealed"), shell.file("plain", b"said"))
        assert caught.value.code == "surfaces.age.recipient"
        assert "keygen -y" in caught.value.fix
        assert given.strip()[15:] not in str(caught.value)


def test_standard_input_and_output_are_files(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    """Absent or `-`, so that commands can stand in a pipe."""
    identity, recipient = shell.key("key")
    _stdin(monkeypatch, LARGE)
    shell("encrypt", "-r", recipient)
    sealed = capsysbinary.readouterr().out
    _stdin(monkeypatch, sealed)
    shell("decrypt", "-i", identity, "-o", "-", "-")
    assert capsysbinary.readouterr().out == LARGE
    shell("keygen", "-y", identity)
    assert capsysbinary.readouterr().out.decode() == f"{recipient}\n"


def test_what_does_not_open_leaves_nothing(shell: Shell) -> None:
    """A cut file, a wrong key: no half of a plaintext that could be taken for the whole."""
    identity, recipient = shell.key("key")
    other, _ = shell.key("other")
    opened, sealed = shell.path("opened"), shell.path("sealed")
    shell("encrypt", "-r", recipient, "-o", sealed, shell.file("plain", LARGE))
    cut = shell.file("cut", Path(sealed).read_bytes()[:-1000])
    shell.refused(["decrypt", "-i", identity, "-o", opened, cut], "seal.payload.damaged")
    shell.refused(["decrypt", "-i", other, "-o", opened, sealed], "seal.header.no-match")
    kept = shell.file("opened", b"from yesterday")
    shell.refused(["decrypt", "-i", identity, "-o", kept, cut], "seal.payload.damaged")


def test_a_command_that_makes_no_sense_is_refused_before_anything_is_written(
    shell: Shell,
) -> None:
    """Each with its own code, and what to do instead."""
    identity, hybrid = shell.key("key")
    _, classical = shell.key("old", "--x25519")
    plain, out = shell.file("plain", b"said"), shell.path("out")
    for words, code in (
        (["encrypt", "-r", hybrid, "-o", plain, plain], "surfaces.age.same-file"),
        (["decrypt", "-i", identity, "-o", identity, plain], "surfaces.age.same-file"),
        (["encrypt", "-o", out, plain], "surfaces.age.recipient"),
        (["encrypt", "-r", "ssh-ed25519 AAAA", "-o", out, plain], "surfaces.age.recipient"),
        (["encrypt", "-r", hybrid[:-1], "-o", out, plain], "seal.key.malformed"),
        (["encrypt", "-r", hybrid, "-r", classical, "-o", out, plain], "seal.recipient.mixed"),
        (["encrypt", "-R", shell.file("none", b"#\n"), "-o", out, plain], "surfaces.age.recipient"),
        (["encrypt", "-R", "-", "-o", out], "surfaces.age.stdin"),
        (["decrypt", "-i", plain, "-o", out, plain], "surfaces.age.identity"),
        (["decrypt", "-i", shell.file("raw", b"\xff"), "-o", out, plain], "surfaces.age.not-text"),
        (["decrypt", "-i", identity, "-o", out, plain], "seal.header.malformed"),
        (["decrypt", "-i", identity, "-o", out, shell.path("gone")], "surfaces.file.unreadable"),
        (
            ["encrypt", "-r", hybrid, "-o", shell.path("no/where"), plain],
            "surfaces.file.unwritable",
        ),
    ):
        shell.refused(words, code)


def test_an_identity_is_not_shown_when_it_is_mistyped(shell: Shell) -> None:
    """A secret with a slip is still a secret."""
    path, _ = shell.key("key", "--x25519")
    secret = Path(path).read_text().split("\n")[2]
    slip = shell.file("slip", secret.replace("Q", "P", 1).encode())
    with pytest.raises(Fault) as caught:
        shell("decrypt", "-i", slip, slip)
    assert secret[20:30] not in str(caught.value)


def test_a_passphrase_seals_and_opens(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """Typed twice to seal, asked for when a file needs it, or read from a file."""
    typed: list[str] = []
    monkeypatch.setattr(getpass, "getpass", lambda _: typed.pop(0))
    monkeypatch.setattr(age, "ScryptRecipient", lambda word: ScryptRecipient(word, 4))
    plain, sealed, opened = shell.file("plain", b"said"), shell.path("s"), shell.path("o")

    typed[:] = ["word", "word"]
    shell("encrypt", "-p", "-o", sealed, plain)
    typed[:] = ["word"]
    shell("decrypt", "-o", opened, sealed)
    assert Path(opened).read_bytes() == b"said"
    shell("decrypt", "--passphrase-file", shell.file("f", b"word\n"), "-o", opened, sealed)

    typed[:] = ["sword"]
    shell.refused(["decrypt", "-o", opened, sealed], "seal.header.no-match")
    typed[:] = ["word", "ward"]
    shell.refused(["encrypt", "-p", "-o", sealed, plain], "surfaces.age.passphrase")
    typed[:] = [""]
    shell.refused(["decrypt", "-o", opened, sealed], "surfaces.age.passphrase")
    gone = shell.path("gone")
    words = ["decrypt", "--passphrase-file", gone, "-o", opened, sealed]
    shell.refused(words, "surfaces.age.passphrase")


def test_an_identity_file_may_be_sealed_itself(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Under a passphrase, as `age -p` seals a key file."""
    monkeypatch.setattr(age, "ScryptRecipient", lambda word: ScryptRecipient(word, 4))
    identity, recipient = shell.key("key")
    word = ["--passphrase-file", shell.file("word", b"word\n")]
    for form in ([], ["-a"]):
        locked = shell.path("locked")
        shell("encrypt", *form, *word, "-o", locked, identity)
        shell("encrypt", "-r", recipient, "-o", shell.path("s"), shell.file("plain", b"said"))
        shell("decrypt", *word, "-i", locked, "-o", shell.path("o"), shell.path("s"))
        assert (shell.folder / "o").read_bytes() == b"said"


def test_without_a_terminal_no_passphrase_is_read_from_the_data(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What stands on standard input is a file, never a passphrase."""

    def no_terminal(_prompt: str) -> str:
        warnings.warn("Can not control echo.", getpass.GetPassWarning, stacklevel=2)
        raise AssertionError

    monkeypatch.setattr(getpass, "getpass", no_terminal)
    shell.refused(["encrypt", "-p", "-o", shell.path("s")], "surfaces.age.passphrase")


def test_a_terminal_sees_progress_and_no_bytes(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A large file shows how far it is; a sealed one is not printed on a terminal."""
    _, recipient = shell.key("key")
    plain = shell.file("plain", LARGE)
    monkeypatch.setattr(age_files, "PROGRESS_BYTES_MIN", 0)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    shell("encrypt", "-r", recipient, "-o", shell.path("sealed"), plain)
    assert "plain" in capsys.readouterr().err
    shell.refused(["encrypt", "-r", recipient, plain], "surfaces.age.terminal")


def test_files_pass_to_and_from_the_age_program(shell: Shell) -> None:
    """Its key files, its armor and its recipients files are read; it reads ours."""
    program = shutil.which("age")
    if program is None:
        pytest.skip("age is not installed: apt-get install age")
    identity, recipient = shell.key("key", "--x25519")
    plain, ours, theirs = shell.file("plain", LARGE), shell.path("ours"), shell.path("theirs")
    shell("encrypt", "-a", "-r", recipient, "-o", ours, plain)
    opened = subprocess.run([program, "-d", "-i", identity, ours], capture_output=True, check=True)
    assert opened.stdout == LARGE
    subprocess.run([program, "-a", "-r", recipient, "-o", theirs, plain], check=True)
    shell("decrypt", "-i", identity, "-o", shell.path("opened"), theirs)
    assert (shell.folder / "opened").read_bytes() == LARGE
    made = shell.path("made")
    keygen = str(Path(program).with_name("age-keygen"))
    subprocess.run([keygen, "-o", made], check=True, capture_output=True)
    shell("encrypt", "-i", made, "-o", shell.path("sealed"), plain)
    shell("decrypt", "-i", made, "-o", shell.path("again"), shell.path("sealed"))
    assert (shell.folder / "again").read_bytes() == LARGE
