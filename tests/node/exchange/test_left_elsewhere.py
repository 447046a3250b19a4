"""A lost log whose author begins the next one before its partner could be asked what it holds."""

from dataclasses import replace
from pathlib import Path

import pytest
from support.pair import World, make_world

from comity.adapters.memory import MemoryStore, copy_of
from comity.adapters.memory_highwater import MemoryHighWater
from comity.joint.arrangement.channel import EXERCISE, Terms
from comity.joint.exchange.acts import CHANNEL_OPENED
from comity.node.base import channel_records, register_records, trust
from comity.node.base.context import Node, Session
from comity.node.exchange import (
    channel,
    channel_keys,
    convict,
    ended_log,
    excuse,
    generation,
    logs,
    lost_cosignatures,
    pump,
    start,
)

NAME = "exercise"


def _image(node: Node) -> Node:
    """Return a node as it stands, on a copy of its disk, as a process that begins on it."""
    assert isinstance(node.store, MemoryStore)
    assert isinstance(node.highwater, MemoryHighWater)
    highwater = MemoryHighWater(node.highwater.device.durable)
    store = MemoryStore(copy_of(node.store.disk))
    return replace(node, store=store, highwater=highwater, session=Session())


def _put_back(world: World, image: Node) -> None:
    world.cut(*world.states)
    world.replace_node("aa", image)
    pump.begin(image)
    world.round()


def _is_said(world: World, party: str, act_id: str) -> bool:
    with world.node(party).store.read() as tx:
        row = tx.act("aa", act_id)
    return row is not None and not row.foreign


@pytest.mark.parametrize(("reason", "is_said"), [("lost", True), ("stolen", False)])
def test_what_a_partner_holds_of_it_is_said_again(
    tmp_path: Path, reason: str, *, is_said: bool
) -> None:
    """Unless others may have signed it: what a thief wrote is nobody's to say again."""
    world = make_world(tmp_path)
    world.ask("aa")
    world.pump()
    image = _image(world.node("aa"))
    lost = world.ask("aa")
    world.pump()
    _put_back(world, image)
    origin, entry = generation.begin(world.node("aa"), world.channel, reason)
    world.mend()
    world.advance(300_000)
    world.round()
    generation.accept(world.node("bb"), origin, entry)
    world.advance(300_000)
    world.pump()
    for party in world.states:
        assert _is_said(world, party, lost.act.id) is is_said
        assert world.digests(party) == world.digests("aa")
    with world.node("aa").store.read() as tx:
        assert not tx.records(ended_log.UNASKED)


def _opened(folder: Path) -> World:
    """Return a world with a channel that acts opened, in which both have signed something."""
    world = make_world(folder)
    for one in reversed(world.states.values()):
        channel.open_channel(one.node, one.maker, world.arrangement, Terms(NAME, EXERCISE))
        world.pump()
    return world


def _path(world: World) -> str:
    return register_records.channel_path(world.arrangement, NAME)


def _rotate(world: World, party: str) -> None:
    one = world.states[party]
    channel_keys.rotate(one.node, one.maker, _path(world))
    world.pump()


def test_a_set_of_keys_counts_once_the_one_before_it_is_read(tmp_path: Path) -> None:
    """What is left of a log that ended may be read after its successor."""
    world = _opened(tmp_path)
    for _ in range(3):
        _rotate(world, "aa")
    node, path = world.node("bb"), _path(world)
    with node.store.write() as tx:
        live = trust.load(tx, world.channel)
        rows = [row for row in tx.acts(world.origin("aa"), 0, 99) if row.act.tag == CHANNEL_OPENED]
        known = channel_records.shown(tx, path, "aa")
        tx.drop_record(channel_records.KIND, f"{path}/aa")
        for row in reversed(rows):
            channel.apply(node, tx, live, row)
        assert len(rows) == 4
        assert channel_records.shown(tx, path, "aa") == known


