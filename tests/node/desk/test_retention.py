"""What is kept, and until when: by the agreed text, and not while anything is still asked for."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from support import spoken
from support.agreed import (
    adopt,
    agreed_world,
    at,
    bound,
    reply,
    row_of,
    set_clock,
    shipped,
    state_of,
)
from support.pair import READER, World, sealed

from comity.acts.record import Addressee, Office
from comity.domestic.custody import retention
from comity.joint.case import verbs as case
from comity.joint.exchange.fold import FOREIGN_TAG
from comity.joint.request import acts, decide
from comity.joint.request.acts import Asked
from comity.joint.request.decide import By
from comity.kernel.ids import random_id
from comity.kernel.inadmissible import Inadmissible
from comity.node.exchange.append import Appended
from comity.node.room import custody
from comity.node.room import retention as retained
from comity.rooms.request import destruction


def ask(world: World, to: Sequence[str] = ("bb",), guideline: str = "") -> Appended:
    """Say a request with a text that is held, and let it arrive."""
    said = begin(world, to, guideline)
    world.pump()
    return said


def begin(world: World, to: Sequence[str] = ("bb",), guideline: str = "") -> Appended:
    """Say a request with a text that is held."""
    node = world.node("aa")
    blob, stored = sealed(node, b'{"en":"Please preserve."}')
    saying = acts.Saying(random_id(node.entropy(16)), Office("police"), "REF-1", (blob,))
    asked = Asked(
        "preservation", "routine", ("one",), ("facts",), guideline=guideline or bound(world)
    )
    others = tuple(Addressee(one) for one in to)
    return world.say("aa", acts.submitted(saying, "aa", others, asked), {blob.sha256: stored})


def again(world: World, first: Appended) -> Appended:
    """Say another request that carries the same text."""
    saying = acts.Saying(random_id(world.node("aa").entropy(16)), Office("police"), "REF-2")
    what = Asked("preservation", "routine", ("one",), ("facts",), guideline=bound(world))
    saying = replace(saying, blobs=first.act.blobs)
    return world.say("aa", acts.submitted(saying, "aa", (Addressee("bb"),), what))


def answer(world: World, asked: Appended, party: str = "bb") -> None:
    """Let an addressee answer."""
    reply(world, party, asked, acts.ACKNOWLEDGED)
    reply(world, party, asked, acts.ANSWERED)
    world.pump()


def close(world: World, asked: Appended, text: str) -> None:
    """Let the asker close what was answered, at an instant."""
    set_clock(world, at(text))
    reply(world, "aa", asked, acts.CLOSED, {"reason": "satisfied"})
    world.pump()


def ends(world: World, asked: Appended) -> list[int]:
    """Return when what a request carries is to be destroyed: the same on both nodes."""
    found = []
    for party in ("aa", "bb"):
        node, row = world.node(party), row_of(world, party, asked)
        with node.store.read() as tx:
            lines = retained.of_matter(node, tx, row, node.clock.now_ms())
        found.append([one.due.at_ms for one in lines])
    assert found[0] == found[1]
    return found[0]


def test_what_is_asked_again_is_kept_until_it_is_closed_again(tmp_path: Path) -> None:
    """Evidence is not listed for destruction under the hands of who works on it anew."""
    world = agreed_world(tmp_path)
    asked = ask(world)
    answer(world, asked)
    close(world, asked, "2026-10-09 12:00 +0800")
    assert ends(world, asked) == [at("2028-10-10 00:00 +0800")]
    reply(world, "aa", asked, acts.REOPENED, {"reason": "incomplete"})
    world.pump()
    assert ends(world, asked) == []
    reply(world, "bb", asked, acts.ANSWERED)
    world.pump()
    assert ends(world, asked) == []
    close(world, asked, "2026-11-20 12:00 +0800")
    assert ends(world, asked) == [at("2028-11-21 00:00 +0800")]
    world.close()


def test_a_request_to_two_is_closed_once_it_is_for_both(tmp_path: Path) -> None:
    """What one of them still works on is not due since the other has done."""
    world = agreed_world(tmp_path, parties=("aa", "bb", "cc"))
    asked = ask(world, to=("bb", "cc"))
    answer(world, asked)
    close(world, asked, "2026-10-09 12:00 +0800")
    assert ends(world, asked) == []
    answer(world, asked, "cc")
    close(world, asked, "2026-10-12 12:00 -0400")
    assert ends(world, asked) == [at("2028-10-13 00:00 -0500")]  # the last offset that is adopted
    world.close()


def test_retention_counts_in_the_days_of_the_side_that_the_text_names(tmp_path: Path) -> None:
    """Ten working days of China from 30 September are not over before the holidays are."""
    world = agreed_world(tmp_path)
    text = shipped("guideline/dialogue.yaml").decode()
    assert "length: {amount: 24, unit: months, of: addressee}" in text
    text = text.replace(
        "length: {amount: 24, unit: months, of: addressee}",
        "length: {amount: 10, unit: working-days, of: addressee}",
    )
    sha256 = adopt(world, "guideline", text.encode())
    asked = ask(world, guideline=sha256)
    answer(world, asked)
    close(world, asked, "2026-09-30 12:00 +0800")
    assert ends(world, asked) == [at("2026-10-21 00:00 +0800")]
    world.close()


def test_a_period_may_begin_with_another_event_than_the_end(tmp_path: Path) -> None:
    """A text may count from the answer: that is told though the request goes on."""
    world = agreed_world(tmp_path)
    text = shipped("guideline/dialogue.yaml").decode()
    before = text.replace("after: closed", "after: answered")
    sha256 = adopt(world, "guideline", before.encode())
    asked = ask(world, guideline=sha256)
    assert ends(world, asked) == []
    set_clock(world, at("2026-10-09 12:00 +0800"))
    answer(world, asked)
    assert ends(world, asked) == [at("2028-10-10 00:00 +0800")]
    close(world, asked, "2026-11-20 12:00 +0800")
    assert ends(world, asked) == [at("2028-10-10 00:00 +0800")]
    world.close()


def test_what_is_evidence_in_another_request_too_is_kept_for_that(tmp_path: Path) -> None:
    """The first one's time has ended; the second is under way, and would stand without it."""
    world = agreed_world(tmp_path)
    first = ask(world)
    second = again(world, first)
    world.pump()
    for one in (first, second):
        answer(world, one)
    close(world, first, "2026-10-09 12:00 +0800")
    assert ends(world, first) == [at("2028-10-10 00:00 +0800")], "when it will be is told"
    set_clock(world, at("2028-10-10 00:00 +0800"))
    assert (ends(world, first), ends(world, second)) == ([], [])
    officer = replace(READER, agency="police")
    for reason in ("retention-ended", "condition"):
        blobs, why = [first.act.blobs[0].sha256], custody.Why("over")
        no = destruction.destroy(world.node("aa"), officer, first.act.matter.id, blobs, reason, why)
        assert isinstance(no, Inadmissible)
        assert no.rule == "custody.not-due"
    close(world, second, "2028-10-11 12:00 +0800")
    later = [at("2030-10-12 00:00 +0800")]
    assert (ends(world, first), ends(world, second)) == ([], later)
    set_clock(world, at("2030-10-12 00:00 +0800"))
    assert ends(world, first) == [at("2028-10-10 00:00 +0800")]
    assert ends(world, second) == [at("2030-10-12 00:00 +0800")]
    world.close()


