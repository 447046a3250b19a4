"""Threads that tell webhooks."""

import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from support.pair import make_world

from comity.boot import lazy_import
from comity.boot.hooks import HookThreads
from comity.domestic.webhook import kinds
from comity.kernel.fault import Fault
from comity.node.desk import officer_admin as officers
from comity.node.desk.webhooks import registry
from comity.surfaces.cli.context import Settings


class _Line:
    """A program that takes everything."""

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        """Take one call."""
        del url, headers, body
        return 204

    def close(self) -> None:
        """Nothing is open."""


@pytest.fixture
def stop() -> Iterator[threading.Event]:
    """What ends the threads, set at last."""
    made = threading.Event()
    yield made
    made.set()


def test_a_webhook_whose_thread_cannot_begin_is_begun_again(
    tmp_path: Path, stop: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No trust store for a moment, or a database that fails over: that is told, and passes."""
    node = make_world(tmp_path).node("aa")
    officers.add(node, "ann", "police")
    with node.store.read() as tx:
        ann = tx.officer("ann")
    assert ann is not None
    registry.add(node, ann, "https://soc.example/hook", [kinds.ACT])
    running = HookThreads(node, Settings("aa", {"en": "AA"}), stop)

    def fails(_settings: Settings) -> _Line:
        raise Fault(code="adapters.disk.failed", what="It failed.", fix="Wait.")

    monkeypatch.setattr(lazy_import, "hooks", fails)
    running.look()
    for thread in running.threads():
        thread.join()
    monkeypatch.setattr(lazy_import, "hooks", lambda _settings: _Line())
    running.look()
    assert [thread.is_alive() for thread in running.threads()] == [True]
