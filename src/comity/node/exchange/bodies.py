"""Blobs and documents on the way: small ones in batches, large ones in resumable ranges.

    POST /add-bodies      sequence of uint32 length and bytes, each at most 64 KiB
    PUT  /body/<sha256>   a range of a larger one; the answer says how much is staged
    GET  /body/<sha256>   a range of one that is held

A body is addressed by the SHA-256 of its stored bytes, so what comes is checked by itself.

Source: protocol rules 15, 16 and 24.
Floor: node.
"""

import hashlib
import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from comity.kernel import limits
from comity.kernel.fault import Fault, quoted
from comity.node.context import Node
from comity.node.exchange import closed, gone, unnamed
from comity.node.ports import Parts, Response, Tx
from comity.node.rows import KeptBody, NamedBody

_LENGTH: Final = struct.Struct(">I")
BATCH_BYTES_MAX: Final = 2 << 20
BATCH_BODIES_MAX: Final = 1_024
"""Bodies that one batch is sent with; four times as many are taken."""
PAGE: Final = 256
"""Missing bodies that are looked at in one step."""

PART_BYTES_MAX: Final = 2 << 20
"""Bytes of bodies that one transaction keeps."""

_UNKNOWN: Final = "exchange.body.unknown"
CREATED: Final = 201
ACCEPTED: Final = 202
CONFLICT: Final = 409


def render_batch(bodies: Sequence[bytes]) -> bytes:
    """Return the body of add-bodies."""
    return b"".join(part for body in bodies for part in (_LENGTH.pack(len(body)), body))


def parse_batch(data: bytes) -> list[bytes]:
    """Read the body of add-bodies.

    Raises:
        Fault: `exchange.bodies.malformed`.
    """
    bodies: list[bytes] = []
    at = 0
    while at < len(data):
        start = at + _LENGTH.size
        if start > len(data):
            raise _malformed("a length is cut off")
        if len(bodies) == 4 * BATCH_BODIES_MAX:
            raise _malformed(f"it has over {len(bodies)} bodies")
        (length,) = _LENGTH.unpack_from(data, at)
        at = start + length
        if length > limits.ROW_BLOB_BYTES_MAX or at > len(data):
            raise _malformed(f"body {len(bodies)} is cut off or over 65,536 bytes")
        bodies.append(data[start:at])
    return bodies


def add_bodies(node: Node, party: str, data: bytes, bytes_max: int = unnamed.BYTES_MAX) -> Response:
    """Keep bodies of at most 64 KiB that a peer's entries will name.

    Args:
        node: ours.
        party: who sends them.
        data: a batch.
        bytes_max: how much of the party is kept that no entry names; the rest is let go, and
            fetched when an entry names it.

    Raises:
        Fault: `exchange.bodies.malformed`, `node.store.full`.
    """
    owed: set[str] = set()
    for part in parts(parse_batch(data)):
        with node.store.write() as tx:
            owed |= take(node, tx, party, part, bytes_max)
    node.step("keep.bodies-kept")
    wake(node, owed)
    return Response(200)


def take(node: Node, tx: Tx, party: str, part: Mapping[str, bytes], bytes_max: int) -> set[str]:
    """Keep bodies that came from a party; return the channels to wake after the commit.

    Args:
        node: ours.
        tx: a write.
        party: who sent them.
        part: `{sha256: bytes}`, as `parts` gives them.
        bytes_max: as for `add_bodies`.
    """
    return _note_held(node, tx, _keep_new(node, tx, party, part, bytes_max))


def parts(batch: Iterable[bytes]) -> Iterator[dict[str, bytes]]:
    """Part a batch so that no transaction is long."""
    part: dict[str, bytes] = {}
    size = 0
    for body in batch:
        if len(part) == limits.TRANSACTION_ENTRIES_MAX or size + len(body) > PART_BYTES_MAX:
            yield part
            part, size = {}, 0
        part[hashlib.sha256(body).hexdigest()] = body
        size += len(body)
    if part:
        yield part


def _keep_new(
    node: Node, tx: Tx, party: str, bodies: Mapping[str, bytes], bytes_max: int
) -> list[str]:
    """Keep what is not here yet, as far as it is named or has room; return what is now held."""
    new = [s for s in bodies if tx.body_bytes(s) is None and not gone.is_gone(tx, s)]
    strange = {sha256: len(bodies[sha256]) for sha256 in new if not tx.who_names(sha256)}
    refused = strange.keys() - unnamed.admit(node, tx, party, strange, bytes_max)
    tx.save_bodies({sha256: bodies[sha256] for sha256 in new if sha256 not in refused})
    return [sha256 for sha256 in bodies if sha256 not in refused]


