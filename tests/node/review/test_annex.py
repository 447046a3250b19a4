"""What one node alone knows beside figures stays on it."""

from pathlib import Path

from node.review.test_pack import AUDITOR, made
from node.review.test_taking import asked_world, wanted
from support.pair import READER

from comity.kernel.inadmissible import Inadmissible
from comity.node.room import local_log
from comity.rooms.review import annex
from comity.rooms.review.annex import Annex


def test_time_in_domestic_steps_is_told_at_home_and_in_no_pack(tmp_path: Path) -> None:
    """From the receipt to the first step of each kind; the other side's pack has no word of it."""
    world, asked = asked_world(tmp_path)
    node = world.node("bb")
    for after_ms in (3_600_000, 7_200_000):
        world.advance(after_ms)
        with node.store.write() as tx:
            facts = {"matter": asked[1].act.matter.id, "officer": "ben", "step": "1"}
            local_log.note(tx, node, "duty.assigned", facts)
    of = wanted(world)
    found = annex.annex(node, AUDITOR, of)
    assert isinstance(found, Annex)
    told = {one.name: one for one in found.steps}
    assert told["duty.assigned"].n == 1  # the first one counts
    assert 3_600_000 <= (told["duty.assigned"].median_ms or 0) < 2 * 3_600_000
    assert told["duty.finished"].median_ms is None
    assert found.transit.n == 2  # acknowledged and answered
    assert found.transit.most_ms is not None
    theirs = annex.annex(world.node("aa"), AUDITOR, of)
    assert isinstance(theirs, Annex)
    assert [one.n for one in theirs.steps] == [0] * len(annex.STEPS)
    assert theirs.taken.digest == found.taken.digest
    assert b"duty" not in made(world)
    assert isinstance(annex.annex(node, READER, of), Inadmissible)
