"""The clocks of a call: what is waited for, by when, and what a clock that ran out offers."""

from pathlib import Path

import pytest
from rooms.test_hotline import WORDS
from rooms.test_hotline_drills import EVER
from support.agreed import adopt, agreed_world, shipped
from support.calls import LATER, Desks

from comity.clocks import clock
from comity.clocks.term import HOUR_MS, MINUTE_MS
from comity.joint.hotline import clocks, text
from comity.kernel import plain_yaml
from comity.kernel.ijson import render
from comity.node.base.reckoned import Reckoned
from comity.node.desk import due_list, matters
from comity.node.room import clock_watch
from comity.rooms.hotline import figures
from comity.rooms.hotline.clocks import TEXT_NONE
from comity.rooms.hotline.figures import Figures


def alone() -> bytes:
    """Return the shipped terms with one officer letting words out, so that a test says them."""
    fields = plain_yaml.parse(shipped("guideline/hotline.yaml")).value
    assert isinstance(fields, dict)
    return render({**fields, "approvals": {"count": 1}})


@pytest.fixture
def desks(tmp_path: Path) -> Desks:
    """Return two States that have adopted the shipped terms."""
    made = Desks(tmp_path)
    adopt(made.world, text.NAME, alone())
    made.world.pump()
    return made


def reckoned(desks: Desks, party: str, matter: str) -> Reckoned:
    """Return the clocks of a call as a node has them."""
    shown = matters.show(desks.node(party), desks.officers[party], "hotline", matter)
    assert shown.clocks is not None
    return shown.clocks


def stands(desks: Desks, party: str, matter: str) -> dict[str, str]:
    """Return `{clock: status}` of a call."""
    return {one.rule.name: one.clock.status for one in reckoned(desks, party, matter).timed}


def test_a_person_has_minutes_and_one_who_may_decide_an_hour(desks: Desks) -> None:
    """Both nodes count the same milliseconds; a leg that is done in time is met."""
    matter = desks.call()
    found = {one.rule.name: one.clock for one in reckoned(desks, "aa", matter).timed}
    assert found["pick-up"].due_at_ms == (found["pick-up"].started_at_ms or 0) + 15 * MINUTE_MS
    assert found["take"].due_at_ms == (found["take"].started_at_ms or 0) + HOUR_MS
    theirs = {one.rule.name: one.clock for one in reckoned(desks, "bb", matter).timed}
    assert {name: one.due_at_ms for name, one in found.items()} == {
        name: one.due_at_ms for name, one in theirs.items()
    }
    desks.world.advance(10 * MINUTE_MS)
    desks.say("bb", "pick-up", matter)
    desks.world.advance(HOUR_MS)
    assert stands(desks, "aa", matter) == {"pick-up": clock.MET, "take": clock.OVERDUE}


def test_a_clock_that_ran_out_offers_to_raise_the_level_and_does_nothing(desks: Desks) -> None:
    """The caller may raise it; then one who may decide at that level has an hour anew."""
    matter = desks.call()
    before = desks.row("aa", matter).state
    assert not any(one.action == clocks.RAISE for one in reckoned(desks, "aa", matter).dues)
    desks.world.advance(2 * HOUR_MS)
    assert desks.row("aa", matter).state == before
    (offer,) = (one for one in reckoned(desks, "aa", matter).dues if one.action == clocks.RAISE)
    assert offer.party == "aa"
    desks.say("aa", "raise", matter, level=3, reason="not-reached")
    assert stands(desks, "aa", matter) == {"pick-up": clock.OVERDUE, "take": clock.RUNNING}
    desks.say("bb", "take", matter, level=3, agency="police")
    assert stands(desks, "bb", matter)["take"] == clock.MET


def test_raising_before_the_clock_ran_out_is_lawful_and_shown(desks: Desks) -> None:
    """Who raises at once is marked early, who waited is not."""
    matter = desks.call()
    desks.say("aa", "raise", matter, level=3, reason="graver")
    desks.world.advance(2 * HOUR_MS)
    desks.say("aa", "raise", matter, level=4, reason="not-reached")
    found = reckoned(desks, "bb", matter)
    assert [found.state.turns[at].reason for at in clocks.early(found.state, found.text)] == [
        "graver"
    ]


def test_a_promised_word_is_due_when_it_was_promised(desks: Desks) -> None:
    """Whatever the terms say; the next words of that side keep it."""
    matter = desks.call()
    promised = desks.node("aa").clock.now_ms() + 20 * MINUTE_MS
    desks.say("bb", "pick-up", matter, next_word_at=promised)
    (word,) = (one for one in reckoned(desks, "aa", matter).timed if one.rule.name == clocks.WORD)
    assert (word.party, word.clock.due_at_ms) == ("bb", promised)
    desks.world.advance(21 * MINUTE_MS)
    assert stands(desks, "aa", matter)[clocks.WORD] == clock.OVERDUE
    desks.say("bb", "take", matter, level=2, agency="police")
    assert stands(desks, "aa", matter)[clocks.WORD] == clock.MISSED


