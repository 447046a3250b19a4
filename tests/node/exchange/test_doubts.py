"""A receipt for another root shows that somebody has another history: they are asked for it."""

from dataclasses import replace
from pathlib import Path

import pytest
from support.pair import World, make_world

from comity.adapters.memory import MemoryStore, copy_of
from comity.adapters.memory_highwater import MemoryHighWater
from comity.node.base.context import Session
from comity.node.base.ports import Peers, Request, Response
from comity.node.exchange import convict, freeze, pump


def _rounds(world: World, count: int = 4) -> None:
    for _ in range(count):
        world.round()


def _later(world: World) -> None:
    """Let pauses pass that failures had grown to."""
    for _ in range(3):
        world.advance(60_000)
        _rounds(world)


def _is_convicted(world: World, party: str) -> bool:
    with world.node(party).store.read() as tx:
        return tx.record(convict.CONVICTION, world.origin("aa")) is not None


@pytest.fixture
def forked(tmp_path: Path) -> World:
    """Three States; bb and cc each hold another history of aa, which is out of reach since.

    bb cannot call cc, and has read in cc's log for which root cc signed.
    """
    world = make_world(tmp_path, ("aa", "bb", "cc"))
    world.ask("aa")
    world.pump()
    node = world.node("aa")
    assert isinstance(node.store, MemoryStore)
    assert isinstance(node.highwater, MemoryHighWater)
    image = MemoryStore(copy_of(node.store.disk))
    durable = node.highwater.device.durable
    world.cut("aa", "bb")
    world.cut("bb", "cc")
    world.ask("aa")
    _rounds(world)
    old = replace(node, store=image, highwater=MemoryHighWater(durable), session=Session())
    world.replace_node("aa", old)
    pump.begin(old)
    world.mend()
    world.cut("aa", "cc")
    world.cut("bb", "cc")
    world.ask("aa")
    _rounds(world)
    world.mend()
    world.cut("aa", "bb")
    world.cut("aa", "cc")
    world.states["bb"].peers.nodes.pop("cc")
    _later(world)
    with world.node("bb").store.read() as tx:
        assert tx.newest_receipt(world.origin("cc"), world.origin("aa")) is not None
    assert not _is_convicted(world, "bb")
    return world


def _in_reach(world: World) -> None:
    world.mend()
    world.cut("aa", "bb")
    world.cut("aa", "cc")


def test_another_history_is_found_once_its_holder_is_in_reach(forked: World) -> None:
    """They are asked for it in the next round."""
    _in_reach(forked)
    _later(forked)
    assert _is_convicted(forked, "bb")


class _Busy:
    """The line of bb, on which cc has no time to be read."""

    def __init__(self, line: Peers) -> None:
        self.line = line

    def call(self, party: str, request: Request) -> Response:
        """Carry a request."""
        is_read = party == "cc" and request.path.endswith("/checkpoint")
        return Response(429) if is_read else self.line.call(party, request)


def test_another_history_is_found_once_its_holder_has_time(forked: World) -> None:
    """Who is over their budget has not answered; they are asked again."""
    node = forked.node("bb")
    forked.replace_node("bb", replace(node, peers=_Busy(node.peers)))
    _in_reach(forked)
    _later(forked)
    assert not _is_convicted(forked, "bb")
    forked.replace_node("bb", node)
    _later(forked)
    assert _is_convicted(forked, "bb")


def test_another_history_is_found_once_the_log_is_thawed(forked: World) -> None:
    """While an officer has frozen it nobody is asked for it, and that is not forgotten."""
    node, origin = forked.node("bb"), forked.origin("aa")
    freeze.freeze(node, origin, "ann")
    _in_reach(forked)
    _later(forked)
    assert not _is_convicted(forked, "bb")
    freeze.thaw(node, origin, "ann")
    _later(forked)
    assert _is_convicted(forked, "bb")


def test_another_history_is_found_after_a_restart_too(forked: World) -> None:
    """The receipt is read once; what it gave to doubt is not forgotten with the process."""
    node = replace(forked.node("bb"), session=Session())
    forked.replace_node("bb", node)
    pump.begin(node)
    _in_reach(forked)
    _later(forked)
    assert _is_convicted(forked, "bb")
