"""The entry point: what holds for every command before it is read."""

import resource
from collections.abc import Iterator

import pytest

from comity import boot


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
