"""What a recovery took out is said again only if it may be said; else officers hear of it."""

from dataclasses import replace
from pathlib import Path

import pytest
from support.pair import World, make_world

from comity.acts.record import Act
from comity.joint.request import acts as request_acts
from comity.node.exchange import dropped_acts, logs, pump, recover
from comity.node.exchange.append import Appended


def told(world: World) -> list[str]:
    """Return the words of the alarms about acts that are not said again."""
    return [what for code, what in world.alarms("bb") if code == dropped_acts.CODE]


def answered(world: World, asked: Appended) -> Act:
    """Return an answer of bb."""
    return request_acts.answered(world._saying("bb"), world._about(asked), ())


def cut(world: World, *acts: Act) -> None:
    """Let acts of bb wait to be appended anew, as a recovery leaves them."""
    node = world.node("bb")
    with node.store.write() as tx:
        for index, act in enumerate(acts):
            recover.say_again(tx, logs.own_log(tx, world.channel), index, act)


def too_late(world: World) -> tuple[Appended, Act]:
    """Let an answer of bb wait to be appended anew whose request was withdrawn; return both."""
    asked = world.ask("aa")
    world.pump()
    world.withdraw("aa", asked)
    world.pump()
    act = answered(world, asked)
    cut(world, act)
    return asked, act


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Two States that are paired."""
    return make_world(tmp_path)


def test_what_may_still_be_said_is(world: World) -> None:
    """An answer that is still asked for comes under its old id, and nobody is alarmed."""
    asked = world.ask("aa")
    world.pump()
    act = answered(world, asked)
    cut(world, act)
    world.pump()
    with world.node("aa").store.read() as tx:
        assert tx.acts_with_id(act.id)
    assert told(world) == []


def test_what_may_not_be_said_any_more_does_not_leave(world: World) -> None:
    """The request was withdrawn meanwhile: its answer stays at home, and the alarm says why."""
    asked, act = too_late(world)
    world.pump()
    for party in ("aa", "bb"):
        with world.node(party).store.read() as tx:
            assert not tx.acts_with_id(act.id)
    (what,) = told(world)
    assert act.id in what
    assert asked.act.matter.id in what
    with world.node("bb").store.read() as tx:
        kept = tx.record(dropped_acts.UNSAID, act.id)
        assert tx.records(recover.REAPPEND) == {}
    assert isinstance(kept, dict)
    assert str(kept["rule"]).startswith("request.")
    assert str(kept["rule"]) in what
    world.ask("bb")  # and nothing waits behind it
    world.pump()
    assert world.digests("aa") == world.digests("bb")


def test_each_is_decided_after_those_before_it(world: World) -> None:
    """Of two answers to all of a request the second is one too many."""
    asked = world.ask("aa")
    world.pump()
    first, second = (
        answered(world, asked),
        request_acts.acknowledged(
            replace(world._saying("bb"), own_reference="ref"), world._about(asked)
        ),
    )
    cut(world, first, second)
    world.pump()
    with world.node("aa").store.read() as tx:
        assert tx.acts_with_id(first.id)
        assert not tx.acts_with_id(second.id)
    (what,) = told(world)
    assert second.id in what


class Stopped(Exception):  # noqa: N818 -- what stands for the end of a process
    pass


def test_who_is_stopped_before_it_is_kept_decides_it_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The act waits until both are done: that it was told, and that it is kept."""
    _, act = too_late(world)
    node = world.node("bb")

    def end(*_: object) -> None:
        raise Stopped

    with monkeypatch.context() as ending:
        ending.setattr(type(node.alarms), "raise_alarm", end)
        with pytest.raises(Stopped):
            recover.append_anew(node, world.channel)
    with node.store.read() as tx:
        assert [*tx.records(recover.REAPPEND)] == [act.id]
        assert tx.records(dropped_acts.UNSAID) == {}
    world.pump()
    assert len(told(world)) == 1
    with node.store.read() as tx:
        assert tx.records(recover.REAPPEND) == {}
        assert [*tx.records(dropped_acts.UNSAID)] == [act.id]


def test_it_is_told_at_each_start_for_a_month(world: World) -> None:
    """Whoever starts the node after a crash hears of it; the record stays."""
    _, act = too_late(world)
    world.pump()
    node = world.node("bb")
    (what,) = told(world)
    node.alarms.clear(dropped_acts.CODE)
    pump.begin(node)
    assert told(world) == [what]
    node.alarms.clear(dropped_acts.CODE)
    world.advance(dropped_acts.TOLD_MS)
    pump.begin(node)
    assert told(world) == []
    with node.store.read() as tx:
        assert tx.record(dropped_acts.UNSAID, act.id) is not None


def test_what_another_thread_has_said_again_was_said(world: World) -> None:
    """Two peers of a channel have a thread each: what one says again the other does not deny."""
    asked = world.ask("aa")
    world.pump()
    act = answered(world, asked)
    cut(world, act)
    node = world.node("bb")

    def meanwhile(name: str) -> None:
        if name == "send.begun":
            recover.append_anew(node, world.channel)

    recover.append_anew(replace(node, step=meanwhile), world.channel)
    with node.store.read() as tx:
        log = logs.own_log(tx, world.channel)
        assert [row.act.id for row in tx.acts(log.origin, 0, log.size)] == [act.id]
        assert tx.records(recover.REAPPEND) == {}
        assert tx.records(dropped_acts.UNSAID) == {}
    assert told(world) == []
