"""What others read of a log leaves like everything else: marked (5.4.4)."""

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest
from making_cards import ARRANGEMENT, refused
from support.answering import sign_without_mark
from support.pair import World, make_world

from comity.node.base.ports import Response
from comity.node.base.rows import LOG_ENDED, Log
from comity.node.desk import officer_admin
from comity.node.exchange import freeze, keep, logs, publish, sign, start
from comity.tlog import checkpoint, note, tiles, wire


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Two States, and a head of `aa` that was committed and not marked: a crash came between."""
    made = make_world(tmp_path)
    made.pump()
    made.ask("aa")
    sign_without_mark(made, "aa")
    return made


def _marked(world: World) -> int:
    return world.node("aa").highwater.marks()[world.origin("aa")][0]


def test_a_checkpoint_is_marked_before_it_is_read(world: World) -> None:
    """A mark that is lost after others have seen the head would let it be signed anew."""
    before = _marked(world)
    name = hashlib.sha256(world.origin("aa").encode()).hexdigest()
    shown = publish.checkpoint(world.node("aa"), "bb", name)
    size = checkpoint.parse_body(note.parse(shown.body).body).size
    assert before < size == _marked(world)


def _names(world: World, party: str, by: str) -> list[str]:
    """Return whose lines stand on the checkpoint of aa's log that a party shows to another."""
    name = hashlib.sha256(world.origin("aa").encode()).hexdigest()
    shown = note.parse(publish.checkpoint(world.node(party), by, name).body)
    return [line.name.partition("/")[0] for line in shown.signatures]


def test_a_checkpoint_has_the_cosignature_of_who_is_out_of_reach(tmp_path: Path) -> None:
    """It was given for the same three lines, an hour ago: they are signed anew each minute."""
    world = make_world(tmp_path, ("aa", "bb", "cc"))
    world.ask("aa")
    world.pump()
    world.advance(70_000)
    sign.sign_head(world.node("aa"), world.origin("aa"), anew=True)  # and nobody is reached
    assert _names(world, "aa", "bb") == ["aa", "aa", "bb", "bb", "cc", "cc"]


def test_what_came_back_of_an_ended_log_is_shown(tmp_path: Path) -> None:
    """Its author signs it no more: the head of before that came with it covers it."""
    world = make_world(tmp_path)
    world.ask("aa")
    world.pump()
    node, origin = world.node("aa"), world.origin("aa")
    with node.store.write() as tx:
        log = logs.require_log(tx, origin)
        tx.save_log(replace(log, state=LOG_ENDED, signed=log.size - 1))
    name = hashlib.sha256(origin.encode()).hexdigest()
    shown = note.parse(publish.checkpoint(node, "bb", name).body)
    assert checkpoint.parse_body(shown.body).size == log.size


def test_a_mirror_shows_its_own_cosignature_while_a_new_head_waits(tmp_path: Path) -> None:
    """C2SP tlog-mirror asks for it always; the head came, and its add-entries did not yet."""
    world = make_world(tmp_path)
    world.ask("aa")
    world.pump()
    for _ in range(2):
        world.advance(70_000)
        sign.sign_head(world.node("aa"), world.origin("aa"), anew=True)
        with world.node("aa").store.read() as tx:
            head = tx.newest_head(world.origin("aa"))
        assert head is not None
        body = wire.render_add_checkpoint(wire.AddCheckpoint(head.size, (), head.note))
        assert keep.add_checkpoint(world.node("bb"), "aa", body).status == 200
        assert _names(world, "bb", "aa") == ["aa", "aa", "bb", "bb"]


def test_what_the_start_shows_is_marked(world: World) -> None:
    """GET /start shows the newest head of every log (9.1)."""
    before = _marked(world)
    rows = start.parse(start.answer(world.node("aa"), "bb").body)
    (head,) = [row.head for row in rows if row.origin == world.origin("aa")]
    assert before < checkpoint.parse_body(note.parse(head).body).size == _marked(world)


def _read(world: World, size: int) -> Response:
    """Let bb read a bundle of so many of aa's entries."""
    name = hashlib.sha256(world.origin("aa").encode()).hexdigest()
    path = tiles.render_path(tiles.Tile(None, 0, size))
    return publish.tile(world.node("aa"), "bb", name, path)


def test_entries_are_marked_before_they_are_read(world: World) -> None:
    """They are covered by a head that was committed, and leave after its mark as it does."""
    with world.node("aa").store.read() as tx:
        size = logs.require_log(tx, world.origin("aa")).size
    assert _marked(world) < size
    assert _read(world, size).status == 200
    assert _marked(world) == size


@pytest.mark.parametrize("is_frozen", [True, False])
def test_an_entry_that_is_not_signed_is_not_read(world: World, *, is_frozen: bool) -> None:
    """A recovery may cut it yet, and what an officer froze does not leave."""
    world.pump()
    node, origin = world.node("aa"), world.origin("aa")
    world.ask("aa")
    if is_frozen:
        freeze.freeze(node, origin, "ann")
    with node.store.read() as tx:
        log = logs.require_log(tx, origin)
    assert log.signed < log.size
    assert _read(world, log.signed).status == 200
    with refused("exchange.tile.unknown"):
        _read(world, log.size)


def test_before_the_first_head_there_is_none(tmp_path: Path) -> None:
    """The answer is 404, with three lines as every refusal has."""
    made = make_world(tmp_path)
    name = hashlib.sha256(made.origin("aa").encode()).hexdigest()
    with refused("exchange.tile.unknown"):
        publish.checkpoint(made.node("aa"), "bb", name)


def test_the_start_shows_the_logs_of_shared_channels_alone(world: World) -> None:
    """Neither the domestic log nor what this State has with others."""
    node = world.node("aa")
    officer_admin.add(node, "ann", "police")
    other = f"aa/{ARRANGEMENT}/live/1"
    with node.store.write() as tx:
        channel = f"{ARRANGEMENT}/live"
        tx.save_log(Log(other, channel, "aa", 1, own=True))
    sign.mark_what_is_signed(node)
    shown = {one.origin for one in start.parse(start.answer(node, "bb").body)}
    names = ("live", "hotline")
    assert shown == {world.origin(party, name) for party in ("aa", "bb") for name in names}
