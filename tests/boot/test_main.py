"""The entry point: what holds for every command before it is read."""

import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from comity import boot
from comity.boot import program
from comity.kernel.fault import Fault


@pytest.fixture
def _limits() -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_CORE)
    yield
    resource.setrlimit(resource.RLIMIT_CORE, before)


@pytest.mark.usefixtures("_limits")
def test_a_process_that_breaks_leaves_no_keys_on_a_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """An image of its memory holds private keys in plain text."""
    monkeypatch.setattr(boot, "_run", lambda: resource.getrlimit(resource.RLIMIT_CORE)[0])
    assert boot.main() == 0


@pytest.mark.parametrize("way", ["closed", "ended"])
def test_a_token_that_nobody_types_is_told(monkeypatch: pytest.MonkeyPatch, way: str) -> None:
    """Standard input may be closed, and Ctrl-D be typed where the token is asked for."""

    class Terminal:
        def isatty(self) -> bool:
            return True

    def ask(_prompt: str) -> str:
        raise EOFError

    monkeypatch.setattr("sys.stdin", None if way == "closed" else Terminal())
    monkeypatch.setattr("getpass.getpass", ask)
    with pytest.raises(Fault) as told:
        program.make({}, form="").token("ann")
    assert told.value.code == "boot.token.missing"


def _python(*words: str) -> subprocess.CompletedProcess[str]:
    """Return what `python -m comity` does with some words."""
    return subprocess.run(
        [sys.executable, "-m", "comity", *words], capture_output=True, text=True, check=False
    )


def test_the_package_is_run_as_the_command_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the command is on no path: the same help, which names it, and the same version."""
    monkeypatch.setenv("COLUMNS", "100")
    command = str(Path(sys.executable).with_name("comity"))
    for word in ("--help", "--version"):
        typed = subprocess.run([command, word], capture_output=True, text=True, check=True)
        run = _python(word)
        assert (run.returncode, run.stdout, run.stderr) == (0, typed.stdout, typed.stderr)


def test_the_package_ends_with_the_exit_code_of_the_command(tmp_path: Path) -> None:
    """A script that runs it sees what went wrong: a wrong line is 2, a fault 3 with its code."""
    wrong = _python("no-such-command")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "comity" in wrong.stderr
    fault = _python("status", "--home", str(tmp_path / "none"))
    assert (fault.returncode, fault.stdout) == (3, "")
    assert "boot.home" in fault.stderr
    assert "Traceback" not in wrong.stderr + fault.stderr
