"""What is fetched from a mirror comes a part at a time, and each part is proven."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import override

import making_cards as making
import pytest
from support.pair import World, make_world

from comity.adapters.memory import MemoryStore, MemoryTx, copy_of
from comity.adapters.memory_highwater import MemoryHighWater
from comity.kernel import limits
from comity.kernel.fault import Fault
from comity.node.base.context import Node
from comity.node.base.ports import Request, Response, Tx
from comity.node.base.rows import LOG_FROZEN, LOG_OPEN, Head, Log
from comity.node.exchange import cosign, keep, logs, mirrors, sign, start, understand
from comity.tlog import tiles, tree, wire
from comity.tlog.wire import AddCheckpoint

COUNT = 1_500
"""Entries of bb that aa lacks: more than one round of parts."""
ROUND = mirrors.PARTS_MAX * limits.TILE_WIDTH


class WatchedTx(MemoryTx):
    """A transaction that takes no more entries than one may hold."""

    @override
    def append(
        self, origin: str, start: int, entries: Sequence[bytes], leaves: Sequence[bytes]
    ) -> None:
        assert len(entries) <= limits.TRANSACTION_ENTRIES_MAX, len(entries)
        super().append(origin, start, entries, leaves)


class WatchedStore(MemoryStore):
    """A store of such transactions."""

    @override
    @contextmanager
    def write(self) -> Iterator[Tx]:
        with super().write() as under:
            assert isinstance(under, MemoryTx)
            yield WatchedTx(self.disk.tables, under._journal)


class Lying:
    """Peers of whom one gives another last entry in one of its bundles."""

    def __init__(self, world: World, index: int, hidden: str = "") -> None:
        """Change the bundle of that index; show nothing of paths with that word."""
        self._real = world.states["aa"].peers
        self._path = tiles.render_path(tiles.Tile(None, index))
        self._hidden = hidden

    def call(self, party: str, request: Request) -> Response:
        """Answer as the peer does, but for that bundle."""
        answer = self._real.call(party, request)
        if self._hidden and self._hidden in request.path:
            return Response(404, b"", "text/plain")
        if not request.path.endswith(self._path):
            return answer
        entries = tiles.parse_bundle(answer.body)
        return replace(answer, body=tiles.render_bundle((*entries[:-1], b"\x01false")))


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Two States; aa waits for what others have said, and bb does not send it."""
    made = make_world(tmp_path)
    made.pump()
    node = made.node("aa")
    assert isinstance(node.store, MemoryStore)
    made.replace_node("aa", replace(node, store=WatchedStore(node.store.disk)))
    return made


