"""Between a signature and its commit the log may move: then it is not kept, and nothing falls."""

from dataclasses import replace
from pathlib import Path

import pytest
from support import lost_cards
from support.answering import log_of, sign_without_mark
from support.pair import World, make_world

from comity.node.base.rows import LOG_FROZEN
from comity.node.exchange import freeze, sign


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Two States, and something that `aa` has said and not signed."""
    made = make_world(tmp_path)
    made.ask("aa")
    return made


def test_a_head_that_a_greater_one_overtook_is_not_kept(world: World) -> None:
    """The other thread has committed it and not marked yet: what is signed does not go back."""
    node = world.node("aa")

    def step(name: str) -> None:
        if name == "sign.signed":
            world.ask("aa")
            sign_without_mark(world, "aa")

    assert sign.sign_head(replace(node, step=step), world.origin("aa")) is None
    log = log_of(world, "aa", "aa")
    assert log.signed == log.size
    with node.store.read() as tx:
        newest = tx.newest_head(log.origin)
        assert newest is not None
        assert newest.size == log.size
        assert not tx.heads(log.origin, log.size - 1)


def test_a_head_of_a_log_that_was_frozen_meanwhile_is_not_kept(world: World) -> None:
    """An officer stops it while it is signed: nothing of it leaves."""
    node, before = world.node("aa"), log_of(world, "aa", "aa").signed

    def step(name: str) -> None:
        if name == "sign.signed":
            freeze.freeze(node, world.origin("aa"), "ann", "Odd.")

    assert sign.sign_head(replace(node, step=step), world.origin("aa")) is None
    log = log_of(world, "aa", "aa")
    assert (log.state, log.signed) == (LOG_FROZEN, before)
    with node.store.read() as tx:
        assert not tx.heads(log.origin, log.size)


def test_a_card_that_is_entered_first_ends_the_head_that_the_old_keys_sign(world: World) -> None:
    """Also where nothing else was unsigned, and more was said after it (3.4.4)."""
    node, origin = world.node("aa"), world.origin("aa")
    world.pump()
    before = log_of(world, "aa", "aa")
    lost_cards.rotate(world)
    world.ask("aa")
    sizes = [head.size for _ in range(2) if (head := sign.sign_head(node, origin))]
    assert before.signed == before.size
    assert sizes == [before.size + 1, before.size + 3], "a key entry to the new card is between"
