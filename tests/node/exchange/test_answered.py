"""A small delivery is read where it is kept, and answered with the receipt (7.4.14 to 7.4.19)."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from support.pair import World, make_world

from comity.kernel.fault import Fault
from comity.node.context import Node
from comity.node.exchange import (
    bodies,
    convict,
    delivery,
    keep_delivery,
    outbox,
    placing,
    pump,
    send,
    sign,
    understand,
)
from comity.node.exchange.append import Appended
from comity.node.ports import Request, Response
from comity.node.rows import LOG_FROZEN, Head, Log, Mark
from comity.tlog import checkpoint, note
from comity.tlog.checkpoint import Checkpoint

type Change = Callable[[Request, Response], Response]


class _Line:
    """Passes requests on, and may change what comes back."""

    def __init__(self, node: Node, change: Change) -> None:
        self.sent: list[Request] = []
        self.came: list[Response] = []
        self._peers = node.peers
        self._change = change

    def call(self, party: str, request: Request) -> Response:
        """Carry a request."""
        self.sent.append(request)
        self.came.append(self._change(request, self._peers.call(party, request)))
        return self.came[-1]


def _as_it_is(_request: Request, answer: Response) -> Response:
    return answer


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Two States that have paired and have nothing to say."""
    made = make_world(tmp_path)
    made.pump()
    return made


def _push(world: World, change: Change = _as_it_is, party: str = "aa", to: str = "bb") -> _Line:
    """Sign what a party said, and send it."""
    node = world.node(party)
    sign.sign_head(node, world.origin(party))
    line = _Line(node, change)
    send.push(replace(node, peers=line), world.origin(party), to)
    return line


def _log(world: World, at: str, of: str) -> Log:
    with world.node(at).store.read() as tx:
        log = tx.log(world.origin(of))
    assert log is not None
    return log


def _is_receipted(world: World, asked: Appended, at: str = "aa", by: str = "bb") -> bool:
    with world.node(at).store.read() as tx:
        return tx.first_receipt(world.origin(by), asked.origin, asked.index + 1) is not None


def _cosigned(world: World, of: str, by: str) -> int:
    with world.node(of).store.read() as tx:
        newest = tx.newest_cosignature(world.origin(of), by)
    return newest.size if newest else 0


def test_the_answer_to_an_act_brings_its_receipt(world: World) -> None:
    """One request, and both sides have understood; what leaves is marked (5.4.4)."""
    asked = world.ask("aa")
    line = _push(world)
    assert [request.path for request in line.sent] == ["/add-delivery"]
    assert line.came[0].media_type == delivery.BACK_TYPE
    assert _is_receipted(world, asked)
    assert _cosigned(world, "aa", "bb") == asked.index + 1
    own = _log(world, "bb", "bb")
    assert own.signed == own.size == _log(world, "aa", "bb").understood
    assert world.node("bb").highwater.marks()[own.origin][0] == own.size
    assert world.digests("aa") == world.digests("bb")


def test_what_went_within_an_answer_is_sent_a_moment_later_for_its_cosignature(
    world: World,
) -> None:
    """It counts as sent and not as cosigned (7.4.19)."""
    world.ask("aa")
    _push(world)
    node, size = world.node("bb"), _log(world, "bb", "bb").size
    pair = pump.Pair(world.channel, "aa")
    assert _push(world, party="bb", to="aa").sent == []
    assert _cosigned(world, "bb", "aa") < size
    due_ms = pump.next_round_ms(node, pair, node.clock.now_ms())
    assert due_ms <= outbox.GIVEN_MS, "the next round does not wait for the heartbeat"

    world.advance(outbox.GIVEN_MS)
    line = _push(world, party="bb", to="aa")
    assert [request.path for request in line.sent] == ["/add-delivery"]
    assert line.came[0].media_type != delivery.BACK_TYPE, "it was cosigned already"
    assert _cosigned(world, "bb", "aa") == size


def test_an_answer_that_is_lost_is_made_up_for(world: World) -> None:
    """The receipt comes by the mirror's own sending, whose guess of what was taken was wrong."""

    def lose(_request: Request, _answer: Response) -> Response:
        raise Fault(code="node.peer.timeout", what="Lost.", fix="Wait.")

    asked = world.ask("aa")
    with pytest.raises(Fault, match="Lost"):
        _push(world, lose)
    assert not _is_receipted(world, asked)
    world.pump()
    assert _is_receipted(world, asked)
    assert _cosigned(world, "aa", "bb") == _log(world, "aa", "aa").size
    assert _cosigned(world, "bb", "aa") == _log(world, "bb", "bb").size


def test_who_does_not_ask_gets_the_cosignature_alone(world: World) -> None:
    """An older node reads no other answer (7.4.17)."""
    world.ask("aa")
    sign.sign_head(world.node("aa"), world.origin("aa"))
    with world.node("aa").store.read() as tx:
        box = outbox.load(tx, world.origin("aa"), "bb")
        assert box.head is not None
        body = delivery.make(tx, box.head, box.cosigned, box.cosigned)
    assert body is not None
    answer = keep_delivery.add_delivery(world.node("bb"), "aa", body)
    assert delivery.read_answer(answer) == (answer.body, None)
    given = send.keep_cosignature(world.node("aa"), "bb", box.head, answer.body)
    assert given.size == box.head.size
    assert outbox.wait_ms(world.node("bb"), world.origin("bb"), "aa") == 0


