"""A webhook is ended, given up or asked for while its thread, or another, is at work."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import cast, override

import pytest
from node.desk.test_webhooks import URL, Line, deliver, hook_of, officer
from support.pair import World, make_world

from comity.domestic.webhook import kinds
from comity.kernel.fault import Fault
from comity.node.base.rows import Officer
from comity.node.desk import officer_admin as officers
from comity.node.desk.webhooks import delivery, events, registry
from comity.node.exchange import append, logs, recover, reset


@pytest.fixture(params=["memory", "sqlite"])
def world(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[World]:
    """Two States."""
    made = make_world(tmp_path, store=request.param)
    yield made
    made.close()


def test_a_webhook_that_is_ended_is_called_no_more(world: World) -> None:
    """They end it while one call is under way: what was to follow is told to nobody."""
    node, hook = world.node("bb"), hook_of(world.node("bb"))
    ann = Officer("ann", b"", "police", "", 0)
    for _ in range(3):
        world.ask("aa")
    world.pump()
    events.look(node)

    class Ended(Line):
        @override
        def post(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
            registry.end(node, ann, hook.id)
            return super().post(url, headers, body)

    line = Ended()
    assert delivery.deliver_due(node, line, hook.id) is None
    assert len(line.got) == 1


@pytest.mark.parametrize("is_under_way", [True, False])
def test_nothing_alarms_of_a_webhook_that_is_ended(world: World, *, is_under_way: bool) -> None:
    """It was given up, before its officer ended it or just then: nobody else could end that."""
    node, hook = world.node("bb"), hook_of(world.node("bb"))
    ann, line = Officer("ann", b"", "police", "", 0), Line([0])
    world.ask("aa")
    world.pump()
    deliver(world, hook, line)
    for pause_ms in kinds.PAUSES_MS[:-1]:
        world.advance(pause_ms)
        deliver(world, hook, line)
    world.advance(kinds.PAUSES_MS[-1])

    class Ended(Line):
        @override
        def post(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
            registry.end(node, ann, hook.id)
            return 0

    deliver(world, hook, Ended() if is_under_way else line)
    told = [code for code, _ in world.alarms("bb")]
    assert told == ([] if is_under_way else [delivery.GIVEN_UP])
    registry.end(node, ann, hook.id)
    deliver(world, hook, line)
    assert world.alarms("bb") == []


def test_what_comes_while_a_channel_is_read_anew_is_told_once_it_is_read(world: World) -> None:
    """Its matters are missing for that long, and no officer may know of what is not there."""
    node, line = world.node("bb"), Line()
    hook = hook_of(node)
    world.ask("aa")
    world.pump()
    deliver(world, hook, line)
    world.ask("aa")
    with node.store.write() as tx:
        reset.drop(tx, world.channel)

    def looked(point: str) -> None:
        if point == "understand.folded":
            events.look(node)

    world.replace_node("bb", replace(node, step=looked))
    world.pump()
    deliver(world, hook, line)
    assert [one["type"] for one in line.told] == ["act.arrived", "act.arrived"]


def test_an_officer_who_leaves_while_he_asks_has_no_webhook(world: World) -> None:
    """Nobody could end it, and it would take one of few places for ever."""
    node = world.node("bb")
    ann = officer(node, "ann")
    officers.end(node, "ann")
    with pytest.raises(Fault, match="has ended"):
        registry.add(node, ann, URL, [kinds.ACT])
    assert registry.listing(node, ann) == []


def test_what_stands_where_entries_were_cut_is_told(world: World) -> None:
    """A log that was cut, and is longer again, holds other acts at places that were looked at."""
    node, hook = world.node("aa"), hook_of(world.node("aa"))
    line = Line()

    def told() -> list[str]:
        while events.look(node):
            pass
        delivery.deliver_due(node, line, hook.id)
        return sorted(cast("dict[str, str]", one["data"])["act"] for one in line.told)

    world.pump()
    first, second = (world.ask("aa").act.id for _ in range(2))
    assert told() == sorted([first, second])
    with node.store.write() as tx:
        own = logs.own_log(tx, world.channel)
        recover.cut_tail(tx, own, own.signed)
        for act_id in (first, second):
            tx.drop_record(append.REAPPEND, act_id)  # as where they may not be said any more
    third, fourth = (world.ask("aa").act.id for _ in range(2))
    assert told() == sorted([first, second, third, fourth])
