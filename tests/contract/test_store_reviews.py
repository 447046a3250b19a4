"""Rows of a review are the same whatever store they are read from."""

from dataclasses import replace
from pathlib import Path

from node.review.test_pack import busy_world, made

from comity.boot import pack_node
from comity.node.base.store import Store
from comity.rooms.review import pack_check


def test_every_store_gives_the_rows_that_another_gave(tmp_path: Path, store: Store) -> None:
    """A pack made over rows in memory is read into this store, and gives the same digest."""
    world, _ = busy_world(tmp_path)
    node = replace(pack_node.node(), store=store)
    verdict = pack_check.check(made(world, "all"), [], lambda: node)
    assert verdict.holds, verdict.checks
    assert verdict.checks[-1].holds is True
