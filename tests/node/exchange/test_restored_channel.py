"""A home from a backup waits with the newest log of a channel (docs/spec/fault.md 9.1.6).

The high-water file is old too, and knows of no later generation.
"""

from dataclasses import replace
from pathlib import Path

import pytest
from support import images
from support.pair import World, make_world

from comity.node.base.context import Session
from comity.node.base.rows import LOG_OPEN, Log
from comity.node.exchange import excuse, generation, logs, pump
from comity.node.operate import backup


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Three States that have talked."""
    made = make_world(tmp_path, ("aa", "bb", "cc"))
    made.ask("aa")
    made.pump()
    return made


def _rounds(world: World, count: int = 4) -> None:
    for _ in range(count):
        world.advance(60_000)
        world.round()


def _begun(world: World, *accepted_by: str) -> str:
    origin, sha256 = generation.begin(world.node("aa"), world.channel, "lost")
    _rounds(world)
    for party in accepted_by:
        generation.accept(world.node(party), origin, sha256)
    _rounds(world)
    return origin


def _log(world: World, party: str, origin: str) -> Log:
    with world.node(party).store.read() as tx:
        return logs.require_log(tx, origin)


def _comes_to_rest(world: World, origin: str) -> None:
    world.mend()
    for _ in range(3):
        world.advance(300_000)
        world.pump()
    sizes = {_log(world, party, origin).signed for party in ("aa", "cc")}
    assert len(sizes) == 1
    assert {_log(world, party, origin).state for party in ("aa", "cc")} == {LOG_OPEN}


def test_a_generation_that_is_begun_by_it_waits_as_the_log_before_does(world: World) -> None:
    """It may have begun one of that number before; cc alone accepted it, and is out of reach."""
    put_back = images.taken(world, mark=backup.mark_restored)
    origin = _begun(world, "cc")
    world.ask("aa")
    world.pump()
    assert _log(world, "cc", origin).signed > 1
    put_back()
    world.cut("aa", "cc")
    _rounds(world)
    again, _ = generation.begin(world.node("aa"), world.channel, "lost")
    assert again == origin
    world.ask("aa")
    _rounds(world)
    assert _log(world, "aa", origin).signed == 0
    _comes_to_rest(world, origin)


def test_a_generation_that_a_party_shows_waits_for_the_other(world: World) -> None:
    """The one may hold less of it."""
    put_back = images.taken(world, mark=backup.mark_restored)
    origin, sha256 = generation.begin(world.node("aa"), world.channel, "lost")
    _rounds(world)
    world.cut("aa", "cc")
    world.cut("bb", "cc")
    generation.accept(world.node("bb"), origin, sha256)
    _rounds(world)
    world.mend()
    world.cut("aa", "bb")
    world.cut("bb", "cc")
    generation.accept(world.node("cc"), origin, sha256)
    world.ask("aa")
    _rounds(world)
    shown = _log(world, "bb", origin).signed
    assert _log(world, "cc", origin).signed > shown
    put_back()
    world.mend()
    world.cut("aa", "cc")
    world.cut("bb", "cc")
    _rounds(world)
    assert _log(world, "aa", origin).signed == shown
    world.ask("aa")
    _rounds(world)
    assert _log(world, "aa", origin).signed == shown
    _comes_to_rest(world, origin)


def test_what_ended_before_holds_up_no_start_once_all_were_compared_with(world: World) -> None:
    """Months later cc cannot be called, and calls: what it says is signed for."""
    _begun(world, "bb", "cc")
    world.pump()
    images.taken(world, mark=backup.mark_restored)()
    world.pump()
    with world.node("aa").store.read() as tx:
        assert not tx.records(excuse.RESTORED)
    node = replace(world.node("aa"), session=Session())
    world.replace_node("aa", node)
    pump.begin(node)
    node.session.of(excuse.Start).unreached.add("cc")
    with node.store.read() as tx:
        assert excuse.may_cosign(node, tx, logs.require_log(tx, world.origin("cc")))
