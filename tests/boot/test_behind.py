"""Figures and words come behind the acts that a rush brings, and are there soon after it."""

from pathlib import Path

from support.pair import make_world

from comity.boot.indexing import Behind
from comity.boot.pace import RUSH_ENTRIES
from comity.boot.supervision import Troubles
from comity.node.review import row_cache
from comity.node.room import search_index


def test_in_a_rush_neither_is_looked_at_and_after_it_both(tmp_path: Path) -> None:
    """Acts that were understood within one second, and a second in which nothing came."""
    world = make_world(tmp_path)
    node = world.node("aa")
    behind = Behind(node, Troubles(node.alarms))
    origin = world.ask("aa").origin
    behind.look()

    def worded() -> int:
        with node.store.read() as tx:
            return int(str(tx.record(search_index.MARK, origin)))

    before = worded()
    sent = [world.ask("aa") for _ in range(RUSH_ENTRIES + 1)]
    behind.look()
    assert worded() == before
    behind.look()
    assert worded() == sent[-1].index + 1
    assert not row_cache.step(node)
