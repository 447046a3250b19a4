"""The console: both times, what comes next, what became of it; and one press stops all."""

from collections.abc import Iterator

import pytest
from support import pair
from support.pair import World, make_world
from support.played import Played

from comity.joint.exercise import play
from comity.kernel.fault import Fault
from comity.kernel.inadmissible import Inadmissible
from comity.node.room.release.draft_store import Sent
from comity.rooms.exercise import console, console_json, deliveries, steering

MINUTE_MS = 60_000


@pytest.fixture
def held(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    """Module 1 of *harbour invoice*, started: a minute is an hour."""
    with pair.closing():
        world: World = make_world(tmp_path_factory.mktemp("console"))
        made = Played(world, "harbour-invoice", "stop")
        made.start(60)
        yield made


def test_module_one_is_played_from_the_console(held: Played) -> None:
    """Items come in their time, a condition opens one, deltas are told alike on both sides."""
    a, b = held.parties
    lead = held.officer(a, "lead", held.play_path)
    node = held.world.node(a)
    shown = console.of(node, lead)
    assert (shown.status, shown.times.rate) == (play.RUNNING, 60)
    assert [one.item.number for one in shown.upcoming][:2] == [1, 2]
    assert (shown.upcoming[0].holds, shown.upcoming[1].holds) == (True, False)
    assert shown.upcoming[1].due_ms is not None
    assert 0 < shown.upcoming[1].due_ms - shown.now_ms <= 2 * MINUTE_MS
    early = steering.deliver(node, lead, 4)
    assert isinstance(early, Inadmissible)
    assert early.rule == "exercise.condition-open"
    done = held.let_out(a, lead, steering.deliver(node, lead, 3))
    twice = steering.deliver(node, lead, 3)
    assert isinstance(twice, Inadmissible)
    assert twice.rule == "exercise.item-delivered"
    seat = {"seat": "authority-b"}
    held.say(b, held.play_path, "inject take", seat, matter=done, by="pat")
    answer = {**seat, "outcome": "done"}
    held.say(b, held.play_path, "inject answer", answer, matter=done, by="pat")
    held.world.pump()
    both = []
    for party in held.parties:
        lane = console.of(held.world.node(party), held.officer(party, "lead", held.play_path))
        (one,) = lane.lanes
        both.append((one.status, one.delivered_ms, one.taken_ms, one.answered_ms, one.is_lit))
        assert next(each.holds for each in lane.upcoming if each.item.number == 4)
    assert both[0] == both[1]
    assert both[0][0] == "answered"
    assert both[0][4]


def test_a_private_item_needs_its_words_and_one_that_is_held_is_gone(held: Played) -> None:
    """The list does not tell it; what is skipped by agreement comes no more."""
    (a, _), node = held.parties, held.world.node(held.parties[0])
    lead = held.officer(a, "lead", held.play_path)
    no = steering.deliver(node, lead, 6)
    assert isinstance(no, Inadmissible)
    assert no.rule == "exercise.content-missing"
    held.let_out(
        a, lead, steering.deliver(node, lead, 6, {"en": "A second one.", "zh": "第二笔。"})
    )
    cells = held.officer(a, "lead", held.cells_path)
    held.let_out(a, cells, steering.hold(node, lead, 1, "time"))
    shown = console.of(node, lead)
    assert {1, 6}.isdisjoint(one.item.number for one in shown.upcoming)
    assert shown.lanes[0].delivery.commit == held.secrets[6][2]


def test_what_came_since_is_added_to_what_was_read_before(held: Played) -> None:
    """Step by step, before and after each receipt, a console is that of a node that looks first."""
    a, b = held.parties
    node, lead = held.world.node(a), held.officer(a, "lead", held.play_path)

    def looked() -> console.Console:
        shown = console.of(node, lead)
        assert console.of(node, lead) == shown
        node.session.parts.clear()
        assert console.of(node, lead) == shown
        return shown

    assert not looked().lanes
    console.of(node, lead)
    held.arrives = False
    first = held.let_out(a, lead, steering.deliver(node, lead, 1))
    assert [one.delivered_ms for one in looked().lanes] == [None]
    held.arrives = True
    held.world.pump()
    assert looked().lanes[0].delivered_ms is not None
    console.of(node, lead)
    second = held.let_out(a, lead, steering.deliver(node, lead, 3))
    seat = {"seat": "authority-b"}
    held.say(b, held.play_path, "inject take", seat, matter=second, by="pat")
    assert {one.id: one.status for one in looked().lanes} == {first: "delivered", second: "taken"}
    console.of(node, lead)
    held.say(a, held.play_path, "inject withdraw", {"reason": "mistaken"}, matter=first)
    shown = looked()
    assert {one.id: one.status for one in shown.lanes} == {first: "withdrawn", second: "taken"}
    assert (1, "withdrawn") in deliveries.happened(shown.lanes, shown.times)


def test_one_press_stops_all_and_looking_changes_nothing(held: Played) -> None:
    """A player stops alone and at once; the console of either side says who and why."""
    _, b = held.parties
    node = held.world.node(b)
    pat = held.officer(b, "pat", held.play_path)
    with pytest.raises(Fault, match=r"officer\.role\.lacking"):
        console.of(node, pat)
    done = steering.stop(node, pat, "real-world")
    assert isinstance(done, Sent)
    held.world.pump()
    before = {party: held.world.digests(party) for party in held.parties}
    for party in held.parties:
        lead = held.officer(party, "lead", held.cells_path)
        shown = console.of(held.world.node(party), lead)
        assert shown.status == play.STOPPED
        assert shown.stop is not None
        assert (shown.stop.party, shown.stop.reason) == (b, "real-world")
        assert console_json.to_json(shown)["status"] == "stopped"
    assert before == {party: held.world.digests(party) for party in held.parties}


def test_who_works_in_no_exercise_has_no_console(held: Played) -> None:
    """Real work has none, and says how to enter."""
    a = held.parties[0]
    with pytest.raises(Fault, match=r"exercise\.entry\.missing"):
        console.of(held.world.node(a), held.officer(a, "lead"))
