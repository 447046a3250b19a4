"""Databases of both States of a channel put back at once; the files outside their homes stay."""

from dataclasses import replace
from pathlib import Path

from support.pair import World, make_world

from comity.adapters.memory import MemoryStore, copy_of
from comity.adapters.memory_highwater import MemoryHighWater
from comity.node.base.context import Session
from comity.node.exchange import logs, pump


def _copy(world: World, party: str) -> MemoryStore:
    store = world.node(party).store
    assert isinstance(store, MemoryStore)
    return MemoryStore(copy_of(store.disk))


def test_what_stands_beside_both_marks_comes_back_though_each_waits_for_the_other(
    tmp_path: Path,
) -> None:
    """Each log holds receipts of what stands in the other's, which had to be signed to be sent."""
    world = make_world(tmp_path)
    world.pump()
    copies = {party: _copy(world, party) for party in world.states}
    said = [world.ask("aa"), world.ask("bb")]
    world.pump()
    sizes = {party: _signed(world, party) for party in world.states}
    for party, store in copies.items():
        before = world.node(party).highwater
        assert isinstance(before, MemoryHighWater)
        highwater = MemoryHighWater(
            before.device.durable
        )  # what is covered is in it until it is cut
        node = replace(world.node(party), store=store, highwater=highwater, session=Session())
        world.replace_node(party, node)
        pump.begin(node)
    for _ in range(3):
        world.advance(61_000)
        world.pump()
    for party in world.states:
        assert _signed(world, party) >= sizes[party]
        with world.node(party).store.read() as tx:
            assert all(tx.acts_with_id(one.act.id) for one in said)
            assert all(one.understood == one.size for one in tx.logs(world.channel))
    assert world.digests("aa") == world.digests("bb")


def _signed(world: World, party: str) -> int:
    with world.node(party).store.read() as tx:
        return logs.require_log(tx, world.origin(party)).signed