@pytest.mark.parametrize("count", [understand.AT_ONCE_MAX, understand.AT_ONCE_MAX + 1])
def test_more_than_little_is_understood_by_the_mirrors_own_round(world: World, count: int) -> None:
    """Its sender could send what follows meanwhile."""
    asked = [world.ask("aa") for _ in range(count)]
    line = _push(world)
    is_little = count <= understand.AT_ONCE_MAX
    assert (line.came[0].media_type == delivery.BACK_TYPE) is is_little
    assert _log(world, "bb", "aa").signed == asked[-1].index + 1
    assert _is_receipted(world, asked[-1]) is is_little
    world.pump()
    assert _is_receipted(world, asked[-1])


def test_no_fault_of_understanding_undoes_what_was_kept(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All is kept and cosigned without, and understood when it can be (8.1.2)."""
    asked = world.ask("aa")

    def fail(*_: object) -> int:
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr(placing.Batch, "place", fail)
        line = _push(world)
    log = _log(world, "bb", "aa")
    assert log.size == log.signed == asked.index + 1 > log.understood
    assert line.came[0].media_type != delivery.BACK_TYPE
    assert _cosigned(world, "aa", "bb") == log.signed
    with world.node("bb").store.read() as tx:
        assert tx.body_bytes(asked.act.blobs[0].sha256) == asked.act.blobs[0].size_bytes
    world.pump()
    assert _is_receipted(world, asked)
    assert world.digests("aa") == world.digests("bb")


@pytest.mark.parametrize("back", [b"", b"no delivery", bytes(12), b"\xff" * 4_000])
def test_what_is_no_delivery_keeps_no_cosignature_away(world: World, back: bytes) -> None:
    """The mirror is told what is wrong when it sends by itself (7.4.18)."""

    def lie(_request: Request, answer: Response) -> Response:
        lines, _back = delivery.read_answer(answer)
        return replace(answer, body=bodies.render_batch((lines, back)))

    asked = world.ask("aa")
    _push(world, lie)
    assert _cosigned(world, "aa", "bb") == asked.index + 1
    assert not _is_receipted(world, asked)
    world.pump()
    assert _is_receipted(world, asked)


@pytest.mark.parametrize("parts", [(), (b"lines",), (b"lines", b"", b"")])
def test_an_answer_has_two_parts(world: World, parts: tuple[bytes, ...]) -> None:
    """What has more or fewer is no answer; it is asked for again."""

    def lie(_request: Request, answer: Response) -> Response:
        return replace(answer, body=bodies.render_batch(parts))

    asked = world.ask("aa")
    with pytest.raises(Fault) as caught:
        _push(world, lie)
    assert caught.value.code == "exchange.delivery.malformed"
    assert _cosigned(world, "aa", "bb") < asked.index + 1
    world.pump()
    assert _cosigned(world, "aa", "bb") == _log(world, "aa", "aa").size


def test_a_fork_within_an_answer_convicts(world: World) -> None:
    """It is what add-delivery would have brought (9.3)."""
    world.ask("bb")
    world.pump()
    node, origin, size = world.node("bb"), world.origin("bb"), _log(world, "aa", "bb").size
    body = checkpoint.render_body(Checkpoint(origin, size, b"\x09" * 32))
    signers = node.keys.log_signers(origin, world.channel, 1)
    forged = note.render(note.sign(body, signers, at_s=1_900_000_000))
    with node.store.read() as tx:
        fork = delivery.make(tx, Head(origin, size, b"\x09" * 32, forged, 0), size, size)
    assert fork is not None

    def lie(_request: Request, answer: Response) -> Response:
        lines, _back = delivery.read_answer(answer)
        return replace(answer, body=bodies.render_batch((lines, fork)))

    asked = world.ask("aa")
    _push(world, lie)
    assert _log(world, "aa", "bb").state == LOG_FROZEN
    with world.node("aa").store.read() as tx:
        assert tx.record(convict.CONVICTION, origin) is not None
    assert _cosigned(world, "aa", "bb") == asked.index + 1, "what it signed for counts"


def test_nothing_is_signed_at_once_over_a_head_that_is_not_marked(world: World) -> None:
    """The round that owes the mark makes it, and signs what follows."""
    world.ask("bb")
    node = world.node("bb")

    def stop(name: str) -> None:
        """End after the commit."""
        if name == "sign.committed":
            raise InterruptedError

    with pytest.raises(InterruptedError):
        sign.sign_head(replace(node, step=stop), world.origin("bb"))
    asked = world.ask("aa")
    line = _push(world)
    own = _log(world, "bb", "bb")
    assert line.came[0].media_type != delivery.BACK_TYPE
    assert node.highwater.marks()[own.origin][0] < own.signed < own.size
    world.pump()
    assert _is_receipted(world, asked)
    assert node.highwater.marks()[own.origin][0] == _log(world, "bb", "bb").signed


def test_nothing_is_signed_at_once_before_logs_were_compared(world: World) -> None:
    """A machine that was put back whole has forgotten what it signed, and its marks (9.1)."""
    world.node("bb").session.started.clear()
    asked = world.ask("aa")
    line = _push(world)
    own = _log(world, "bb", "bb")
    assert line.came[0].media_type != delivery.BACK_TYPE
    assert own.signed < own.size
    world.pump()
    assert _is_receipted(world, asked)


def test_a_mark_that_another_thread_overtook_is_made_up_for(world: World) -> None:
    """Between the commit of a head and its mark the log may be signed again, and marked."""
    node, own = world.node("aa"), _log(world, "aa", "aa")
    peer = _log(world, "aa", "bb")
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
    grown = _log(world, "aa", "aa")
    with node.store.read() as tx:
        plan = sign.planned(node, tx, grown)
    assert plan is not None
    far = Mark(own.origin, plan.size + 1, b"\3" * 32, plan.entries[-1:])
    sign.mark(node, far)
    assert node.highwater.marks()[own.origin] == (head.size, head.root), "a gap marks nothing"
