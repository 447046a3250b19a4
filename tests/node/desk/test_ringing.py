"""What rings: a call wakes the desk at once, whoever looked, until somebody picks it up."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from support.agreed import agreed_world
from support.pair import World

from comity.acts.verb import Given, Verb
from comity.adapters.alarms import StandingAlarms
from comity.boot.escalation import Arrivals
from comity.domestic.officer import role
from comity.joint.hotline.verbs import TABLE
from comity.node.base.context import Node
from comity.node.base.rows import Officer
from comity.node.desk import officer_admin, ringing
from comity.node.room import officers, say
from comity.node.room.release.draft_store import Sent

LATER = 1_803_859_200_000


class Desks:
    """Two States with an officer each at the contact point."""

    def __init__(self, folder: Path) -> None:
        self.world: World = agreed_world(folder)
        self.officers: dict[str, Officer] = {}
        for party in ("aa", "bb"):
            node = self.world.node(party)
            opened = officer_admin.add(node, "wei", "police", "", (*role.SPEAKING, role.RELEASING))
            self.officers[party] = officers.authenticate(node, "wei", opened)
        self.told: list[Mapping[str, str]] = []
        self.now_ms = 0
        self.watch = Arrivals(self.node("bb"), self._run, 1_000)

    def _run(self, variables: Mapping[str, str]) -> bool:
        self.told.append(variables)
        return True

    def node(self, party: str) -> Node:
        """Return a node."""
        return self.world.node(party)

    def say(self, party: str, name: str, matter: str = "", **given: str | int) -> str:
        """Say something by the table, let it cross, and return the matter."""
        row = TABLE.verb(name)
        assert isinstance(row, Verb)
        values: Given = dict(given)
        spoken = say.Spoken(row, matter, values, say.words(row, self.officers[party], {}))
        said = say.say(TABLE, self.node(party), self.officers[party], spoken)
        assert isinstance(said, Sent), said
        self.world.pump()
        return said.matter_id

    def look(self, *, is_seen: bool = False) -> list[str]:
        """Return which calls the command is told of at the next look, a period later."""
        del self.told[:]
        self.now_ms += 1_000
        self.watch.look(self.now_ms, is_seen=is_seen)
        return [one["COMITY_URGENCY"] for one in self.told]

    def bar(self, party: str) -> list[str]:
        """Return what stands in the bar of a page."""
        found = ringing.ringing(self.node(party), self.officers[party])
        return [row.matter.id for row, _ in found]

    def is_alarmed(self, party: str) -> bool:
        """Return whether the alarm stands."""
        node = self.node(party)
        ringing.step(node)
        assert isinstance(node.alarms, StandingAlarms)
        return any(code == ringing.ALARM for code, _ in node.alarms.standing())


@pytest.fixture
def desks(tmp_path: Path) -> Desks:
    """Return two States that may call each other."""
    return Desks(tmp_path)


def call(desks: Desks, level: int = 2) -> str:
    """Let `aa` call `bb`."""
    return desks.say("aa", "call", ground="life", level=level, word_by=LATER)


def test_a_call_rings_at_once_whoever_looked_until_it_is_picked_up(desks: Desks) -> None:
    """In `live` too, with a page open or not; a look ends nothing, a pick-up everything."""
    matter = call(desks)
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
    matter = call(desks)
    desks.say("bb", "take", matter, level=2, agency="police")
    assert desks.look() == []
    desks.say(party, "raise", matter, level=4, reason="graver")
    assert desks.look() == ["call-4"]
    assert desks.bar("bb") == [matter]
    desks.say("bb", "take", matter, level=4, agency="police")
    assert desks.look() == []


def test_a_node_that_was_killed_rings_again(desks: Desks) -> None:
    """What must ring follows from the states: a watch that knows nothing finds the same."""
    call(desks)
    assert desks.look() == ["call-2"]
    desks.watch = Arrivals(desks.node("bb"), desks._run, 1_000)
    assert desks.look() == ["call-2"]


def test_many_calls_of_one_state_and_level_ring_as_one(desks: Desks) -> None:
    """A flood costs few runs, and a graver call waits for none of it."""
    for _ in range(5):
        call(desks)
    call(desks, 7)
    assert sorted(desks.look()) == ["call-2", "call-7"]
    assert len(desks.bar("bb")) == 6


def test_codes_leave_with_one_officer_and_words_do_not(desks: Desks) -> None:
    """Who is woken answers alone; what is said in words waits for a second officer."""
    matter = call(desks)
    row = TABLE.verb("pick-up")
    assert row is not None
    officer = desks.officers["bb"]
    words = say.words(row, officer, {"en": "We look into it."})
    said = say.say(TABLE, desks.node("bb"), officer, say.Spoken(row, matter, {}, words))
    assert not isinstance(said, Sent)
    assert desks.bar("bb") == [matter]
    desks.say("bb", "pick-up", matter)
