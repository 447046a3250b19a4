"""What excuses a party that is out of reach, and what does not (docs/spec/fault.md 9.1)."""

from dataclasses import replace
from pathlib import Path

import pytest
from support.pair import World, make_world

from comity.adapters.memory_highwater import MemoryHighWater
from comity.kernel.fault import Fault
from comity.node.base.context import Node, Session
from comity.node.exchange import excuse, logs, start
from comity.node.operate import backup
from comity.node.operate.fsck import run


def started(world: World, *, marked: int = 0) -> Node:
    """Start aa anew with a whole high-water file, whose mark is so far over what it holds."""
    origin, highwater = world.origin("aa"), MemoryHighWater()
    with world.node("aa").store.read() as tx:
        log = logs.require_log(tx, origin)
        root = bytes(32) if marked else logs.root_at(tx, origin, log.size)
    highwater.raise_to(origin, log.size + marked, root)
    node = replace(world.node("aa"), session=Session(), highwater=highwater)
    world.replace_node("aa", node)
    return node


def may_sign(world: World) -> bool:
    """Whether aa may sign its log."""
    node = world.node("aa")
    with node.store.read() as tx:
        return excuse.may_sign(node, tx, logs.require_log(tx, world.origin("aa")))


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Three States that have talked."""
    made = make_world(tmp_path, ("aa", "bb", "cc"))
    made.ask("aa")
    made.pump()
    return made


@pytest.mark.parametrize("marked", [0, 1])
def test_who_is_out_of_reach_is_excused_where_the_mark_is_held(world: World, marked: int) -> None:
    """Where more was signed than is here, those who answer are not enough."""
    node = started(world, marked=marked)
    for party in ("bb", "cc"):
        excuse.note_unreached(node, party, excuse.shared_logs(node, party))
    assert may_sign(world) is not bool(marked)


def test_a_restored_home_that_one_party_answered_waits_for_the_other(world: World) -> None:
    """The one may hold less of its log than the other, and an old file knows of neither."""
    node = started(world)
    backup.mark_restored(node)
    excuse.note_unreached(node, "cc", excuse.shared_logs(node, "cc"))
    start.run(node, "bb")
    assert not may_sign(world)
    node.session.of(excuse.Start).unreached.clear()
    start.run(node, "cc")
    assert may_sign(world)
    with node.store.read() as tx:
        assert tx.record(excuse.RESTORED, world.origin("aa")) is None


def test_one_officer_excuses_nobody_however_often(world: World) -> None:
    """It takes two, in each of the logs that wait."""
    node = started(world)
    backup.mark_restored(node)
    origin = world.origin("aa")
    start.run(node, "bb")
    for officer, may in (("ann", False), ("ann", False), ("ben", True)):
        excuse.excuse(node, origin, "cc", officer)
        assert may_sign(world) is may


@pytest.mark.parametrize(
    ("code", "is_out_of_reach"),
    [
        ("node.peer.unreachable", True),
        ("exchange.start.malformed", True),
        ("node.store.full", False),
        ("highwater.disk", False),
        ("keys.file.missing", False),
    ],
)
def test_what_fails_on_this_machine_puts_nobody_out_of_reach(
    world: World, code: str, *, is_out_of_reach: bool
) -> None:
    """It says nothing about the party, which may know better what was signed."""
    node = started(world)
    with pytest.raises(Fault), excuse.asking(node, "bb"):
        raise Fault(code=code, what="It failed.", fix="Try again.")
    assert excuse.is_asked(node, "bb") is is_out_of_reach


def test_a_mark_of_another_history_is_named_by_the_check(world: World) -> None:
    """As many entries are here as were signed, and they are others."""
    node = started(world)
    assert run.check(node).is_clean
    with node.store.read() as tx:
        size, marked = logs.require_log(tx, world.origin("aa")).size, MemoryHighWater()
    marked.raise_to(world.origin("aa"), size, bytes(32))
    found = run.check(replace(node, highwater=marked)).problems
    assert {one.code for one in found} == {"node.fsck.high-water"}