def due_now(world: World, asked: Appended) -> list[str]:
    """Return which bodies of a request aa is to destroy now."""
    node, row = world.node("aa"), row_of(world, "aa", asked)
    with node.store.read() as tx:
        lines = retained.of_matter(node, tx, row, node.clock.now_ms())
    return [one.due.item.sha256 for one in lines if one.due.state == retention.DUE]


def give(world: World, asked: Appended) -> str:
    """Let bb answer with a body; return its hash."""
    node = world.node("bb")
    given, stored = sealed(node, b"subscriber")
    saying = acts.Saying(random_id(node.entropy(16)), Office("police"), "", (given,))
    said = decide.decided(state_of(world, "bb", asked), By(saying, "bb"), acts.ANSWERED)
    assert not isinstance(said, Inadmissible)
    world.say("bb", said, {given.sha256: stored})
    world.pump()
    return given.sha256


def test_of_each_body_it_is_told_who_has_attested_its_destruction(tmp_path: Path) -> None:
    """An officer sees what the other side still holds: what it says of one body is of that one."""
    world = agreed_world(tmp_path)
    asked = ask(world)
    reply(world, "bb", asked, acts.ACKNOWLEDGED)
    given, text = give(world, asked), asked.act.blobs[0].sha256
    close(world, asked, "2026-10-09 12:00 +0800")
    set_clock(world, at("2028-10-10 00:00 +0800"))
    reply(world, "bb", asked, acts.DESTROYED, {"reason": "retention-ended", "blobs": (text,)})
    world.pump()
    node, row = world.node("aa"), row_of(world, "aa", asked)
    with node.store.read() as tx:
        lines = retained.of_matter(node, tx, row, node.clock.now_ms())
    assert {one.due.item.sha256: one.attested for one in lines} == {text: ("bb",), given: ()}
    ended = at("2028-10-10 00:00 +0800")
    assert {one.due.at_ms for one in lines} == {ended}, "nothing begins anew with that"
    world.close()


