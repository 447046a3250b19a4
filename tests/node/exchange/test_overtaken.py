"""What one thread of a node has read is overtaken by another: no false alarm, no refusal.

Each test does the other thread's work by hand, inside a call of the first.
"""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import override

import pytest
from django.db import connections
from support.answering import cosigned, is_receipted, log_of, push, sign_without_mark
from support.pair import World, make_world

from comity.joint.arrangement import revocation as revocations
from comity.joint.arrangement.revocation import Revocation
from comity.node.base.ports import Request, Response, Tx
from comity.node.base.rows import Mark
from comity.node.exchange import (
    cosign,
    delivery,
    keep_delivery,
    keyring,
    logs,
    outbox,
    pump,
    retry,
    send,
    sign,
    status,
)
from comity.node.exchange.send import OK
from comity.node.operate import findings
from comity.node.operate.fsck import trees
from comity.tlog.note import Signer


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Two States that have paired and have nothing to say."""
    made = make_world(tmp_path)
    made.pump()
    return made


@pytest.fixture
def stored(tmp_path: Path) -> Iterator[World]:
    """The same over a real database, where a read is a snapshot."""
    made = make_world(tmp_path, store="sqlite")
    made.pump()
    yield made
    made.close()


def _once(do: Callable[[], object]) -> Callable[[], None]:
    """Return what does something the first time it is called."""
    waiting = [do]

    def called() -> None:
        if waiting:
            waiting.pop()()

    return called


def _beside(do: Callable[[], object]) -> Callable[[], None]:
    """Return what does something once, in a thread of its own, and waits for it."""

    def run() -> None:
        do()
        connections.close_all()

    def started() -> None:
        thread = threading.Thread(target=run)
        thread.start()
        thread.join()

    return _once(started)


@pytest.mark.parametrize("is_new", [True, False])
def test_a_mark_of_another_thread_is_no_sign_of_a_restored_home(
    stored: World, monkeypatch: pytest.MonkeyPatch, *, is_new: bool
) -> None:
    """While the sender plans a head, the listener answers: it signs more of the log, and marks."""
    stored.ask("aa") if is_new else stored.advance(61_000)
    node, origin = stored.node("aa"), stored.origin("aa")
    planned: Callable[..., object] = sign.planned
    answer = _beside(lambda: (stored.ask("bb"), push(stored, party="bb", to="aa")))
    before = log_of(stored, "aa", "aa").signed

    def overtaken(*given: object, **named: object) -> object:
        answer()
        return planned(*given, **named)

    monkeypatch.setattr(sign, "planned", overtaken)
    pump.next_round_ms(node, pump.Pair(stored.channel, "bb"), node.clock.now_ms())
    assert log_of(stored, "aa", "aa").signed > before, "the listener signed"
    assert stored.alarms("aa") == []
    with node.store.read() as tx:
        assert retry.of(tx, origin, "bb").get("failures", 0) == 0


def test_a_head_that_another_thread_cosigns_meanwhile_is_no_sign_of_a_restored_home(
    stored: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An author that sends by two lines, or in an answer too, is refused by neither."""
    stored.ask("aa")
    held = logs.stored_root
    more = _beside(lambda: (stored.ask("aa"), push(stored)))

    def overtaken(tx: Tx, origin: str, size: int) -> bytes:
        more()
        return held(tx, origin, size)

    monkeypatch.setattr(keep_delivery, "_keep_at_once", lambda *_, **__: None)
    monkeypatch.setattr(logs, "stored_root", overtaken)
    push(stored)
    assert stored.alarms("bb") == []
    assert cosigned(stored, "aa", "bb") == log_of(stored, "aa", "aa").size


@pytest.mark.parametrize("is_read", [True, False])
def test_a_cosignature_that_is_overtaken_before_its_mark_leaves(
    world: World, monkeypatch: pytest.MonkeyPatch, *, is_read: bool
) -> None:
    """Between its commit and its mark another thread cosigns the next head, and marks that."""
    if not is_read:
        monkeypatch.setattr(keep_delivery, "AT_ONCE_BYTES_MAX", 0)
    asked = world.ask("aa")
    node = world.node("bb")
    more = _once(lambda: (world.ask("aa"), push(world)))

    def step(name: str) -> None:
        if name == "keep.cosignature-committed":
            more()

    world.replace_node("bb", replace(node, step=step))
    line = push(world)
    assert [(one.path, came.status) for one, came in zip(line.sent, line.came, strict=True)] == [
        ("/add-delivery", 200)
    ]
    assert node.highwater.marks()[asked.origin][0] == asked.index + 2
    world.pump()
    assert is_receipted(world, asked)
    assert world.alarms("aa") == world.alarms("bb") == []


