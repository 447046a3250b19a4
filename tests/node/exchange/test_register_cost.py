"""A register act costs what it adds: neither it nor any other act has the whole register read."""

from dataclasses import replace
from pathlib import Path

import pytest
from support.counted import count
from support.pair import World, make_world

from comity.acts.record import Matter
from comity.joint.exchange import acts as exchange_acts
from comity.joint.exchange.acts import CHANNEL_KIND
from comity.joint.exchange.fold import FOREIGN_DISOWNED
from comity.kernel.ids import random_id
from comity.node.base import trust
from comity.node.base.ports import Tx
from comity.node.exchange import pump, refold
from comity.node.exchange.append import Appended


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """Two States that have paired and have nothing to say; no other test's are remembered."""
    for remembered in ("_REMEMBERED", "_STEPS"):
        monkeypatch.setattr(trust, remembered, {})
    made = make_world(tmp_path)
    made.pump()
    return made


def show(world: World, party: str, index: int = 0) -> Appended:
    """Let a party accept a generation of bb that nobody offers."""
    codes = {"origin": world.origin("bb"), "entry": f"{index:064x}"}
    act_id = random_id(world.node(party).entropy(16))
    act = exchange_acts.register_act(act_id, exchange_acts.GENERATION_ACCEPTED, "live", codes)
    return world.say(party, act)


def test_the_register_is_read_once_however_many_acts_it_gets(world: World) -> None:
    """Each adds itself to what is remembered, and its depth is asked for by logs."""
    for _ in range(5):
        show(world, "aa")
    world.pump()
    counted = count(world, "bb")
    for _ in range(5):
        show(world, "aa")
    world.pump()
    asked = world.ask("aa")
    world.pump()
    assert counted.rows["acts_of"] <= 4, "the request alone"
    assert counted.calls["depths_of"] == 0
    assert asked.act.matter.id in {row.matter.id for row in world.matters("bb")}


def test_what_is_remembered_is_what_is_read(world: World) -> None:
    """Acts of both sides, of two channels, and one that becomes foreign."""
    node = world.node("aa")
    for turn in range(6):
        show(world, "aa", turn)
        show(world, "bb", turn)
        if turn % 2:
            world.pump()
        _require_same(world, "aa")
        _require_same(world, "bb")
    with node.store.write() as tx:
        log = tx.log(world.origin("aa"))
        assert log is not None
        row = next(one for one in tx.acts(log.origin, 0, log.size)[::-1] if not one.foreign)
        now_foreign = replace(row, foreign=FOREIGN_DISOWNED)
        trust.touch_register(tx, [now_foreign])
        tx.save_acts([now_foreign])
        places = [(f.origin, f.index) for f in _same(tx, world.channel).register.facts]
        assert (row.origin, row.index) not in places


def _require_same(world: World, party: str) -> None:
    with world.node(party).store.read() as tx:
        _same(tx, world.channel)
        _same(tx, world.channel.replace("/live", "/hotline"))


def _same(tx: Tx, channel: str) -> trust.Trust:
    """Return the trust of a channel; it is the one that would be read anew."""
    loaded = trust.load(tx, channel)
    assert replace(loaded, logs=()) == trust._load(tx, channel)
    return loaded


def test_depths_by_logs_are_those_of_all_acts(world: World) -> None:
    """Whichever side said them, and however late the other heard of it."""
    for turn in range(8):
        show(world, "aa")
        if turn % 3 == 0:
            show(world, "bb")
            pump.next_round_ms(
                world.node("aa"), pump.Pair(world.channel, "bb"), world.node("aa").clock.now_ms()
            )
        if turn % 4 == 0:
            world.pump()
    world.pump()
    for party in ("aa", "bb"):
        with world.node(party).store.read() as tx:
            rows = tx.acts_of(world.channel, Matter(CHANNEL_KIND, "live"))
            assert refold.with_new_depths(trust.load(tx, world.channel), rows) == rows
            assert len({row.depth for row in rows}) >= 8
