"""What a generation leaves of the log before it, and nobody holds any more, the next leaves out."""

from collections.abc import Collection
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from support.pair import World, make_world

from comity.adapters.memory import MemoryStore, copy_of
from comity.kernel import limits
from comity.kernel.fault import Fault
from comity.node.base.context import Session
from comity.node.base.sentence import Sentence
from comity.node.exchange import ended_log, excuse, generation, logs, pump, status
from comity.node.exchange.append import Appended
from comity.node.exchange.hold_alarm import HELD_BACK
from comity.node.operate import findings, rebuild
from comity.node.operate.fsck import run
from comity.tlog import tree

FAILING = "exchange.delivery.failing"
LEAVE_OUT = "--reason lost --leave-out-missing"
TWO, THREE = ("aa", "bb"), ("aa", "bb", "cc")


def _image(world: World, party: str) -> MemoryStore:
    store = world.node(party).store
    assert isinstance(store, MemoryStore)
    return MemoryStore(copy_of(store.disk))


def _put_back(world: World, party: str, store: MemoryStore) -> None:
    """Restore a home; its high-water file is as it was."""
    node = replace(world.node(party), store=store, session=Session())
    world.replace_node(party, node)
    pump.begin(node)


def _go_round(world: World, times: int = 4) -> None:
    for _ in range(times):
        world.advance(60_000)
        world.round()


def _accept(world: World, number: int, parties: Collection[str]) -> str:
    """Let officers accept a generation of aa's log once it was offered to them.

    The act that says so waits where the own log does.
    """
    origin = f"{world.origin('aa').removesuffix('1')}{number}"
    with world.node("aa").store.read() as tx:
        read = generation.first_hash(map(tree.leaf_hash, tx.entries(origin, 0, 2))).hex()
    for party in parties:
        with suppress(Fault):
            generation.accept(world.node(party), origin, read)
    _go_round(world, 8)
    return origin


def _lost_by_both(world: World) -> list[Appended]:
    """Aa begins anew and leaves what bb signed for; then both are put back to before that was said.

    Only aa's new log, beside its mark, and bb's word that it had read the old one come back.
    """
    asked = [world.ask("aa")]
    world.pump()
    images = {party: _image(world, party) for party in TWO}
    world.cut(*world.states)
    reached = world.states["aa"].peers.nodes
    reached["bb"] = world.node("bb")
    asked.append(world.ask("aa"))
    _go_round(world, 1)
    generation.begin(world.node("aa"), world.channel, "stolen")
    asked += [world.ask("aa"), world.ask("aa")]
    reached |= {other: world.node(other) for other in world.states if other != "aa"}
    _go_round(world, 2)
    for party, image in images.items():
        _put_back(world, party, image)
    world.mend()
    _go_round(world)
    _said_in_second(world, asked)
    return asked


def _said_in_second(world: World, asked: list[Appended]) -> None:
    """The homes are as that says."""
    first, second = (f"{world.origin('aa').removesuffix('1')}{number}" for number in (1, 2))
    with world.node("aa").store.read() as tx:
        assert [logs.require_log(tx, one).size for one in (first, second)] == [2, 4]
        assert ended_log.left(tx, logs.require_log(tx, first)) == 3
    assert "exchange.recover.needed" not in [code for code, _ in world.alarms("aa")]
    assert [one.origin for one in asked] == [first, first, second, second]


def _waiting(world: World) -> set[str]:
    """Return at whom a log of bb waits for entries."""
    told = f"{world.origin('bb')} at 2 waits for 3 entries of {world.origin('aa')}."
    return {party for party in world.states if (HELD_BACK, told) in world.alarms(party)}


def _told(world: World, party: str) -> list[str]:
    """Return what the steps name that a node tells where less is held than is left."""
    node = world.node(party)
    found = findings.findings(node, status.report(node))
    steps = [one.fix for one in found if isinstance(one.fix, Sentence)]
    wanted = [step for step in steps if "who has them gives them" in step]
    return [str(fact) for step in wanted for fact in step.facts.values()]


def _require_alike(world: World, matters: int) -> None:
    """Nobody waits, everybody can speak, also after a start, and who reads anew finds the same."""
    for one in world.states.values():
        one.node.session.of(excuse.Start).compared.clear()
        one.node.session.of(excuse.Start).asked_of.clear()
    world.mend()  # all compare anew
    asked = world.ask("bb")
    _go_round(world)
    world.acknowledge("aa", asked)
    _go_round(world)
    assert _waiting(world) == set()
    for party in world.states:
        failing = [what for code, what in world.alarms(party) if code == FAILING]
        assert not [what for what in failing if "unreachable" not in what]
        assert world.node(party).session.of(excuse.Start).compared == world.states.keys() - {party}
        assert not run.check(world.node(party)).problems
        assert _told(world, party) == []
        assert world.digests(party) == world.digests("aa")
        assert len(world.digests(party)) == matters + 1
        done = rebuild.rebuild(world.node(party))
        assert done.digest_before == done.digest_after


@pytest.mark.parametrize("cut_max", [limits.TRANSACTION_ENTRIES_MAX, 1])
@pytest.mark.parametrize("parties", [TWO, THREE])
def test_readers_go_on_without_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, parties: tuple[str, ...], cut_max: int
) -> None:
    """Also where they had accepted, read and signed for the generation that is passed over.

    What was said in that is said again; what nobody has is in no state.
    """
    world = make_world(tmp_path, parties)
    asked = _lost_by_both(world)
    _accept(world, 2, parties[1:])
    _go_round(world)
    assert _waiting(world) == set(parties)  # however long they wait
    assert _told(world, "aa") == [f"comity recover begin {world.channel} {LEAVE_OUT}"]
    assert _told(world, "bb") == ["aa"]
    monkeypatch.setattr(limits, "TRANSACTION_ENTRIES_MAX", cut_max)
    generation.begin(world.node("aa"), world.channel, "lost", leaves_missing=True)
    _go_round(world)
    _accept(world, 3, parties[1:])

    _require_alike(world, matters=3)
    kept = {one.act.matter.id for one in asked} - {asked[1].act.matter.id}
    assert kept < {row.matter.id for row in world.matters("bb")}


def test_its_author_reads_it_as_all_others_do(tmp_path: Path) -> None:
    """Nobody holds the generation between: what the next one leaves is less than that had said."""
    world = make_world(tmp_path, TWO)
    _lost_by_both(world)
    generation.begin(world.node("aa"), world.channel, "lost")
    _go_round(world)
    _accept(world, 3, ["bb"])
    _require_alike(world, matters=3)


def test_where_nothing_is_missing_it_is_a_generation_as_any(tmp_path: Path) -> None:
    """It names the newest log, and leaves all that others hold."""
    world = make_world(tmp_path, TWO)
    asked = [world.ask("aa")]
    world.pump()
    generation.begin(world.node("aa"), world.channel, "stolen", leaves_missing=True)
    _go_round(world)
    _accept(world, 2, ["bb"])
    asked.append(world.ask("aa"))
    world.pump()
    generation.begin(world.node("aa"), world.channel, "stolen", leaves_missing=True)
    _go_round(world)
    third = _accept(world, 3, ["bb"])
    with world.node("bb").store.read() as tx:
        (begun,) = tx.acts(third, 0, 2)
        left = [ended_log.left(tx, log) for log in tx.logs(world.channel) if log.party == "aa"]
    assert begun.act.codes["old-origin"] == asked[1].origin
    assert left[0] == 2
    assert asked[1].index < int(str(left[1]))
    _require_alike(world, matters=2)
