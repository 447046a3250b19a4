"""A log that an officer froze, and what is owed in it when it is thawed."""

from pathlib import Path

from support.pair import World, make_world

from comity.node.exchange import freeze


def _covered(world: World) -> int:
    with world.node("bb").store.read() as tx:
        row = tx.newest_receipt(world.origin("aa"), world.origin("bb"))
    return row.receipt.size if row else 0


def test_what_came_while_the_own_log_was_frozen_is_receipted_once_it_is_thawed(
    tmp_path: Path,
) -> None:
    """A clock of the peer's request waits for that, and nothing else may come for long."""
    world = make_world(tmp_path)
    world.pump()
    origin = world.origin("aa")
    freeze.freeze(world.node("aa"), origin, "ann")
    asked = world.ask("bb")
    world.pump()
    assert _covered(world) <= asked.index
    freeze.thaw(world.node("aa"), origin, "ann")
    world.pump()
    assert _covered(world) > asked.index
