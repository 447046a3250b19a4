"""A State that uses the id of an act that it was told changes no time of that act."""

from pathlib import Path

import pytest
from node.review.test_observing import DAY_MS, row
from support.agreed import agreed_world, ask, reckoned, state_of
from support.pair import World

from comity.acts.record import Office
from comity.figures.observation import Observation
from comity.joint.request import acts, decide
from comity.joint.request.decide import By
from comity.kernel.inadmissible import Inadmissible
from comity.node.exchange.append import Appended

AFTER_MS = 40 * DAY_MS


def late(world: World, act_id: str, how: str) -> tuple[Appended, Observation]:
    """Return a request that was acknowledged and refused late, the one or the other under an id."""
    asked = ask(world, "aa", "subscriber", "routine")
    world.pump()
    world.advance(AFTER_MS)
    for verb, tag, parts in (
        ("acknowledge", acts.ACKNOWLEDGED, ()),
        ("refuse", acts.REFUSED, ({"reason": "impossible"},)),
    ):
        named = (act_id or asked.act.id) if how == verb else world.node("bb").act_id()
        saying = acts.Saying(named, Office("police"), "CB-1")
        act = decide.decided(state_of(world, "bb", asked), By(saying, "bb"), tag, *parts)
        assert not isinstance(act, Inadmissible)
        world.say("bb", act)
        world.pump()
        world.advance(DAY_MS)
    return asked, row(world, "aa", asked)


@pytest.mark.parametrize("how", ["acknowledge", "refuse"])
def test_who_answers_late_under_the_id_of_the_request_is_late(tmp_path: Path, how: str) -> None:
    """The request came when it came, its clock has begun then, and each time is told of it."""
    other = agreed_world(tmp_path / "other")
    under, expected = late(other, other.node("bb").act_id(), how)
    world = agreed_world(tmp_path / "one")
    asked, found = late(world, "", how)

    assert found == row(world, "bb", asked)
    (acknowledged, *_) = found.spans
    assert acknowledged.end is not None
    assert acknowledged.end.at_ms - found.asked.at_ms >= AFTER_MS
    assert [one.used for one in found.spans] == [one.used for one in expected.spans]
    assert [one.status for one in found.spans] == [one.status for one in expected.spans]
    clocks = [
        [one.clock.status for one in reckoned(*each).timed]
        for each in ((world, "aa", asked), (other, "aa", under))
    ]
    assert clocks[0] == clocks[1]
