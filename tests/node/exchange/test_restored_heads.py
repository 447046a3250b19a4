"""What a restored home signs of what came back from beside its mark: nothing below it."""

from dataclasses import replace
from pathlib import Path
from typing import Final

import making_cards as making
import pytest
from support.pair import World, make_world

from comity.adapters.memory import MemoryStore, copy_of
from comity.node.base.context import Session
from comity.node.base.rows import Log
from comity.node.exchange import keyring, logs, pump, recover, sign

LONG: Final = 1_100
"""Entries that one head does not cover."""


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Two States that paired and said something; then the line between them is down."""
    made = make_world(tmp_path)
    made.ask("aa")
    made.pump()
    made.cut("aa", "bb")
    return made


def _log(world: World, of: str = "aa", at: str = "aa") -> Log:
    with world.node(at).store.read() as tx:
        return logs.require_log(tx, world.origin(of))


def _sign_all(world: World) -> list[int]:
    """Sign until nothing is left; return the sizes of the heads."""
    sizes = []
    while head := sign.sign_head(world.node("aa"), world.origin("aa")):
        sizes.append(head.size)
    return sizes


def _backup(world: World) -> MemoryStore:
    store = world.node("aa").store
    assert isinstance(store, MemoryStore)
    return MemoryStore(copy_of(store.disk))


def _restore(world: World, backup: MemoryStore) -> None:
    """Put an old database back; the high-water file lies outside the home and is as it was."""
    world.replace_node("aa", replace(world.node("aa"), store=backup, session=Session()))


def test_a_card_within_what_came_back_ends_no_head(tmp_path: Path, world: World) -> None:
    """Heads of three keys were signed while no peer was reached: the last alone is made anew."""
    state = world.states["aa"]
    world.ask("aa")
    root = state.maker.open_root(tmp_path / f"aa-{world.arrangement}.root")
    for _ in range(2):
        keyring.rotate(state.node, state.maker, root)
    said = world.ask("aa")
    backup = _backup(world)
    before = _log(world).signed
    assert len(_sign_all(world)) == 3
    mark = world.node("aa").highwater.marks()[world.origin("aa")]
    _restore(world, backup)
    assert _log(world).signed == before
    pump.begin(world.node("aa"))
    world.mend()
    world.pump()
    head = _log(world)
    assert head.signed == head.size >= mark[0]
    assert _log(world, at="bb").signed == head.size
    with world.node("bb").store.read() as tx:
        assert logs.root_at(tx, world.origin("aa"), mark[0]) == mark[1]
        assert tx.is_act_id_used(world.channel, "aa", said.act.id)


def test_more_than_one_head_covers_is_signed_at_once_when_it_came_back(world: World) -> None:
    """A long backlog is signed in steps, and none of them is below the mark again."""
    origin = world.origin("aa")
    backup = _backup(world)
    with world.node("aa").store.write() as tx:
        entries = [b"entry %d" % index for index in range(LONG)]
        logs.append_entries(tx, logs.require_log(tx, origin), entries)
    first, last = _sign_all(world)
    assert first < last
    _restore(world, backup)
    recover.from_high_water(world.node("aa"))
    assert _sign_all(world) == [last]


def test_a_longer_log_that_lacks_what_was_signed_is_not_signed(world: World) -> None:
    """The mark names a root, and it is asked whether that stands below (5.4.3)."""
    said = world.ask("aa")
    node = world.node("aa")
    node.highwater.raise_to(said.origin, said.index + 1, bytes(range(32)))
    world.ask("aa")
    with making.refused("exchange.highwater.behind"):
        sign.sign_head(node, said.origin)
