"""A room that only the tests have is whole for a node: no line of it stands in the product."""

from dataclasses import replace
from pathlib import Path

import pytest
from rooms import tip
from support import agreed
from support.pair import World, make_world, sealed
from support.states import BEGIN_MS

from comity.acts import shape
from comity.acts.record import Act, Matter, Office
from comity.domestic.officer import role
from comity.kernel.fault import Fault
from comity.kernel.ids import random_id
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.rows import Officer
from comity.node.exchange import adopt
from comity.node.exchange.append import Appended
from comity.node.review import row_cache
from comity.node.room import clock_watch, clocks, need_to_know, say, text_fit
from comity.node.room.release import legal_gate
from comity.node.room.release.draft_store import Draft, Sent

HOUR_MS = 3_600_000


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Two States whose programs have the room, and that adopted it and its text."""
    made = make_world(tmp_path)
    for party, one in made.states.items():
        rooms = {**one.node.rooms, tip.KIND: tip.ROOM}
        made.replace_node(party, replace(one.node, rooms=rooms, vocabulary=tip.KNOWN))
    made.pump()
    for party in made.states:
        adopted = adopt.adopt_room(made.node(party), "", tip.KIND, lambda _tx: None)
        assert isinstance(adopted, adopt.RoomLine)
    made.pump()
    agreed.adopt(made, "tips", b'{"hours":2}', BEGIN_MS)
    return made


def give(world: World, party: str = "aa") -> Appended:
    """Give a tip with its words."""
    node = world.node(party)
    blob, data = sealed(node, b'{"en":"A server is attacked."}')
    act_id = random_id(node.entropy(16))
    matter = Matter(tip.KIND, shape.matter_id(tip.KIND, party, act_id))
    codes = {"topic": "botnet"}
    act = Act(act_id, tip.GIVEN, matter, Office("police"), codes=codes, blobs=(blob,))
    return world.say(party, act, {blob.sha256: data})


def test_both_fold_the_same_and_its_clock_runs_by_the_joint_text(world: World) -> None:
    """What was said has the same digest at both; the clock is due when the text says."""
    given = give(world)
    world.pump()
    assert world.digests("aa") == world.digests("bb")
    node = world.node("bb")
    with node.store.read() as tx:
        row = tx.matter(world.channel, given.act.matter)
        assert row is not None
        found = clocks.reckon(node, tx, row, node.clock.now_ms())
    (timed,) = found.timed
    started_ms = timed.clock.started_at_ms
    assert started_ms is not None
    assert timed.clock.due_at_ms == started_ms + 2 * HOUR_MS
    assert (row.status, row.holder, found.dues[0].action) == ("given", "bb", "take")
    taken = Act(
        random_id(node.entropy(16)), tip.TAKEN, row.matter, Office("police"), answers=given.act.id
    )
    world.say("bb", taken)
    world.pump()
    assert world.digests("aa") == world.digests("bb")
    assert [one.status for one in world.matters("aa") if one.matter == row.matter] == ["taken"]


def test_its_clock_rings_for_whose_turn_it_is_and_for_nobody_else(world: World) -> None:
    """The alarm of a clock that ran out names kind and id, and ends with the clock."""
    given = give(world)
    world.pump()
    world.advance(3 * HOUR_MS)
    for party in ("aa", "bb"):
        while clock_watch.step(world.node(party)):
            pass
    told = [what for code, what in world.alarms("bb") if code == clock_watch.OVERDUE]
    assert [what.partition(",")[0] for what in told] == [f"Tip {given.act.matter.id}"]
    assert not [code for code, _ in world.alarms("aa") if code == clock_watch.OVERDUE]


def test_it_is_read_by_the_role_that_it_names_and_by_its_agency(world: World) -> None:
    """A room says under which keys a matter is read: here an analyst of any agency reads it."""
    given = give(world)
    with world.node("aa").store.read() as tx:

        def reads(agency: str, *roles: str) -> bool:
            officer = Officer("eve", bytes(32), agency, "", 0, None, roles)
            reader = need_to_know.reader(tx, officer)
            return tx.readable(reader, world.channel, given.act.matter) is not None

        assert reads("customs", role.ANALYST)
        assert reads("police", role.CASE_OFFICER)
        assert not reads("customs", role.CASE_OFFICER)
        assert reads("customs", role.AUDITOR)
        assert not reads("police", role.OPERATOR)


def test_nothing_of_it_leaves_while_no_profile_is_in_force(world: World) -> None:
    """A room that asks counsel is closed by default, and the officer is told what changes it."""
    given = give(world).act
    node, officer = world.node("aa"), Officer("ann", bytes(32), "police", "", 0)
    taken = replace(given, tag=tip.TAKEN)
    with node.store.read() as tx:
        drafts = [Draft(one, world.channel, "0" * 64) for one in (given, taken)]
        noes = [legal_gate.gate(tx, node, officer, one) for one in drafts]
    assert noes == [legal_gate.NO_PROFILE, None]


def test_a_review_reads_its_rows_apart_from_those_of_requests(world: World) -> None:
    """Rows of its own kind are kept and read at a cut, and are no figures of requests."""
    given = give(world)
    world.pump()
    node = world.node("bb")
    with node.store.read() as tx:
        cut = {log.origin: log.understood for log in tx.logs(world.channel)}
    at = (world.channel, cut, node.clock.now_ms())
    (row,) = row_cache.rows(node, *at, kind=tip.KIND)
    assert (row.kind, row.id, row.status) == (tip.KIND, given.act.matter.id, "given")
    assert row_cache.rows(node, *at) == []


def test_each_of_its_tags_is_one_verb_with_the_fields_of_its_shape() -> None:
    """The table of its verbs says what can be said, and nothing else."""
    assert [one.tag for one in tip.VERBS.verbs] == [*tip.SHAPES]
    for one in tip.VERBS.verbs:
        fields = {field.code or field.name for field in one.fields}
        assert fields == tip.SHAPES[one.tag].needs.keys()


def test_an_officer_says_its_verbs_by_the_one_use_case(world: World) -> None:
    """What counsel is not asked about leaves; the other waits for a profile, as its no says."""
    given = give(world).act.matter
    world.pump()
    one = world.states["bb"]
    officer = one.officer("ben")
    take, opening = tip.VERBS.verb("take"), tip.VERBS.verb("give")
    assert take is not None
    assert opening is not None
    new = say.Spoken(opening, "", {"topic": "botnet"}, say.words(opening, officer, {}))
    no = say.say(tip.VERBS, one.node, officer, new)
    assert isinstance(no, Inadmissible)
    assert no.rule == "legal.profile-missing"
    spoken = say.Spoken(take, given.id, {}, say.words(take, officer, {}))
    assert isinstance(say.say(tip.VERBS, one.node, officer, spoken), Sent)
    world.pump()
    assert world.digests("aa") == world.digests("bb")


def test_its_text_is_known_by_its_name_and_no_other_is(world: World) -> None:
    """Rooms bring their joint texts: nobody proposes or adopts one that no room can read."""
    rooms = world.node("aa").rooms
    assert text_fit.read(rooms, "tips", b'{"hours":2}') == {"hours": 2}
    assert text_fit.require(rooms, "calendar.aa").name == "calendar."
    with pytest.raises(Fault, match=r"node\.text\.name-unknown"):
        text_fit.read(rooms, "poem", b"{}")
