"""What is little is understood, and its receipt signed, in the transaction that keeps it."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from support import states
from support.answering import cosigned, is_receipted, log_of, push, sign_without_mark, signed
from support.counted import count
from support.pair import World, make_world

from comity.adapters.background_threads import BesideThreads
from comity.kernel.fault import Fault
from comity.node.base.context import Node
from comity.node.base.ports import Response
from comity.node.base.rows import Mark
from comity.node.exchange import delivery, excuse, keep_delivery, place, sign, understand


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Two States that have paired and have nothing to say."""
    made = make_world(tmp_path)
    made.pump()
    return made


@pytest.fixture(params=["memory", "sqlite"])
def stored(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[World]:
    """The same, over memory and over a real database."""
    made = make_world(tmp_path, store=request.param)
    made.pump()
    yield made
    made.close()


_MOST = keep_delivery.AT_ONCE_ENTRIES_MAX


@pytest.mark.parametrize("count", [_MOST - 1, _MOST])
def test_more_than_little_is_understood_by_the_mirrors_own_round(world: World, count: int) -> None:
    """Its sender could send what follows meanwhile.  The key entry before them counts with them."""
    asked = [world.ask("aa") for _ in range(count)]
    line = push(world)
    is_little = count < _MOST
    assert (line.came[0].media_type == delivery.BACK_TYPE) is is_little
    assert log_of(world, "bb", "aa").signed == asked[-1].index + 1
    assert is_receipted(world, asked[-1]) is is_little
    world.pump()
    assert is_receipted(world, asked[-1])


def test_what_is_long_is_understood_by_the_mirrors_own_round(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every other writer of the mirror waits while it is."""
    monkeypatch.setattr(keep_delivery, "AT_ONCE_BYTES_MAX", 1_024)
    asked = world.ask("aa")
    assert push(world).came[0].media_type != delivery.BACK_TYPE
    assert log_of(world, "bb", "aa").understood <= asked.index
    # Nor is what comes behind it, which would have all of it read in one transaction.
    monkeypatch.undo()
    asked = world.ask("aa")
    assert push(world).came[0].media_type != delivery.BACK_TYPE
    world.pump()
    assert is_receipted(world, asked)


def test_a_matter_of_many_acts_is_folded_by_the_mirrors_own_round(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One small act has all acts of its matter read: its sender waits for that, and others do."""
    monkeypatch.setattr(understand, "AT_ONCE_ACTS_MAX", 10)
    asked = world.ask("aa")
    for _ in range(9):
        world.withdraw("aa", asked)
    world.pump()
    world.withdraw("aa", asked)
    assert push(world).came[0].media_type == delivery.BACK_TYPE
    world.pump()

    counted = count(world, "bb")
    last = world.withdraw("aa", asked)
    assert push(world).came[0].media_type != delivery.BACK_TYPE
    assert counted.calls["acts_of"] == 0
    assert log_of(world, "bb", "aa").understood == last.index
    world.pump()
    assert is_receipted(world, last)
    world.ask("aa")
    assert push(world).came[0].media_type == delivery.BACK_TYPE, "what others are about is not held"
    world.pump()
    assert world.digests("aa") == world.digests("bb")


def test_a_receipt_for_a_matter_of_many_acts_is_read_by_the_mirrors_own_round(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It changes when they were received, so that all of them are folded anew."""
    asked = world.ask("aa")
    world.pump()
    receipts = [world.acknowledge("bb", asked)]
    push(world, party="bb", to="aa")
    push(world)
    assert log_of(world, "bb", "aa").understood == log_of(world, "bb", "aa").size
    monkeypatch.setattr(understand, "AT_ONCE_ACTS_MAX", 1)
    receipts += [world.acknowledge("bb", asked)]
    push(world, party="bb", to="aa")
    understand.understand(world.node("aa"), world.channel)
    push(world)
    log = log_of(world, "bb", "aa")
    assert log.understood < log.size == log.signed
    world.pump()
    assert all(is_receipted(world, one, at="bb", by="aa") for one in receipts)
    assert world.digests("aa") == world.digests("bb")


def test_a_backlog_is_not_signed_at_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor sent within an answer: the mirror's own round does that beside the store."""
    monkeypatch.setattr(keep_delivery, "AT_ONCE_ENTRIES_MAX", 2)
    for _ in range(2):
        world.ask("bb")
    asked = world.ask("aa")
    assert push(world).came[0].media_type != delivery.BACK_TYPE
    own = log_of(world, "bb", "bb")
    assert own.signed == own.size - 4
    sign.sign_head(world.node("bb"), own.origin)
    world.ask("aa")
    assert push(world).came[0].media_type != delivery.BACK_TYPE, "five are not cosigned"
    assert log_of(world, "bb", "bb").signed == own.size + 1
    world.pump()
    assert is_receipted(world, asked)


def test_a_fault_of_the_store_is_not_tried_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a failed sync nobody knows what is on the disk: nothing is signed for (8.1.2)."""
    asked = world.ask("aa")
    _head, body = signed(world)

    def fail(*_: object) -> int:
        raise Fault(code="node.store.failed", what="The disk failed.", fix="Check it.")

    with monkeypatch.context() as patched:
        patched.setattr(place.Batch, "place", fail)
        with pytest.raises(Fault, match="The disk failed"):
            keep_delivery.add_delivery(world.node("bb"), "aa", body)
    assert log_of(world, "bb", "aa").size == asked.index - 1, "nor the key entry before it"
    world.pump()
    assert is_receipted(world, asked)


def test_no_fault_of_understanding_undoes_what_was_kept(
    stored: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All is kept and cosigned without, and understood when it can be (8.1.2)."""
    world = stored
    asked = world.ask("aa")

    def fail(*_: object) -> int:
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr(place.Batch, "place", fail)
        line = push(world)
    log = log_of(world, "bb", "aa")
    assert log.size == log.signed == asked.index + 1 > log.understood
    assert line.came[0].media_type != delivery.BACK_TYPE
    assert cosigned(world, "aa", "bb") == log.signed
    with world.node("bb").store.read() as tx:
        assert tx.body_bytes(asked.act.blobs[0].sha256) == asked.act.blobs[0].size_bytes
    world.pump()
    assert is_receipted(world, asked)
    assert world.digests("aa") == world.digests("bb")


def test_nothing_is_signed_at_once_over_a_head_that_is_not_marked(world: World) -> None:
    """The round that owes the mark makes it, and signs what follows."""
    world.ask("bb")
    node = world.node("bb")
    sign_without_mark(world, "bb")
    asked = world.ask("aa")
    line = push(world)
    own = log_of(world, "bb", "bb")
    assert line.came[0].media_type != delivery.BACK_TYPE
    assert node.highwater.marks()[own.origin][0] < own.signed < own.size
    world.pump()
    assert is_receipted(world, asked)
    assert node.highwater.marks()[own.origin][0] == log_of(world, "bb", "bb").signed


def test_nothing_is_signed_at_once_before_logs_were_compared(world: World) -> None:
    """A machine that was put back whole has forgotten what it signed, and its marks (9.1)."""
    world.node("bb").session.of(excuse.Start).started.clear()
    asked = world.ask("aa")
    line = push(world)
    own = log_of(world, "bb", "bb")
    assert line.came[0].media_type != delivery.BACK_TYPE
    assert own.signed < own.size
    world.pump()
    assert is_receipted(world, asked)


def test_nothing_is_signed_at_once_below_what_a_peer_has_shown(world: World) -> None:
    """Our key signed more, and it is not here: what is said now would contradict it."""
    node, before = world.node("bb"), log_of(world, "bb", "bb")
    node.highwater.raise_to(before.origin, before.size + 5, b"\5" * 32)
    world.ask("aa")
    line = push(world)
    own = log_of(world, "bb", "bb")
    assert line.came[0].media_type != delivery.BACK_TYPE
    assert before.signed == own.signed < own.size
    with node.store.read() as tx:
        assert not tx.heads(own.origin, own.size)


def test_a_mark_that_another_thread_overtook_is_made_up_for(world: World) -> None:
    """Between the commit of a head and its mark the log may be signed again, and marked."""
    node, own = world.node("aa"), log_of(world, "aa", "aa")
    peer = log_of(world, "aa", "bb")
    world.ask("aa")
    head = sign.sign_head(node, own.origin)
    assert head is not None
    before = Mark(own.origin, own.size, b"\1" * 32)
    beside = Mark(peer.origin, peer.size + 5, b"\2" * 32)
    sign.mark(node, before, beside)
    marks = node.highwater.marks()
    assert marks[own.origin] == (head.size, head.root)
    assert marks[peer.origin] == (beside.size, beside.root), "what was cosigned is marked"

    world.ask("aa")
    grown = log_of(world, "aa", "aa")
    with node.store.read() as tx:
        plan = sign.planned(node, tx, grown, node.highwater.marks())
    assert plan is not None
    far = Mark(own.origin, plan.size + 1, b"\3" * 32, plan.entries[-1:])
    with pytest.raises(Fault) as caught:
        sign.mark(node, far)
    assert caught.value.code == "highwater.entries.gap", "nothing may leave"
    assert node.highwater.marks()[own.origin] == (head.size, head.root), "a gap marks nothing"


def test_a_mark_of_what_is_not_held_lets_nothing_leave(world: World) -> None:
    """A peer has shown a head that was lost here, between the commit of another and its mark."""
    node, own = world.node("aa"), log_of(world, "aa", "aa")
    world.ask("aa")
    grown = log_of(world, "aa", "aa")
    with node.store.read() as tx:
        plan = sign.planned(node, tx, grown, node.highwater.marks())
    assert plan is not None

    def shown(name: str) -> None:
        """Raise the mark as `start` does."""
        if name == "sign.committed":
            node.highwater.raise_to(own.origin, plan.size + 1, b"\4" * 32)

    with pytest.raises(Fault) as caught:
        sign.sign(replace(node, step=shown), plan)
    assert caught.value.code == "highwater.mark.behind"


def test_no_answer_leaves_before_its_mark_though_a_thread_makes_that(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The delivery within the answer is made meanwhile; a restart knows all that ever left."""
    node = replace(world.node("bb"), beside=BesideThreads())
    world.replace_node("bb", node)
    events: list[str] = []
    mark, answer = node.highwater.raise_all, keep_delivery.add_delivery

    def slowly(marks: Sequence[Mark]) -> None:
        time.sleep(0.2)
        mark(marks)
        events.append("marked")

    def answered(node: Node, party: str, data: bytes, *, asks: bool = False) -> Response:
        came = answer(node, party, data, asks=asks)
        events.append("answered")
        return came

    monkeypatch.setattr(node.highwater, "raise_all", slowly)
    monkeypatch.setattr(states, "EXCHANGE", replace(states.EXCHANGE, add_delivery=answered))
    asked = world.ask("aa")
    assert push(world).came[0].media_type == delivery.BACK_TYPE
    assert events == ["marked", "answered"]
    assert is_receipted(world, asked)
