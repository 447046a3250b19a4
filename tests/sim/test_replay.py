"""A seed is a whole world: the same one twice is the same world."""

import os
import subprocess
import sys
from contextlib import nullcontext
from dataclasses import replace

import pytest

from comity.adapters.clock import SystemClock
from comity.adapters.entropy import SystemEntropy
from comity_lab.sim import opening, rest, runs
from comity_lab.sim.events import Story
from comity_lab.sim.faults import BrokenError

EVENTS = 60


def _hash_of(story: Story) -> str:
    for _ in range(EVENTS):
        story.step()
    story.world.sum_up()
    return story.world.trace_hash


@pytest.mark.parametrize("seed", [3, 11])
def test_a_seed_replays_to_the_same_trace(seed: int) -> None:
    """Two runs of one seed give the same hash of everything that happened."""
    first, second = runs.run(seed), runs.run(seed)
    assert first.error == second.error == ""
    assert first.trace_hash == second.trace_hash
    assert first.events > EVENTS // 2
    assert runs.run(seed + 1).trace_hash != first.trace_hash


def test_what_opens_is_remembered_and_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that opens each entry each time is the same run."""
    remembered = runs.run(3)
    monkeypatch.setattr(opening, "remembered", nullcontext)
    assert runs.run(3) == remembered


def test_a_seed_replays_in_another_process() -> None:
    """Another process, with another order of sets, gives the same trace."""
    words = "from comity_lab.sim import runs; print(runs.run(5).trace_hash)"
    environment = {**os.environ, "PYTHONHASHSEED": "77", "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", words], capture_output=True, check=True, env=environment
    )
    assert done.stdout.decode().strip() == runs.run(5).trace_hash


def test_a_node_with_its_own_clock_is_found_out() -> None:
    """Self-test: a node that reads the true clock breaks an invariant or the replay."""
    traces, broken = set(), False
    for _ in range(2):
        story = runs.make_story(5)
        for machine in story.world.machines.values():
            machine.node = replace(machine.up(), clock=SystemClock())
        try:
            traces.add(_hash_of(story))
        except BrokenError:
            broken = True
    assert broken or len(traces) == 2


def test_a_node_with_its_own_chance_is_found_out() -> None:
    """Self-test: a node that draws its own randomness breaks the replay."""
    traces = set()
    for _ in range(2):
        story = runs.make_story(8)
        for machine in story.world.machines.values():
            machine.node = replace(machine.up(), entropy=SystemEntropy())
        traces.add(_hash_of(story))
    assert len(traces) == 2


def test_what_is_summed_up_is_what_is_held() -> None:
    """The trace depends on what machines hold, not on what was said of it alone."""
    story = runs.make_story(8)
    before = story.world.trace_hash
    story.world.sum_up()
    assert story.world.trace_hash != before
    rest.settle(story.world, story.watch)
