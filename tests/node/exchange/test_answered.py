"""One act alone is answered with its receipt (7.4.14 to 7.4.19)."""

from dataclasses import replace
from pathlib import Path

import pytest
from support.answering import Line, as_it_is, cosigned, is_receipted, log_of, push, signed
from support.pair import World, make_world

from comity.kernel.fault import Fault
from comity.node.base.ports import Request, Response
from comity.node.base.rows import LOG_FROZEN, Head
from comity.node.exchange import (
    blobs,
    convict,
    delivery,
    keep_delivery,
    large_blobs,
    outbox,
    pump,
    retry,
    send,
    sign,
)
from comity.tlog import checkpoint, note
from comity.tlog.checkpoint import Checkpoint


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Two States that have paired and have nothing to say."""
    made = make_world(tmp_path)
    made.pump()
    return made


def test_the_answer_to_an_act_brings_its_receipt(world: World) -> None:
    """One request, and both sides have understood; what leaves is marked (5.4.4)."""
    asked = world.ask("aa")
    line = push(world)
    assert [request.path for request in line.sent] == ["/add-delivery"]
    assert line.came[0].media_type == delivery.BACK_TYPE
    assert is_receipted(world, asked)
    assert cosigned(world, "aa", "bb") == asked.index + 1
    own = log_of(world, "bb", "bb")
    assert own.signed == own.size == log_of(world, "aa", "bb").understood
    assert world.node("bb").highwater.marks()[own.origin][0] == own.size
    assert world.digests("aa") == world.digests("bb")


def test_what_went_within_an_answer_is_sent_a_moment_later_for_its_cosignature(
    world: World,
) -> None:
    """It counts as sent and not as cosigned (7.4.19)."""
    world.ask("aa")
    push(world)
    node, size = world.node("bb"), log_of(world, "bb", "bb").size
    pair = pump.Pair(world.channel, "aa")
    assert push(world, party="bb", to="aa").sent == []
    assert cosigned(world, "bb", "aa") < size
    due_ms = pump.next_round_ms(node, pair, node.clock.now_ms())
    assert due_ms <= outbox.ENCLOSED_MS, "the next round does not wait for the heartbeat"

    world.advance(outbox.ENCLOSED_MS)
    line = push(world, party="bb", to="aa")
    assert [request.path for request in line.sent] == ["/add-delivery"]
    assert line.came[0].media_type != delivery.BACK_TYPE, "it was cosigned already"
    assert cosigned(world, "bb", "aa") == size


def test_an_answer_that_is_lost_is_made_up_for(world: World) -> None:
    """The receipt comes by the mirror's own sending, whose guess of what was taken was wrong."""

    def lose(_request: Request, _answer: Response) -> Response:
        raise Fault(code="node.peer.timeout", what="Lost.", fix="Wait.")

    asked = world.ask("aa")
    with pytest.raises(Fault, match="Lost"):
        push(world, lose)
    assert not is_receipted(world, asked)
    world.pump()
    assert is_receipted(world, asked)
    assert cosigned(world, "aa", "bb") == log_of(world, "aa", "aa").size
    assert cosigned(world, "bb", "aa") == log_of(world, "bb", "bb").size


def test_who_does_not_ask_gets_the_cosignature_alone(world: World) -> None:
    """An older node reads no other answer (7.4.17)."""
    world.ask("aa")
    head, body = signed(world)
    answer = keep_delivery.add_delivery(world.node("bb"), "aa", body)
    assert delivery.read_answer(answer) == (answer.body, None)
    given = send.keep_cosignature(world.node("aa"), "bb", head, answer.body)
    assert given.size == head.size
    assert outbox.wait_ms(world.node("bb"), world.origin("bb"), "aa") == 0


def test_receipts_alone_ask_for_nothing(world: World) -> None:
    """Else a mirror could answer each with one more act, beside every bound of 7.7.1."""
    world.ask("bb")
    push(world, party="bb", to="aa")
    world.advance(outbox.ENCLOSED_MS)
    line = push(world)
    assert delivery.ANSWER not in line.sent[0].headers
    assert cosigned(world, "aa", "bb") == log_of(world, "aa", "aa").size


