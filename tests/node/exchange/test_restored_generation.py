"""A home that is restored from before a generation: its peers know more of it than it does."""

from dataclasses import replace
from pathlib import Path

import pytest
from support.pair import World, make_world

from comity.adapters.memory import MemoryStore, copy_of
from comity.adapters.memory_highwater import MemoryHighWater
from comity.kernel import limits
from comity.kernel.fault import Fault
from comity.node.base.context import Node, Session
from comity.node.base.rows import Head
from comity.node.exchange import generation, logs, pump, recover, retry, start
from comity.node.exchange.append import Appended
from comity.node.operate import rebuild


def image(world: World, party: str) -> MemoryStore:
    """A backup of a party's database."""
    store = world.node(party).store
    assert isinstance(store, MemoryStore)
    return MemoryStore(copy_of(store.disk))


def put_back(world: World, party: str, store: MemoryStore) -> None:
    """Restore it; the high-water file is as it was."""
    node = replace(world.node(party), store=store, session=Session())
    world.replace_node(party, node)
    pump.begin(node)


def succeed(world: World) -> str:
    """Let aa begin its log anew, and bb accept that."""
    origin, sha256 = generation.begin(world.node("aa"), world.channel, "lost")
    for _ in range(3):
        world.advance(60_000)
        world.round()
    generation.accept(world.node("bb"), origin, sha256)
    world.pump()
    return origin


def comes_back(world: World) -> None:
    """Mend the line, and let everything arrive."""
    world.mend()
    for _ in range(4):
        world.advance(60_000)
        world.round()
    world.advance(300_000)
    world.pump()


def history(world: World, party: str) -> tuple[MemoryStore, list[Appended]]:
    """A backup of a party, then a new generation of aa, and acts before and after it."""
    asked = [world.ask("aa")]
    world.pump()
    store = image(world, party)
    asked.append(world.ask("aa"))
    world.pump()
    succeed(world)
    asked.append(world.ask("aa"))
    world.pump()
    for one in asked:
        world.acknowledge("bb", one)
    world.pump()
    return store, asked


@pytest.mark.parametrize("party", ["aa", "bb"])
def test_a_home_from_before_a_generation_comes_back(tmp_path: Path, party: str) -> None:
    """The author takes its own generation back; a reader hears of it, and its officer accepts."""
    world = make_world(tmp_path)
    store, asked = history(world, party)
    expected = world.digests("aa")
    assert world.digests("bb") == expected
    assert len(expected) == len(asked)

    put_back(world, party, store)
    comes_back(world)

    assert world.digests(party) == expected
    codes = [code for code, _ in world.alarms(party)]
    assert "exchange.recover.needed" not in codes  # it ends when all of it is here
    asked.append(world.ask("aa"))
    world.advance(300_000)
    world.pump()
    assert world.digests("aa") == world.digests("bb")
    assert len(world.digests("aa")) == len(asked)
    done = rebuild.rebuild(world.node(party))
    assert done.digest_before == done.digest_after


def test_what_was_said_in_the_old_log_meanwhile_is_said_again(tmp_path: Path) -> None:
    """A restored author that cannot reach anybody goes on in its old log; nothing is lost."""
    world = make_world(tmp_path)
    store, asked = history(world, "aa")
    world.cut("aa", "bb")
    put_back(world, "aa", store)
    asked.append(world.ask("aa"))
    world.round()
    comes_back(world)

    assert world.digests("aa") == world.digests("bb")
    assert {one.act.matter.id for one in asked} == {row.matter.id for row in world.matters("bb")}


