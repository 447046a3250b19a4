"""Three States: what one has seen is found at any of them."""

import io
from dataclasses import replace
from pathlib import Path

import pytest
from support.pair import World, make_world

from comity.adapters.alarms import StandingAlarms
from comity.kernel.fault import Fault
from comity.node.base.rows import Log
from comity.node.exchange import keep, logs, send, sign
from comity.node.exchange.hold_alarm import HELD_BACK
from comity.tlog import tree, wire
from comity.tlog.wire import AddCheckpoint


def test_what_an_act_has_seen_is_fetched_from_another_mirror(tmp_path: Path) -> None:
    """Cc cannot reach aa, and yet understands bb's answer to aa, and then aa's request."""
    world = make_world(tmp_path, ("aa", "bb", "cc"))
    told: list[tuple[str, str]] = []
    alarms = StandingAlarms(lambda code, what: told.append((code, what)))
    world.replace_node("cc", replace(world.node("cc"), alarms=alarms))
    world.pump()
    world.cut("aa", "cc")
    asked = world.ask("aa")
    for _ in range(4):
        world.round()
    world.acknowledge("bb", asked)
    for _ in range(12):
        world.advance(60_000)
        world.round()

    assert any(what.startswith(world.origin("bb")) for code, what in told if code == HELD_BACK)
    assert not [code for code, _ in world.alarms("cc") if code == HELD_BACK]
    assert [row.status for row in world.matters("cc")] == [
        row.status for row in world.matters("bb")
    ]
    with world.node("cc").store.read() as tx:
        assert tx.act("aa", asked.act.id) is not None
        log = tx.log(world.origin("aa"))
    assert log is not None
    assert log.understood > asked.index
    world.mend()
    world.advance(300_000)
    world.pump()
    assert world.digests("aa") == world.digests("bb") == world.digests("cc")


def test_entries_without_a_cosignature_are_signed_for_by_what_another_mirror_shows(
    tmp_path: Path,
) -> None:
    """Aa's entries reached cc, whose answer was lost, and aa never came back for it."""
    world = make_world(tmp_path, ("aa", "bb", "cc"))
    world.pump()
    asked = world.ask("aa")
    node = world.node("aa")
    head = sign.sign_head(node, world.origin("aa"))
    assert head is not None
    size = asked.index - 1  # the key entry is new as well
    with node.store.read() as tx:
        reader = logs.hash_reader(tx, head.origin, head.size)
        proof = tree.prove_consistency(size, head.size, reader)
    checkpoint = wire.render_add_checkpoint(AddCheckpoint(size, proof, head.note))
    assert keep.add_checkpoint(world.node("cc"), "aa", checkpoint).status == 200
    body = send.entries_body(node, head, size) + b"more"
    with pytest.raises(Fault):
        keep.add_entries(world.node("cc"), "aa", io.BytesIO(body).read)
    assert _log(world, "cc", "aa").size == asked.index + 1 > _log(world, "cc", "aa").signed
    world.cut("aa", "cc")
    for _ in range(4):
        world.round()
    world.cut("aa", "bb")
    world.acknowledge("bb", asked)
    for _ in range(12):
        world.advance(60_000)
        world.round()

    assert _log(world, "cc", "aa").signed == _log(world, "cc", "aa").understood > asked.index
    assert [row.status for row in world.matters("cc")] == [
        row.status for row in world.matters("bb")
    ]


def _log(world: World, at: str, of: str) -> Log:
    with world.node(at).store.read() as tx:
        log = tx.log(world.origin(of))
    assert log is not None
    return log
