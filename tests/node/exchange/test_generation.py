"""A log that ends is succeeded, and what stood in it is neither lost nor said twice."""

from pathlib import Path

from support.pair import World, make_world

from comity.node import rebuild
from comity.node.exchange import generation, logs
from comity.node.fsck import run


def succeeded(world: World) -> str:
    """End aa's log while a request of it is signed and not delivered; return its successor."""
    asked = world.ask("aa")
    world.pump()
    world.acknowledge("bb", asked)
    world.pump()
    world.cut("aa", "bb")
    world.ask("aa")
    world.round()
    origin, sha256 = generation.begin(world.node("aa"), world.channel, "lost")
    world.mend()
    world.advance(300_000)
    for _ in range(6):
        world.round()
    generation.accept(world.node("bb"), origin, sha256)
    world.advance(300_000)
    world.pump()
    return origin


def test_both_show_the_same_after_a_new_generation(tmp_path: Path) -> None:
    """What the peer held stays in the old log; the rest is said again under its old id."""
    world = make_world(tmp_path)
    origin = succeeded(world)
    assert len(world.digests("aa")) == 2
    assert world.digests("aa") == world.digests("bb")
    with world.node("aa").store.read() as tx:
        old, new = logs.require_log(tx, world.origin("aa")), logs.require_log(tx, origin)
    assert (old.state, old.size, old.signed) == ("ended", 2, 2)
    assert (new.state, new.size) == ("open", 3)


def test_an_ended_log_is_whole(tmp_path: Path) -> None:
    """Its row says what is kept, so that the check is clean and a rebuild changes nothing."""
    world = make_world(tmp_path)
    succeeded(world)
    for party in ("aa", "bb"):
        found = run.check(world.node(party))
        assert found.is_clean, found.problems
        done = rebuild.rebuild(world.node(party))
        assert done.digest_before == done.digest_after
