"""What add-delivery answers to a peer that has valid keys and bad intent (7.4.13 to 7.4.15)."""

import struct
from collections.abc import Callable
from dataclasses import replace

import pytest
from support.hostile import LIAR, THIRD, VICTIM, Stage, make_stage

from comity.kernel import limits
from comity.node.base.ports import Request
from comity.node.base.rows import Log
from comity.node.exchange import delivery, keep_delivery
from comity.node.exchange.delivery import Delivery
from comity.surfaces.wire import refusals
from comity.tlog import wire
from comity.tlog.wire import AddCheckpoint


@pytest.fixture
def stage() -> Stage:
    """A fresh stage."""
    return make_stage()


def _head(head: bytes, old_size: int, proof: tuple[bytes, ...] = ()) -> Request:
    body = wire.render_add_checkpoint(AddCheckpoint(old_size, proof, head))
    return Request("POST", "/add-checkpoint", body)


def _header(origin: str, start: int, end: int) -> bytes:
    raw = origin.encode()
    return struct.pack(">H", len(raw)) + raw + struct.pack(">QQ", start, end) + b"\0\0"


def _delivery(body: bytes) -> Callable[[Stage], Request]:
    return lambda _stage: Request("POST", "/add-delivery", body)


def _parts(make: Callable[[Stage], tuple[bytes, bytes, bytes]]) -> Callable[[Stage], Request]:
    return lambda stage: _delivery(delivery.render(Delivery(*make(stage))))(stage)


def _same_head(stage: Stage) -> bytes:
    return _head(stage.head.note, stage.head.size).body


def _grown_head(stage: Stage, old_size: int) -> bytes:
    size = stage.head.size + 2
    return _head(stage.grown().head(size), old_size, stage.grown().proof(1, size)).body


def _grown(stage: Stage, old_size: int) -> tuple[bytes, bytes, bytes]:
    """What comes next, with the proof from what is pending, whatever the old size says."""
    size, grown = stage.head.size, stage.grown()
    head = _head(grown.head(size + 2), old_size, grown.proof(size, size + 2)).body
    return b"", head, grown.entries_body(size, size + 2)


def _grown_entries(stage: Stage) -> bytes:
    return stage.grown().entries_body(stage.head.size, stage.head.size + 2)


def _fork_bigger(stage: Stage) -> Request:
    size = stage.head.size + 2
    other = stage.other(2, size)
    return _head(other.head(size), stage.head.size, other.proof(stage.head.size, size))