def _note_held(node: Node, tx: Tx, hashes: Sequence[str]) -> set[str]:
    """Mark what is now held; return the channels whose receipts become owed by it."""
    channels: set[str] = set()
    for sha256 in hashes:
        named = tx.who_names(sha256)
        if named and not all(row.held for row in named):
            tx.mark_held(sha256)
            logs = {row.origin: tx.log(row.origin) for row in named}
            others = {origin: log for origin, log in logs.items() if log and not log.own}
            channels |= {log.channel for log in others.values()}
            closed.note_come(tx, (row for row in named if row.origin in others))
    node.session.owed |= channels
    return channels


def keep(node: Node, sha256: str, data: bytes) -> None:
    """Keep a body of at most 64 KiB that was fetched and whose hash was checked.

    Raises:
        Fault: `node.store.full` and others of the stores.
    """
    with node.store.write() as tx:
        if not gone.is_gone(tx, sha256):
            tx.save_bodies({sha256: data})
        owed = _note_held(node, tx, [sha256])
    node.step("fetch.body-kept")
    wake(node, owed)


def keep_again(node: Node, kept: Iterable[KeptBody]) -> int:
    """Keep small bodies of own entries that came from beside the high-water mark.

    Each under the hash of its bytes, so that wrong ones stand for nothing; returns how many
    were not here.
    """
    count = 0
    for part in parts(body.content for body in kept):
        with node.store.write() as tx:
            missing = {s: body for s, body in part.items() if tx.body_bytes(s) is None}
            new = {s: body for s, body in missing.items() if not gone.is_gone(tx, s)}
            tx.save_bodies(new)
            wake(node, _note_held(node, tx, list(new)))
        count += len(new)
    return count


def keep_staged(node: Node, sha256: str) -> bool:
    """Keep a larger body all of which is staged; False, and nothing, if its hash is wrong.

    Raises:
        Fault: `node.store.full` and others of the stores.
    """
    if not node.bodies.commit(sha256):
        return False
    with node.store.write() as tx:
        owed = _note_held(node, tx, [sha256])
    node.step("fetch.body-kept")
    wake(node, owed)
    return True


def mark_what_is_held(node: Node) -> None:
    """Mark bodies whose bytes are here and whose rows do not know: a crash came in between.

    So it is too where a database was restored and the folder of bodies was not.
    """
    with node.store.read() as tx:
        origins = [log.origin for log in tx.logs()]
    for origin in origins:
        start = 0
        while start >= 0:
            start = _mark_page(node, origin, start)


def _mark_page(node: Node, origin: str, start: int) -> int:
    """Mark what is held of one page; return where the next begins, or -1 after the last."""
    with node.store.read() as tx:
        page = tx.named_bodies(origin, missing=True, start=start, count_max=PAGE)
        here = [s for s in dict.fromkeys(b.sha256 for b in page) if is_held(node, tx, s)]
    for at in range(0, len(here), limits.TRANSACTION_ENTRIES_MAX):
        with node.store.write() as tx:
            _note_held(node, tx, here[at : at + limits.TRANSACTION_ENTRIES_MAX])
    return -1 if len(page) < PAGE else page[-1].index + 1


def is_held(node: Node, tx: Tx, sha256: str) -> bool:
    """Return whether a body need not come: it is on stable storage here, or was destroyed."""
    return (
        tx.body_bytes(sha256) is not None
        or node.bodies.size_bytes(sha256) is not None
        or gone.is_gone(tx, sha256)
    )


def wake(node: Node, channels: set[str]) -> None:
    """Wake the senders of channels whose receipts became owed."""
    for channel in channels:
        node.wake(channel)


def put_range(
    node: Node, party: str, sha256: str, start: int, total: int, parts: Parts
) -> Response:
    """Stage a range of a large body as it comes; the last one is checked and kept.

    What came of a range that broke off stays staged.

    Returns:
        202 with the number of bytes staged so far, 201 when the body is kept, 409 with that
        number if `start` is beyond it.

    Raises:
        Fault: `exchange.body.unknown` if no entry of that party names the hash,
            `exchange.body.wrong-hash`, `exchange.body.wrong-size`, `node.store.full`.
    """
    with node.store.read() as tx:
        named = [row for row in tx.who_names(sha256) if row.origin.partition("/")[0] == party]
        is_gone = gone.is_gone(tx, sha256)
    if named and is_gone:
        raise gone.fault(sha256)
    if not named:
        raise _unknown(sha256)
    if total != named[0].size_bytes or start + parts.size_bytes > total:
        raise Fault(
            code="exchange.body.wrong-size",
            what=f"The body {sha256[:16]}… has {named[0].size_bytes} bytes, not {total}.",
            fix="Send the bytes that the entry names.",
        )
    if node.bodies.size_bytes(sha256) is not None:
        return Response(CREATED, b"%d\n" % total)
    staged = node.bodies.staged_bytes(sha256)
    if start > staged:
        return Response(CONFLICT, b"%d\n" % staged)
    staged = _stage(node, sha256, start, parts)
    if staged < total:
        return Response(ACCEPTED, b"%d\n" % staged)
    if not node.bodies.commit(sha256):
        raise Fault(
            code="exchange.body.wrong-hash",
            what=f"The bytes that came do not have the hash {sha256[:16]}….",
            fix="Send the body again from its first byte.",
        )
    with node.store.write() as tx:
        owed = _note_held(node, tx, [sha256])
    wake(node, owed)
    return Response(CREATED, b"%d\n" % total)


