"""Blobs and documents on the way: small ones in batches; for large ones see `blob_ranges`.

    POST /add-bodies      sequence of uint32 length and bytes, each at most 64 KiB

A body is addressed by the SHA-256 of its stored bytes, so what comes is checked by itself.

Source: protocol rules 15, 16 and 24.
Floor: node.
"""

import hashlib
import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from comity.kernel import limits
from comity.kernel.fault import Fault
from comity.node.base.context import Node
from comity.node.base.ports import Response, Tx
from comity.node.base.rows import KeptBody
from comity.node.exchange import (
    blob_access,
    blob_copies,
    destroyed_blobs,
    large_blobs,
    owed_receipts,
    unclaimed_blobs,
)

_LENGTH: Final = struct.Struct(">I")
BATCH_BYTES_MAX: Final = 2 << 20
BATCH_BODIES_MAX: Final = 1_024
"""Bodies that one batch is sent with; four times as many are taken."""
PAGE: Final = 256
"""Missing bodies that are looked at in one step."""

_GAP: Final = ".body.gap"

PART_BYTES_MAX: Final = 2 << 20
"""Bytes of bodies that one transaction keeps."""


def is_ended(fault: Fault) -> bool:
    """Return whether a body is staged no more: another line of its party has brought the rest."""
    return fault.code.endswith(_GAP)


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


def add_bodies(
    node: Node, party: str, data: bytes, bytes_max: int = unclaimed_blobs.BYTES_MAX
) -> Response:
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
    return note_held(node, tx, _keep_new(node, tx, party, part, bytes_max))


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
    """Keep what is not here yet, as far as it is named or has room; return what is now held.

    Who sent it is noted, also where it is here already: else it is not known to have it.
    """
    given = [sha256 for sha256 in bodies if not blob_access.may_have(tx, sha256, party)]
    strange = {sha256: len(bodies[sha256]) for sha256 in given if not tx.who_names(sha256)}
    refused = strange.keys() - unclaimed_blobs.admit(node, tx, party, strange, bytes_max)
    for sha256 in given:
        if sha256 not in strange:
            blob_access.note_given(tx, sha256, party)
    kept = [sha256 for sha256 in bodies if sha256 not in refused]
    new = [s for s in kept if tx.body_bytes(s) is None and not destroyed_blobs.is_gone(tx, s)]
    tx.save_bodies({sha256: bodies[sha256] for sha256 in new})
    return kept


def note_held(node: Node, tx: Tx, hashes: Sequence[str]) -> set[str]:
    """Mark what is now held where it counts; return the channels whose receipts become owed."""
    channels: set[str] = set()
    for sha256 in hashes:
        named = blob_access.due(tx, sha256)
        if named:
            tx.save_named_bodies([replace(row, held=True) for row in named])
            blob_access.note_named(tx, [replace(row, held=True) for row in named])
            logs = {row.origin: tx.log(row.origin) for row in named}
            others = {origin: log for origin, log in logs.items() if log and not log.own}
            channels |= {log.channel for log in others.values()}
            large_blobs.note(
                tx, [replace(row, held=True) for row in named if row.origin not in others]
            )
    node.session.of(owed_receipts.Owed).owed |= channels
    return channels


def keep(node: Node, origin: str, sha256: str, data: bytes) -> None:
    """Keep a body of at most 64 KiB that was fetched and whose hash was checked.

    Args:
        node: ours.
        origin: the log in whose channel it was fetched: whoever writes it may read the body.
        sha256: of it.
        data: its bytes.

    Raises:
        Fault: `node.store.full` and others of the stores.
    """
    with node.store.write() as tx:
        if not destroyed_blobs.is_gone(tx, sha256):
            tx.save_bodies({sha256: data})
        owed = _note_given(node, tx, blob_access.author_of(origin), sha256)
    node.step("fetch.body-kept")
    wake(node, owed)


def _note_given(node: Node, tx: Tx, party: str, sha256: str) -> set[str]:
    """Note that a party has a body that is here; return the channels whose receipts are owed."""
    if not blob_access.may_have(tx, sha256, party):
        blob_access.note_given(tx, sha256, party)
    return note_held(node, tx, [sha256])