def test_an_answer_that_was_not_asked_for_is_none(world: World) -> None:
    """What comes so is read as a cosignature, and is no good one."""
    asked = world.ask("bb")
    push(world, party="bb", to="aa")
    world.advance(outbox.ENCLOSED_MS)

    def lie(_request: Request, answer: Response) -> Response:
        return delivery.with_back(answer, bytes(12))

    with pytest.raises(Fault) as caught:
        push(world, lie)
    assert caught.value.code == "exchange.cosignature.bad"
    world.pump()
    assert is_receipted(world, asked, at="bb", by="aa")


@pytest.mark.parametrize("channel", ["live", "hotline"])
def test_a_full_disk_asks_for_nothing_but_on_the_hotline(world: World, channel: str) -> None:
    """Its reserve is for the hotline and for receipts (7.7.3)."""

    def require_room(size_bytes: int, is_hotline: bool) -> None:  # noqa: FBT001 -- as the port says
        if not is_hotline:
            raise Fault(code="node.store.full", what=f"No room for {size_bytes}.", fix="Free some.")

    world.channel_name = channel
    asked = world.ask("aa")
    node = replace(world.node("aa"), require_room=require_room)
    line = Line(node, as_it_is)
    sign.sign_head(node, asked.origin)
    send.push(replace(node, peers=line), asked.origin, "bb")
    assert (delivery.ANSWER in line.sent[0].headers) is (channel == "hotline")
    with node.store.read() as tx:
        came = tx.first_receipt(world.origin("bb", channel), asked.origin, asked.index + 1)
    assert (came is not None) is (channel == "hotline")


def test_a_round_that_took_long_comes_back_for_what_was_enclosed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The moment in which it need not be sent may run out while the round does other work."""
    world.ask("aa")
    push(world)

    def work(*_: object) -> int:
        world.advance(2 * outbox.ENCLOSED_MS)
        return 0

    node = world.node("bb")
    with monkeypatch.context() as patched:
        patched.setattr(large_blobs, "send_bodies", work)
        due_ms = pump.next_round_ms(
            node, pump.Pair(world.channel, "aa"), world.states["bb"].clock.at_ms
        )
    assert due_ms <= outbox.ENCLOSED_MS
    assert cosigned(world, "bb", "aa") < log_of(world, "bb", "bb").size


def test_a_fault_of_ones_own_disk_goes_up_and_what_was_signed_for_is_kept(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is nothing that the mirror said (7.4.18)."""
    asked = world.ask("aa")

    def fail(*_: object) -> Response:
        raise Fault(code="highwater.disk.failed", what="The disk failed.", fix="Check it.")

    with monkeypatch.context() as patched:
        patched.setattr(keep_delivery, "add_delivery", fail)  # the mirror's routes have theirs
        with pytest.raises(Fault, match="The disk failed"):
            push(world)
    assert cosigned(world, "aa", "bb") == asked.index + 1
    world.pump()
    assert is_receipted(world, asked)


def test_a_failure_stands_until_something_was_sent(world: World) -> None:
    """Its own line may be down, though the mirror hears the other: nothing got better by that."""
    world.ask("aa")
    push(world)
    node, key = world.node("bb"), f"{world.origin('bb')}|aa"
    with node.store.write() as tx:
        tx.save_record(retry.DELIVERY, key, {"failures": 3, "next_try_ms": 0})
    pair = pump.Pair(world.channel, "aa")
    pump.next_round_ms(node, pair, node.clock.now_ms())
    with node.store.read() as tx:
        assert retry.of(tx, world.origin("bb"), "aa")["failures"] == 3
    world.advance(outbox.ENCLOSED_MS)
    pump.next_round_ms(node, pair, node.clock.now_ms())
    with node.store.read() as tx:
        assert retry.of(tx, world.origin("bb"), "aa")["failures"] == 0


