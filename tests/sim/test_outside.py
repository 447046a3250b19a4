"""Witnesses in the simulated world: what they guard, and that it is noticed when they do not."""

import pytest

from comity.kernel.fault import Fault
from comity.node.base.rows import Head, Witness
from comity.node.exchange import witness, witness_memory
from comity_lab.sim import guarded, outside, rest, runs
from comity_lab.sim.events import Story
from comity_lab.sim.faults import BrokenError
from comity_lab.sim.invariants import Watch
from comity_lab.sim.mix import Mix
from comity_lab.sim.officers import Officers
from comity_lab.sim.world import PARTIES, make_world

_SHOWN = "witness.guarded-an-image"


def _story(seed: int, parties: tuple[str, ...], *, is_liar: bool = False) -> Story:
    world = make_world(seed, parties)
    story = Story(world, Watch(world), Officers(world), Mix({"round": 1.0}))
    outside.give(world, "fr", is_liar=is_liar)
    story.officers.ask("fr")
    rest.settle(world, story.watch)
    return story


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("parties", [PARTIES[:2], PARTIES])
def test_an_image_beside_a_witness_forks_nothing(seed: int, parties: tuple[str, ...]) -> None:
    """Whoever has what was signed since, it comes back, or a new log begins."""
    story = _story(seed, parties)
    guarded.image(story, story.world.machines["fr"])
    assert _SHOWN in story.world.reached
    rest.settle(story.world, story.watch)


@pytest.mark.parametrize("seed", range(4))
def test_a_start_that_asks_no_witness_is_found_out(
    monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """Self-test: as it was before witnesses were asked, the image signs a second history."""

    def behind(_node: object, _one: Witness, _head: Head, _size: int) -> Fault:
        return Fault(code="exchange.witness.ahead", what="Told, and nothing else.", fix="Look.")

    monkeypatch.setattr(witness_memory, "is_awaited", lambda *_: False)
    monkeypatch.setattr(witness, "_behind", behind)
    story = _story(seed, PARTIES)
    with pytest.raises(BrokenError, match=r"I13|I2"):
        guarded.image(story, story.world.machines["fr"])


def test_what_a_witness_that_lies_says_is_excused_and_all_comes_to_rest() -> None:
    """It may name any size, and the world goes on."""
    story = _story(1, PARTIES[:2], is_liar=True)
    world = story.world
    assert world.outside is not None
    world.outside.lie = 10**12
    world.machines["fr"].end()
    assert world.start("fr")
    story.officers.ask("fr")
    rest.settle(world, story.watch)
    assert "witness.excused-liar" in world.reached


def test_some_seeds_have_a_witness_and_most_of_those_are_honest() -> None:
    """What is drawn is drawn alike each time, and no seed without one is another than it was."""
    stories = [runs.make_story(seed) for seed in range(24)]
    given = [story for story in stories if story.world.outside is not None]
    assert 4 <= len(given) <= 14
    assert all(outside.EVENTS.items() <= story.mix.weights.items() for story in given)
    assert any(not one.world.outside.is_liar for one in given if one.world.outside)
