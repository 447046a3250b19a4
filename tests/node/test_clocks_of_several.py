"""Clocks of a request to two States of which one is away."""

from pathlib import Path

from node.test_clocks import DAY_MS, agree, data
from support.agreed import agreed_world, ask, reckoned, reply
from support.pair import World

from comity.joint.request import acts
from comity.node.exchange.append import Appended
from comity.node.operate import rebuild


def of_track(world: World, asked: Appended, track: str) -> tuple[str, str]:
    """Return how two clocks of an addressee stand, the same where the line is up."""
    now_ms = world.states["aa"].clock.at_ms
    here, there = (reckoned(world, party, asked, now_ms) for party in ("aa", "bb"))
    assert data(here) == data(there)
    found = {one.rule.name: one.clock.status for one in here.timed if one.track == track}
    return found["acknowledge"], found["completion"]


def one_away(folder: Path) -> tuple[World, Appended]:
    """Return three States and a request to two of them, of which one is out of reach."""
    world = agreed_world(folder, parties=("aa", "bb", "cc"))
    world.cut("aa", "cc")
    world.cut("bb", "cc")
    asked = ask(world, "aa", "preservation", "urgent")
    world.pump()
    return world, asked


def test_no_addressee_waits_for_another_that_is_away(tmp_path: Path) -> None:
    """The clocks of the one that has the request start, wait, go on and end by its own acts."""
    world, asked = one_away(tmp_path)
    assert of_track(world, asked, "bb") == ("running", "running")
    assert of_track(world, asked, "cc") == ("not-started", "not-started")
    reply(world, "bb", asked, acts.ACKNOWLEDGED)
    reply(world, "bb", asked, acts.FOUND_DEFICIENT, {"findings": {"facts": "vague"}})
    world.pump()
    assert of_track(world, asked, "bb") == ("met", "paused")
    reply(world, "aa", asked, acts.CLARIFIED, elements=("facts",))
    world.pump()
    assert of_track(world, asked, "bb") == ("met", "running")
    reply(world, "bb", asked, acts.ANSWERED)
    world.pump()
    assert of_track(world, asked, "bb") == ("met", "met")


def test_who_comes_back_late_begins_then_and_moves_no_clock_of_another(tmp_path: Path) -> None:
    """What was answered in time stays so, and all three agree, after a rebuild too."""
    world, asked = one_away(tmp_path)
    reply(world, "bb", asked, acts.ACKNOWLEDGED)
    reply(world, "bb", asked, acts.ANSWERED)
    world.pump()
    world.advance(DAY_MS)
    world.mend()
    for _ in range(2):
        world.pump()
        world.advance(600_000)
    assert of_track(world, asked, "bb") == ("met", "met")
    assert of_track(world, asked, "cc") == ("running", "running")
    agree(world, asked, world.states["aa"].clock.at_ms + 60 * DAY_MS)
    digests = [world.digests(party) for party in world.states]
    assert digests == [digests[0]] * 3
    for party in world.states:
        rebuild.rebuild(world.node(party))
    assert [world.digests(party) for party in world.states] == digests
