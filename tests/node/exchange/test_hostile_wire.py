"""What each endpoint answers to a peer that has valid keys and bad intent.

A case is what the peer asks and the status and code it gets: those of C2SP tlog-witness,
tlog-mirror and tlog-tiles, and of docs/spec/wire.md.  Whatever is asked, the victim's logs
stay as they were.
"""

import hashlib
import struct
from collections.abc import Callable

import pytest
from support.hostile import LARGE, LIAR, THIRD, VICTIM, Stage, make_stage

from comity.kernel import limits
from comity.kernel.fault import Fault
from comity.node.base import register_records
from comity.node.base.ports import Request
from comity.node.base.rows import LOG_FROZEN
from comity.node.exchange import blobs, freeze, logs
from comity.surfaces.wire import refusals
from comity.tlog import note, tree, wire
from comity.tlog.wire import AddCheckpoint

UNKNOWN = "ab" * 32


@pytest.fixture
def stage() -> Stage:
    """A fresh stage."""
    return make_stage()


def _head(head: bytes, old_size: int, proof: tuple[bytes, ...] = ()) -> Request:
    body = wire.render_add_checkpoint(AddCheckpoint(old_size, proof, head))
    return Request("POST", "/add-checkpoint", body)


def _raw_head(body: bytes) -> Callable[[Stage], Request]:
    return lambda _stage: Request("POST", "/add-checkpoint", body)


def _entries(body: bytes) -> Request:
    return Request("POST", "/add-entries", body)


def _header(origin: str, start: int, end: int) -> bytes:
    raw = origin.encode()
    return struct.pack(">H", len(raw)) + raw + struct.pack(">QQ", start, end) + b"\0\0"


def _get(path: str, method: str = "GET", **headers: str) -> Callable[[Stage], Request]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _stage: Request(method, path, b"", named)


def _tile(path: str) -> Callable[[Stage], Request]:
    return lambda stage: Request("GET", f"/{stage.sha256(LIAR)}/{path}")


def _local_tile(stage: Stage) -> Request:
    sha256 = hashlib.sha256(_local(stage).encode()).hexdigest()
    return Request("GET", f"/{sha256}/tile/0/000.p/1")


def _put(content_range: str, data: bytes, sha256: str = LARGE) -> Callable[[Stage], Request]:
    headers = {"content-range": content_range}
    return lambda _stage: Request("PUT", f"/body/{sha256}", data, headers)


def _bodies(body: bytes) -> Callable[[Stage], Request]:
    return lambda _stage: Request("POST", "/add-bodies", body)


def _renamed(stage: Stage, origin: str) -> bytes:
    """A head signed with the liar's keys under another log's name."""
    return stage.head.note.replace(stage.head.origin.encode(), origin.encode())


def _one_signature(stage: Stage) -> bytes:
    parsed = note.parse(stage.head.note)
    return note.render(note.Note(parsed.body, parsed.signatures[:1]))


def _wrong_signature(stage: Stage) -> bytes:
    signed = note.parse(stage.head.note)
    other = note.parse(stage.grown().head(stage.head.size + 1))
    return note.render(note.Note(other.body, signed.signatures))


def _local(stage: Stage) -> str:
    with stage.liar.world.node(VICTIM).store.read() as tx:
        return next(log.origin for log in tx.logs() if log.channel == "local")


def _wrong_package(stage: Stage) -> bytes:
    return stage.other(stage.head.size - 1, stage.head.size).entries_body(0, stage.head.size)


def _many_hashes(stage: Stage) -> bytes:
    entries = b"".join(struct.pack(">H", 1) + b"x" for _ in range(stage.head.size))
    return _header(stage.head.origin, 0, stage.head.size) + entries + b"\x40" + bytes(64 * 32)