def test_a_mark_that_is_made_up_for_by_two_threads_stands(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who makes up for a mark may find that another has marked more since it looked."""
    sign_head, node, origin = sign.sign_head, world.node("aa"), world.origin("aa")
    world.ask("aa")
    sign_without_mark(world, "aa")
    raise_all = node.highwater.raise_all
    more = _once(lambda: (world.ask("aa"), sign_head(node, origin)))

    def overtaken(marks: Sequence[Mark]) -> None:
        more()
        raise_all(marks)

    monkeypatch.setattr(node.highwater, "raise_all", overtaken)
    sign.mark_what_is_signed(node)
    own = log_of(world, "aa", "aa")
    assert node.highwater.marks()[origin][0] == own.signed == own.size


def test_a_line_that_fails_while_another_gets_better_disturbs_it_not(world: World) -> None:
    """Each channel and peer has a thread: what one notes as failing another may be looking at."""
    node, origin = world.node("aa"), world.origin("aa")
    failing = node.session.of(retry.Tries).failing

    class Overtaken(str):
        """An origin, while which is looked at another is noted."""

        __slots__ = ()

        @override
        def rpartition(self, sep: str, /) -> tuple[str, str, str]:
            failing[f"{self}{len(failing)}", "cc"] = set()
            return str(self).rpartition(sep)

    failing[Overtaken("xx/live/1"), "cc"] = set()
    failing[origin, "bb"] = set()
    world.ask("aa")
    pump.next_round_ms(node, pump.Pair(world.channel, "bb"), node.clock.now_ms())
    assert (origin, "bb") not in failing
    with node.store.read() as tx:
        assert retry.of(tx, origin, "bb").get("failures", 0) == 0


def test_a_head_that_an_answer_brought_since_is_not_from_the_future(world: World) -> None:
    """The round began a second before: it does not sign the same size again, and send it twice."""
    node, origin = world.node("aa"), world.origin("aa")
    began_ms = node.clock.now_ms()
    world.advance(1_000)
    world.ask("aa")
    head = sign.sign_head(node, origin)
    pump.sign_if_due(node, origin, began_ms)
    with node.store.read() as tx:
        assert outbox.load(tx, origin, "bb").head == head


def test_doctor_does_not_take_what_was_signed_since_for_a_restored_home(world: World) -> None:
    """The node that serves signs between the look at the logs and the look at the marks."""
    node = world.node("aa")
    rows = status.report(node)
    world.ask("aa")
    sign.sign_head(node, world.origin("aa"))
    found = findings.findings(node, rows)
    assert not [one for one in found if "restored" in one.fix]


def test_a_log_that_is_begun_while_it_is_looked_at_is_not_unknown(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The node that serves may sign a new generation meanwhile."""
    node, marks = world.node("bb"), world.node("bb").highwater.marks
    next_one = world.origin("bb").removesuffix("1") + "2"

    def begun() -> Mapping[str, tuple[int, bytes]]:
        with node.store.write() as tx:
            old = tx.log(world.origin("bb"))
            assert old is not None
            new = replace(old, origin=next_one, generation=2, size=0, signed=0, understood=0)
            tx.save_log(replace(new, frontier=()))
        node.highwater.raise_to(next_one, 1, b"\1" * 32)
        return marks()

    monkeypatch.setattr(node.highwater, "marks", begun)
    assert trees.check_high_water(node).problems == []


def test_heads_that_arrive_meanwhile_let_nobody_refuse_the_newest(world: World) -> None:
    """Heads in answers are on their way for longer: each moves what the mirror has last."""
    node, origin = world.node("aa"), world.origin("aa")
    late = [_delivery(world, size) for size in (0, 2, 3)]  # a key entry before the first
    asked = world.ask("aa")
    sign.sign_head(node, origin)
    line = _Late(world, late)
    send.push(replace(node, peers=line), origin, "bb")
    assert line.late == []
    assert cosigned(world, "aa", "bb") == asked.index + 1


@pytest.mark.parametrize("speaks", ["aa", "bb"])
def test_a_card_that_is_replaced_while_both_speak_alarms_nobody(
    world: World, tmp_path: Path, speaks: str
) -> None:
    """The next keys sign, or cosign, before the other side has read of them."""
    state, origin = world.states["aa"], world.origin("aa")
    root = state.maker.open_root(tmp_path / f"aa-{world.arrangement}.root")
    keyring.rotate(state.node, state.maker, root)
    sign.sign_head(state.node, origin)
    asked = world.ask(speaks)
    sign.sign_head(state.node, origin)
    node, peer = world.node(speaks), "bb" if speaks == "aa" else "aa"
    pair = pump.Pair(world.channel, peer)
    world.advance(pump.next_round_ms(node, pair, node.clock.now_ms()))
    assert world.alarms("aa") == world.alarms("bb") == []  # they end with what is sent next
    pump.next_round_ms(node, pair, node.clock.now_ms())
    assert cosigned(world, speaks, peer) == asked.index + 1
    assert world.alarms("aa") == world.alarms("bb") == []
    with node.store.read() as tx:
        assert retry.of(tx, asked.origin, peer).get("failures", 0) == 0


def test_a_cosignature_that_is_bad_again_once_cards_were_exchanged_is_told(world: World) -> None:
    """No card explains it then: whoever is on duty sees to it."""
    asked = world.ask("aa")
    node, pair = world.node("aa"), pump.Pair(world.channel, "bb")

    class Lying:
        """The line to a mirror whose cosignatures are no good ones."""

        def call(self, party: str, request: Request) -> Response:
            """Carry a request; what is signed for is garbage."""
            answer = node.peers.call(party, request)
            is_signed = request.path in ("/add-delivery", "/add-entries") and answer.status == OK
            return Response(OK, b"garbage\n") if is_signed else answer

    lied_to = replace(node, peers=Lying())
    told: list[list[tuple[str, str]]] = []
    for _ in range(2):
        world.advance(pump.next_round_ms(lied_to, pair, node.clock.now_ms()))
        told.append([one for one in world.alarms("aa") if one[0] == "exchange.delivery.failing"])
    failing = f"{asked.origin} to bb: exchange.cosignature.bad"
    assert told == [[], [("exchange.delivery.failing", failing)]]


def test_a_head_that_is_signed_while_its_key_is_revoked_alarms_nobody(
    stored: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A command revokes beside the node that serves: no old key signs above what it may cover."""
    state, origin = stored.states["aa"], stored.origin("aa")
    root = state.maker.open_root(tmp_path / f"aa-{stored.arrangement}.root")
    keyring.rotate(state.node, state.maker, root)
    revoke = revocations.sign
    signing = threading.Thread(target=lambda: _alone(lambda: sign.sign_head(state.node, origin)))

    def overtaken(said: Revocation, signers: Sequence[Signer]) -> bytes:
        signing.start()
        signing.join(0.3)
        return revoke(said, signers)

    monkeypatch.setattr(revocations, "sign", overtaken)
    keyring.revoke(state.node, root, 1)
    signing.join()
    stored.pump()
    assert stored.alarms("aa") == stored.alarms("bb") == []
    assert cosigned(stored, "aa", "bb") == log_of(stored, "aa", "aa").size


@pytest.mark.parametrize("is_at_once", [True, False])
def test_a_cosignature_that_is_made_while_its_key_is_revoked_is_by_the_next(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_at_once: bool
) -> None:
    """Who asked gets one that counts, and nobody is alarmed of a key that signed too much."""
    state = world.states["bb"]
    root = state.maker.open_root(tmp_path / f"bb-{world.arrangement}.root")
    keyring.rotate(state.node, state.maker, root)
    others = [] if is_at_once else ["as it comes", "package by package"]
    if others:
        monkeypatch.setattr(cosign, "is_as_read", lambda *_: False)
    revoke = _once(lambda: keyring.revoke(state.node, root, 1))

    def step(name: str) -> None:
        if name == "keep.cosigned" and others:
            others.pop()
        elif name == "keep.cosigned":
            revoke()

    world.replace_node("bb", replace(state.node, step=step))
    asked = world.ask("aa")
    world.pump()
    assert cosigned(world, "aa", "bb") == log_of(world, "aa", "aa").size > asked.index
    assert world.alarms("aa") == world.alarms("bb") == []


def _alone(do: Callable[[], object]) -> None:
    """Do something in a thread, and let go of its line to the database."""
    do()
    connections.close_all()


def _delivery(world: World, size: int) -> bytes:
    """Say and sign something; return the delivery of that head alone."""
    node, origin = world.node("aa"), world.origin("aa")
    world.ask("aa")
    head = sign.sign_head(node, origin)
    assert head is not None
    with node.store.read() as tx:
        made = delivery.make(tx, head, size, size)
    assert made is not None
    return made


class _Late:
    """The line of `aa`, on which one older delivery arrives before each head that is shown."""

    def __init__(self, world: World, late: list[bytes]) -> None:
        self.late = late
        self._world = world

    def call(self, party: str, request: Request) -> Response:
        """Carry a request, but for the small delivery."""
        if request.path == "/add-delivery":
            return Response(503)
        if request.path == "/add-checkpoint" and self.late:
            keep_delivery.add_delivery(self._world.node("bb"), "aa", self.late.pop(0))
        return self._world.node("aa").peers.call(party, request)