def _stage(node: Node, sha256: str, start: int, parts: Parts) -> int:
    """Stage parts as they come; return how many bytes are staged then."""
    for part in parts.each():
        node.bodies.stage(sha256, start, part)
        start += len(part)
    return node.bodies.staged_bytes(sha256)


def get_range(node: Node, party: str, sha256: str, start: int, end: int) -> Response:
    """Return bytes `[start, end)` of a body that this peer may read: 206 or 416.

    Raises:
        Fault: `exchange.body.unknown`.
    """
    size = _size_for(node, party, sha256)
    end = min(end, size, start + limits.FETCH_RANGE_BYTES_MAX)
    if not 0 <= start < end:
        return Response(416, b"%d\n" % size)
    data = read(node, sha256, start, end)
    headers = {"content-range": f"bytes {start}-{end - 1}/{size}"}
    return Response(206, data, "application/octet-stream", headers)


def head(node: Node, party: str, sha256: str) -> Response:
    """Return the size of a body that is held, or how much of it is staged."""
    try:
        size = _size_for(node, party, sha256)
    except Fault as fault:
        if fault.code != _UNKNOWN:
            raise
        staged = node.bodies.staged_bytes(sha256)
        return Response(404, headers={"comity-staged-bytes": str(staged)})
    return Response(200, headers={"comity-size-bytes": str(size)})


def _size_for(node: Node, party: str, sha256: str) -> int:
    """The size, if this peer is in the audience of an entry that names the body."""
    with node.store.read() as tx:
        named = tx.who_names(sha256)
        if not any(_is_audience(tx, row, party) for row in named):
            raise _unknown(sha256)
        if gone.is_gone(tx, sha256):
            raise gone.fault(sha256)
        body = tx.body(sha256)
    size = len(body) if body is not None else node.bodies.size_bytes(sha256)
    if size is None:
        raise _unknown(sha256)
    return size


def _is_audience(tx: Tx, row: NamedBody, party: str) -> bool:
    log = tx.log(row.origin)
    return log is not None and any(other.party == party for other in tx.logs(log.channel))


def read(node: Node, sha256: str, start: int, end: int) -> bytes:
    """Return bytes `[start, end)` of a body that is held here."""
    with node.store.read() as tx:
        body = tx.body(sha256)
    return body[start:end] if body is not None else node.bodies.read(sha256, start, end)


def batches(node: Node, origin: str, start: int, end: int) -> Iterator[list[bytes]]:
    """Give the small bodies that the acts in `[start, end)` of an own log name, in batches.

    Names are read a package of acts at a time: however long the backlog, memory stays flat.
    """
    batch: list[bytes] = []
    size = 0
    for sha256 in _small_names(node, origin, start, end):
        with node.store.read() as tx:
            body = tx.body(sha256)
        if body is None:
            continue
        if size + len(body) > BATCH_BYTES_MAX or len(batch) == BATCH_BODIES_MAX:
            yield batch
            batch, size = [], 0
        batch.append(body)
        size += len(body) + _LENGTH.size
    if batch:
        yield batch


def small(tx: Tx, origin: str, start: int, end: int) -> list[bytes]:
    """Return the small bodies that the acts of a package of an own log name, as far as held."""
    named = tx.named_between(origin, start, end)
    names = dict.fromkeys(b.sha256 for b in named if b.size_bytes <= limits.ROW_BLOB_BYTES_MAX)
    return [body for body in map(tx.body, names) if body is not None]


def _small_names(node: Node, origin: str, start: int, end: int) -> Iterator[str]:
    for at in range(start, end, limits.PACKAGE_ENTRIES_MAX):
        with node.store.read() as tx:
            named = tx.named_between(origin, at, min(at + limits.PACKAGE_ENTRIES_MAX, end))
        yield from (b.sha256 for b in named if b.size_bytes <= limits.ROW_BLOB_BYTES_MAX)


def _malformed(why: str) -> Fault:
    return Fault(
        code="exchange.bodies.malformed",
        what=f"This is not a batch of bodies: {why}.",
        fix="Send each body after its uint32 length, large ones by PUT.",
    )


def _unknown(sha256: str) -> Fault:
    return Fault(
        code=_UNKNOWN,
        what=f"No entry that this peer may read names the body {quoted(sha256)}.",
        fix="Send the entry first, or check the hash.",
    )
