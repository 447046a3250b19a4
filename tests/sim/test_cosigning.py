"""Times of cosignatures in the simulated world, and that it is noticed when they fall."""

import pytest

from comity.adapters.highwater import JournalHighWater
from comity.node.base.rows import Cosignature, Head, Mark
from comity.node.exchange import cosign
from comity_lab.sim import cosigning, rest
from comity_lab.sim.events import Story
from comity_lab.sim.faults import BrokenError
from comity_lab.sim.invariants import Watch
from comity_lab.sim.mix import Mix
from comity_lab.sim.officers import Officers
from comity_lab.sim.world import PARTIES, make_world


def _story(seed: int, parties: tuple[str, ...]) -> Story:
    world = make_world(seed, parties)
    story = Story(world, Watch(world), Officers(world), Mix({"round": 1.0}))
    story.officers.ask("fr")
    rest.settle(world, story.watch)
    return story


@pytest.mark.parametrize("parties", [PARTIES[:2], PARTIES])
def test_no_time_falls_where_clocks_were_ahead(parties: tuple[str, ...]) -> None:
    """The database is from before, its author calls and cannot be called, and all goes on."""
    story = _story(2, parties)
    cosigning.clocks_ahead(story, story.world.machines["fr"])
    assert "cosignature.after-clocks-ahead" in story.world.reached
    rest.settle(story.world, story.watch)


def test_a_file_that_knows_no_times_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Self-test: as it was before the file kept them, the peer holds a proof."""
    story = _story(2, PARTIES[:2])
    monkeypatch.setattr(cosigning, "require_marked", lambda *_: None)
    monkeypatch.setattr(JournalHighWater, "cosigned_s", lambda *_: 0)
    with pytest.raises(BrokenError, match="which is honest"):
        cosigning.clocks_ahead(story, story.world.machines["fr"])


def test_a_cosignature_whose_time_is_not_marked_is_found_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Self-test: the mark of its size alone lets none leave."""

    def without_time(head: Head, _given: Cosignature) -> Mark:
        return Mark(head.origin, head.size, head.root)

    story = _story(2, PARTIES[:2])
    story.officers.ask("fr")
    story.world.instant.at_ms += 2_000
    monkeypatch.setattr(cosign, "_mark_of", without_time)
    with pytest.raises(BrokenError, match="I7"):
        story.world.pump()
