"""A row that is damaged here convicts nobody: evidence is what anybody else could check."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from making_cards import refused
from support.pair import World, make_world

from comity.adapters.memory import MemoryTx
from comity.node.base.ports import Tx
from comity.node.base.rows import LOG_FROZEN, LOG_OPEN, Head, Log
from comity.node.base.store import HALF
from comity.node.exchange import convict, excuse, freeze, keep, logs, retry, sign, start
from comity.tlog import wire
from comity.tlog.wire import AddCheckpoint


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Two States; aa mirrors three entries of bb's log, and was sent no head of two."""
    world = make_world(tmp_path)
    world.ask("bb")
    world.pump()
    return world


def _not_sent(world: World) -> Head:
    """Let bb sign a head that aa never sees, and then one over an entry more that it does."""
    world.cut("aa", "bb")
    world.ask("bb")
    world.advance(1_000)
    head = sign.sign_head(world.node("bb"), world.origin("bb"))
    assert head is not None
    world.ask("bb")
    world.mend()
    world.pump()
    return head


def _leaf(tx: Tx, head: Head) -> None:
    """Damage the stored hash of the first entry."""
    assert isinstance(tx, MemoryTx)
    raw, _ = tx._t.entries.get(head.origin, (0,)) or (b"", b"")
    tx._t.entries.put(tx._journal, head.origin, (0,), (raw, bytes(32)))


def _root(tx: Tx, head: Head) -> None:
    """Store a head with another root than its note says."""
    tx.save_head(replace(head, root=bytes(32)))


@pytest.mark.parametrize("damage", [_leaf, _root])
def test_a_damaged_row_is_told_and_its_author_is_not_convicted(
    world: World, damage: Callable[[Tx, Head], None]
) -> None:
    """The head is refused; nothing is frozen, and the log goes on."""
    head, aa, origin = _not_sent(world), world.node("aa"), world.origin("bb")
    with aa.store.write() as tx:
        damage(tx, head)
    sent = wire.render_add_checkpoint(AddCheckpoint(0, (), head.note))
    with refused("exchange.log.damaged"):
        keep.add_checkpoint(aa, "bb", sent)
    with aa.store.read() as tx:
        assert logs.require_log(tx, origin).state == LOG_OPEN
        assert tx.record(convict.CONVICTION, origin) is None
    assert "exchange.log.damaged" in [code for code, _ in world.alarms("aa")]


def test_an_own_log_is_not_convicted_by_its_own_damage(world: World) -> None:
    """At the start a peer shows a head of ours, and the row of ours is damaged."""
    bb, origin = world.node("bb"), world.origin("bb")
    with bb.store.write() as tx:
        head = tx.newest_head(origin)
        assert head is not None
        _root(tx, head)
    bb.session.of(excuse.Start).started.clear()
    with refused("exchange.log.damaged"):
        start.run(bb, "aa")
    with bb.store.read() as tx:
        assert logs.require_log(tx, origin).state == LOG_OPEN


def _entry(tx: Tx, log: Log) -> None:
    """Damage the bytes of the last entry."""
    assert isinstance(tx, MemoryTx)
    _, leaf = tx._t.entries.get(log.origin, (log.size - 1,)) or (b"", b"")
    tx._t.entries.put(tx._journal, log.origin, (log.size - 1,), (b"\x01other", leaf))


def _frontier(tx: Tx, log: Log) -> None:
    """Damage what the tree grows from."""
    tx.save_log(replace(log, frontier=tuple(bytes(32) for _ in log.frontier)))


@pytest.mark.parametrize("damage", [_entry, _frontier])
def test_what_two_ways_do_not_find_alike_is_not_signed(
    world: World, damage: Callable[[Tx, Log], None]
) -> None:
    """The root is computed from what is on the disk, and from what the tree grew from (5.4)."""
    bb, origin = world.node("bb"), world.origin("bb")
    world.ask("bb")
    with bb.store.write() as tx:
        log = logs.require_log(tx, origin)
        damage(tx, log)
    with refused("exchange.log.damaged"):
        sign.sign_head(bb, origin)
    with bb.store.read() as tx:
        assert logs.require_log(tx, origin).signed == log.signed


def test_a_mirror_that_is_damaged_signs_for_nothing(world: World) -> None:
    """Its rows would not give the root of the head: neither at once, nor step by step."""
    aa, bb, origin = world.node("aa"), world.node("bb"), world.origin("bb")
    with bb.store.write() as tx:
        logs.append_entries(tx, logs.require_log(tx, origin), [b"\x01any"] * 20)
    world.pump()
    with aa.store.write() as tx:
        signed = logs.require_log(tx, origin).signed
        tx.save_nodes(origin, HALF, 0, bytes(32))  # over the first sixteen entries
    world.ask("bb")
    for _ in range(2):
        world.round()
    with bb.store.read() as tx:
        given = tx.newest_cosignature(origin, "aa")
        said = retry.of(tx, origin, "aa")
    assert given is not None
    assert given.size == signed
    assert "[exchange.log.damaged]" in str(said["last_error"])


def test_what_an_officer_freezes_while_it_is_signed_is_not_signed(world: World) -> None:
    """Their decision is in between the signature and the commit: that head never leaves."""
    bb, origin = world.node("bb"), world.origin("bb")
    world.ask("bb")
    before = world.node("bb").highwater.marks()[origin]

    def step(name: str) -> None:
        if name == "sign.signed":
            freeze.freeze(bb, origin, "ann")

    assert sign.sign_head(replace(bb, step=step), origin) is None
    with bb.store.read() as tx:
        log = logs.require_log(tx, origin)
        head = tx.newest_head(origin)
    assert head is not None
    assert (log.state, log.signed, head.size) == (LOG_FROZEN, before[0], before[0])
    assert bb.highwater.marks()[origin] == before
