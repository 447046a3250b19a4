"""A log that an officer froze, and what is owed in it when it is thawed."""

import io
from pathlib import Path

import pytest
from making_cards import refused
from support.answering import log_of
from support.pair import World, make_world
from support.undone import kept

from comity.node.base.rows import LOG_FROZEN
from comity.node.exchange import delivery, freeze, keep, sign, signing_guard, status
from comity.node.operate import findings


def _covered(world: World) -> int:
    with world.node("bb").store.read() as tx:
        row = tx.newest_receipt(world.origin("aa"), world.origin("bb"))
    return row.receipt.size if row else 0


def test_what_came_while_the_own_log_was_frozen_is_receipted_once_it_is_thawed(
    tmp_path: Path,
) -> None:
    """A clock of the peer's request waits for that, and nothing else may come for long."""
    world = make_world(tmp_path)
    world.pump()
    origin = world.origin("aa")
    freeze.freeze(world.node("aa"), origin, "ann")
    asked = world.ask("bb")
    world.pump()
    assert _covered(world) <= asked.index
    freeze.thaw(world.node("aa"), origin, "ann")
    world.pump()
    assert _covered(world) > asked.index


@pytest.mark.parametrize("at", [1, 2], ids=["head", "entries"])
def test_nothing_of_a_log_is_taken_that_was_frozen_while_it_came(tmp_path: Path, at: int) -> None:
    """It was asked before, outside of the write: the officer's word stands in the write."""
    world = make_world(tmp_path)
    world.pump()
    world.cut("aa", "bb")
    asked = world.ask("bb")
    head = sign.sign_head(world.node("bb"), asked.origin)
    assert head is not None
    with world.node("bb").store.read() as tx:
        before = log_of(world, "aa", "bb")
        body = delivery.make(tx, head, before.size, before.size)
    assert body is not None
    sent, writes = delivery.parse(body), [0]

    def begun() -> None:
        writes[0] += 1
        if writes[0] == at:
            freeze.freeze(world.node("aa"), asked.origin, "ann", "Odd.")

    node = kept(world, "aa", begun=begun)
    # Its clock is off, so that entries are kept before they are signed for, in a write alone.
    node.session.of(signing_guard.Clocks).skew_ms["bb"] = 400_000
    with refused("exchange.log.frozen"):
        keep.add_checkpoint(node, "bb", sent.checkpoint)
        keep.add_entries(node, "bb", io.BytesIO(sent.entries).read)
    after = log_of(world, "aa", "bb")
    assert (after.state, after.size, after.signed) == (LOG_FROZEN, before.size, before.signed)
    with node.store.read() as tx:
        assert bool(tx.heads(asked.origin, head.size)) is (at == 2)


def test_who_froze_a_log_is_told_what_else_is_not_read(tmp_path: Path) -> None:
    """Of three, bb stops what cc says; what aa says after it has read more of cc waits at bb."""
    world = make_world(tmp_path, ("aa", "bb", "cc"))
    world.ask("cc")
    world.pump()
    node = world.node("bb")
    freeze.freeze(node, world.origin("cc"), "ann")
    world.ask("cc")
    world.pump()
    said = world.ask("aa")
    world.pump()
    with node.store.read() as tx:
        assert tx.act("aa", said.act.id) is None
    found = {str(one.about): one for one in findings.findings(node, status.report(node))}
    told = str(found[f"log {world.origin('cc')}"].what)
    assert "What other parties say after they have read more of it is not read here" in told
    freeze.thaw(node, world.origin("cc"), "ann")
    world.advance(300_000)
    world.pump()
    with node.store.read() as tx:
        assert tx.act("aa", said.act.id) is not None
