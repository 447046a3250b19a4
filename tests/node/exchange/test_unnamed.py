"""Bodies that no entry names: a peer fills its own part and no more, and it is cleared again."""

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.pair import World, make_world, sealed

from comity.node.base.context import Node
from comity.node.exchange import blobs, unclaimed_blobs
from comity.node.room import joint_document

KIB = 1_024


def _send(node: Node, *sent: bytes, bytes_max: int = unclaimed_blobs.BYTES_MAX) -> list[str]:
    blobs.add_bodies(node, "bb", blobs.render_batch(sent), bytes_max)
    return [hashlib.sha256(one).hexdigest() for one in sent]


def _held(node: Node, names: list[str]) -> list[bool]:
    with node.store.read() as tx:
        return [tx.body_bytes(name) is not None for name in names]


def _total(node: Node, party: str = "bb") -> object:
    with node.store.read() as tx:
        return tx.record(unclaimed_blobs.TOTAL, party)


def _settle(world: World, node: Node, after_ms: int) -> None:
    world.advance(after_ms)
    unclaimed_blobs.settle(node)


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Two States that paired."""
    made = make_world(tmp_path)
    made.pump()
    return made


def test_what_no_entry_names_is_cleared_after_a_day_and_not_before(world: World) -> None:
    """A peer that sends bodies and never the entries leaves nothing behind."""
    node = world.node("aa")
    names = _send(node, *(b"orphan %d" % n for n in range(600)))
    _settle(world, node, unclaimed_blobs.MS_MAX)
    assert all(_held(node, names))
    _settle(world, node, 2_000)
    assert not any(_held(node, names))
    assert _total(node) == 0
    with node.store.read() as tx:
        assert tx.records(unclaimed_blobs.KIND) == {}


def test_what_an_entry_names_is_kept_for_ever(world: World) -> None:
    """Clearing never touches a body that a kept entry names, however old it is."""
    node = world.node("aa")
    asked = [world.ask("bb", b'{"en":"%d"}' % n) for n in range(20)]
    orphans = _send(node, b"nobody's")
    world.pump()
    _settle(world, node, 10 * unclaimed_blobs.MS_MAX)
    _settle(world, node, 10 * unclaimed_blobs.MS_MAX)
    assert all(_held(node, [blob.sha256 for one in asked for blob in one.act.blobs]))
    assert not any(_held(node, orphans))
    assert _total(node) == 0


def test_what_waits_to_be_understood_keeps_its_bodies(world: World) -> None:
    """An entry that is kept and not yet opened may name them, so they stay until it is."""
    node = world.node("aa")
    blob, stored = sealed(world.node("bb"), b"late")
    _send(node, stored)
    with node.store.write() as tx:
        log = tx.log(world.origin("bb"))
        assert log is not None
        tx.append(log.origin, log.size, [b"x"], [bytes(32)])
        tx.save_log(replace(log, size=log.size + 1))
    _settle(world, node, 10 * unclaimed_blobs.MS_MAX)
    assert _held(node, [blob.sha256]) == [True]


def test_a_peer_keeps_no_more_unnamed_bodies_than_its_budget(world: World) -> None:
    """What comes over the bound is let go and told, and another party has a bound of its own."""
    node = world.node("aa")
    sent = [bytes([n]) * KIB for n in range(8)]
    names = _send(node, *sent, bytes_max=5 * (KIB + unclaimed_blobs.ROW_BYTES))
    assert sum(_held(node, names)) == 5
    assert _total(node) == 5 * (KIB + unclaimed_blobs.ROW_BYTES)
    assert unclaimed_blobs.OVER in {code for code, _ in world.alarms("aa")}
    blobs.add_bodies(node, "cc", blobs.render_batch([b"other"]), 5 * KIB)
    assert _total(node, "cc") == 5 + unclaimed_blobs.ROW_BYTES


def test_a_retry_counts_nothing_twice(world: World) -> None:
    """The same batch, sent again after a lost answer, costs its sender no room."""
    node = world.node("aa")
    names = _send(node, b"same", b"other", bytes_max=3 * KIB)
    for _ in range(5):
        assert _send(node, b"same", b"other", bytes_max=3 * KIB) == names
    assert all(_held(node, names))
    assert _total(node) == 9 + 2 * unclaimed_blobs.ROW_BYTES


def test_a_body_counts_what_its_rows_cost(world: World) -> None:
    """Bodies of few bytes do not fill the disk beyond the bound: each has rows of its own."""
    node = world.node("aa")
    names = _send(node, *(b"%d" % n for n in range(100)), bytes_max=10 * KIB)
    assert sum(_held(node, names)) < 10


@pytest.mark.parametrize("is_sent_first", [True, False])
def test_a_joint_text_of_ours_stays_though_a_peer_sent_it(
    world: World,
    is_sent_first: bool,  # noqa: FBT001 -- a parameter of the test
) -> None:
    """A draft that waits for a second officer finds its text, whoever else had it and when."""
    node, text = world.node("aa"), b"a text that both sides have"
    sha256 = hashlib.sha256(text).hexdigest()
    if is_sent_first:
        _send(node, text)
    joint_document.hold(node, sha256, text)
    _send(node, text)
    _settle(world, node, unclaimed_blobs.MS_MAX + 2_000)
    assert _held(node, [sha256]) == [True]
    assert _total(node) == 0


def test_what_two_parties_sent_is_cleared_with_the_later_one(world: World) -> None:
    """A body that one party never names stays while another may still name it."""
    node, text = world.node("aa"), b"of two"
    names = _send(node, text)
    world.advance(unclaimed_blobs.MS_MAX - 2_000)
    blobs.add_bodies(node, "cc", blobs.render_batch([text]))
    _settle(world, node, 4_000)
    assert _held(node, names) == [True]
    _settle(world, node, unclaimed_blobs.MS_MAX)
    assert _held(node, names) == [False]


def test_what_was_let_go_is_fetched_once_an_entry_names_it(world: World) -> None:
    """Nothing is lost by the bound: the receipt lists it, and the next round asks for it."""
    node = world.node("aa")
    with node.store.write() as tx:
        tx.save_record(unclaimed_blobs.TOTAL, "bb", unclaimed_blobs.BYTES_MAX)
    asked = world.ask("bb")
    world.pump()
    assert all(_held(node, [blob.sha256 for blob in asked.act.blobs]))


@settings(max_examples=25)
@given(
    st.lists(
        st.tuples(st.sampled_from(["send", "name", "wait"]), st.integers(0, 9), st.integers(0, 30)),
        max_size=25,
    )
)
def test_the_sum_is_what_is_there_and_named_bodies_are_always_held(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int, int]]
) -> None:
    """Whatever comes in whatever order, the sum is that of the records, and no entry loses one."""
    world = _shared(tmp_path_factory)
    node = world.node("aa")
    asked = []
    for what, number, hours in steps:
        if what == "send":
            _send(node, *(b"%d %d" % (number, n) * 9 for n in range(number)))
        elif what == "name":
            asked.append(world.ask("bb", b'{"en":"%d"}' % number))
            world.pump()
        else:
            _settle(world, node, hours * 3_600_000)
    world.pump()
    assert all(_held(node, [blob.sha256 for one in asked for blob in one.act.blobs]))
    with node.store.read() as tx:
        listed = [
            unclaimed_blobs._sizes(value) for value in tx.records(unclaimed_blobs.KIND).values()
        ]
    assert (_total(node) or 0) == sum(size for sizes in listed for _, size in sizes)


_WORLDS: list[World] = []


def _shared(factory: pytest.TempPathFactory) -> World:
    """One world for all examples: pairing costs more than what is tried."""
    if not _WORLDS:
        _WORLDS.append(make_world(factory.mktemp("unnamed")))
        _WORLDS[0].pump()
    return _WORLDS[0]
