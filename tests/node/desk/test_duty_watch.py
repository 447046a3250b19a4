"""What is raised of the duty desk ends with what it says, each for itself."""

from dataclasses import replace
from pathlib import Path

from node.desk.test_duty import made

from comity.adapters.alarms import StandingAlarms
from comity.node.desk import officer_admin as officers
from comity.node.desk.duty import shifts, watch


def test_a_desk_that_is_taken_over_leaves_another_waiting(tmp_path: Path) -> None:
    """Two wait; of the one that somebody took no alarm stands on."""
    desk = made(tmp_path)
    alarms = StandingAlarms(lambda *_: None)
    node = replace(desk.node, alarms=alarms)
    officers.add(node, "dan", "cac")
    for before, after in ((desk.wei, "han"), (desk.cai, "dan")):
        shifts.take_over(node, before, "First.")
        shifts.hand_over(node, before, after, "So.")
    desk.world.advance(watch.TAKE_MS + 1)
    watch.step(node)
    assert len(alarms.standing()) == 2
    shifts.take_over(node, desk.han, "")
    watch.step(node)
    assert alarms.standing() == [(watch.HANDOVER, "Nobody has taken the desk of cac over.")]