def note_shown(node: Node, origin: str, sha256: str) -> None:
    """Note a large body that is here, and that is shown to be had where it was asked for.

    Args:
        node: ours.
        origin: the log in whose channel it was asked for: whoever writes it may read the body.
        sha256: of it.
    """
    copied = blob_copies.read(node, [sha256])
    with node.store.write() as tx:
        tx.save_bodies(copied)
        owed = _note_given(node, tx, blob_access.author_of(origin), sha256)
    wake(node, owed)


def note_here(node: Node, sha256: str) -> bool:
    """Note a body that need not be asked for: it is here, and the naming of it counts by now.

    Raises:
        Fault: of the stores.
    """
    with node.store.read() as tx:
        due = blob_access.due(tx, sha256)
        is_known = bool(due) and is_held(tx, sha256)
    is_large = any(row.size_bytes > limits.ROW_BLOB_BYTES_MAX for row in due)
    if not (blob_copies.is_file_here(node, sha256) if is_large else is_known):
        return False
    copied = blob_copies.read(node, [sha256])
    with node.store.write() as tx:
        tx.save_bodies(copied)
        owed = note_held(node, tx, [sha256])
    wake(node, owed)
    return True


def keep_again(node: Node, kept: Iterable[KeptBody]) -> int:
    """Keep small bodies of own entries that came from beside the high-water mark.

    Each under the hash of its bytes, so that wrong ones stand for nothing; returns how many
    were not here.
    """
    count = 0
    for part in parts(body.content for body in kept):
        with node.store.write() as tx:
            missing = {s: body for s, body in part.items() if tx.body_bytes(s) is None}
            new = {s: body for s, body in missing.items() if not destroyed_blobs.is_gone(tx, s)}
            tx.save_bodies(new)
            wake(node, note_held(node, tx, list(new)))
        count += len(new)
    return count


def keep_staged(node: Node, origin: str, sha256: str, by: str) -> bool:
    """Keep a larger body all of which a party gave; False, and nothing, if its hash is wrong.

    What others sent of it is let go as far as their naming of it counts now.

    Args:
        node: ours.
        origin: the log in whose channel it came: whoever writes it may read the body.
        sha256: of it.
        by: the party that gave it.

    Raises:
        Fault: `node.store.full` and others of the stores.
    """
    if not node.bodies.commit(sha256, by):
        return False
    node.step("fetch.body-whole")
    copied = blob_copies.read(node, [sha256])
    with node.store.write() as tx:
        is_gone = destroyed_blobs.is_gone(tx, sha256)
        tx.save_bodies({} if is_gone else copied)
        owed = _note_given(node, tx, blob_access.author_of(origin), sha256)
        named = {blob_access.author_of(row.origin) for row in tx.who_names(sha256) if row.held}
    if is_gone:
        node.bodies.drop(sha256)
    for party in named:
        node.bodies.unstage(sha256, party)
    node.step("fetch.body-kept")
    wake(node, owed)
    return True


def is_held(tx: Tx, sha256: str) -> bool:
    """Return whether a body need not come: its rows say that it is here, or was destroyed.

    The rows alone, since the bodies store may be far away and silent: it is never asked within
    a transaction that others wait for.  It has a body before any row says so, and what it has
    though no row says it is noted by `blob_inventory.mark_what_is_held` and `note_here`.
    """
    return (
        tx.body_bytes(sha256) is not None
        or any(row.held for row in tx.who_names(sha256))
        or blob_access.is_given_by_any(tx, sha256)
        or destroyed_blobs.is_gone(tx, sha256)
    )


def wake(node: Node, channels: set[str]) -> None:
    """Wake the senders of channels whose receipts became owed, once that is committed.

    It is noted again: another thread may have looked meanwhile, and seen nothing of it.
    """
    node.session.of(owed_receipts.Owed).owed |= channels
    for channel in channels:
        node.wake(channel)


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
