"""Missing bodies: however many a peer names, a round is short, and each one comes in the end."""

import hashlib
import itertools
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import override

import pytest
from support.pair import World, close, make_world, sqlite_store

from comity.adapters.memory import MemoryStore, MemoryTx
from comity.kernel import limits
from comity.kernel.fault import Fault
from comity.node.base.context import Node
from comity.node.base.ports import Peers, Request, Response, Tx
from comity.node.base.rows import NamedBody
from comity.node.exchange import blob_access, blob_inventory, blobs, fetch

NAMES = 3_000
PER_ACT = 300
"""More than one page: a page that ends within an act must not be read for ever."""


def _name(number: int) -> str:
    return hashlib.sha256(b"body %d" % number).hexdigest()


def _missing(origin: str, number: int, *, needed: bool = True) -> NamedBody:
    size = len(b"body %d" % number)
    at = number // PER_ACT
    return NamedBody(_name(number), origin, at, size, needed=needed, document=False, held=False)


@dataclass
class Counted:
    """What a store gave at most at once."""

    rows_max: int = 0
    asked: int = 0


class CountingTx(MemoryTx):
    """A transaction that notes how many missing bodies it gave."""

    counted: Counted

    @override
    def named_bodies(
        self, origin: str, *, missing: bool, start: int = 0, count_max: int = 1_000
    ) -> list[NamedBody]:
        found = super().named_bodies(origin, missing=missing, start=start, count_max=count_max)
        self.counted.rows_max = max(self.counted.rows_max, len(found))
        self.counted.asked += 1
        return found


class CountingStore(MemoryStore):
    """A store whose reads are counted."""

    counted = Counted()

    @override
    @contextmanager
    def read(self) -> Iterator[Tx]:
        with super().read():
            tx = CountingTx(self.disk.tables, None)
            tx.counted = self.counted
            yield tx


def _naming_very_many(folder: Path) -> tuple[World, Node, Counted]:
    """A world where bb's entries named very many bodies, and aa holds none of them."""
    world = make_world(folder)
    world.ask("bb")
    world.pump()
    node = world.node("aa")
    assert isinstance(node.store, MemoryStore)
    store = CountingStore(node.store.disk)
    store.counted = Counted()
    node = replace(node, store=store)
    world.replace_node("aa", node)
    with node.store.write() as tx:
        tx.save_named_bodies([_missing(world.origin("bb"), n) for n in range(NAMES)])
    return world, node, store.counted


def _hold_the_last(world: World) -> None:
    """Let bb hold the one that was named last, and let aa see it in its own log's audience."""
    other = world.node("bb")
    last = NAMES - 1
    with other.store.write() as tx:
        tx.save_named_bodies([replace(_missing(world.origin("bb"), last), held=True)])
        tx.save_bodies({_name(last): b"body %d" % last})


def _rounds(world: World, node: Node, count: int) -> None:
    for _ in range(count):
        fetch.fetch_missing(node, world.channel, "bb")
        world.advance(limits.HEARTBEAT_MS)


def test_a_round_looks_at_one_page_of_what_is_missing(tmp_path: Path) -> None:
    """The work of a round does not grow with what a peer names, nor does what is remembered."""
    world, node, counted = _naming_very_many(tmp_path)
    _rounds(world, node, 150)
    assert counted.rows_max <= fetch.PAGE + 2 * PER_ACT
    assert counted.asked <= 150 * 4
    for asked in node.session.of(fetch.Missing).asked.values():
        assert len(asked) <= fetch.ASKED_MAX