def _card_of(party: str, change: Callable[[bytes], bytes]) -> Callable[[Stage], Request]:
    def make(stage: Stage) -> Request:
        with stage.liar.node.store.read() as tx:
            text = register_records.card_text(tx, stage.liar.world.arrangement, party, 1)
        assert text is not None
        return Request("POST", "/cards", blobs.render_batch([change(text)]))

    return make


def _fork_bigger(stage: Stage) -> Request:
    size = stage.head.size + 2
    other = stage.other(2, size)
    return _head(other.head(size), stage.head.size, other.proof(stage.head.size, size))


def _grown_head(stage: Stage, old_size: int, hash_: bytes = b"") -> Request:
    """What comes next, with the proof from what is pending, or one of its length of this hash."""
    size, grown = stage.head.size, stage.grown()
    proof = grown.proof(size, size + 2)
    return _head(grown.head(size + 2), old_size, (hash_,) * len(proof) if hash_ else proof)


def _hotline_head(stage: Stage, size: int, root: bytes, *proof: bytes) -> Request:
    return _head(stage.liar.signed(stage.origin(LIAR, "hotline"), size, root), 0, proof)


CASES: dict[str, tuple[Callable[[Stage], Request], int, str]] = {
    # -- add-checkpoint: shape
    "head: nothing": (_raw_head(b""), 400, "tlog.wire.add-checkpoint"),
    "head: no note": (_raw_head(b"old 5\n"), 400, "tlog.wire.add-checkpoint"),
    "head: old is no number": (_raw_head(b"old x\n\nn"), 400, "tlog.wire.add-checkpoint"),
    "head: old is spelled twice": (_raw_head(b"old 05\n\nn"), 400, "tlog.wire.add-checkpoint"),
    "head: old is negative": (_raw_head(b"old -5\n\nn"), 400, "tlog.wire.add-checkpoint"),
    "head: old over 63 bits": (
        _raw_head(b"old 9223372036854775808\n\nn"), 400, "tlog.wire.add-checkpoint",
    ),
    "head: a hash that is none": (_raw_head(b"old 5\nAAAA\n\nn"), 400, "tlog.wire.add-checkpoint"),
    "head: 64 hashes": (
        lambda s: _head(s.head.note, s.head.size, (b"h" * 32,) * 64), 400,
        "tlog.wire.add-checkpoint",
    ),
    "head: over any size": (_raw_head(b"x" * 100_000), 400, "tlog.wire.add-checkpoint"),
    "head: a note that is none": (_raw_head(b"old 5\n\nno note"), 400, "tlog.note.malformed"),
    # -- add-checkpoint: whose log, whose keys
    "head: unknown arrangement": (
        lambda s: _head(_renamed(s, "fr/unknown/live/1"), 0), 404, "exchange.log.unknown",
    ),
    "head: unknown channel": (
        lambda s: _head(_renamed(s, s.origin(LIAR, "nowhere")), 0), 404, "exchange.log.unknown",
    ),
    "head: the victim's own log": (
        lambda s: _head(s.head_of(VICTIM), 0), 403, "exchange.log.wrong-party",
    ),
    "head: a third party's log": (
        lambda s: _head(s.head_of(THIRD), 0), 403, "exchange.log.wrong-party",
    ),
    "head: the domestic log": (
        lambda s: _head(_renamed(s, _local(s)), 0), 403, "exchange.log.wrong-party",
    ),
    "head: an offered generation": (
        lambda s: _head(_renamed(s, s.origin(LIAR, generation=2)), 0), 404,
        "exchange.log.unknown",
    ),
    "head: one signature of two": (
        lambda s: _head(_one_signature(s), s.head.size), 403, "exchange.head.bad-signature",
    ),
    "head: signatures of another head": (
        lambda s: _head(_wrong_signature(s), s.head.size), 403, "exchange.head.bad-signature",
    ),
    "head: keys of another log": (
        lambda s: _head(_renamed(s, s.origin(LIAR, "hotline")), 0), 403,
        "exchange.head.bad-signature",
    ),
    # -- add-checkpoint: sizes and proofs
    "head: old over size": (
        lambda s: _head(s.head.note, s.head.size + 1), 400, "exchange.head.old-size",
    ),
    "head: old under pending": (lambda s: _head(s.head.note, s.head.size - 1), 409, ""),
    "head: old over pending, with the proof from what is pending": (
        lambda s: _grown_head(s, s.head.size + 1), 409, "",
    ),
    "head: old zero": (lambda s: _head(s.head.note, 0), 409, ""),
    "head: smaller and true": (lambda s: _head(s.true.head(2), 2), 409, ""),
    "head: the same again": (lambda s: _head(s.head.note, s.head.size), 200, ""),
    "head: bigger without proof": (
        lambda s: _head(s.grown().head(s.head.size + 2), s.head.size), 422,
        "exchange.head.inconsistent",
    ),
    "head: bigger with a random proof": (
        lambda s: _head(s.grown().head(s.head.size + 2), s.head.size, (b"r" * 32,) * 3), 422,
        "exchange.head.inconsistent",
    ),
    "head: bigger with a random proof of its length": (
        lambda s: _grown_head(s, s.head.size, b"r" * 32), 422, "exchange.head.inconsistent",
    ),
    "head: a proof at old zero": (
        lambda s: _hotline_head(s, 1, tree.leaf_hash(b"x"), b"h" * 32), 422,
        "exchange.head.inconsistent",
    ),
    "head: empty with a root": (
        lambda s: _hotline_head(s, 0, b"r" * 32), 422, "exchange.log.forked",
    ),
    "head: a proof for the same size": (
        lambda s: _head(s.head.note, s.head.size, (b"h" * 32,)), 422,
        "exchange.head.inconsistent",
    ),
    "fork: equal size": (
        lambda s: _head(s.other(2, s.head.size).head(s.head.size), s.head.size), 422,
        "exchange.log.forked",
    ),
    "fork: equal size, wrong old": (
        lambda s: _head(s.other(2, s.head.size).head(s.head.size), 1), 422, "exchange.log.forked",
    ),
    "fork: smaller": (lambda s: _head(s.other(1, 3).head(3), 3), 422, "exchange.log.forked"),
    "fork: smaller, old over it": (
        lambda s: _head(s.other(1, 3).head(3), s.head.size), 422, "exchange.log.forked",
    ),
    "fork: bigger, with a path for both": (_fork_bigger, 422, "exchange.log.forked"),
    # -- add-entries
    "entries: nothing": (lambda _s: _entries(b""), 400, "tlog.wire.add-entries"),
    "entries: no UTF-8": (
        lambda _s: _entries(b"\0\2\xff\xfe" + bytes(18)), 400, "tlog.wire.add-entries",
    ),
    "entries: start over end": (
        lambda s: _entries(_header(s.head.origin, 9, 3)), 400, "tlog.wire.add-entries",
    ),
    "entries: end over 63 bits": (
        lambda s: _entries(_header(s.head.origin, 0, 1 << 63)), 400, "tlog.wire.add-entries",
    ),
    "entries: unknown log": (
        lambda _s: _entries(_header("fr/unknown/live/1", 0, 3)), 404, "exchange.log.unknown",
    ),
    "entries: a third party's log": (
        lambda s: _entries(_header(s.origin(THIRD), 0, 3)), 403, "exchange.log.wrong-party",
    ),
    "entries: the victim's own log": (
        lambda s: _entries(_header(s.origin(VICTIM), 0, 3)), 403, "exchange.log.wrong-party",
    ),
    "entries: no such head": (
        lambda s: _entries(_header(s.head.origin, 0, s.head.size + 7)), 409, "",
    ),
    "entries: none is left to send": (
        lambda s: _entries(_header(s.head.origin, s.head.size, s.head.size)), 200, "",
    ),
    "entries: all again": (
        lambda s: _entries(s.true.entries_body(0, s.head.size)), 200, "",
    ),
    "entries: other entries": (
        lambda s: _entries(_wrong_package(s)), 422, "exchange.entries.unproven",
    ),
    "entries: 64 hashes": (lambda s: _entries(_many_hashes(s)), 400, "tlog.wire.package"),
    "entries: more behind the end": (
        lambda s: _entries(s.true.entries_body(0, s.head.size) + b"more"), 400,
        "tlog.wire.trailing",
    ),
    # -- bodies
    "bodies: a length cut off": (_bodies(b"\0\0\0"), 400, "exchange.bodies.malformed"),
    "bodies: a body cut off": (_bodies(b"\0\0\0\x09abc"), 400, "exchange.bodies.malformed"),
    "bodies: over 64 KiB": (
        _bodies(struct.pack(">I", limits.ROW_BLOB_BYTES_MAX + 1) + bytes(70_000)), 400,
        "exchange.bodies.malformed",
    ),
    "bodies: too many": (_bodies(bytes(4 * 100_000)), 400, "exchange.bodies.malformed"),
    "bodies: unnamed ones are kept": (_bodies(b"\0\0\0\x01x"), 200, ""),
    "body: nobody names it": (_put("bytes 0-0/1", b"x", UNKNOWN), 404, "exchange.body.unknown"),
    "body: no range": (_put("", b"x"), 416, "surfaces.wire.range"),
    "body: a range of other length": (_put("bytes 0-5/70000", b"x"), 416, "surfaces.wire.range"),
    "body: a range over the end": (_put("bytes 0-0/0", b"x"), 416, "surfaces.wire.range"),
    "body: over a tebibyte": (
        _put("bytes 0-0/1099511627777", b"x"), 416, "surfaces.wire.range",
    ),
    "body: another size": (_put("bytes 0-0/9", b"x"), 422, "exchange.body.wrong-size"),
    "body: a gap": (_put("bytes 500-500/70000", b"x"), 409, ""),
    "body: read what nobody names": (_get(f"/body/{UNKNOWN}"), 404, "exchange.body.unknown"),
    "body: read what is not held": (_get(f"/body/{LARGE}"), 404, "exchange.body.unknown"),
    "body: size of what nobody names": (_get(f"/body/{UNKNOWN}", "HEAD"), 404, ""),
    "body: a range backwards": (
        _get(f"/body/{LARGE}", range="bytes=9-3"), 416, "surfaces.wire.range",
    ),
    "body: a suffix range": (_get(f"/body/{LARGE}", range="bytes=-3"), 416, "surfaces.wire.range"),
    "body: a short name": (_get("/body/abc"), 404, "surfaces.wire.no-such-path"),
    # -- reading
    "tile: unknown log": (_get(f"/{UNKNOWN}/tile/0/000"), 404, "exchange.log.unknown"),
    "tile: the domestic log": (_local_tile, 404, "exchange.log.unknown"),
    "tile: wider than the log": (_tile("tile/0/000"), 404, "exchange.tile.unknown"),
    "tile: behind the log": (_tile("tile/0/001.p/1"), 404, "exchange.tile.unknown"),
    "tile: over the log": (_tile("tile/1/000.p/1"), 404, "exchange.tile.unknown"),
    "tile: level 64": (_tile("tile/64/000"), 404, "tlog.tile.bad-path"),
    "tile: one digit": (_tile("tile/0/0"), 404, "tlog.tile.bad-path"),
    "tile: partial of 256": (_tile("tile/0/000.p/256"), 404, "tlog.tile.bad-path"),
    "tile: partial of none": (_tile("tile/0/000.p/0"), 404, "tlog.tile.bad-path"),
    "tile: a path upwards": (_tile("tile/../000"), 404, "tlog.tile.bad-path"),
    "tile: entries behind the log": (_tile("tile/entries/999.p/1"), 404, "exchange.tile.unknown"),
    "tile: a capital": (_tile("tile/0/X001/000"), 404, "surfaces.wire.no-such-path"),
    "checkpoint: unknown log": (_get(f"/{UNKNOWN}/checkpoint"), 404, "exchange.log.unknown"),
    "method: delete": (_get("/start", "DELETE"), 405, "surfaces.wire.method"),
    "method: post": (_get("/start", "POST"), 405, "surfaces.wire.method"),
    "path: none": (_get("/../../etc/passwd"), 404, "surfaces.wire.no-such-path"),
    # -- cards
    "cards: cut off": (
        lambda _s: Request("POST", "/cards", b"\0\0"), 400, "exchange.bodies.malformed",
    ),
    "cards: mine again": (_card_of(LIAR, lambda text: text), 200, ""),
    "cards: mine, changed": (
        _card_of(LIAR, lambda text: text.replace(b"Police", b"Polite")), 422,
        "tlog.note.bad-signature",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_hostile_request_gets_its_status_and_changes_nothing(stage: Stage, name: str) -> None:
    """The refusal is the standard's; logs of others, and the victim's own, stay as they were."""
    make, status, code = CASES[name]
    before = _others(stage)
    answer = stage.ask(make(stage))
    fault = refusals.parse(answer.body)
    assert (answer.status, fault.code if fault else "") == (status, code)
    assert _others(stage) == before


def _others(stage: Stage) -> list[tuple[str, int, int, str]]:
    with stage.liar.world.node(VICTIM).store.read() as tx:
        rows = [log for log in tx.logs() if log.party != LIAR]
        return [(log.origin, log.size, log.signed, log.state) for log in rows]


def test_a_conflict_names_the_size_that_is_held(stage: Stage) -> None:
    """409 to a head carries the pending size; 409 to entries also where to go on."""
    answer = stage.ask(_head(stage.head.note, 0))
    assert wire.parse_size(answer.body) == stage.head.size
    assert answer.media_type == wire.SIZE_TYPE
    answer = stage.ask(_entries(_header(stage.head.origin, 0, stage.head.size + 7)))
    info = wire.parse_mirror_info(answer.body)
    assert (info.size, info.next_entry) == (stage.head.size, stage.head.size)


def test_what_came_whole_is_kept_and_the_rest_is_asked_for(stage: Stage) -> None:
    """A body that breaks within its only package is 400; entries before the next are 409."""
    grown = stage.grown(3)
    size = grown.size
    sent = _head(grown.head(size), stage.head.size, grown.proof(stage.head.size, size))
    assert stage.ask(sent).status == 200
    whole = grown.entries_body(stage.head.size, size)
    cut = refusals.parse(stage.ask(_entries(whole[:-40])).body)
    assert cut is not None
    assert cut.code == "exchange.entries.none"
    gap = stage.ask(_entries(_header(grown.origin, size, size)))
    assert (gap.status, wire.parse_mirror_info(gap.body).next_entry) == (409, stage.head.size)
    assert stage.ask(_entries(whole)).status == 200
    old = stage.ask(_entries(_header(grown.origin, 0, stage.head.size)))
    assert old.status == 409


def test_a_convicted_log_is_frozen_and_no_other(stage: Stage) -> None:
    """After the conviction every head and entry is 503, on this log alone."""
    stage.ask(_head(stage.other(2, stage.head.size).head(stage.head.size), stage.head.size))
    for request in (
        _head(stage.head.note, stage.head.size),
        _entries(stage.true.entries_body(0, stage.head.size)),
    ):
        answer = stage.ask(request)
        fault = refusals.parse(answer.body)
        assert fault is not None
        assert (answer.status, fault.code) == (503, "exchange.log.frozen")
    node = stage.liar.world.node(VICTIM)
    with node.store.read() as tx:
        assert logs.require_log(tx, stage.head.origin).state == LOG_FROZEN
        assert logs.require_log(tx, stage.origin(LIAR, "hotline")).state != LOG_FROZEN
    with pytest.raises(Fault, match="never thawed"):
        freeze.thaw(node, stage.head.origin, "alice")
