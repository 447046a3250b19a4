"""Calls in the simulation: what rings is what nobody picked up, whatever befalls the node."""

from collections.abc import Iterator

import pytest

from comity.acts.record import Act, Addressee, Matter, Office
from comity.joint.hotline import acts
from comity.node.desk.duty import rings
from comity.node.exchange.append import Candidate
from comity_lab.sim import calls, rest, runs
from comity_lab.sim.faults import BrokenError
from comity_lab.sim.invariants import Watch
from comity_lab.sim.mix import Mix
from comity_lab.sim.officers import Officers
from comity_lab.sim.world import World, make_world

EVENTS = 150
MANY = 1_000
OFTEN = {"call": 6.0, "ring": 6.0, "kill": 3.0, "cut": 2.0, "jump": 1.0}


@pytest.mark.parametrize("seed", range(3))
def test_whatever_befalls_a_node_it_rings_for_what_nobody_picked_up(seed: int) -> None:
    """Lines are cut between the facts, clocks jump, processes end at a ring; it is held each time.

    Beside it everything that the simulation holds of logs and matters.
    """
    story = runs.make_story(seed)
    story.mix = Mix({**story.mix.weights, **OFTEN}, 0.001, story.mix.interleave)
    for _ in range(EVENTS):
        story.step()
    story.mix = Mix(story.mix.weights)
    rest.settle(story.world, story.watch)
    for machine in story.world.machines.values():
        calls.ring(story, machine)
    assert "ring.rung" in story.world.reached


def called(world: World, level: str) -> Iterator[Candidate]:
    """Give calls of one level by Freedonia."""
    node = world.node("fr")
    while True:
        act_id = node.act_id()
        yield Candidate(
            Act(
                act_id,
                acts.CALLED,
                Matter(acts.KIND, acts.matter_id("fr", act_id)),
                Office("police"),
                (Addressee("sn"),),
                codes={"ground": "life", "level": level},
                times={acts.WORD_BY: world.instant.at_ms},
            ),
            {},
        )


def test_a_thousand_calls_wake_one_officer_once_and_hide_no_graver_call() -> None:
    """Whoever floods the hotline rings one ring; a call of a higher level within it rings too."""
    world = make_world(1, ("fr", "sn"))
    watch, officers = Watch(world), Officers(world)
    machine, there = world.machines["fr"], world.machines["sn"]
    path = world.channel("hotline")
    grave, many = called(world, "4"), called(world, "2")
    for part in range(4):
        first = [next(grave)] if part == 1 else []
        officers.say(machine, path, [*first, *(next(many) for _ in range(MANY // 4))])
    rest.settle(world, watch)
    officer = officers.person(there, "alice")
    assert rings.step(there.up()) == 2
    found = rings.listing(there.up(), officer)
    assert {one.word: one.officers for one in found} == {
        "call-2": ("alice",),
        "call-4": ("alice",),
    }
    assert rings.step(there.up()) == 0
    calls.require_rung(there.up())


def test_a_node_that_rings_for_nothing_or_not_at_all_is_found_out() -> None:
    """Self-test: a call that came, and no look at it."""
    world = make_world(1, ("fr", "sn"))
    watch, officers = Watch(world), Officers(world)
    officers.say(world.machines["fr"], world.channel("hotline"), [next(called(world, "2"))])
    rest.settle(world, watch)
    officers.person(world.machines["sn"], "alice")
    with pytest.raises(BrokenError, match="must ring"):
        calls.require_rung(world.node("sn"))
