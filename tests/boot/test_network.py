"""What a node shows to its peers follows its cards, whichever thread asks first."""

from collections.abc import Sequence
from typing import Any, cast

import pytest

from comity.adapters.memory import MemoryStore, memory_disk
from comity.boot.network import Network
from comity.node.base import register_records
from comity.node.exchange import contacts
from comity.node.exchange.contacts import Contacts
from comity.surfaces.cli.context import Settings


def test_a_card_that_comes_while_the_keys_of_the_one_before_are_opened_is_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Else the old certificate was shown until the next card, and refused once that is revoked."""
    held = [Contacts((), {"pact": (b"old",)})]
    monkeypatch.setattr(contacts, "load", lambda *_: held[-1])
    store = MemoryStore(memory_disk())
    network = Network(store, Settings("fr", {}), cast("Any", None), {})

    def opened(_: Network, der: bytes) -> bytes:
        if len(held) == 1:
            held.append(Contacts((), {"pact": (b"new", b"old")}))
            with store.write() as tx:
                register_records.touch(tx, b"new")  # as with each card that comes
            network.refresh()
        return der

    monkeypatch.setattr(Network, "_client", opened)
    shown: list[Sequence[object]] = [network._contexts("pact") for _ in range(3)]
    assert shown == [[b"old"], [b"new", b"old"], [b"new", b"old"]]
