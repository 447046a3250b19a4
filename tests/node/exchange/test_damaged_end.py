"""A log is ended where rows of it are lost: by what is left here and at whoever mirrors it."""

from dataclasses import replace
from pathlib import Path

import pytest
from support.pair import make_world

from comity.adapters.memory import MemoryTx
from comity.kernel.fault import Fault
from comity.node.exchange import generation, logs, status
from comity.node.operate import findings


def test_a_log_whose_last_entry_is_lost_here_is_succeeded(tmp_path: Path) -> None:
    """The peer holds it, so that nothing of it is cut: what is lost is not needed to end the log.

    Three entries, so that the last stands in no subtree whose root is kept.
    """
    world = make_world(tmp_path)
    for _ in range(3):
        world.ask("aa")
    world.pump()
    node, old = world.node("aa"), world.origin("aa")
    with node.store.write() as tx:
        assert isinstance(tx, MemoryTx)
        tx._t.entries.drop(tx._journal, old, (3,))
    with node.store.read() as tx, pytest.raises(Fault) as damaged:
        logs.stored_root(tx, old, 4)
    assert damaged.value.code == "tlog.tile.too-short"

    origin, sha256 = generation.begin(node, world.channel, "damaged")
    for _ in range(3):
        world.advance(60_000)
        world.round()
    generation.accept(world.node("bb"), origin, sha256)
    world.ask("aa")
    world.advance(300_000)
    world.pump()

    assert len(world.digests("bb")) == 4
    assert world.digests("aa") == world.digests("bb")
    with world.node("bb").store.read() as tx:
        assert tx.acts(origin, 0, 2)[0].act.codes["lost"] == "0"


def test_a_log_is_ended_where_rows_are_lost_that_its_end_rests_on(tmp_path: Path) -> None:
    """What is left is shown by who mirrors it, under a head of our own; then all is in order.

    Nobody holds the last entries, and they are said again.
    """
    world = make_world(tmp_path)
    world.ask("aa")
    world.pump()
    for _ in range(2):
        world.ask("aa")
        world.pump()
    world.cut("aa", "bb")
    world.ask("aa")
    for _ in range(4):
        world.advance(80_000)
        world.round()
    node, old = world.node("aa"), world.origin("aa")
    with node.store.write() as tx:
        assert isinstance(tx, MemoryTx)
        tx._t.entries.drop(tx._journal, old, (3,))
    with pytest.raises(Fault, match="No partner in reach shows") as away:
        generation.begin(node, world.channel, "damaged")
    assert "restore" in away.value.fix
    world.mend()
    origin, sha256 = generation.begin(node, world.channel, "damaged")
    for _ in range(3):
        world.advance(80_000)
        world.round()
    generation.accept(world.node("bb"), origin, sha256)
    world.advance(80_000)
    world.pump()

    assert len(world.digests("bb")) == 4
    assert world.digests("aa") == world.digests("bb")
    assert [code for code, _ in world.alarms("aa")] == ["exchange.generation.begun"]
    found = findings.findings(node, status.report(node))
    assert [one.what for one in found if one.is_good is False] == []


def test_what_is_left_ends_where_a_head_does(tmp_path: Path) -> None:
    """A receipt ends between two heads that are kept; who holds less gets the rest all the same."""
    world = make_world(tmp_path)
    world.ask("aa")
    world.pump()
    node, old = world.node("aa"), world.origin("aa")
    world.cut("aa", "bb")
    for _ in range(2):  # one head covers both
        world.ask("aa")
    world.round()
    with node.store.write() as tx:  # of an earlier delivery, which bb's restored home has lost
        row = tx.newest_receipt(world.origin("bb"), old)
        assert row is not None
        assert tx.head_at_least(old, row.receipt.size + 1) == tx.newest_head(old)
        said = replace(row.receipt, size=row.receipt.size + 1)
        tx.save_receipts([replace(row, receipt=said)])

    origin, sha256 = generation.begin(node, world.channel, "lost")
    world.mend()
    for _ in range(3):
        world.advance(60_000)
        world.round()
    generation.accept(world.node("bb"), origin, sha256)
    for _ in range(4):
        world.advance(60_000)
        world.pump()

    with world.node("bb").store.read() as tx:
        begun = tx.acts(origin, 0, 2)[0]
        assert begun.act.codes["lost"] == "0"
        assert logs.require_log(tx, old).size == int(begun.act.codes["old-size"])
    assert len(world.digests("bb")) == 3
