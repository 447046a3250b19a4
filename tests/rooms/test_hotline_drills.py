"""Drills: drawn at an instant that neither side chooses, and never counted with real calls."""

from pathlib import Path
from typing import Any, cast

import pytest
from support.calls import LATER, Desks

from comity.acts.verb import Given
from comity.figures.figures import Period
from comity.joint.hotline import coming, view
from comity.joint.hotline.state import State
from comity.kernel.inadmissible import Inadmissible
from comity.node.base import register_records
from comity.node.desk import matters
from comity.node.desk.duty import watch
from comity.node.room.release.draft_store import Sent
from comity.rooms.hotline import desk, drills, figures
from comity.rooms.hotline.figures import Figures

HOUR = 3_600_000
EVER = Period(0, 1 << 50)


@pytest.fixture
def desks(tmp_path: Path) -> Desks:
    """Return two States that may call each other."""
    return Desks(tmp_path)


def plan(desks: Desks, from_ms: int, until_ms: int) -> str:
    """Let `aa` plan a drill in a window."""
    window: dict[str, Any] = {"from": from_ms, "until": until_ms}
    return desks.say("aa", "drill/plan", kind="desk", **window)


def planned(desks: Desks, hours: int = 10) -> tuple[str, int]:
    """Let `aa` plan a drill and `bb` join it; return it, and the drawn instant."""
    now_ms = desks.node("aa").clock.now_ms()
    matter = plan(desks, now_ms + HOUR, now_ms + hours * HOUR)
    desks.say("bb", "drill/join", matter)
    made = state(desks, "aa", matter).plan
    assert made is not None
    with desks.node("aa").store.read() as tx:
        kept = cast("dict[str, str]", tx.record(desk.DRAWN, made.commit))
    return matter, coming.instant_ms(made, kept["nonce"], made.shares[0].salt)


def state(desks: Desks, party: str, matter: str) -> State:
    """Return a call as a node has folded it."""
    node = desks.node(party)
    return cast("State", node.rooms["hotline"].from_json(desks.row(party, matter).state))


def own(desks: Desks, party: str, matter: str) -> dict[str, str]:
    """Return what a State alone knows of a call."""
    shown = matters.show(desks.node(party), desks.officers[party], "hotline", matter)
    return {label["en"]: value for label, value in shown.own}


def counted(desks: Desks, party: str) -> dict[str, Any]:
    """Return the figures of a node as everybody reads them."""
    found = figures.figures(desks.node(party), desks.officers[party], EVER)
    assert isinstance(found, Figures), found
    return cast("dict[str, Any]", figures.to_json(found))


def begin(desks: Desks, matter: str) -> object:
    """Let `aa` begin the drill, whether or not it may."""
    return desks.tell("aa", "drill/begin", matter, {}, ground="life", level=1, word_by=LATER)


def test_a_drill_begins_once_the_drawn_instant_has_come_and_not_before(desks: Desks) -> None:
    """Its planner is reminded then and not sooner; both compute the instant, and the delay."""
    matter, at_ms = planned(desks)
    early = begin(desks, matter)
    assert isinstance(early, Inadmissible)
    assert early.rule == "hotline.drill-early"
    node = desks.node("aa")
    watch.step(node)
    assert desk.DUE not in dict(desks.world.alarms("aa"))
    desks.world.advance(at_ms - node.clock.now_ms() + 120_000)
    watch.step(node)
    assert desk.DUE in dict(desks.world.alarms("aa"))
    assert desk.BEGIN["en"] in own(desks, "aa", matter)
    assert desk.BEGIN["en"] not in own(desks, "bb", matter)
    assert isinstance(begin(desks, matter), Sent)
    desks.world.pump()
    watch.step(node)
    assert desk.DUE not in dict(desks.world.alarms("aa"))
    assert {view.drawn_at_ms(state(desks, p, matter)) for p in ("aa", "bb")} == {at_ms}
    for party in ("aa", "bb"):
        (drill,) = counted(desks, party)["planned"]
        assert drill["status"] == "held"
        assert 120_000 <= drill["delay_ms"] < 180_000


def test_each_drill_is_listed_for_both_with_who_joined_it(desks: Desks) -> None:
    """Planned, joined, held: what one node lists the other does, the newest window first."""
    first, _ = planned(desks)
    now_ms = desks.node("aa").clock.now_ms()
    later = plan(desks, now_ms + 20 * HOUR, now_ms + 30 * HOUR)
    told = [drills.listing(desks.node(party), desks.officers[party]) for party in ("aa", "bb")]
    assert told[0] == told[1]
    assert [(one.id, one.joined, one.status) for one in told[0]] == [
        (later, (), "ahead"),
        (first, ("bb",), "ahead"),
    ]


