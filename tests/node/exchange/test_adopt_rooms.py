"""A pair that began without some rooms adopts them, and has what they brought."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import making_cards as making
import pytest
from joint.case.test_case import STEPS, steps
from joint.review.histories import OTHER, SAME, TAKEN
from node.exchange.test_adopt import said as adoptions
from node.exchange.test_adopt import upgrade
from support import spoken
from support.pair import World, make_world

from comity.acts.record import Act, Office
from comity.acts.vocabulary import OURS, Vocabulary
from comity.joint.arrangement.pairing import Offer
from comity.joint.case import acts as case
from comity.joint.case import state as case_state
from comity.joint.case.verbs import TABLE
from comity.joint.request import acts as request
from comity.joint.request import state as request_state
from comity.joint.review import acts as review
from comity.joint.review import state as review_state
from comity.kernel.ids import random_id
from comity.kernel.ijson import Json
from comity.node.base import trust
from comity.node.exchange import adopt, append, pairing
from comity.node.exchange.append import Appended
from comity.node.operate import rebuild


def _tags(room: str) -> list[str]:
    return [tag for tags in OURS.added[room].values() for tag in tags]


NEW_ROOMS = (case.KIND, review.KIND)
FIRST = Vocabulary(
    {room: {1: versions[1]} for room, versions in OURS.added.items() if room not in NEW_ROOMS}
)
ADDED = {*OURS.tags()} - {*FIRST.tags()}
HASTY = Vocabulary({room: {int(room in FIRST.added): [*_tags(room)]} for room in OURS.added})
"""Of a program that says what nobody has adopted."""
BOTH = ("aa", "bb")
NEWEST = str(OURS.newest[request.KIND])
RATED = f"{request.QUALITY}usable"
STATES: dict[str, Callable[[Json], Any]] = {
    case.KIND: case_state.from_json,
    request.KIND: request_state.from_json,
    review.KIND: review_state.from_json,
}


@pytest.fixture
def begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[World, Appended]]:
    """A pair whose programs knew no more than the first version, and a request that they had."""

    def first(**given: Any) -> Offer:  # noqa: ANN401 -- the fields of an offer
        return Offer(**{**given, "vocabulary": FIRST.newest})

    monkeypatch.setattr(pairing, "Offer", first)
    world = make_world(tmp_path, anew=True)
    for party in BOTH:
        upgrade(world, party, FIRST)
    asked = world.ask("aa")
    world.pump()
    world.acknowledge("bb", asked)
    yield world, asked
    world.close()


class _Saying:
    """Acts of every tag that the second version added, each by a party that may say it."""

    def __init__(self, world: World, asked: Appended, answered: Appended) -> None:
        self._world = world
        self._asked = asked
        self._answered = answered
        self.said: list[tuple[str, Act]] = []

    def new_id(self) -> str:
        """Return the id of an act."""
        return random_id(self._world.node("aa").entropy(16))

    def add(self, party: str, act: Act) -> Act:
        """Take an act in."""
        self.said.append((party, act))
        return act

    def every(self) -> list[tuple[str, Act]]:
        """Return the acts in an order in which each is lawful."""
        self._reviews()
        self._cases()
        self._assessments()
        assert {act.tag for _, act in self.said} == ADDED
        return self.said

    def _reviews(self) -> None:
        def saying() -> review.Saying:
            return review.Saying(self.new_id(), Office("justice"))

        one = self.add("aa", review.snapshot(saying(), "aa", TAKEN))
        about = one.matter.id, one.id
        self.add("bb", review.differed(saying(), *about, OTHER))
        self.add("bb", review.commented(saying(), *about, "all/timeliness/respond/median"))
        self.add("bb", review.concurred(saying(), *about, SAME))
        other = self.add("aa", review.snapshot(saying(), "aa", TAKEN))
        self.add("aa", review.withdrawn(saying(), other.matter.id, other.id, "error"))

    def _cases(self) -> None:
        given: dict[str, Any] = {"own_reference": "FR-1", "crime_type": "ransomware"}
        opened = self.add("aa", spoken.opened(TABLE, "open", self.new_id(), "aa", **given))

        def say(party: str, name: str, answers: str = opened.id, **given: Any) -> Act:  # noqa: ANN401 -- values of fields
            matter = opened.matter.id
            act = spoken.spoken(TABLE, name, self.new_id(), matter, answers, **given)
            return self.add(party, act)

        for name in ("group", "ungroup"):
            say("aa", name, requests=(self._asked.act.matter.id,))
        say("bb", "reference", own_reference="CB-1")
        one = say("aa", "propose-priority", reason="harm-goes-on")
        say("bb", "agree-priority", one.id)
        one = say("aa", "propose-priority", level="ordinary", reason="reason-gone")
        say("bb", "decline-priority", one.id, reason="not-now")
        report = steps(STEPS, "2027-03")
        say("bb", "agree-report", say("aa", "report", **report).id)
        say("bb", "dispute-report", say("aa", "report", **report).id, reason="facts")
        linked = {"count": "1", "identifiers": "2"}
        own = say("aa", "reference", own_reference="FR-2")
        one = self.add("aa", replace(own, id=self.new_id(), tag=case.LINKED, codes=linked))
        say("bb", "dispute-link", one.id, link=1, reason="source")
        say("aa", "close", reason="concluded")
        say("bb", "reopen", reason="new-facts")

    def _assessments(self) -> None:
        asked, answered = self._asked.act, self._answered.act

        def say(party: str, tag: str, answers: str, codes: dict[str, str]) -> Act:
            saying = request.Saying(self.new_id(), Office("police"))
            about = request.About(asked.matter.id, asked.id, "aa", answers)
            return self.add(party, request.said(tag, saying, about, request.Parts(codes)))

        say("bb", request.STEP_TOLD, asked.id, {f"{request.STEP}whole": "held"})
        assessed = say("aa", request.ASSESSED, answered.id, {RATED: "partly"})
        say("bb", request.ASSESSMENT_DISPUTED, assessed.id, {request.REASON: "done"})
        say("aa", request.ASSESSMENT_SETTLED, assessed.id, {request.OUTCOME: "upheld"})


def _saying(world: World, asked: Appended) -> list[tuple[str, Act]]:
    answered = world.answer("bb", asked)
    world.pump()
    return _Saying(world, asked, answered).every()


def _reasons(world: World, reader: str, said: list[tuple[str, Act]]) -> list[str]:
    """Return why acts are foreign at a node, in their order."""
    ids = {act.id: at for at, (_, act) in enumerate(said)}
    with world.node(reader).store.read() as tx:
        rows = [row for party in BOTH for row in tx.acts(world.origin(party), 0, 999)]
    found = {ids[row.act.id]: row.foreign for row in rows if row.act.id in ids}
    return [found[at] for at in sorted(found)]


def _lacking(world: World, party: str, room: str) -> str:
    """Return the rule by which drafts of a room are refused at a node, or ""."""
    node = world.node(party)
    with node.store.read() as tx:
        no = adopt.lacking(node, tx, trust.load(tx, world.channel), f"{room}.withdrawn/1")
    return no.rule if no is not None else ""


def _effects(world: World, reader: str) -> set[str]:
    """Return the tags of acts that took effect at a node."""
    found = set()
    for row in world.matters(reader):
        turns = STATES[row.matter.kind](row.state).turns
        found |= {turn.tag for turn in turns if turn.takes_effect}
    return found


def test_until_both_have_adopted_each_act_of_the_new_rooms_is_refused(
    begun: tuple[World, Appended],
) -> None:
    """By a program that does not know it, and by one that does and whose peer has not adopted."""
    world, asked = begun
    said = _saying(world, asked)
    before = world.digests("bb")
    for vocabulary in (FIRST, OURS):
        upgrade(world, "aa", vocabulary)
        world.pump()
        for _, act in said:
            with making.refused("exchange.tag.not-adopted"):
                world.say("aa", act)
    assert adoptions(world, "bb") == [("aa", NEWEST, "")]
    assert world.digests("aa") == world.digests("bb") == before


def test_what_was_said_too_early_folds_to_nothing_before_and_after(
    begun: tuple[World, Appended],
) -> None:
    """Every act of the new rooms is foreign, with the reason, at both; no rebuild changes that."""
    world, asked = begun
    said = _saying(world, asked)
    before = world.digests("aa")
    for party, act in said:
        hasty = replace(world.node(party), vocabulary=HASTY)
        (placed,) = append.append(hasty, world.channel, [append.Candidate(act)])
        assert isinstance(placed, Appended)
    world.pump()
    for party in BOTH:
        upgrade(world, party, OURS)
    world.pump()
    for party in BOTH:
        rebuild.rebuild(world.node(party))
        assert _reasons(world, party, said) == ["tag"] * len(said)
        assert world.digests(party) == before
        assert not _effects(world, party) & ADDED


def test_once_both_have_adopted_every_act_of_the_new_rooms_has_effect(
    begun: tuple[World, Appended],
) -> None:
    """By an act of each; what is folded is the same at both, and again from the logs alone."""
    world, asked = begun
    said = _saying(world, asked)
    for party in BOTH:
        upgrade(world, party, OURS)
        world.pump()
    assert adoptions(world, "bb") == [("aa", NEWEST, ""), ("bb", NEWEST, "")]
    for room in NEW_ROOMS:
        assert _lacking(world, "aa", room) == "exchange.room.not-adopted"
        for party in BOTH:
            node = world.node(party)
            standing = adopt.adopt_room(node, "", room, lambda _: None)
            assert isinstance(standing, adopt.RoomLine)
            assert standing.adopted[party] == OURS.newest[room]
            world.pump()
        assert _lacking(world, "aa", room) == ""
    for party, act in said:
        world.say(party, act)
        world.pump()
    folded = world.digests("aa")
    assert len(folded) == 4  # the request, two snapshots, a case
    for party in BOTH:
        assert world.digests(party) == folded
        rebuild.rebuild(world.node(party))
        assert world.digests(party) == folded
        assert _reasons(world, party, said) == [""] * len(said)
        assert _effects(world, party) >= ADDED