def test_another_body_of_that_request_that_is_due_gives_it_up_for_none(tmp_path: Path) -> None:
    """The answer there goes at once, as was agreed; the text that both carry is kept for that."""
    world = agreed_world(tmp_path)
    first = ask(world)
    second = again(world, first)
    world.pump()
    answer(world, first)
    reply(world, "bb", second, acts.ACCEPTED, {"conditions": (retention.DESTROY_AFTER_USE,)})
    world.pump()
    reply(world, "aa", second, acts.CONDITION_ACCEPTED)
    world.pump()
    given = give(world, second)
    close(world, first, "2026-10-09 12:00 +0800")
    close(world, second, "2028-10-11 12:00 +0800")
    assert (due_now(world, first), due_now(world, second)) == ([], [given])
    set_clock(world, at("2030-10-12 00:00 +0800"))
    assert due_now(world, first) == [first.act.blobs[0].sha256]
    world.close()


def test_what_is_not_here_is_not_to_be_destroyed(tmp_path: Path) -> None:
    """It has not come yet."""
    world = agreed_world(tmp_path)
    asked = ask(world)
    answer(world, asked)
    close(world, asked, "2026-10-09 12:00 +0800")
    set_clock(world, at("2028-10-10 00:00 +0800"))
    text = asked.act.blobs[0].sha256
    assert due_now(world, asked) == [text]
    with world.node("aa").store.write() as tx:
        tx.drop_body(text)
        tx.save_named_bodies([replace(one, held=False) for one in tx.who_names(text)])
    assert due_now(world, asked) == []
    world.close()


@pytest.mark.parametrize("what", ["the next act of the log", "a case", "an act that counts not"])
def test_what_is_no_other_request_keeps_nothing(tmp_path: Path, what: str) -> None:
    """Else a word of anybody would keep a person's data for ever."""
    world = agreed_world(tmp_path)
    first = begin(world)
    text = first.act.blobs[0].sha256
    others = [begin(world)] if what == "the next act of the log" else []
    if what == "a case":
        act_id = random_id(world.node("aa").entropy(16))
        blobs = first.act.blobs
        said = spoken.opened(case.TABLE, "open", act_id, "aa", blobs, own_reference="OP-1")
        opened = world.say("aa", said)
        assert {blob.sha256 for blob in opened.act.blobs} == {text}
    if what == "an act that counts not":
        others = [again(world, first)]
    world.pump()
    answer(world, first)
    close(world, first, "2026-10-09 12:00 +0800")
    set_clock(world, at("2028-10-10 00:00 +0800"))
    if what == "an act that counts not":
        assert due_now(world, first) == []
        node = world.node("aa")
        with node.store.write() as tx:
            (row,) = tx.acts_with_id(others[0].act.id)
            tx.save_acts([replace(row, foreign=FOREIGN_TAG)])
    assert due_now(world, first) == [text]
    world.close()
