"""A proof of non-answer across entries that do not open at the asker: whose doing is shown."""

import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from node.test_nonanswer import judged, make, policies, refusal
from support.agreed import agreed_world, ask, reply
from support.hidden import (
    STRANGE,
    answer_of,
    append,
    asked_and_closed,
    by_later,
    known,
    receipt_of,
    rejecting,
    rejection,
    said,
    shut,
    taken,
)
from support.pair import READER, World

from comity.acts import codec
from comity.acts.record import Receipt, Record
from comity.joint.exchange import acts as exchange_acts
from comity.joint.exchange import nonanswer
from comity.joint.exchange.nonanswer import NonAnswer
from comity.joint.request import acts
from comity.kernel.fault import Fault
from comity.node.base.context import Node
from comity.node.base.trust import Trust
from comity.node.exchange import contested_entries, logs, seal
from comity.node.exchange.append import Appended
from comity.node.room import nonanswer_proof as proofs
from comity.node.room.nonanswer_proof import Made, Wanted
from comity.seal import age
from comity.surfaces.cli import verify_text
from tools.verify import verify as independent

type Numbers = tuple[int, ...]


@pytest.fixture(name="world")
def silent(tmp_path: Path) -> World:
    """Return two States that have business with each other."""
    world = agreed_world(tmp_path)
    reply(world, "bb", said(world), acts.ACKNOWLEDGED)
    world.pump()
    return world


def test_what_does_not_open_hides_no_silence(world: World) -> None:
    """It stays closed: the asker said that it does not open, and its author knew."""
    asked, at = asked_and_closed(world)
    with pytest.raises(Fault, match=r"stands in the way") as refused:
        make(world, asked)
    assert refused.value.code == "node.proof.unopened"
    assert "Say another act to bb" in refused.value.fix
    said(world)
    made = make(world, asked)
    assert b'"format":"comity/non-answer/2"' in made.data
    assert made.closed == (at,)
    shown = judged(world, made)
    (closed,) = shown.closed
    assert closed.index == at
    assert closed.receipt_ms // 1_000 <= shown.head_s
    text = verify_text.silence_text("x", shown)
    assert f"Entry {at} is not disclosed" in text
    told = independent.judge_silence(made.data, independent.read_policies(policies(world)))
    assert any(f"entry {at} is not disclosed" in line for line in told)


def test_without_such_an_entry_the_format_is_the_first(world: World) -> None:
    """Old verifiers go on."""
    assert b'"format":"comity/non-answer/1"' in make(world, said(world)).data


@pytest.mark.parametrize("where", ["before", "between", "not needed"])
def test_a_receipt_that_does_not_open_hides_no_silence(world: World, where: str) -> None:
    """Before the receipt it could be one for the act; before what was known, of the rejection."""
    world.cut("aa", "bb")
    asked = ask(world, "aa", "subscriber", "urgent")
    shut_at = append(world, "bb", receipt_of(world, "bb", "aa"), is_closed=True)
    world.mend()
    world.pump()
    expected = {shut_at}
    if where != "before":
        asked = said(world)
        acts_closed: list[Record] = [answer_of(world, asked), receipt_of(world, "bb", "aa")]
        ordered = acts_closed if where == "between" else acts_closed[::-1]
        at, after = (append(world, "bb", one, is_closed=True) for one in ordered)
        expected = {at, after} if where == "between" else {after}
        world.pump()
    reply(world, "bb", asked, acts.ACKNOWLEDGED)
    world.pump()
    said(world)
    shown = judged(world, make(world, asked))
    assert {one.index for one in shown.closed} == expected
    assert [one.tag for one in shown.said] == ["request.acknowledged/1"]


def test_acts_after_a_closed_receipt_are_opened(world: World) -> None:
    """It could be a receipt for the act, and they answer it."""
    earlier = said(world)
    world.cut("aa", "bb")
    asked = ask(world, "aa", "subscriber", "urgent")
    append(world, "bb", receipt_of(world, "bb", "aa"), is_closed=True)
    other = replace(answer_of(world, earlier), tag=acts.ACKNOWLEDGED)
    place = append(world, "bb", other, is_closed=False)
    world.mend()
    world.pump()
    said(world)
    made = make(world, asked, is_range_disclosed=True)
    whole = nonanswer.parse(made.data)
    assert judged(world, made).others == 1
    assert place < whole.receipt
    closed = nonanswer.render(shut(whole, place))
    assert refusal(world, made, closed) == "exchange.nonanswer.hidden"


def test_receipts_before_its_author_knew_are_opened(world: World) -> None:
    """One of them could say that the rejection did not open."""
    asked = said(world)
    world.cut("aa", "bb")
    ask(world, "aa", "subscriber", "urgent")
    at = append(world, "bb", answer_of(world, asked), is_closed=True)
    world.mend()
    world.pump()
    said(world)
    made = make(world, asked)
    whole = nonanswer.parse(made.data)
    judged(world, made)
    known_at = rejection(whole).receipt
    between = [x for x in range(at + 1, known_at) if whole.entries[x - whole.first].file_key]
    assert between
    for place in between:
        closed = nonanswer.render(shut(whole, place))
        assert refusal(world, made, closed) == "exchange.nonanswer.hidden"