def test_nothing_is_signed_beside_a_head_by_keys_that_are_not_back_yet(tmp_path: Path) -> None:
    """An image is from before new keys: its partner has more of its log, by them."""
    world = _opened(tmp_path)
    image = _image(world.node("aa"))
    for _ in range(2):
        _rotate(world, "aa")
    world.cut(*world.states)
    world.replace_node("aa", image)
    pump.begin(image)
    world.mend()
    start.greet(image, "bb")
    start.run(image, "bb")
    with image.store.read() as tx:
        assert not excuse.may_sign(image, tx, logs.own_log(tx, _path(world)))
    for _ in range(3):
        world.advance(60_000)
        world.round()
    world.pump()
    with world.node("bb").store.read() as tx:
        theirs = logs.require_log(tx, world.origin("aa", NAME))
        assert not tx.records(convict.CONVICTION)
    with image.store.read() as tx:
        own = logs.own_log(tx, _path(world))
        assert excuse.may_sign(image, tx, own)
    assert (own.size, own.frontier) == (theirs.size, theirs.frontier)


def test_nothing_is_cosigned_beside_lines_by_keys_that_are_not_back_yet(tmp_path: Path) -> None:
    """They say until when it was cosigned; a clock that is behind now would let times fall."""
    world = _opened(tmp_path)
    image = _image(world.node("bb"))
    _rotate(world, "bb")
    world.advance(86_400_000)
    world.channel_name = NAME
    world.ask("aa")
    world.pump()
    world.advance(-80_000_000)
    world.cut(*world.states)
    world.replace_node("bb", image)
    pump.begin(image)
    world.mend()
    start.greet(image, "aa")
    start.run(image, "aa")
    with image.store.read() as tx:
        theirs = logs.require_log(tx, world.origin("aa", NAME))
        assert not excuse.may_cosign(image, tx, theirs)
    for _ in range(3):
        world.advance(60_000)
        world.round()
    world.ask("aa")
    world.pump()
    with world.node("aa").store.read() as tx:
        assert not tx.records(convict.COSIGNER)
        given = tx.newest_cosignature(theirs.origin, "bb")
        assert given is not None
        assert given.size == logs.require_log(tx, theirs.origin).size > theirs.size


def test_lines_by_the_keys_before_are_ours(tmp_path: Path) -> None:
    """Who was told since of new ones shows what it has: up to where, and until when."""
    world = _opened(tmp_path)
    bb, origin = world.node("bb"), world.origin("aa", NAME)
    with world.node("aa").store.read() as tx:
        given = tx.newest_cosignature(origin, "bb")
        assert given is not None
        tree = given.size, logs.root_at(tx, origin, given.size)
    for _ in range(2):
        _rotate(world, "bb")
    with bb.store.read() as tx:
        log = logs.require_log(tx, origin)
    lost_cosignatures.take_back(bb, log, tree, given.lines)
    assert lost_cosignatures.FALSE_ANSWER not in dict(world.alarms("bb"))


def test_what_was_lost_of_a_channel_that_ended_is_fetched(tmp_path: Path) -> None:
    """Its author signs no head anew there, by which it would see what is gone."""
    world = _opened(tmp_path)
    image = _image(world.node("aa"))
    _rotate(world, "bb")
    channel.end_channel(world.node("bb"), _path(world), "done")
    world.pump()
    _put_back(world, image)
    world.mend()
    for _ in range(3):
        world.advance(60_000)
        world.round()
    world.pump()
    for of in world.states:
        found = []
        for party in world.states:
            with world.node(party).store.read() as tx:
                log = logs.require_log(tx, world.origin(of, NAME))
            found.append((log.size, log.frontier, log.understood))
        assert found[0] == found[1]


def test_an_image_signs_nothing_for_who_seems_to_lack_the_channel(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may be the image that knows no better; who is not called is asked all the same."""
    world = _opened(tmp_path)
    image = _image(world.node("aa"))
    world.cut(*world.states)
    world.replace_node("aa", image)
    monkeypatch.setattr("comity.node.exchange.lost_channel.lacks", lambda *_: True)
    for _ in range(3):
        world.advance(120_000)
        before = _heads(world)
        world.round()
        assert _heads(world) == before


def _heads(world: World) -> list[bytes]:
    with world.node("aa").store.read() as tx:
        head = tx.newest_head(world.origin("aa", NAME))
    return [head.note] if head else []
