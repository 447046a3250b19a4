"""What is read in a rush is receipted in it: a round reads so much, and then speaks."""

from pathlib import Path

import pytest
from support.answering import is_receipted, log_of, push
from support.pair import make_world

from comity.node.exchange import pump, understand
from comity.node.exchange.pump import Pair


def test_receipts_leave_before_all_that_waits_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else whoever sends without a pause hears nothing until they pause."""
    world = make_world(tmp_path)
    world.pump()
    monkeypatch.setattr(understand, "BATCH", 4)
    monkeypatch.setattr(pump, "UNDERSTOOD_MAX", 8)
    asked = [world.ask("aa") for _ in range(20)]
    push(world)
    assert log_of(world, "bb", "aa").signed > asked[-1].index
    assert not is_receipted(world, asked[0])

    node = world.node("bb")
    pump.next_round_ms(node, Pair(world.channel, "aa"), node.clock.now_ms())
    assert is_receipted(world, asked[0])
    assert asked[0].index < log_of(world, "bb", "aa").understood <= asked[-1].index
    world.pump()
    assert is_receipted(world, asked[-1])
    assert world.digests("aa") == world.digests("bb")
