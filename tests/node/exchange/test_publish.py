"""What others read of a log leaves like everything else: marked (5.4.4)."""

import hashlib
from pathlib import Path

import pytest
from support.answering import sign_without_mark
from support.pair import World, make_world

from comity.node.exchange import publish, start
from comity.tlog import checkpoint, note


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


def test_what_the_start_shows_is_marked(world: World) -> None:
    """GET /start shows the newest head of every log (9.1)."""
    before = _marked(world)
    rows = start.parse(start.answer(world.node("aa"), "bb").body)
    (head,) = [row.head for row in rows if row.origin == world.origin("aa")]
    assert before < checkpoint.parse_body(note.parse(head).body).size == _marked(world)
