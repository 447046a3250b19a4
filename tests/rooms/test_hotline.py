"""A call goes where nothing queues before it, and its words wait for nobody who may be alone."""

from pathlib import Path

import pytest
from support.calls import Desks
from support.pair import World, make_world

from comity.kernel.inadmissible import Inadmissible
from comity.node.base import register_records
from comity.node.desk import pack
from comity.node.room.release import approve, emergency_review
from comity.node.room.release.draft_store import Sent, Waiting

WORDS = {"en": "A ward has no power.", "zh": "病房停电。"}


@pytest.fixture
def desks(tmp_path: Path) -> Desks:
    """Return two States that have adopted the guideline."""
    return Desks(tmp_path)


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Return two States that have agreed on nothing yet."""
    return make_world(tmp_path, ("aa", "bb"))


def test_a_call_is_opened_in_the_hotline_and_nowhere_that_queues(desks: Desks) -> None:
    """Nobody names a channel: its home is the hotline of the arrangement; `live` is refused."""
    matter = desks.call()
    hotline = register_records.hotline_in(desks.world.arrangement)
    assert {desks.row(party, matter).channel for party in ("aa", "bb")} == {hotline}
    live = register_records.live_in(desks.world.arrangement)
    said = desks.tell("aa", "call", "", {}, ground="life", level=2, word_by=9, channel=live)
    assert isinstance(said, Inadmissible)
    assert said.rule == "hotline.channel-queues"


def test_words_that_nobody_reads_back_are_no_words_of_a_call(desks: Desks) -> None:
    """Over 16 KiB they go by a request; the call itself is made all the same."""
    matter = desks.call()
    for length, is_long in ((7_000, False), (9_000, True)):
        long = {"en": "a" * length, "zh": "b" * length}
        said = desks.tell("aa", "say", matter, long, sort="information")
        rule = said.rule if isinstance(said, Inadmissible) else ""
        assert (rule == "hotline.words-long") is is_long


def test_a_call_about_a_matter_of_live_is_made_in_the_hotline(desks: Desks) -> None:
    """What it is about lies in `live`; what is said of it does not wait there."""
    asked = desks.world.ask("aa")
    desks.world.pump()
    request = asked.act.matter.id
    said = desks.tell("bb", "call", "", {}, ground="life", level=1, word_by=9, requests=(request,))
    assert isinstance(said, Sent), said
    assert said.channel == register_records.hotline_in(desks.world.arrangement)


def test_words_of_a_call_leave_at_once_where_one_officer_may_release_alone(
    tmp_path: Path, world: World
) -> None:
    """By the settings one may in an emergency: it is out at once, and another reviews it."""
    desks = Desks(tmp_path, world)
    node = desks.node("aa")
    approve.configure(node, 2, 24)
    said = desks.tell("aa", "call", "", WORDS, ground="life", level=2, word_by=9)
    assert isinstance(said, Sent), said
    (shown,) = emergency_review.listing(node, desks.officers["aa"])
    assert (shown.review.act_id, shown.review.officer) == (said.act_id, "wei")


def test_words_of_a_call_wait_where_nobody_may_release_alone(tmp_path: Path, world: World) -> None:
    """The settings give no hours, so that two officers are needed; codes leave all the same."""
    desks = Desks(tmp_path, world)
    approve.configure(desks.node("aa"), 2, 0)
    said = desks.tell("aa", "call", "", WORDS, ground="life", level=2, word_by=9)
    assert isinstance(said, Waiting)
    assert isinstance(desks.tell("aa", "call", "", {}, ground="life", level=2, word_by=9), Sent)


def test_the_pack_for_principals_says_of_each_call_what_both_compute(
    tmp_path: Path, world: World
) -> None:
    """By whom, on which ground, at which level, how it ended, what was caught; one digest."""
    desks = Desks(tmp_path, world)
    matter = desks.call()
    desks.say("bb", "take", matter, level=2, agency="police")
    given = {"sort": "undertaking", "read_back": "yes"}
    assert isinstance(desks.tell("bb", "say", matter, WORDS, **given), Sent)
    desks.world.pump()
    other = {"en": "The ward has power.", "zh": "病房有电。"}
    for words, judged in ((other, "correct"), (WORDS, "confirm")):
        assert isinstance(desks.tell("aa", "read-back", matter, words), Sent)
        desks.world.pump()
        why = {"reason": "time"} if judged == "correct" else {}
        desks.say("bb", judged, matter, **why)
    desks.say("aa", "carry", matter, carrier="tel", outcome="no-answer", began=1)
    desks.say("bb", "close", matter, reason="concluded")
    found = [
        {one.kind: one for one in pack.pack(desks.node(p), desks.officers[p]).sections}["hotline"]
        for p in ("aa", "bb")
    ]
    assert found[0].digest == found[1].digest
    (line,) = found[0].lines or ()
    assert {**line.facts} == {
        "by": "aa", "ground": "life", "drill": False, "level": 2, "outcome": "concluded",
        "understood": 1, "misunderstandings": 1, "carriers": 1,
    }  # fmt: skip
