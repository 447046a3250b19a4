"""A generation that names a log of which nothing is left is accepted, read and gone on with.

The partner has no entry of it; or holds all of it, and its author's home knows of none.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from support.pair import World, make_world

from comity.adapters.memory import MemoryStore, copy_of
from comity.adapters.memory_highwater import MemoryHighWater
from comity.node.base.context import Session
from comity.node.base.rows import LOG_ENDED, LOG_OPEN
from comity.node.exchange import generation, pump, status
from comity.node.operate import findings, rebuild
from comity.node.operate.fsck import run

BEGUN = "exchange.generation.begun"


def never_signed(world: World) -> None:
    """Aa says something and begins anew before anything is signed."""
    world.ask("aa")


def never_delivered(world: World) -> None:
    """Aa signs what it says, and reaches nobody."""
    world.cut(*world.states)
    world.ask("aa")
    world.round()
    world.ask("aa")
    world.round()


def said_nothing(world: World) -> None:
    """The log is empty."""
    del world


def empty_and_signed(world: World) -> None:
    """Everybody has cosigned that it is empty."""
    world.pump()


def twice(world: World) -> None:
    """The generation before was not delivered either."""
    never_delivered(world)
    generation.begin(world.node("aa"), world.channel, "lost")
    world.round()
    world.ask("aa")
    world.round()


def held_by_all(world: World) -> None:
    """Aa is put back to before it said anything; the others hold, receipt and answer all of it."""
    image = _image(world, "aa")
    asked = world.ask("aa")
    world.pump()
    for party in [party for party in world.states if party != "aa"]:
        world.acknowledge(party, asked)
        world.answer(party, asked)
    world.pump()
    world.cut(*world.states)
    _put_back(world, "aa", image)
    world.round()
    world.ask("aa")


def _image(world: World, party: str) -> tuple[MemoryStore, MemoryHighWater]:
    node = world.node(party)
    assert isinstance(node.store, MemoryStore)
    assert isinstance(node.highwater, MemoryHighWater)
    return MemoryStore(copy_of(node.store.disk)), MemoryHighWater(node.highwater.device.durable)


def _put_back(world: World, party: str, image: tuple[MemoryStore, MemoryHighWater]) -> None:
    store, highwater = image
    node = replace(world.node(party), store=store, highwater=highwater, session=Session())
    world.replace_node(party, node)
    pump.begin(node)


TWO, THREE = ("aa", "bb"), ("aa", "bb", "cc")


@pytest.mark.parametrize(
    ("before", "parties", "store", "disowned"),
    [
        (never_signed, TWO, "memory", 0),
        (never_delivered, TWO, "sqlite", 0),
        (said_nothing, TWO, "sqlite", 0),
        (empty_and_signed, THREE, "memory", 0),
        (twice, THREE, "memory", 0),
        (held_by_all, TWO, "memory", 3),
        (held_by_all, THREE, "memory", 4),
    ],
)
def test_all_go_on_alike(
    tmp_path: Path,
    before: Callable[[World], None],
    parties: tuple[str, ...],
    store: str,
    disowned: int,
) -> None:
    """States are alike and whole, whoever reads anew; nothing alarms but what is to be asked."""
    world = make_world(tmp_path, parties, store=store)
    before(world)
    origin = _succeed(world)
    _go_on(world)
    told = f"{world.origin('aa')}: {disowned} entries that this node had signed for count no longer"
    for party in parties:
        _require_whole(world, party, origin)
        alarms = [what for code, what in world.alarms(party) if code != BEGUN]
        is_told = bool(disowned) and party != "aa"
        assert [what.startswith(told) for what in alarms] == [True] * is_told
    world.close()


@pytest.mark.parametrize(
    ("before", "party"), [(never_delivered, "aa"), (held_by_all, "aa"), (held_by_all, "bb")]
)
def test_a_home_from_before_that_comes_back(
    tmp_path: Path, before: Callable[[World], None], party: str
) -> None:
    """Its author, or who accepted it, is put back to before anything was said."""
    world = make_world(tmp_path, THREE)
    image = _image(world, party)
    before(world)
    origin = _succeed(world)
    _go_on(world)
    _put_back(world, party, image)
    world.mend()
    world.advance(300_000)
    world.pump()
    _go_on(world)
    for one in THREE:
        _require_whole(world, one, origin)


def _succeed(world: World) -> str:
    """Let aa begin its log anew, and all others accept that."""
    origin, sha256 = generation.begin(world.node("aa"), world.channel, "lost")
    world.mend()
    for _ in range(4):
        world.advance(60_000)
        world.round()
    for party in world.states.keys() - {"aa"}:
        generation.accept(world.node(party), origin, sha256)
    world.advance(300_000)
    world.pump()
    return origin


def _go_on(world: World) -> None:
    """Let aa ask and be answered."""
    asked = world.ask("aa")
    world.pump()
    for party in world.states.keys() - {"aa"}:
        world.answer(party, asked)
    world.pump()
    for party in world.states:
        statuses = {row.matter.id: row.status for row in world.matters(party)}
        assert statuses[asked.act.matter.id] == "answered"


def _require_whole(world: World, party: str, origin: str) -> None:
    node = world.node(party)
    assert world.digests(party) == world.digests("aa")
    assert not run.check(node).problems
    with node.store.read() as tx:
        logs = {log.origin: log for log in tx.logs(world.channel) if log.party == "aa"}
    assert logs[world.origin("aa")].state == LOG_ENDED
    assert (logs[origin].state, logs[origin].understood) == (LOG_OPEN, logs[origin].size)
    rebuilt = rebuild.rebuild(node)
    assert rebuilt.before == rebuilt.after == {}
    found = findings.findings(node, status.report(node))
    assert not [one for one in found if one.is_good is False or (one.is_good is None and one.fix)]