def test_a_foreign_receipt_and_one_that_says_nothing_hide_no_silence(world: World) -> None:
    """Whoever has the file cannot tell that one is foreign: acts after it are opened."""
    world.cut("aa", "bb")
    asked = ask(world, "aa", "subscriber", "urgent")
    held = receipt_of(world, "bb", "aa")
    append(world, "bb", replace(held, size=held.size + 1, root=b"\1" * 32), is_closed=False)
    node = world.node("bb")
    with node.store.write() as tx:
        log = logs.own_log(tx, world.channel)
        sealed = age.seal(codec.render(log.origin, held), [STRANGE] * 3, node.entropy)
        logs.append_entries(tx, log, [b"\2" + sealed])
    reply_at = append(world, "bb", answer_of(world, asked), is_closed=True)
    world.mend()
    world.pump()
    said(world)
    made = make(world, asked)
    assert b'"format":"comity/non-answer/2"' in made.data
    assert [one.index for one in judged(world, made).closed] == [reply_at]


def test_what_opens_by_a_key_that_was_shown_is_opened(world: World) -> None:
    """An answer that the asker falsely rejected, and whose author showed its key."""
    asked, at = known(world)
    contested_entries.show_opening(world.node("bb"), world.origin("bb"), at)
    world.pump()
    with pytest.raises(Fault) as refused:
        make(world, asked)
    assert refused.value.code == "node.proof.answered"
    lie = forged(world, asked, at)
    assert refusal(world, lie, lie.data) == "exchange.nonanswer.hidden"


def test_a_third_party_may_show_its_key(tmp_path: Path) -> None:
    """In its own log, outside the file: the asker opens with it what it was kept from."""
    world = agreed_world(tmp_path, parties=("aa", "bb", "cc"))
    asked = said(world)
    act = replace(answer_of(world, asked), tag=acts.ACKNOWLEDGED)
    at = append(world, "bb", act, is_closed=True)
    world.pump()
    said(world)
    made = make(world, asked, party="bb")
    assert made.closed == (at,)
    assert nonanswer.parse(made.data).rejections
    judged(world, made)
    contested_entries.show_opening(world.node("cc"), world.origin("bb"), at)
    world.pump()
    after = make(world, asked, party="bb")
    assert after.closed == ()
    assert [(one.index, one.tag) for one in judged(world, after).said] == [
        (at, "request.acknowledged/1")
    ]


def forged(world: World, asked: Appended, at: int) -> Made:
    """Return a proof that leaves closed what was shown."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("comity.node.room.nonanswer_range._Walk._shown", lambda *_: None)
        wanted = Wanted(asked.act.matter.id, is_range_disclosed=True)
        made = proofs.make(world.node("aa"), READER, wanted)
    assert at in made.closed
    return made


def test_a_wrong_key_shows_nothing(world: World) -> None:
    """An author that shows a key which does not open it has shown none (8.8.5)."""
    asked, at = known(world)
    codes = {"origin": world.origin("bb"), "index": str(at), "file-key": "00" * 16}
    act = exchange_acts.register_act(
        world.node("bb").act_id(), exchange_acts.OPENING_SHOWN, "live", codes
    )
    world.say("bb", act)
    world.pump()
    made = make(world, asked, is_range_disclosed=True)
    assert [one.index for one in judged(world, made).closed] == [at]


def test_who_could_not_read_the_rejection_did_not_know(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The asker closes its own rejection to the addressee, who says so: that holds for nobody."""
    real = seal.seal_entry

    def closing(node: Node, loaded: Trust, numbers: Numbers, origin: str, what: Record) -> bytes:
        if node.party == "aa" and isinstance(what, Receipt) and what.unread:
            strange = replace(loaded.keys("bb", 1), seal=STRANGE.raw)
            loaded = replace(loaded, opened={"bb": {1: strange}})
        return real(node, loaded, numbers, origin, what)

    monkeypatch.setattr(seal, "seal_entry", closing)
    asked, _ = known(world)
    with pytest.raises(Fault) as refused:
        make(world, asked)
    assert refused.value.code == "node.proof.unopened"
    assert "says that our entry" in refused.value.fix
    monkeypatch.setattr("comity.node.room.nonanswer_range._Walk.require_read", lambda _: None)
    lie = make(world, asked)
    assert refusal(world, lie, lie.data) == "exchange.nonanswer.hidden"


