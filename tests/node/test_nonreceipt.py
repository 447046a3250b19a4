"""A proof of non-receipt: a party stores an act, its log signs on, and no receipt covers it."""

from dataclasses import replace
from pathlib import Path

import pytest
from support.agreed import agreed_world, ask, reply
from support.pair import READER, World

from comity.acts.record import RECEIPT_KIND
from comity.joint.exchange import nonreceipt
from comity.joint.exchange.nonreceipt import Unreceived
from comity.joint.exchange.range_file import Given
from comity.joint.request import acts
from comity.kernel.fault import Fault
from comity.node.base.context import Node
from comity.node.exchange import receipts, status
from comity.node.exchange.append import Appended
from comity.node.exchange.status import Delivery
from comity.node.room import nonreceipt_proof as proofs
from comity.node.room import trust_policy
from comity.node.room.nonreceipt_proof import Made
from comity.surfaces.cli.verify import policy_for, read_policies
from tools.verify import verify as independent

HOUR_MS = 3_600_000


def _policies(world: World) -> bytes:
    return "".join(one.text() for one in trust_policy.policies(world.node("aa"))).encode()


def judged(world: World, data: bytes) -> Unreceived:
    """Return what both verifiers take a proof for."""
    text = _policies(world)
    assert independent.judge_nonreceipt(data, independent.read_policies(text))
    trusted = read_policies(text)
    return nonreceipt.verify(data, lambda origin: policy_for(trusted, origin))


def refusal(world: World, data: bytes) -> str:
    """Return the code with which a changed proof is refused, by both verifiers."""
    text = _policies(world)
    with pytest.raises(independent.Refused):
        independent.judge_nonreceipt(data, independent.read_policies(text))
    trusted = read_policies(text)
    with pytest.raises(Fault) as refused:
        nonreceipt.verify(data, lambda origin: policy_for(trusted, origin))
    return refused.value.code


@pytest.fixture(name="silent")
def withholding(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Return the parties that store what comes and write no receipt; a test adds to it."""
    parties: set[str] = set()
    honest = receipts.write_owed

    def write(node: Node, tx: object, channel: object) -> object:
        return {} if node.party in parties else honest(node, tx, channel)  # type: ignore[arg-type]

    monkeypatch.setattr(receipts, "write_owed", write)
    return parties


@pytest.fixture(name="world")
def agreed(tmp_path: Path) -> World:
    """Return two States that have business with each other."""
    world = agreed_world(tmp_path)
    before = ask(world, "aa", "subscriber", "urgent")
    world.pump()
    reply(world, "bb", before, acts.ACKNOWLEDGED)
    world.pump()
    return world


def _stored(world: World, silent: set[str]) -> Appended:
    """Ask; the other stores it, goes on signing heads, and writes no receipt."""
    silent.add("bb")
    return ask_again(world)


def _delivery(world: World) -> Delivery:
    """Return how the other party's mirror of our log stands."""
    rows = status.report(world.node("aa"))
    (own,) = [one for one in rows if one.origin == world.origin("aa")]
    return own.deliveries[0]


def _make(world: World, asked: Appended) -> Made:
    return proofs.make(world.node("aa"), READER, asked.act.id)


def test_it_shows_who_stored_an_act_and_has_not_signed_for_it(
    world: World, silent: set[str]
) -> None:
    """Both verifiers say when it was stored and until when nothing covers it; no act is opened."""
    asked = _stored(world, silent)
    made = _make(world, asked)
    shown = judged(world, made.data)

    assert (shown.act.origin, shown.act.index) == (asked.origin, asked.index)
    assert shown.stored.name.startswith("bb/")
    assert shown.signed[0].time_s - shown.stored.time_s >= HOUR_MS // 1_000
    assert shown.covered <= asked.index
    assert shown.closed == ()
    opened = [one for one in nonreceipt.parse(made.data).entries if one.file_key]
    assert {one.entry[0] for one in opened} == {RECEIPT_KIND}


def test_the_figure_counts_what_is_stored_and_not_received(world: World, silent: set[str]) -> None:
    """How many acts of ours wait so, and since when; nothing once they are signed for."""
    _stored(world, silent)
    waits = _delivery(world)
    assert waits.unreceived == 1
    assert waits.unreceived_ms >= HOUR_MS
    assert waits.acts == 0  # it was delivered

    silent.clear()
    ask(world, "aa", "subscriber", "urgent")
    world.pump()
    waits = _delivery(world)
    assert (waits.unreceived, waits.unreceived_ms) == (0, 0)


def test_what_was_received_cannot_be_proved_not_to_be(world: World, silent: set[str]) -> None:
    """A receipt that comes later ends it; a file made before holds for what it says."""
    asked = _stored(world, silent)
    before = _make(world, asked)
    silent.clear()
    ask(world, "aa", "subscriber", "urgent")
    world.pump()
    with pytest.raises(Fault) as refused:
        _make(world, asked)

    assert refused.value.code == "node.proof.received"
    assert judged(world, before.data).act.index == asked.index


def test_a_file_that_hides_or_adds_something_is_refused(world: World, silent: set[str]) -> None:
    """An entry left out, the range begun elsewhere, another head, the act's proof of another."""
    asked = _stored(world, silent)
    whole = nonreceipt.parse(_make(world, asked).data)
    other = nonreceipt.parse(_make(world, ask_again(world)).data)
    begins = Given(whole.entries[0].entry)
    wrong = {
        "an entry left out": replace(whole, entries=whole.entries[:-1]),
        "begun later": replace(whole, first=whole.first + 1, entries=whole.entries[1:]),
        "the receipt before, closed": replace(whole, entries=(begins, *whole.entries[1:])),
        "another head": replace(whole, head=other.head),
        "a head of the other log": replace(whole, head=whole.act.partition(b"\n\n")[2]),
    }
    assert whole.first
    for how, proof in wrong.items():
        assert refusal(world, nonreceipt.render(proof)), how


def ask_again(world: World) -> Appended:
    """Return one more act that the other stores and does not sign for."""
    asked = ask(world, "aa", "subscriber", "urgent")
    world.pump()
    world.advance(HOUR_MS)
    ask(world, "bb", "subscriber", "urgent")
    world.pump()
    return asked


def test_a_receipt_in_the_range_refutes_it(world: World, silent: set[str]) -> None:
    """Who signed for it shows that: the range with the receipt opened is refused as received."""
    asked = _stored(world, silent)
    whole = nonreceipt.parse(_make(world, asked).data)
    silent.clear()
    later = ask(world, "aa", "subscriber", "urgent")
    world.pump()
    silent.add("bb")
    newest = ask_again(world)
    after = nonreceipt.parse(_make(world, newest).data)
    assert later.index < newest.index
    merged = replace(after, act=whole.act)
    assert refusal(world, nonreceipt.render(merged)) == "exchange.nonreceipt.received"


def test_a_head_from_before_the_act_was_stored_shows_nothing(
    world: World, silent: set[str]
) -> None:
    """The addressee's log said nothing since: there is no silence yet to prove."""
    silent.add("bb")
    world.advance(HOUR_MS)
    asked = ask(world, "aa", "subscriber", "urgent")
    world.pump()
    with pytest.raises(Fault) as refused:
        _make(world, asked)
    assert refused.value.code == "exchange.nonreceipt.earlier"
