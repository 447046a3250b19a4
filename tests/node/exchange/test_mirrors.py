"""Three States: what one has seen is found at any of them."""

from pathlib import Path

from support.pair import make_world


def test_what_an_act_has_seen_is_fetched_from_another_mirror(tmp_path: Path) -> None:
    """Cc cannot reach aa, and yet understands bb's answer to aa, and then aa's request."""
    world = make_world(tmp_path, ("aa", "bb", "cc"))
    world.pump()
    world.cut("aa", "cc")
    asked = world.ask("aa")
    for _ in range(4):
        world.round()
    world.acknowledge("bb", asked)
    for _ in range(12):
        world.advance(60_000)
        world.round()

    assert [row.status for row in world.matters("cc")] == [
        row.status for row in world.matters("bb")
    ]
    with world.node("cc").store.read() as tx:
        assert tx.act(asked.act.id) is not None
        log = tx.log(world.origin("aa"))
    assert log is not None
    assert log.understood > asked.index
    world.mend()
    world.advance(300_000)
    world.pump()
    assert world.digests("aa") == world.digests("bb") == world.digests("cc")
