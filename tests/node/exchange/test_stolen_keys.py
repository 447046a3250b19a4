"""Whoever has the keys of a log speaks for its State: that State's own officers are told."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from support import images
from support.lost_cards import root_of, rotate
from support.pair import World, make_world

from comity.adapters.alarms import StandingAlarms
from comity.adapters.memory import MemoryStore, copy_of
from comity.adapters.memory_highwater import MemoryHighWater
from comity.node.base.context import Session
from comity.node.exchange import excuse, generation, keyring, logs, outbox, pump, send, start


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Two States, of which one has asked the other something."""
    made = make_world(tmp_path, ("aa", "bb"))
    made.ask("aa")
    made.pump()
    return made


def thief_of(world: World) -> Callable[[], None]:
    """Put a copy of aa's machine in its place; return what puts aa's own back, which ran on."""
    node = world.node("aa")
    assert isinstance(node.store, MemoryStore)
    assert isinstance(node.highwater, MemoryHighWater)
    twin = replace(
        node,
        store=MemoryStore(copy_of(node.store.disk)),
        highwater=MemoryHighWater(node.highwater.device.durable),
        session=Session(),
        alarms=StandingAlarms(lambda *_: None),
    )
    world.replace_node("aa", twin)
    pump.begin(twin)
    return lambda: world.replace_node("aa", node)


def told(world: World) -> list[str]:
    """Return what aa is told of signatures that it did not make."""
    return [what for code, what in world.alarms("aa") if code == start.SIGNED_ELSEWHERE]


def test_what_a_thief_said_comes_back_with_an_alarm(world: World) -> None:
    """It counts as said by this State, and nobody there wrote it: one alarm, whatever they say."""
    back = thief_of(world)
    for _ in range(3):
        world.ask("aa")
        world.pump()
    assert len(world.matters("bb")) == 4
    back()
    assert told(world) == []
    world.advance(61_000)
    for _ in range(3):
        world.round()
        world.advance(61_000)
    assert len(world.matters("aa")) == 4
    (what,) = told(world)
    assert f"bb holds more of {world.origin('aa')}" in what


def test_an_image_that_took_the_file_back_is_told_of(world: World) -> None:
    """Nothing here can tell it from a thief: the officers know whether one was put back."""
    put_back = images.taken(world)
    world.ask("aa")
    world.pump()
    put_back()
    world.pump()
    assert len(told(world)) == 1


def test_what_the_file_knows_or_a_backup_explains_is_no_theft(world: World) -> None:
    """A database that is older than the file; a home that `comity restore` made."""
    node = world.node("aa")
    assert isinstance(node.store, MemoryStore)
    disk, put_back = copy_of(node.store.disk), images.taken(world)
    world.ask("aa")
    world.pump()
    world.replace_node("aa", replace(node, store=MemoryStore(disk), session=Session()))
    world.pump()
    assert len(world.matters("aa")) == 2
    assert told(world) == []

    put_back()
    with world.node("aa").store.write() as tx:
        tx.save_record(excuse.RESTORED, world.origin("aa"), 1)
    world.pump()
    assert len(world.matters("aa")) == 2
    assert told(world) == []


def test_what_a_thief_keeps_back_keeps_its_owner_from_no_new_keys_and_no_new_log(
    world: World,
) -> None:
    """Nothing more is signed in the old log until all of it is there; another is what helps."""
    back = thief_of(world)
    world.ask("aa")
    thief, origin = world.node("aa"), world.origin("aa")
    start.run(thief, "bb")
    pump.sign_if_due(thief, origin, thief.clock.now_ms())
    with thief.store.read() as tx:
        box = outbox.load(tx, origin, "bb")
    send._send_head(thief, "bb", box)
    back()
    for _ in range(3):
        world.advance(61_000)
        world.round()
    assert len(told(world)) == 1
    with world.node("aa").store.read() as tx:
        assert not excuse.may_sign(world.node("aa"), tx, logs.own_log(tx, world.channel))
    world.replace_node("aa", replace(world.node("aa"), session=Session()))  # that of a command
    rotate(world)
    keyring.revoke(world.node("aa"), root_of(world), 1)
    origin, entry = generation.begin(world.node("aa"), world.channel, "stolen")
    world.pump()
    generation.accept(world.node("bb"), origin, entry)
    world.pump()
    world.ask("aa")
    world.pump()
    assert len(world.matters("bb")) == 2
    assert world.digests("aa") == world.digests("bb")