def test_a_body_comes_though_all_that_were_named_before_it_never_do(tmp_path: Path) -> None:
    """Each missing body has its turn: those that nobody holds do not stand before it for ever."""
    world, node, _ = _naming_very_many(tmp_path)
    _hold_the_last(world)
    _rounds(world, node, NAMES // fetch.COUNT_MAX * 3)
    with node.store.read() as tx:
        assert tx.body(_name(NAMES - 1)) == b"body %d" % (NAMES - 1)


@dataclass
class Answering:
    """Peers of which one answers with a status for a while."""

    peers: Peers
    status: int

    def call(self, party: str, request: Request) -> Response:
        """Answer, or let the peer answer."""
        return Response(self.status) if self.status else self.peers.call(party, request)


def _comes_after_a_heartbeat(world: World, node: Node, status: int) -> bool:
    """Whether a body of which bb is asked comes a minute after bb answered so."""
    answering = Answering(node.peers, status)
    node = replace(node, peers=answering)
    fetch.fetch_missing(node, world.channel, "bb")
    answering.status = 0
    world.advance(limits.HEARTBEAT_MS)
    fetch.fetch_missing(node, world.channel, "bb")
    with node.store.read() as tx:
        return tx.body_bytes(_name(NAMES - 1)) is not None


@pytest.mark.parametrize(("status", "is_soon"), [(404, False), (429, True), (503, True)])
def test_who_has_no_time_has_not_said_that_it_lacks_a_body(
    tmp_path: Path, status: int, *, is_soon: bool
) -> None:
    """What a party lacks is asked for after ten heartbeats; after one what it puts off."""
    world = make_world(tmp_path)
    world.ask("bb")
    world.pump()
    _hold_the_last(world)
    node = world.node("aa")
    with node.store.write() as tx:
        tx.save_named_bodies([_missing(world.origin("bb"), NAMES - 1)])
    assert _comes_after_a_heartbeat(world, node, status) == is_soon


def test_a_document_that_reading_waits_for_is_asked_for_each_heartbeat(tmp_path: Path) -> None:
    """A party may give it once it has read itself what names it; till then nothing is read here."""
    world = make_world(tmp_path)
    world.ask("bb")
    world.pump()
    _hold_the_last(world)
    node = world.node("aa")
    node.session.of(fetch.Missing).wanted[_name(NAMES - 1)] = _missing(
        world.origin("bb"), NAMES - 1
    )
    assert _comes_after_a_heartbeat(world, node, 404)


def test_a_large_body_comes_in_ranges_and_never_lies_in_memory_whole(tmp_path: Path) -> None:
    """A body of any size is staged range by range, and goes on where it broke off."""
    world = make_world(tmp_path)
    world.ask("bb")
    world.pump()
    node, other = world.node("aa"), world.node("bb")
    data = bytes(range(256)) * 40_000
    sha256 = hashlib.sha256(data).hexdigest()
    named = NamedBody(sha256, world.origin("bb"), 0, len(data), True, False, False)  # noqa: FBT003 -- needed, no document, not held
    other.bodies.stage(sha256, 0, data)
    other.bodies.commit(sha256)
    for one in (node, other):
        with one.store.write() as tx:
            tx.save_named_bodies([named])
    node.bodies.stage(sha256, 0, data[:1_000])
    _rounds(world, node, 3)
    assert node.bodies.size_bytes(sha256) == len(data)
    with node.store.read() as tx:
        assert all(row.held for row in tx.who_names(sha256))


def _large_at(world: World, *texts: bytes) -> list[str]:
    """Let bb hold large bodies that its log names and that aa lacks."""
    names = [hashlib.sha256(data).hexdigest() for data in texts]
    for sha256, data in zip(names, texts, strict=True):
        world.node("bb").bodies.stage(sha256, 0, data)
        world.node("bb").bodies.commit(sha256)
        named = NamedBody(sha256, world.origin("bb"), 0, len(data), True, False, False)  # noqa: FBT003 -- needed, no document, not held
        for party in ("aa", "bb"):
            with world.node(party).store.write() as tx:
                tx.save_named_bodies([named])
    return names


def test_nothing_is_fetched_that_has_no_room(tmp_path: Path) -> None:
    """What a peer has us fetch does not fill the reserve of the disk; later it comes."""
    world = make_world(tmp_path)
    world.ask("bb")
    world.pump()
    large, small = _large_at(world, bytes(200_000), b"small" * 100)
    node = world.node("aa")

    def full(_size_bytes: int, _is_hotline: bool) -> None:  # noqa: FBT001 -- as the port says
        raise Fault(code="node.store.full", what="The disk is full.", fix="Free space.")

    _rounds(world, replace(node, require_room=full), 4)
    assert node.bodies.staged_bytes(large, "bb") == 0
    assert node.bodies.size_bytes(large) is None
    with node.store.read() as tx:
        assert tx.body(small) is None
    _rounds(world, node, 12)
    assert node.bodies.size_bytes(large) == 200_000


def test_a_round_stages_no_more_than_its_ranges(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many large bodies are missing, a round asks for some ranges; all come in the end."""
    monkeypatch.setattr(fetch, "RANGES_MAX", 2)
    world = make_world(tmp_path)
    world.ask("bb")
    world.pump()
    names = _large_at(world, *(bytes([n]) * 100_000 for n in range(5)))
    node = world.node("aa")
    come = []
    for _ in range(8):
        _rounds(world, node, 1)
        come.append(sum(node.bodies.size_bytes(name) is not None for name in names))
    assert 0 < max(b - a for a, b in itertools.pairwise([0, *come])) <= 2
    assert come[-1] == 5


def test_a_restart_marks_what_is_held_a_page_at_a_time(tmp_path: Path) -> None:
    """What came before a crash is found again, without reading all that is missing at once.

    What is here and did not come from who names it is not.
    """
    _, node, counted = _naming_very_many(tmp_path)
    with node.store.write() as tx:
        tx.save_bodies({_name(n): b"body %d" % n for n in range(0, NAMES, 100)})
        tx.save_bodies({_name(1): b"body 1"})
        for n in range(0, NAMES, 100):
            blob_access.note_given(tx, _name(n), "bb")
    blob_inventory.mark_what_is_held(node)
    assert counted.rows_max <= blobs.PAGE + 2 * PER_ACT
    with node.store.read() as tx:
        for n in range(0, NAMES, 100):
            assert all(row.held for row in tx.who_names(_name(n)))
        assert not any(row.held for row in tx.who_names(_name(1)))


def test_the_memory_of_catching_up_does_not_grow_with_the_backlog(tmp_path: Path) -> None:
    """Bodies of a long backlog are sent a batch at a time, their names read a package at a time."""
    node = make_world(tmp_path).node("aa")
    node = replace(node, store=sqlite_store(tmp_path / "long.sqlite3"))
    with node.store.write() as tx:
        tx.append("aa/x/live/1", 0, [b""], [bytes(32)])
        tx.save_named_bodies(
            [
                NamedBody(_name(n), "aa/x/live/1", n, 9, needed=True, document=False, held=True)
                for n in range(20_000)
            ]
        )
    peaks = []
    for size in (1_000, 20_000):
        tracemalloc.start()
        assert not list(blobs.batches(node, "aa/x/live/1", 0, size))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    close(node.store)
    assert peaks[1] < 1.5 * peaks[0] + 100_000, peaks
