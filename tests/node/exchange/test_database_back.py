"""A database that goes back under a process that lives on, as to a standby that is behind."""

from dataclasses import replace
from pathlib import Path

import pytest
from support.pair import World, make_world

from comity.adapters.memory import MemoryStore, copy_of
from comity.node.base.rows import LOG_OPEN, Log
from comity.node.exchange import generation, logs


def _image(world: World) -> MemoryStore:
    store = world.node("aa").store
    assert isinstance(store, MemoryStore)
    return MemoryStore(copy_of(store.disk))


def _log(world: World, party: str, of: str) -> Log:
    with world.node(party).store.read() as tx:
        return logs.require_log(tx, world.origin(of))


@pytest.mark.parametrize("parties", [("aa", "bb"), ("aa", "bb", "cc")])
def test_it_comes_back_without_a_start(tmp_path: Path, parties: tuple[str, ...]) -> None:
    """The file knows what was signed: the parties are asked for it once more, and nothing forks."""
    world = make_world(tmp_path, parties)
    world.ask("aa")
    world.pump()
    image = _image(world)
    lost = world.ask("aa")
    world.ask("bb")
    world.pump()
    world.replace_node("aa", replace(world.node("aa"), store=image))
    said = world.ask("aa")
    for _ in range(4):
        world.advance(60_000)
        world.round()
    world.pump()
    for party in parties:
        own, theirs = _log(world, party, "aa"), _log(world, party, "bb")
        assert (own.state, theirs.state) == (LOG_OPEN, LOG_OPEN)
        assert own.signed == own.size == own.understood
        with world.node(party).store.read() as tx:
            assert tx.act("aa", lost.act.id)
            assert tx.act("aa", said.act.id)
        assert world.digests(party) == world.digests("aa")


@pytest.mark.parametrize("parties", [("aa", "bb"), ("aa", "bb", "cc")])
def test_a_log_that_was_begun_after_it_comes_back_too(
    tmp_path: Path, parties: tuple[str, ...]
) -> None:
    """Nobody has accepted it: all of it stands beside its mark, and nowhere else."""
    world = make_world(tmp_path, parties)
    world.ask("aa")
    world.pump()
    image = _image(world)
    origin, sha256 = generation.begin(world.node("aa"), world.channel, "lost")
    lost = world.ask("aa")
    for _ in range(2):
        world.advance(60_000)
        world.round()
    world.replace_node("aa", replace(world.node("aa"), store=image))
    for _ in range(2):
        world.advance(60_000)
        world.round()
    with world.node("aa").store.read() as tx:
        assert logs.own_log(tx, world.channel).origin == origin
    said = world.ask("aa")
    for other in parties[1:]:
        generation.accept(world.node(other), origin, sha256)
    world.advance(300_000)
    world.pump()
    for party in parties:
        with world.node(party).store.read() as tx:
            assert tx.act("aa", lost.act.id)
            assert tx.act("aa", said.act.id)
        assert world.digests(party) == world.digests("aa")