def test_what_rejects_something_else_is_no_rejection(world: World) -> None:
    """Another leaf, another code, another log, a receipt that lists nothing."""
    asked, at = asked_and_closed(world)
    good = receipt_of(world, "aa", "bb", at)
    (row,) = good.unread
    wrong = [
        replace(good, unread=(replace(row, leaf="0" * 64),)),
        replace(good, unread=(replace(row, code="parse"),)),
        replace(good, unread=(replace(row, index=at - 1),)),
        replace(good, of=world.origin("aa")),
        replace(good, unread=()),
    ]
    places = [append(world, "aa", one) for one in wrong]
    places.append(append(world, "aa", good, inside=world.origin("bb")))
    again = append(world, "aa", good, is_closed=False)
    world.pump()
    said(world)
    made = make(world, asked)
    whole = nonanswer.parse(made.data)
    judged(world, made)
    changed = {place: replace(whole, rejections=(taken(world, whole, place),)) for place in places}
    for place, one in changed.items():
        assert refusal(world, made, nonanswer.render(one)).startswith("exchange."), place
    more = replace(whole, rejections=(rejection(whole), taken(world, whole, again)))
    assert refusal(world, made, nonanswer.render(more)) == "exchange.nonanswer.malformed"


def test_a_later_receipt_hides_nothing_before_it(world: World) -> None:
    """Neither an answer before the range, nor a receipt that says that the act did not open."""
    asked, _ = known(world)
    made = make(world, asked)
    judged(world, made)
    whole = nonanswer.parse(made.data)
    late = by_later(world, whole, whole.first)
    judged(world, replace(made, data=nonanswer.render(late)))
    short = by_later(world, whole, whole.receipt)
    assert refusal(world, made, nonanswer.render(short)) == "exchange.nonanswer.malformed"


def test_a_receipt_before_that_rejects_the_act_refuses(world: World) -> None:
    """The addressee said that it could not read it: another receipt does not take that back."""
    asked = said(world)
    with world.node("aa").store.read() as tx:
        row = tx.act("aa", asked.act.id)
    assert row is not None
    append(world, "bb", receipt_of(world, "bb", "aa", row.index))
    append(world, "bb", answer_of(world, asked), is_closed=True)
    world.pump()
    said(world)
    made = make(world, asked)
    whole = nonanswer.parse(made.data)
    late = by_later(world, whole, whole.first)
    assert refusal(world, made, nonanswer.render(late)) == "exchange.nonanswer.not-received"


def test_a_foreign_rejection_alarms_the_author_too(world: World) -> None:
    """It counts for nothing, and the proof would say that its author had it."""
    asked = said(world)
    reply(world, "bb", asked, acts.ACKNOWLEDGED)
    world.pump()
    with world.node("aa").store.read() as tx:
        at = logs.require_log(tx, world.origin("bb")).size - 1
    last = receipt_of(world, "aa", "bb", at)
    append(world, "aa", replace(last, root=b"\1" * 32), is_closed=False)
    before = len(world.alarms("bb"))
    world.pump()
    said(world)
    told = world.alarms("bb")[before:]
    assert any(code == "exchange.entry.contested" and f"entry {at} " in t for code, t in told)


CHANGES: dict[str, Callable[[NonAnswer], NonAnswer]] = {
    "no rejection": lambda p: replace(p, rejections=()),
    "the first format": lambda p: replace(p, rejections=None),
    "another index": lambda p: rejecting(p, index=rejection(p).index + 1),
    "no path": lambda p: rejecting(p, path=rejection(p).path[1:]),
    "an older receipt": lambda p: rejecting(p, receipt=p.receipt),
    "no receipt": lambda p: rejecting(p, receipt=p.receipt + 1),
    "a receipt outside": lambda p: rejecting(p, receipt=p.first + len(p.entries)),
    "what is no rejection": lambda p: rejecting(p, given=p.request),
    "a key that is another's": lambda p: rejecting(
        p, given=replace(rejection(p).given, file_key=p.request.file_key)
    ),
    "the receipt by which it knew, closed": lambda p: shut(p, rejection(p).receipt),
    "the receipt, closed": lambda p: shut(p, p.receipt),
    "the receipt before, closed": lambda p: shut(p, p.first),
    "an act, closed": lambda p: shut(p, len(p.entries) + p.first - 1),
}


def test_every_part_is_needed(world: World) -> None:
    """Each line of a file with a rejection that is left out or changed refuses it."""
    asked, _ = known(world)
    reply(world, "bb", asked, acts.ACKNOWLEDGED)
    world.pump()
    made = make(world, asked)
    whole = nonanswer.parse(made.data)
    assert nonanswer.render(whole) == made.data
    judged(world, made)
    for name, change in CHANGES.items():
        changed = nonanswer.render(change(whole))
        assert refusal(world, made, changed).startswith(("exchange.", "tlog.")), name


def test_no_changed_byte_of_a_rejection_holds(world: World) -> None:
    """Of bytes changed at random there, none leaves a proof that both verifiers do not refuse."""
    asked, _ = known(world)
    made = make(world, asked)
    begin = made.data.index(b'"rejections":')
    end = made.data.index(b',"request":')
    chance = random.Random(7)  # noqa: S311 -- the same each time
    for _ in range(200):
        changed = bytearray(made.data)
        changed[chance.randrange(begin, end)] ^= 1 << chance.randrange(7)
        refusal(world, made, bytes(changed))
