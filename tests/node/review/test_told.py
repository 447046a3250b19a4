"""Figures as lines, as a file and on paper: nothing is left out, and nothing changes afterwards."""

from pathlib import Path

from support.agreed import MAIN, adopt, agreed_world, ask, reply, shipped

from comity.joint.guideline import acts as guideline_acts
from comity.joint.request import replying
from comity.joint.review.figures import Period
from comity.node.review import printed, taking
from comity.node.review.taking import Wanted

DAY_MS = 86_400_000


def test_the_paper_of_figures_is_the_same_whenever_it_is_printed(tmp_path: Path) -> None:
    """Names come from what was in force at the instant: a later guideline changes no digest."""
    world = agreed_world(tmp_path)
    asked = ask(world, "aa", "subscriber", "urgent")
    world.pump()
    reply(world, "bb", asked, replying.find_deficient, {"facts": "vague"})
    world.pump()
    now_ms = world.states["aa"].clock.at_ms
    period = Period(now_ms - 30 * DAY_MS, now_ms + DAY_MS)
    taken = taking.computed(world.node("aa"), Wanted(world.channel, period, now_ms=now_ms))
    first = printed.printed(world.node("aa"), taken)
    assert "案件事实" in first.data.decode()
    world.advance(DAY_MS)
    adopt(world, guideline_acts.MAIN, shipped(MAIN).replace("案件事实".encode(), "事实".encode()))
    for party in ("aa", "bb"):
        again = printed.printed(world.node(party), taken)
        assert (again.digest, again.data) == (first.digest, first.data)
