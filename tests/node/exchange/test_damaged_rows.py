"""A row that is damaged here convicts nobody: evidence is what anybody else could check."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from making_cards import refused
from support.pair import World, make_world

from comity.adapters.memory import MemoryTx
from comity.node.exchange import convict, keep, logs, sign, start
from comity.node.ports import Tx
from comity.node.rows import LOG_OPEN, Head
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
    bb.session.started.clear()
    with refused("exchange.log.damaged"):
        start.run(bb, "aa")
    with bb.store.read() as tx:
        assert logs.require_log(tx, origin).state == LOG_OPEN