CASES: dict[str, tuple[Callable[[Stage], Request], int, str]] = {
    "delivery: nothing": (_delivery(b""), 400, "exchange.delivery.malformed"),
    "delivery: a length cut off": (_delivery(bytes(11)), 400, "exchange.delivery.malformed"),
    "delivery: a part cut off": (_delivery(b"\xff" * 12), 400, "exchange.delivery.malformed"),
    "delivery: more behind the end": (_delivery(bytes(13)), 400, "exchange.delivery.malformed"),
    "delivery: bodies that are none": (
        _parts(lambda s: (b"\0", s.head.note, b"")), 400, "exchange.bodies.malformed",
    ),
    "delivery: a head that is none": (
        _parts(lambda _s: (b"", b"old 5\n", b"")), 400, "tlog.wire.add-checkpoint",
    ),
    "delivery: entries that are none": (
        _parts(lambda s: (b"", _same_head(s), b"\0")), 400, "tlog.wire.add-entries",
    ),
    "delivery: an old size that is not pending": (
        _parts(lambda s: (b"", _grown_head(s, 1), _grown_entries(s))), 409, "",
    ),
    "delivery: an old size over pending, with the proof from what is pending": (
        _parts(lambda s: _grown(s, s.head.size + 1)), 409, "",
    ),
    "delivery: a fork": (
        _parts(lambda s: (b"", _fork_bigger(s).body, _grown_entries(s))), 422,
        "exchange.log.forked",
    ),
    "delivery: entries of another head": (
        _parts(lambda s: (b"", _same_head(s), _grown_entries(s))), 409, "",
    ),
    "delivery: entries of another log": (
        _parts(lambda s: (b"", _same_head(s), _header(s.origin(THIRD), 0, 1))), 403,
        "exchange.log.wrong-party",
    ),
    "delivery: a third party's head": (
        _parts(lambda s: (b"", _head(s.head_of(THIRD), 0).body, b"")), 403,
        "exchange.log.wrong-party",
    ),
    "delivery: nothing new": (
        _parts(lambda s: (b"", _same_head(s), s.true.entries_body(0, s.head.size))), 200, "",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_hostile_delivery_gets_the_status_of_what_is_wrong_in_it(stage: Stage, name: str) -> None:
    """It is that of the first of the three requests; logs of others stay as they were."""
    make, status, code = CASES[name]
    before = _others(stage)
    answer = stage.ask(make(stage))
    fault = refusals.parse(answer.body)
    assert (answer.status, fault.code if fault else "") == (status, code)
    assert _others(stage) == before


def test_a_delivery_adds_to_the_head_that_waits_for_its_entries(stage: Stage) -> None:
    """Its entries go on from what is held; a greater head was taken, and it leaves that out."""
    size, before = stage.head.size, _log(stage)
    grown, other = stage.grown(), stage.other(stage.head.size, stage.head.size + 2)
    taken = stage.ask(_head(grown.head(size + 1), size, grown.proof(size, size + 1)))
    assert taken.status == 200
    nowhere = (b"r" * 32,) * len(other.proof(size + 1, size + 2))
    head = _head(other.head(size + 2), size + 1, nowhere).body
    sent = Delivery(b"", head, other.entries_body(size, size + 2))
    fault = refusals.parse(stage.ask(_delivery(delivery.render(sent))(stage)).body)
    assert fault is not None
    assert fault.code == "exchange.head.inconsistent"
    assert _log(stage) == before


def test_a_delivery_that_another_head_overtook_is_not_kept(stage: Stage) -> None:
    """Both came at once, of two histories: what it was verified against is not the newest."""
    size, before, node = stage.head.size, _log(stage), stage.liar.world.node(VICTIM)
    other, begun = stage.other(size, size + 1), [False]

    def step(name: str) -> None:
        if name == "keep.cosigned" and not begun[0]:
            begun[0] = True
            taken = stage.ask(_head(other.head(size + 1), size, other.proof(size, size + 1)))
            assert taken.status == 200

    sent = Delivery(*_grown(stage, size))
    kept = keep_delivery.add_delivery(replace(node, step=step), LIAR, delivery.render(sent))
    assert begun[0]
    assert kept.status == 409
    assert _log(stage) == before


def _log(stage: Stage) -> Log | None:
    with stage.liar.world.node(VICTIM).store.read() as tx:
        return tx.log(stage.head.origin)


@pytest.mark.parametrize("count", [1, 7, 255])
def test_more_than_one_transaction_holds_is_kept_all_the_same(stage: Stage, count: int) -> None:
    """A mirror that cannot keep all at once does what the three requests say."""
    bodies = struct.pack(">I", limits.ROW_BLOB_BYTES_MAX) + bytes(limits.ROW_BLOB_BYTES_MAX)
    grown = stage.grown()
    head = _head(grown.head(grown.size), stage.head.size, grown.proof(stage.head.size, grown.size))
    entries = grown.entries_body(stage.head.size, grown.size)
    sent = Delivery(bodies * count, head.body, entries)
    answer = stage.ask(_delivery(delivery.render(sent))(stage))
    assert answer.status == 200
    with stage.liar.world.node(VICTIM).store.read() as tx:
        log = tx.log(stage.head.origin)
    assert log is not None
    assert (log.size, log.signed) == (grown.size, grown.size)


def _others(stage: Stage) -> list[tuple[str, int, int, str]]:
    with stage.liar.world.node(VICTIM).store.read() as tx:
        rows = [log for log in tx.logs() if log.party != LIAR]
        return [(log.origin, log.size, log.signed, log.state) for log in rows]