@pytest.mark.parametrize("back", [b"", b"no delivery", bytes(12), b"\xff" * 4_000])
def test_what_is_no_delivery_keeps_no_cosignature_away(world: World, back: bytes) -> None:
    """The mirror is told what is wrong when it sends by itself (7.4.18)."""

    def lie(_request: Request, answer: Response) -> Response:
        lines, _back = delivery.read_answer(answer)
        return replace(answer, body=blobs.render_batch((lines, back)))

    asked = world.ask("aa")
    push(world, lie)
    assert cosigned(world, "aa", "bb") == asked.index + 1
    assert not is_receipted(world, asked)
    world.pump()
    assert is_receipted(world, asked)


@pytest.mark.parametrize("parts", [(), (b"lines",), (b"lines", b"", b"")])
def test_an_answer_has_two_parts(world: World, parts: tuple[bytes, ...]) -> None:
    """What has more or fewer is no answer; it is asked for again."""

    def lie(_request: Request, answer: Response) -> Response:
        return replace(answer, body=blobs.render_batch(parts))

    asked = world.ask("aa")
    with pytest.raises(Fault) as caught:
        push(world, lie)
    assert caught.value.code == "exchange.delivery.malformed"
    assert cosigned(world, "aa", "bb") < asked.index + 1
    world.pump()
    assert cosigned(world, "aa", "bb") == log_of(world, "aa", "aa").size


def test_a_fork_within_an_answer_convicts(world: World) -> None:
    """It is what add-delivery would have brought (9.3)."""
    world.ask("bb")
    world.pump()
    node, origin, size = world.node("bb"), world.origin("bb"), log_of(world, "aa", "bb").size
    body = checkpoint.render_body(Checkpoint(origin, size, b"\x09" * 32))
    signers = node.keys.log_signers(origin, world.channel, 1)
    forged = note.render(note.sign(body, signers, at_s=1_900_000_000))
    with node.store.read() as tx:
        fork = delivery.make(tx, Head(origin, size, b"\x09" * 32, forged, 0), size, size)
    assert fork is not None

    def lie(_request: Request, answer: Response) -> Response:
        lines, _back = delivery.read_answer(answer)
        return replace(answer, body=blobs.render_batch((lines, fork)))

    asked = world.ask("aa")
    push(world, lie)
    assert log_of(world, "aa", "bb").state == LOG_FROZEN
    with world.node("aa").store.read() as tx:
        assert tx.record(convict.CONVICTION, origin) is not None
    assert cosigned(world, "aa", "bb") == asked.index + 1, "what it signed for counts"


@pytest.mark.parametrize("at", ["/add-delivery", "/add-checkpoint", "/add-entries"])
def test_a_head_that_is_overtaken_on_its_way_is_no_sign_of_a_restored_home(
    world: World, at: str
) -> None:
    """While both speak, an answer brings the mirror a newer head than the one that is sent."""
    asked = world.ask("aa")
    sign.sign_head(world.node("aa"), asked.origin)
    line = _Overtaken(world, at)
    send.push(replace(world.node("aa"), peers=line), asked.origin, "bb")
    assert line.was_overtaken
    assert log_of(world, "bb", "aa").signed > asked.index + 1  # a receipt of `aa` behind the act
    world.advance(outbox.ENCLOSED_MS)
    push(world)
    assert cosigned(world, "aa", "bb") == log_of(world, "aa", "aa").size
    world.pump()
    assert is_receipted(world, asked)


class _Overtaken:
    """The line of `aa`, on which `bb` says something just before one request comes."""

    def __init__(self, world: World, at: str) -> None:
        self.was_overtaken = False
        self._world = world
        self._at = at

    def call(self, party: str, request: Request) -> Response:
        """Carry a request; the small delivery only if that is to be overtaken."""
        if request.path == self._at and not self.was_overtaken:
            self.was_overtaken = True
            self._world.ask("bb")
            push(self._world, party="bb", to="aa")
        if request.path == "/add-delivery" != self._at:
            return Response(503)
        return self._world.node("aa").peers.call(party, request)