def _say(world: World, count: int, entry: bytes = b"\x01any", party: str = "bb") -> Head:
    """Let a party write so many entries and sign them."""
    node, origin = world.node(party), world.origin(party, world.channel_name)
    for _ in range(count // 100):
        with node.store.write() as tx:
            logs.append_entries(tx, logs.require_log(tx, origin), [entry] * 100)
    head = None
    while _log(node, origin).signed < _log(node, origin).size:
        world.advance(1_000)
        head = sign.sign_head(node, origin)
    assert head is not None
    return head


def _log(node: Node, origin: str) -> Log:
    with node.store.read() as tx:
        return logs.require_log(tx, origin)


def _fetch(node: Node, world: World) -> int:
    node.session.of(understand.HeldBack).held_back.add(world.channel)
    return mirrors.fetch_logs(node, world.channel, "bb")


def test_a_log_comes_in_parts_and_over_rounds(world: World) -> None:
    """No transaction holds more than 256 entries; the next round needs no new reason."""
    node, origin = world.node("aa"), world.origin("bb")
    head = _say(world, COUNT)
    before = _log(node, origin)
    assert _fetch(node, world) == ROUND - before.size
    kept = _log(node, origin)
    assert (kept.size, kept.signed) == (ROUND, before.signed), "what is in part is not signed for"
    assert mirrors.fetch_logs(node, world.channel, "bb") == head.size - ROUND
    assert _log(node, origin).signed == head.size
    assert mirrors.fetch_logs(node, world.channel, "bb") == 0


def test_nothing_is_asked_for_where_there_is_no_room(world: World) -> None:
    """The reserve of the disk is for the hotline, whoever sends or is asked."""
    asked: list[tuple[int, bool]] = []

    def is_full(size_bytes: int, is_hotline: bool) -> None:  # noqa: FBT001 -- as the port says
        asked.append((size_bytes, is_hotline))
        raise Fault(code="node.store.full", what="It is full.", fix="Make room.")

    _say(world, 300)
    node = replace(world.node("aa"), require_room=is_full)
    before = _log(node, world.origin("bb"))
    assert _fetch(node, world) == 0
    assert asked == [(tiles.BUNDLE_BYTES_MAX, False)]
    assert _log(node, world.origin("bb")) == before
    asked.clear()
    world.channel_name = "hotline"
    _say(world, 300)
    assert _fetch(node, world) == 0
    assert asked == [(tiles.BUNDLE_BYTES_MAX, True)]


def test_what_a_mirror_changes_is_not_stored(world: World) -> None:
    """The parts before it are proven and stay; another mirror has the rest."""
    head = _say(world, COUNT)
    node = replace(world.node("aa"), peers=Lying(world, 2))
    assert _fetch(node, world) == 512 - _log(world.node("bb"), world.origin("aa")).size
    log = _log(node, world.origin("bb"))
    assert (log.size, log.state) == (512, LOG_OPEN)
    with node.store.read() as tx:
        assert b"\x01false" not in tx.entries(log.origin, 0, log.size)
    assert _fetch(world.node("aa"), world) == head.size - 512
    assert _log(node, log.origin).signed == head.size


def test_a_fetch_that_breaks_off_goes_on(world: World) -> None:
    """What a part left is what any delivery leaves: a head, and not yet all its entries."""
    head = _say(world, COUNT)

    class StoppedError(Exception):
        pass

    def stop(point: str) -> None:
        if point == "mirrors.part-kept":
            raise StoppedError

    node = replace(world.node("aa"), step=stop)
    with pytest.raises(StoppedError):
        _fetch(node, world)
    assert _log(node, head.origin).size == limits.TILE_WIDTH
    world.pump()  # its author sends the rest
    assert _log(node, head.origin).signed == head.size


def test_another_history_than_the_one_its_author_sent_convicts(world: World) -> None:
    """Aa has a head from bb without its entries; the mirror's greater one does not add to it."""
    bb, origin = world.node("bb"), world.origin("bb")
    assert isinstance(bb.store, MemoryStore)
    assert isinstance(bb.highwater, MemoryHighWater)
    old = (MemoryStore(copy_of(bb.store.disk)), MemoryHighWater(bb.highwater.device.durable))
    size = _log(bb, origin).size
    head = _say(world, 100, b"\x01one")
    with bb.store.read() as tx:
        proof = tree.prove_consistency(size, head.size, logs.hash_reader(tx, origin, head.size))
    body = wire.render_add_checkpoint(AddCheckpoint(size, proof, head.note))
    assert keep.add_checkpoint(world.node("aa"), "bb", body).status == cosign.OK
    world.replace_node("bb", replace(bb, store=old[0], highwater=old[1]))
    _say(world, 300, b"\x01other")
    assert _fetch(world.node("aa"), world) == 0
    log = _log(world.node("aa"), origin)
    assert (log.size, log.state) == (size, LOG_FROZEN)


def _lost(world: World) -> tuple[Head, int]:
    """Let bb hold what aa signed, and aa have an old home in its place; return what it lost."""
    node = world.node("aa")
    assert isinstance(node.store, MemoryStore)
    before = _log(node, world.origin("aa")).signed
    old = WatchedStore(copy_of(node.store.disk))
    head = _say(world, 700, party="aa")
    world.pump()
    assert _log(world.node("bb"), head.origin).signed == head.size
    with old.read() as tx:
        assert logs.require_log(tx, head.origin).signed == before
    world.replace_node("aa", replace(node, store=old, highwater=MemoryHighWater(None)))
    world.mend()
    return head, before


def test_a_recovery_comes_in_parts_too(world: World) -> None:
    """Of 700 entries that were signed and lost no transaction has more than 256."""
    head, _ = _lost(world)
    start.run(world.node("aa"), "bb")
    log = _log(world.node("aa"), head.origin)
    assert (log.size, log.signed) == (head.size, head.size)
    with world.node("aa").store.read() as tx:
        assert logs.root_at(tx, head.origin, head.size) == head.root


def test_what_a_mirror_changes_is_not_recovered(world: World) -> None:
    """What was proven before stands, unsigned; nothing is signed over it, and the rest comes."""
    head, before = _lost(world)
    real = world.node("aa")
    node = replace(real, peers=Lying(world, 1))
    with making.refused("exchange.recover.wrong-entries"):
        start.run(node, "bb")
    log = _log(node, head.origin)
    assert (log.size, log.signed) == (limits.TILE_WIDTH, before)
    assert node.highwater.marks()[head.origin][0] == head.size
    start.run(real, "bb")
    assert _log(node, head.origin).signed == head.size


def test_another_history_of_a_mirror_is_not_recovered(world: World) -> None:
    """Each part leads to the tree that the mirror shows, and our keys signed another (9.2.2)."""
    head, before = _lost(world)
    with world.node("bb").store.write() as tx:
        log = logs.require_log(tx, head.origin)
        base = tree.frontier_of(before, logs.hash_reader(tx, head.origin, before))
        tx.cut_entries(head.origin, before)
        cut = replace(log, size=before, frontier=base.hashes)
        logs.append_entries(tx, cut, [b"\x01other"] * (head.size - before))
    with making.refused("exchange.recover.wrong-entries"):
        start.run(world.node("aa"), "bb")
    log = _log(world.node("aa"), head.origin)
    assert (log.size, log.signed) == (before, before)


@pytest.mark.parametrize("hidden", ["tile/", "tile/entries"])
def test_a_mirror_that_shows_nothing_gives_nothing(world: World, hidden: str) -> None:
    """It says that it holds what it does not show."""
    head, before = _lost(world)
    node = replace(world.node("aa"), peers=Lying(world, 0, hidden))
    with making.refused("exchange.recover.short"):
        start.run(node, "bb")
    assert _log(node, head.origin).size == before
