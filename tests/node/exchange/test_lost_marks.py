"""A high-water file that is lost, and when it counts as whole again."""

from dataclasses import replace
from pathlib import Path

import pytest
from support.pair import World, make_world

from comity.adapters.highwater import FileHighWater
from comity.adapters.memory_highwater import MemoryHighWater
from comity.node.exchange import excuse
from comity.node.ports import HighWater
from comity.node.rows import Log


def lose_marks(world: World, marks: HighWater) -> None:
    """Start the node of aa anew, with a high-water file that knows nothing."""
    world.replace_node("aa", replace(world.node("aa"), highwater=marks))
    world.mend()


@pytest.mark.parametrize("kind", ["memory", "file"])
def test_a_lost_file_is_whole_once_every_party_was_reached(tmp_path: Path, kind: str) -> None:
    """Peers know what was signed: after all of them have shown it, nothing can be missing."""
    world = make_world(tmp_path, ("aa", "bb", "cc"))
    world.ask("aa")
    world.pump()
    marks = MemoryHighWater(None) if kind == "memory" else FileHighWater(tmp_path / "lost")
    lose_marks(world, marks)
    assert not marks.is_intact()
    world.ask("aa")
    world.pump()
    signed = {log.origin: log.signed for log in logs(world) if log.signed}

    assert marks.is_intact()
    assert {origin: size for origin, (size, _) in marks.marks().items()} == signed
    if isinstance(marks, FileHighWater):
        marks.close()
        assert FileHighWater(tmp_path / "lost").is_intact()


def test_a_party_out_of_reach_keeps_it_open_until_two_officers_excuse_it(tmp_path: Path) -> None:
    """One officer is not enough; two are, and they are alarmed."""
    world = make_world(tmp_path, ("aa", "bb", "cc"))
    world.ask("aa")
    world.pump()
    marks = MemoryHighWater(None)
    lose_marks(world, marks)
    world.cut("aa", "cc")
    world.pump()
    assert not marks.is_intact()
    for officer in ("ann", "ben"):
        for log in logs(world):
            if log.own and log.channel != "local":
                excuse.excuse(world.node("aa"), log.origin, "cc", officer)
        world.pump()
        assert marks.is_intact() == (officer == "ben")

    assert "exchange.start.excused" in dict(world.alarms("aa"))


def logs(world: World) -> list[Log]:
    """Return the logs of aa's node."""
    with world.node("aa").store.read() as tx:
        return tx.logs()
