"""The small world of the tests is one."""

from pathlib import Path

import pytest
from support.pair import make_world


@pytest.mark.parametrize(
    ("store", "parties"),
    [("memory", ("aa", "bb")), ("memory", ("aa", "bb", "cc")), ("sqlite", ("aa", "bb"))],
)
def test_what_one_asks_all_show(tmp_path: Path, store: str, parties: tuple[str, ...]) -> None:
    """A request, its acknowledgement and its answer fold to the same digest everywhere."""
    world = make_world(tmp_path, parties, store)
    asked = world.ask("aa")
    world.pump()
    world.acknowledge("bb", asked)
    world.answer("bb", asked)
    world.pump()
    shown = [world.digests(party) for party in parties]
    assert len(shown[0]) == 1
    assert shown == [shown[0]] * len(parties)
    assert {row.status for row in world.matters("aa")} == (
        {"answered"} if len(parties) == 2 else {row.status for row in world.matters("bb")}
    )
    world.close()


def test_a_line_that_was_down_loses_nothing(tmp_path: Path) -> None:
    """What is said while the line is down crosses when it is back."""
    world = make_world(tmp_path)
    world.ask("aa")
    world.pump()
    world.cut("aa", "bb")
    world.ask("aa")
    world.ask("bb")
    for _ in range(3):
        world.round()
    assert len(world.digests("aa")) == len(world.digests("bb")) == 2
    assert world.digests("aa") != world.digests("bb")
    world.mend()
    world.advance(120_000)
    world.pump()
    assert len(world.digests("aa")) == 3
    assert world.digests("aa") == world.digests("bb")
