"""Of three States one shows something to one of the others alone, and the two go on together.

Cc's new log, its new card or its revocation reaches aa and not bb.  What aa says after that has
seen more of cc than bb can take from cc itself, and bb reads it all the same.
"""

from pathlib import Path

import pytest
from support.pair import World, make_world

from comity.node.exchange import generation
from comity.node.exchange.append import Appended
from comity.node.rows import LOG_OFFERED, Log

PARTIES = ("aa", "bb", "cc")


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Three States that have paired, and a request of cc that both others have."""
    made = make_world(tmp_path, PARTIES)
    made.ask("cc")
    made.pump()
    return made


def rounds(world: World, count: int = 8) -> None:
    """Let minutes pass."""
    for _ in range(count):
        world.advance(60_000)
        world.round()


def log_at(world: World, party: str, origin: str) -> Log | None:
    """Return a log as a party holds it."""
    with world.node(party).store.read() as tx:
        return tx.log(origin)


def is_read(world: World, party: str, said: Appended) -> bool:
    """Whether a party has read an act."""
    with world.node(party).store.read() as tx:
        return tx.act(said.act.id) is not None


def begun_for_aa(world: World) -> tuple[str, str]:
    """Let cc begin its log anew, out of bb's reach; aa accepts it.  Its origin and its hash."""
    world.cut("bb", "cc")
    begun = generation.begin(world.node("cc"), world.channel, "lost")
    rounds(world, 3)
    generation.accept(world.node("aa"), *begun)
    rounds(world, 4)
    return begun


def test_a_new_log_that_another_party_has_read_is_offered_by_what_it_says(world: World) -> None:
    """Bb's officers compare its hash by voice as if cc had shown it; then bb reads aa again."""
    origin, sha256 = begun_for_aa(world)
    said = world.ask("aa")
    rounds(world)
    log = log_at(world, "bb", origin)
    assert log is not None
    assert (log.state, is_read(world, "bb", said)) == (LOG_OFFERED, False)
    assert generation.offered("cc", origin) in world.alarms("bb")
    generation.accept(world.node("bb"), origin, sha256)
    rounds(world)
    assert is_read(world, "bb", said)
    assert world.digests("aa") == world.digests("bb")
    world.mend()
    world.advance(300_000)
    world.pump()
    assert world.digests("aa") == world.digests("bb") == world.digests("cc")


def test_another_entry_0_is_not_taken_from_a_mirror(world: World) -> None:
    """What bb's officers compared is not what aa holds: bb is told, and keeps nothing of it."""
    origin, sha256 = begun_for_aa(world)
    world.ask("aa")
    rounds(world)
    other = sha256[:15] + ("0" if sha256[15] != "0" else "1")
    generation.accept(world.node("bb"), origin, other)
    rounds(world)
    log = log_at(world, "bb", origin)
    assert log is not None
    assert log.size == 0
    assert "exchange.generation.other-entry" in [code for code, _ in world.alarms("bb")]
