"""A party's next log is offered by that party alone, and each State accepts it for itself."""

from dataclasses import replace
from pathlib import Path

import pytest
from support.pair import World, make_world

from comity.adapters.memory_highwater import MemoryHighWater
from comity.node.base import trust
from comity.node.base.rows import LOG_ENDED, LOG_OFFERED, LOG_OPEN, Log
from comity.node.exchange import generation, generation_marks, lost_generation
from comity.tlog import tree


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Three States that have paired."""
    made = make_world(tmp_path, ("aa", "bb", "cc"))
    made.pump()
    return made


def later(world: World, party: str, number: int) -> str:
    """Return the name of a later generation of a party's log."""
    return f"{party}/{world.channel}/{number}"


def row_of(world: World, at: str, origin: str) -> Log | None:
    """Return what a party has of a log."""
    with world.node(at).store.read() as tx:
        return tx.log(origin)


@pytest.mark.parametrize("party", ["aa", "cc"])
def test_nobody_offers_the_log_of_another(world: World, party: str) -> None:
    """Neither the reader's own next log nor that of a third State."""
    origin = later(world, party, 2)
    assert not generation.offer(world.node("aa"), "bb", origin)
    assert row_of(world, "aa", origin) is None


def test_few_generations_wait_for_an_officer_and_none_from_far_ahead(world: World) -> None:
    """Each is a row and an alarm, and a sender could name very many."""
    node = world.node("aa")
    far = later(world, "bb", 2 + generation.LATER_MAX)
    assert not generation.offer(node, "bb", far)
    for number in range(2, 2 + generation.OFFERED_MAX):
        assert generation.offer(node, "bb", later(world, "bb", number))
    assert not generation.offer(node, "bb", later(world, "bb", 2 + generation.OFFERED_MAX))
    assert not generation.offer(node, "bb", later(world, "bb", 2))


def test_what_another_state_has_accepted_is_not_accepted_here(world: World) -> None:
    """Its officers compared a hash by voice, and this State's have not."""
    origin, entry = generation.begin(world.node("bb"), world.channel, "lost")
    for _ in range(3):
        world.advance(60_000)
        world.round()
    generation.accept(world.node("cc"), origin, entry)
    for _ in range(6):
        world.advance(60_000)
        world.round()
    for party, state in (("aa", LOG_OFFERED), ("cc", LOG_OPEN)):
        row = row_of(world, party, origin)
        assert row is not None
        assert row.state == state, party


def test_a_number_that_was_signed_before_is_not_begun_again(world: World) -> None:
    """This home has lost the log that bears it; there would be two of one name."""
    marked = MemoryHighWater()
    marked.raise_to(later(world, "aa", 3), 1, bytes(32))
    node = replace(world.node("aa"), highwater=marked)
    origin, _ = generation.begin(node, world.channel, "lost")
    assert origin == later(world, "aa", 4)


def test_what_is_found_of_a_lost_home_is_its_own_and_not_far_ahead(world: World) -> None:
    """A mark, or what a peer shows, of another party's log makes no own one."""
    with world.node("aa").store.read() as tx:
        assert lost_generation.shown(tx, "aa", later(world, "aa", 2)) is not None
        assert lost_generation.shown(tx, "aa", later(world, "bb", 2)) is None
        assert lost_generation.shown(tx, "aa", later(world, "aa", 1)) is None
        far = later(world, "aa", 2 + generation.LATER_MAX)
        assert lost_generation.shown(tx, "aa", far) is None


def test_a_receipt_waits_for_a_log_that_can_come_and_for_no_other(world: World) -> None:
    """Of another party, in that channel, and not from far ahead: else a lie held its log up."""
    with world.node("aa").store.read() as tx:
        log = tx.log(world.origin("bb"))
        assert log is not None
        assert generation.is_to_come(tx, log, later(world, "cc", 2))
        for origin in (
            later(world, "bb", 2),
            later(world, "dd", 2),
            later(world, "cc", 2 + generation.LATER_MAX),
            later(world, "cc", 2).replace("/live/", "/hotline/"),
            "cc",
        ):
            assert not generation.is_to_come(tx, log, origin), origin


def test_a_receipt_is_held_against_what_no_recovery_can_cut(world: World) -> None:
    """Of an own log, what is signed for; else it would be foreign for ever once that was cut."""
    own = Log("aa", world.channel, "aa", 1, own=True, size=5, signed=3, understood=5)
    peer = replace(own, origin="bb", party="bb", own=False)
    ended = replace(own, origin="before", state=LOG_ENDED)
    assert trust.held_cut((own, peer, ended)) == {"aa": 3, "bb": 5, "before": 5}


@pytest.mark.parametrize("is_whole", [True, False])
def test_a_mark_alone_brings_a_log_back_where_what_is_kept_gives_its_root(
    world: World, *, is_whole: bool
) -> None:
    """Else it says that something was signed, and not what."""
    origin, kept = later(world, "aa", 2), [b"\x01one", b"\x01two"]
    root = tree.root(list(map(tree.leaf_hash, kept))) if is_whole else bytes(32)
    marked = MemoryHighWater()
    marked.raise_to(origin, 2, root, kept)
    generation_marks.found_marked(replace(world.node("aa"), highwater=marked))
    assert (row_of(world, "aa", origin) is not None) is is_whole


def test_an_offered_log_is_not_the_one_in_use(world: World) -> None:
    """By it the cards that count would be those of a log that nobody has accepted."""
    origin = later(world, "bb", 2)
    assert generation.offer(world.node("aa"), "bb", origin)
    with world.node("aa").store.read() as tx:
        loaded = trust.load(tx, world.channel)
    assert origin in {log.origin for log in loaded.logs}
    assert loaded.newest_origin("bb") == world.origin("bb")