def test_what_was_said_in_the_old_log_makes_room_though_the_line_broke(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The generation is found, and the log before it ends, before what it had signed is back."""
    world = make_world(tmp_path)
    store, asked = history(world, "aa")
    world.cut("aa", "bb")
    put_back(world, "aa", store)
    asked += [world.ask("aa") for _ in range(3)]
    whole, broken = recover.own_log, [world.origin("aa")]

    def breaks(node: Node, party: str, head: Head, held: int) -> None:
        if head.origin in broken:
            broken.remove(head.origin)
            raise Fault(code="node.peer.timeout", what="The line broke.", fix="Wait.")
        whole(node, party, head, held)

    monkeypatch.setattr(recover, "own_log", breaks)
    monkeypatch.setattr(limits, "TRANSACTION_ENTRIES_MAX", 2)
    comes_back(world)

    assert not broken
    assert world.digests("aa") == world.digests("bb")
    assert {one.act.matter.id for one in asked} == {row.matter.id for row in world.matters("bb")}
    with world.node("aa").store.read() as tx:
        assert all(log.understood == log.size for log in tx.logs(world.channel) if log.own)


def test_acts_that_are_said_again_keep_their_order(tmp_path: Path) -> None:
    """What a restored home said before it heard of what it had lost follows, as it was said."""
    world = make_world(tmp_path)
    world.ask("aa")
    world.pump()
    store = image(world, "aa")
    world.ask("aa")
    world.pump()
    world.cut("aa", "bb")
    put_back(world, "aa", store)
    said = [world.ask("aa").act.id for _ in range(8)]
    world.mend()
    world.advance(300_000)
    world.pump()

    with world.node("bb").store.read() as tx:
        rows = tx.acts(world.origin("aa"), 0, 99)
    assert [row.act.id for row in rows if row.act.id in said] == said
    assert world.digests("aa") == world.digests("bb")


def test_nothing_overtakes_an_act_that_waits_to_be_said_again(tmp_path: Path) -> None:
    """A new act waits its turn: a card would else be entered before the one that it follows."""
    world = make_world(tmp_path)
    asked = world.ask("aa")
    node = world.node("aa")
    with node.store.write() as tx:
        recover.say_again(tx, logs.own_log(tx, world.channel), 0, asked.act)
    with pytest.raises(Fault) as caught:
        world.ask("aa")
    assert caught.value.code == "exchange.log.not-open"
    world.pump()
    world.ask("aa")


def test_what_a_generation_left_out_and_had_not_said_again_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The home was lost in between: what is kept beside the old log's mark is all there is."""
    world = make_world(tmp_path)
    world.ask("aa")
    world.pump()
    store = image(world, "aa")
    world.ask("aa")
    world.pump()
    world.cut("aa", "bb")
    unheard = world.ask("aa")
    world.round()
    world.mend()
    old = world.origin("aa")
    with monkeypatch.context() as crashed:
        crashed.setattr(recover, "append_anew", lambda *_: 0)
        succeed(world)
    first, kept = world.node("aa").highwater.kept(old)
    assert first > 0
    assert kept

    put_back(world, "aa", store)
    for _ in range(4):
        world.advance(60_000)
        world.round()
    world.advance(300_000)
    world.pump()

    assert unheard.act.matter.id in {row.matter.id for row in world.matters("bb")}
    assert world.digests("aa") == world.digests("bb")
    pump.begin(world.node("aa"))
    assert not world.node("aa").highwater.kept(old)[1]


def test_a_generation_that_only_the_mark_knows_comes_back(tmp_path: Path) -> None:
    """The peer was told and holds nothing of it: it has no head of it to show."""
    world = make_world(tmp_path)
    world.ask("aa")
    world.pump()
    store = image(world, "aa")
    origin, sha256 = generation.begin(world.node("aa"), world.channel, "lost")
    world.round()
    unheard = world.ask("aa")
    world.advance(60_000)
    world.round()

    put_back(world, "aa", store)
    with world.node("aa").store.read() as tx:
        assert logs.own_log(tx, world.channel).origin == origin
    for _ in range(3):
        world.advance(60_000)
        world.round()
    generation.accept(world.node("bb"), origin, sha256)
    world.advance(300_000)
    world.pump()

    assert unheard.act.matter.id in {row.matter.id for row in world.matters("bb")}
    assert world.digests("aa") == world.digests("bb")


def test_what_came_back_and_was_not_read_yet_is_not_left_out(tmp_path: Path) -> None:
    """An officer may begin a new log while a recovery waits to be understood."""
    world = make_world(tmp_path)
    world.ask("aa")
    world.pump()
    store = image(world, "aa")
    later = world.ask("aa")
    world.pump()
    put_back(world, "aa", store)
    node = world.node("aa")
    start.greet(node, "bb")
    start.run(node, "bb")
    with node.store.read() as tx:
        log = logs.own_log(tx, world.channel)
    assert log.understood < log.size

    generation.begin(node, world.channel, "lost")
    with node.store.read() as tx:
        assert tx.record(recover.REAPPEND, later.act.id) is not None


def test_a_log_that_was_compared_and_lost_is_passed_over_by_a_third(tmp_path: Path) -> None:
    """The whole machine came back from before it, and began another under its number (9.4.3)."""
    world = make_world(tmp_path)
    world.ask("aa")
    world.pump()
    marked = world.node("aa").highwater
    assert isinstance(marked, MemoryHighWater)
    store, durable = image(world, "aa"), marked.device.durable
    second = _begun(world)
    generation.accept(world.node("bb"), *second)

    node = replace(world.node("aa"), highwater=MemoryHighWater(durable))
    world.replace_node("aa", node)
    put_back(world, "aa", store)
    other = _begun(world)
    assert (other[0], other[1] == second[1]) == (second[0], False)
    world.ask("aa")
    world.advance(300_000)
    world.pump()
    with world.node("aa").store.read() as tx:
        said = retry.of(tx, other[0], "bb")
    assert "[exchange.generation.other-entry]" in str(said["last_error"])

    third = _begun(world)
    assert third[0] != other[0]
    generation.accept(world.node("bb"), *third)
    world.advance(300_000)
    world.pump()
    assert world.digests("aa") == world.digests("bb")
    assert len(world.digests("aa")) == 2
    for party in ("aa", "bb"):
        done = rebuild.rebuild(world.node(party))
        assert done.digest_before == done.digest_after


def _begun(world: World) -> tuple[str, str]:
    """Let aa begin its log anew, and bb hear of it."""
    begun = generation.begin(world.node("aa"), world.channel, "lost")
    for _ in range(3):
        world.advance(60_000)
        world.round()
    return begun
