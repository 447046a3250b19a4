"""What one form costs: one snapshot for all that it reads, and one write for what it says."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import override

from support import pair
from surfaces.web import stage
from surfaces.web.request import scene
from surfaces.web.request.test_saying import filled

from comity.acts.record import Act
from comity.adapters.store.django_store import DjangoStore
from comity.joint.request import acts
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.context import Node
from comity.node.base.rooms import State, by_kind
from comity.node.base.store import Tx


class Counted(DjangoStore):
    """A store on a real database that counts its transactions."""

    def __init__(self, alias: str, counts: Counter[str]) -> None:
        super().__init__(alias)
        self._counts = counts

    @override
    @contextmanager
    def read(self) -> Iterator[Tx]:
        self._counts["read"] += 1
        with super().read() as tx:
            yield tx

    @override
    @contextmanager
    def write(self) -> Iterator[Tx]:
        self._counts["write"] += 1
        with super().write() as tx:
            yield tx


def counting(node: Node, counts: Counter[str]) -> Node:
    """Return a node that counts its transactions, and how often the room decides an act."""
    assert isinstance(node.store, DjangoStore)
    room = node.rooms[acts.KIND]

    def admit(state: State, act: Act, party: str) -> Inadmissible | None:
        counts["decided"] += 1
        return room.admit(state, act, party)

    others = [one for kind, one in node.rooms.items() if kind != acts.KIND]
    rooms = by_kind([*others, replace(room, admit=admit)])
    return replace(node, store=Counted(node.store.alias, counts), rooms=rooms)


def test_a_form_reads_one_snapshot_and_is_decided_twice(tmp_path: Path) -> None:
    """At most 4 reads and 2 writes; decided once before it is sealed, once where it is appended."""
    counts: Counter[str] = Counter()
    with pair.closing():
        made = scene.made(tmp_path)
        matter = made.asks()
        path = f"/requests/{matter}/acknowledge/"
        form = filled(made.client("con", "bb"), path, reference="CB-3")
        node = counting(made.node("bb"), counts)
        client = stage.client(node, officer="con")
        counts.clear()
        answer = client.post(path, form)
        assert isinstance(node.store, Counted)
        node.store.close()
        assert answer.status_code == 303, answer.content.decode()[-2_000:]
    assert counts["read"] <= 4, counts
    assert counts["write"] <= 2, counts
    assert counts["decided"] == 2, counts
