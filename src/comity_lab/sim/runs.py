"""One seed after another, in as many processes as asked; and what came of them.

Floor: lab.
"""

import random
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Final

from comity_lab.sim import cosigning, opening, outside, rest
from comity_lab.sim.events import Story
from comity_lab.sim.faults import BrokenError
from comity_lab.sim.invariants import Watch
from comity_lab.sim.mix import Mix, draw_mix
from comity_lab.sim.officers import Officers
from comity_lab.sim.suite import RealAlgorithms, StubAlgorithms
from comity_lab.sim.world import PARTIES, make_world

SHORT_EVENTS: Final = (100, 310)
LONG_EVENTS: Final = 10_000
REST_EVERY: Final = 2_500
"""A long run comes to rest now and then, and goes on."""
REAL_EVERY: Final = 50
"""One seed in so many runs the real suite."""


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one seed.

    Attributes:
        seed: of the run.
        events: how many happened.
        trace_hash: of everything that happened.
        reached: rare states.
        error: what did not hold, or "".
    """

    seed: int
    events: int
    trace_hash: str
    reached: frozenset[str]
    error: str = ""


def is_real(seed: int) -> bool:
    """Return whether a seed runs the real suite."""
    return seed % REAL_EVERY == REAL_EVERY - 1


def make_story(seed: int, tell: Callable[[str], None] | None = None) -> Story:
    """Return the beginning of a seed's run."""
    chance = random.Random(f"mix {seed}")  # noqa: S311 -- it must be repeated
    parties = PARTIES if chance.random() < 0.25 else PARTIES[:2]  # noqa: PLR2004 -- one in four
    algorithms = RealAlgorithms() if is_real(seed) else StubAlgorithms()
    world = make_world(seed, parties, algorithms)
    if tell is not None:
        world.tell = tell
    mix, world.network.weather = draw_mix(chance, len(parties))
    watch = Watch(world)
    mix.weights |= outside.draw(world) | cosigning.draw(world)
    return Story(world, watch, Officers(world), mix)


def length(seed: int) -> int:
    """Return how many events a seed draws for itself."""
    return random.Random(f"length {seed}").randint(*SHORT_EVENTS)  # noqa: S311 -- it must be repeated


def run(
    seed: int,
    events: int = 0,
    tell: Callable[[str], None] | None = None,
    dropped: Collection[int] = (),
) -> Result:
    """Run one seed to its end; it never raises for what does not hold.

    Args:
        seed: which.
        events: how many, or 0 for what the seed draws.
        tell: called with each line of the trace.
        dropped: numbers of events that do nothing, from 1.
    """
    story = make_story(seed, tell)
    count = events or length(seed)
    try:
        with opening.remembered():
            _live(story, count, dropped)
    except (AssertionError, BrokenError) as error:
        return _result(story, f"{type(error).__name__}: {error}")
    return _result(story, "")


def _live(story: Story, count: int, dropped: Collection[int]) -> None:
    for number in range(1, count + 1):
        story.step(is_dropped=number in dropped)
        if number % REST_EVERY == 0 and number < count:
            _settle(story)
    _settle(story)


def _settle(story: Story) -> None:
    """Come to rest without accidents, then let them go on."""
    weather, mix = story.world.network.weather, story.mix
    story.mix = Mix(mix.weights, 0.0, 0.0)
    rest.settle(story.world, story.watch)
    story.world.network.weather, story.mix = weather, mix


def _result(story: Story, error: str) -> Result:
    world = story.world
    world.sum_up()
    return Result(world.seed, story.steps, world.trace_hash, frozenset(world.reached), error)


def run_pair(wanted: tuple[int, int]) -> Result:
    """Run one seed with so many events."""
    seed, events = wanted
    return run(seed, events)


def broken(wanted: tuple[int, int], why: str) -> Result:
    """Return the result of a run that the simulation itself broke off."""
    return Result(wanted[0], 0, "", frozenset(), why)