def test_read_backs_and_other_carriers_wait_for_who_heard_or_was_reached(desks: Desks) -> None:
    """Each side has clocks of its own; of several the one that is due first is shown."""
    matter = desks.call()
    desks.say("bb", "take", matter, level=2, agency="police")
    desks.tell("aa", "say", matter, WORDS, sort="question", read_back="yes")
    desks.world.pump()
    desks.world.advance(MINUTE_MS)
    desks.tell("bb", "say", matter, WORDS, sort="undertaking", read_back="yes")
    began = desks.node("aa").clock.now_ms()
    for outcome in ("no-answer", "reached"):
        desks.say("aa", "carry", matter, carrier="tel", outcome=outcome, began=began)
    found = {one.rule.name: one for one in reckoned(desks, "bb", matter).timed}
    whose = {name: one.party for name, one in found.items()}
    assert whose["read-back"] == whose["voice"] == whose["summary"] == "bb"
    assert whose["caller-read-back"] == "aa"
    desks.say("bb", "confirm-carriage", matter)
    desks.tell("bb", "read-back", matter, WORDS)
    desks.world.pump()
    desks.world.advance(HOUR_MS)
    now = stands(desks, "aa", matter)
    assert (now["read-back"], now["voice"]) == (clock.MET, clock.MET)
    assert now["caller-read-back"] == clock.OVERDUE
    assert now["summary"] == clock.RUNNING  # two working days of the called side


def test_what_is_over_is_waited_for_no_more(desks: Desks) -> None:
    """A call that is closed stops its clocks; an alarm stands no longer."""
    matter = desks.call()
    desks.world.advance(20 * MINUTE_MS)
    clock_watch.step(desks.node("bb"))
    assert clock_watch.OVERDUE in dict(desks.world.alarms("bb"))
    desks.say("bb", "close", matter, reason="elsewhere")
    clock_watch.step(desks.node("bb"))
    assert clock_watch.OVERDUE not in dict(desks.world.alarms("bb"))
    assert stands(desks, "aa", matter) == {"pick-up": clock.MISSED, "take": clock.STOPPED}


def test_the_desk_lists_the_clocks_of_calls(desks: Desks) -> None:
    """By due time, with what each is called; a list of calls shows what is due first."""
    matter = desks.call()
    node, officer = desks.node("bb"), desks.officers["bb"]
    page = due_list.listing(node, officer, due_list.Wanted(party="bb"))
    assert [(one.found.row.matter.id, one.timed.rule.name) for one in page.lines] == [
        (matter, "pick-up"),
        (matter, "take"),
    ]
    (row,) = matters.page(node, officer, "hotline", "", 9)[0]
    from comity.joint.hotline.verbs import TABLE  # noqa: PLC0415 -- this test alone

    assert matters.dues(node, TABLE, [row])[matter].clock == "pick-up"


def test_without_terms_only_promises_are_counted_and_both_are_told(tmp_path: Path) -> None:
    """Calls are made all the same."""
    desks = Desks(tmp_path)
    matter = desks.call()
    desks.say("bb", "pick-up", matter, next_word_at=desks.node("aa").clock.now_ms() + HOUR_MS)
    for party in ("aa", "bb"):
        found = reckoned(desks, party, matter)
        assert [one.rule.name for one in found.timed] == [clocks.WORD]
        assert [one.code for one in found.missing] == [TEXT_NONE]


def test_the_review_counts_every_leg_by_the_same_clocks(desks: Desks) -> None:
    """A word kept, a read-back missed, a summary still awaited; both nodes alike."""
    matter = desks.call()
    promised = desks.node("aa").clock.now_ms() + 20 * MINUTE_MS
    desks.say("bb", "pick-up", matter, next_word_at=promised)
    desks.say("bb", "take", matter, level=2, agency="police")
    desks.tell("aa", "say", matter, WORDS, sort="question", read_back="yes")
    desks.world.pump()
    desks.world.advance(HOUR_MS)
    desks.world.pump()
    counted = []
    for party in ("aa", "bb"):
        found = figures.figures(desks.node(party), desks.officers[party], EVER)
        assert isinstance(found, Figures)
        legs = found.calls["bb"].legs
        assert (legs[clocks.WORD].kept, legs[clocks.WORD].missed) == (1, 0)
        assert (legs["read-back"].begun, legs["read-back"].missed) == (1, 1)
        assert (legs["summary"].begun, legs["summary"].kept, legs["summary"].missed) == (1, 0, 0)
        counted.append(legs)
    assert counted[0] == counted[1]


def test_a_state_that_was_not_called_moves_no_clock_between_those_who_speak(
    tmp_path: Path,
) -> None:
    """Of three one is away: the call is between the others, and is so when it comes back."""
    parties = ("aa", "bb", "cc")
    desks = Desks(tmp_path, agreed_world(tmp_path, parties=parties))
    adopt(desks.world, text.NAME, alone())
    desks.world.pump()
    desks.world.cut("aa", "cc")
    desks.world.cut("bb", "cc")
    matter = desks.say("aa", "call", ground="life", level=2, word_by=LATER, parties=("bb",))
    desks.say("bb", "take", matter, level=2, agency="police")

    for party in ("aa", "bb"):
        found = stands(desks, party, matter)
        assert (found["pick-up"], found["take"]) == (clock.MET, clock.MET)
    before = desks.row("aa", matter).state
    desks.world.advance(HOUR_MS)
    desks.world.mend()
    desks.world.pump()
    assert desks.row("aa", matter).state == before
    assert len({desks.row(party, matter).digest for party in parties}) == 1
