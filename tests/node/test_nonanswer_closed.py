"""A proof of non-answer across entries that are void: whose doing is shown."""

import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from node.test_nonanswer import judged, make, policies, refusal
from support.agreed import agreed_world, ask, reply
from support.hidden import (
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
from support.pair import World

from comity.acts.record import Record
from comity.joint.exchange import nonanswer
from comity.joint.exchange.nonanswer import NonAnswer
from comity.joint.request import acts
from comity.kernel.fault import Fault
from comity.node.exchange import logs
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


def test_what_is_void_hides_no_silence(world: World) -> None:
    """It stays closed: the asker said that it is void, and its author knew."""
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
        logs.append_entries(tx, log, [b"\2" + held.root])
    reply_at = append(world, "bb", answer_of(world, asked), is_closed=True)
    world.mend()
    world.pump()
    said(world)
    made = make(world, asked)
    assert b'"format":"comity/non-answer/2"' in made.data
    assert [one.index for one in judged(world, made).closed] == [reply_at]


def test_what_rejects_something_else_is_no_rejection(world: World) -> None:
    """Another leaf, another log, a receipt that lists nothing."""
    asked, at = asked_and_closed(world)
    good = receipt_of(world, "aa", "bb", at)
    (row,) = good.unread
    wrong = [
        replace(good, unread=(replace(row, leaf="0" * 64),)),
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
    assert refusal(world, made, nonanswer.render(more)) == "exchange.silence.malformed"


def test_a_later_receipt_hides_nothing_before_it(world: World) -> None:
    """Neither an answer before the range, nor a receipt that says that the act did not open."""
    asked, _ = known(world)
    made = make(world, asked)
    judged(world, made)
    whole = nonanswer.parse(made.data)
    late = by_later(world, whole, whole.first)
    judged(world, replace(made, data=nonanswer.render(late)))
    short = by_later(world, whole, whole.receipt)
    assert refusal(world, made, nonanswer.render(short)) == "exchange.silence.malformed"


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
