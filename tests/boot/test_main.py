"""The entry point: what holds for every command before it is read."""

import resource
from collections.abc import Iterator

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