def test_a_drill_that_nobody_joined_or_another_planned_is_not_begun(desks: Desks) -> None:
    """Without a second share nothing is drawn; who has no nonce shows none."""
    now_ms = desks.node("aa").clock.now_ms()
    matter = plan(desks, now_ms + HOUR, now_ms + 2 * HOUR)
    alone = begin(desks, matter)
    assert isinstance(alone, Inadmissible)
    assert alone.rule == "hotline.drill-not-joined"
    other = desks.tell("bb", "drill/begin", matter, {}, ground="life", level=1, word_by=LATER)
    assert isinstance(other, Inadmissible)
    assert other.rule == "hotline.nonce-missing"


def test_a_missed_drill_is_shown_to_both(desks: Desks) -> None:
    """Once its window is over it is missed, whoever slept."""
    matter, _ = planned(desks, hours=2)
    assert [one["status"] for one in counted(desks, "bb")["planned"]] == ["ahead"]
    desks.world.advance(3 * HOUR)
    for party in ("aa", "bb"):
        assert [one["status"] for one in counted(desks, party)["planned"]] == ["missed"]
        assert desk.MISSED["en"] in own(desks, party, matter)


def test_calls_and_drills_are_counted_apart_and_alike_on_both_sides(desks: Desks) -> None:
    """How long it took to pick up and to take, by State; a drill moves no figure of calls."""
    first = desks.call()
    desks.world.advance(60_000)
    desks.say("bb", "pick-up", first)
    desks.world.advance(240_000)
    desks.say("bb", "take", first, level=2, agency="police")
    desks.call(party="bb")
    drill = desks.say("aa", "call", ground="life", level=1, word_by=LATER, drill="yes")
    desks.say("bb", "pick-up", drill)
    desks.world.pump()
    ours, theirs = counted(desks, "aa"), counted(desks, "bb")
    assert {**ours, "now_ms": 0} == {**theirs, "now_ms": 0}
    called = ours["calls"]["bb"]
    assert (called["pick-up"]["begun"], called["pick-up"]["ended"]) == (1, 1)
    assert 60_000 <= called["pick-up"]["median_ms"] < 120_000
    assert 300_000 <= called["take"]["longest_ms"] < 400_000
    waiting = ours["calls"]["aa"]["pick-up"]
    assert (waiting["begun"], waiting["ended"], waiting["median_ms"]) == (1, 0, None)
    assert ours["drills"].keys() == {"bb"}
    assert ours["calls_by"].keys() == {"ground/life", "hour/01", "level/2"}
    assert ours["calls_by"]["level/2"]["pick-up"]["begun"] == 2
    assert ours["drills_by"].keys() == {"ground/life", "hour/01", "level/1"}
    assert ours["channel"] == register_records.hotline_in(desks.world.arrangement)


def test_a_closed_call_that_nobody_picked_up_is_stopped_and_not_answered(desks: Desks) -> None:
    """A call that was called off is no answer, and no wait that goes on."""
    matter = desks.call()
    desks.say("aa", "call-off", matter, reason="mistaken")
    leg = counted(desks, "aa")["calls"]["bb"]["pick-up"]
    assert (leg["begun"], leg["ended"], leg["stopped"]) == (1, 0, 1)


def test_a_spoken_code_proves_what_a_number_reached(desks: Desks) -> None:
    """The page shows it to be read aloud; who heard it enters it, and its State opens it."""
    matter = desks.call()
    desks.say("bb", "pick-up", matter)
    code = own(desks, "bb", matter)[desk.YOUR_CODE["en"]]
    assert own(desks, "aa", matter)[desk.YOUR_CODE["en"]] != code
    began = desks.node("aa").clock.now_ms()
    for heard, is_proved in ((code, True), ("AAAA-AAAA", False)):
        desks.say("aa", "carry", matter, carrier="tel", outcome="reached", began=began, heard=heard)
        desks.say("bb", "confirm-carriage", matter)
        answers = state(desks, "aa", matter).carriages[-1].answers
        assert [one.is_proved for one in answers] == [is_proved]


def test_a_repeated_command_draws_once(desks: Desks) -> None:
    """A key means one command: what was drawn for it is drawn no more."""
    from comity.joint.hotline.verbs import TABLE  # noqa: PLC0415 -- this test alone
    from comity.node.room import say  # noqa: PLC0415 -- the same
    from comity.node.room.act_words import Words  # noqa: PLC0415 -- the same

    row = TABLE.verb("call")
    assert row is not None
    given: Given = {"ground": "life", "level": 2, "word_by": LATER}
    spoken = say.Spoken(row, "", given, Words(key="press-1"))
    node, officer = desks.node("aa"), desks.officers["aa"]
    first, again = (say.say(TABLE, node, officer, spoken) for _ in range(2))
    assert isinstance(first, Sent)
    assert isinstance(again, Sent)
    assert first.act_id == again.act_id
