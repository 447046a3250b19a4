"""An image of the whole machine takes the high-water file back too: what then still holds."""

from dataclasses import replace
from pathlib import Path

import pytest
from support.pair import World, make_world

from comity.adapters.memory import MemoryStore, copy_of
from comity.adapters.memory_highwater import MemoryHighWater
from comity.node.context import Session
from comity.node.exchange import generation, logs, outbox, pump, send
from comity.node.rows import LOG_FROZEN, LOG_OPEN, Log


def _log(world: World, party: str, of: str) -> Log:
    with world.node(party).store.read() as tx:
        return logs.require_log(tx, world.origin(of))


def _image(world: World) -> tuple[MemoryStore, MemoryHighWater]:
    node = world.node("aa")
    assert isinstance(node.store, MemoryStore)
    assert isinstance(node.highwater, MemoryHighWater)
    return MemoryStore(copy_of(node.store.disk)), MemoryHighWater(node.highwater.device.durable)


def _put_back(world: World, image: tuple[MemoryStore, MemoryHighWater]) -> None:
    store, highwater = image
    node = replace(world.node("aa"), store=store, highwater=highwater, session=Session())
    world.replace_node("aa", node)
    pump.begin(node)


@pytest.fixture
def rolled_back(tmp_path: Path) -> World:
    """Three States; bb alone has aa's newest head, and not its entries; aa's machine is an image.

    The line of aa is down.
    """
    world = make_world(tmp_path, ("aa", "bb", "cc"))
    world.ask("aa")
    world.pump()
    image = _image(world)
    world.cut("aa", "cc")
    world.ask("aa")
    node = world.node("aa")
    pump.sign_if_due(node, world.origin("aa"), node.clock.now_ms())
    with node.store.read() as tx:
        box = outbox.load(tx, world.origin("aa"), "bb")
    send._send_head(node, "bb", box)
    world.cut("aa", "bb", "cc")
    _put_back(world, image)
    return world


def test_nothing_is_signed_below_a_head_that_a_party_shows(rolled_back: World) -> None:
    """Another party's agreement excuses nobody, once one has shown that the mark is behind."""
    world = rolled_back
    before = _log(world, "aa", "aa")
    world.ask("aa")  # it stands where another act was signed
    world.mend()
    for _ in range(6):
        world.round()
    assert _log(world, "aa", "aa").signed == before.signed
    assert _log(world, "bb", "aa").state != LOG_FROZEN
    assert world.node("aa").highwater.marks()[world.origin("aa")][0] == before.signed + 1


def test_a_new_generation_ends_it(rolled_back: World) -> None:
    """What nobody holds is lost and named so; the act that stood in its place is said anew."""
    world = rolled_back
    said = world.ask("aa")
    world.mend()
    for _ in range(3):
        world.round()
    origin, entry = generation.begin(world.node("aa"), world.channel, "lost")
    for _ in range(3):
        world.round()
    for party in ("bb", "cc"):
        generation.accept(world.node(party), origin, entry)
    world.pump()
    with world.node("cc").store.read() as tx:
        found = tx.act(said.act.id)
        assert logs.require_log(tx, origin).state == LOG_OPEN
    assert found is not None
    assert found.origin == origin


def test_without_the_file_two_officers_must_excuse_who_is_out_of_reach(rolled_back: World) -> None:
    """So an operator who restores an image removes the file, and nothing is signed in the dark."""
    world = rolled_back
    node = replace(world.node("aa"), highwater=MemoryHighWater(None), session=Session())
    world.replace_node("aa", node)
    before = _log(world, "aa", "aa")
    world.ask("aa")
    world.mend()
    world.cut("aa", "bb")  # the one that knows
    for _ in range(4):
        world.round()
    assert _log(world, "aa", "aa").signed == before.signed
