"""What rings: a call wakes the desk at once, whoever looked, until somebody picks it up."""

from pathlib import Path

import pytest
from support.calls import Desks

from comity.boot.escalation import Arrivals
from comity.node.room.release.draft_store import Sent


@pytest.fixture
def desks(tmp_path: Path) -> Desks:
    """Return two States that may call each other."""
    return Desks(tmp_path)


def test_a_call_rings_at_once_whoever_looked_until_it_is_picked_up(desks: Desks) -> None:
    """In `live` too, with a page open or not; a look ends nothing, a pick-up everything."""
    matter = desks.call()
    assert desks.look() == ["call-2"]
    with desks.node("bb").store.write() as tx:
        row = tx.matters(after="", count_max=9)[-1]
        tx.mark_opened(row.channel, row.matter)
    assert desks.look(is_seen=True) == ["call-2"]
    assert (desks.bar("bb"), desks.bar("aa")) == ([matter], [])
    assert desks.is_alarmed("bb")
    desks.say("bb", "pick-up", matter)
    assert desks.look() == []
    assert desks.bar("bb") == []
    assert not desks.is_alarmed("bb")


@pytest.mark.parametrize("party", ["aa", "bb"])
def test_a_raised_level_rings_again_whoever_raised_it(desks: Desks, party: str) -> None:
    """The called side that raises wakes its own desk; a taking at the new level ends it."""
    matter = desks.call()
    desks.say("bb", "take", matter, level=2, agency="police")
    assert desks.look() == []
    desks.say(party, "raise", matter, level=4, reason="graver")
    assert desks.look() == ["call-4"]
    assert desks.bar("bb") == [matter]
    desks.say("bb", "take", matter, level=4, agency="police")
    assert desks.look() == []


def test_a_node_that_was_killed_rings_again(desks: Desks) -> None:
    """What must ring follows from the states: a watch that knows nothing finds the same."""
    desks.call()
    assert desks.look() == ["call-2"]
    desks.watch = Arrivals(desks.node("bb"), desks._run, 1_000)
    assert desks.look() == ["call-2"]


def test_many_calls_of_one_state_and_level_ring_as_one(desks: Desks) -> None:
    """A flood costs few runs, and a graver call waits for none of it."""
    for _ in range(5):
        desks.call()
    desks.call(7)
    assert sorted(desks.look()) == ["call-2", "call-7"]
    assert len(desks.bar("bb")) == 6


def test_codes_leave_with_one_officer_and_words_do_not(desks: Desks) -> None:
    """Who is woken answers alone; words wait for a second officer where the text names no hours."""
    matter = desks.call()
    said = desks.tell("bb", "pick-up", matter, {"en": "We look into it."})
    assert not isinstance(said, Sent)
    assert desks.bar("bb") == [matter]
    desks.say("bb", "pick-up", matter)
