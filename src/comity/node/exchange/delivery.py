"""One request for a small delivery: bodies, a head, and the entries that it adds.

    uint32 length, batch of add-bodies
    uint32 length, body of add-checkpoint
    uint32 length, body of add-entries

It means what the three requests mean one after another, and is answered as the first of them
that is not good, or as the last.  Where all is as usual, everything that came is kept and
cosigned in one transaction: one wait for the disk, where there were three.

Source: docs/spec/wire.md 7.4.13 to 7.4.16; docs/adr/0020.
Floor: node.
"""

import io
import struct
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final

from comity.kernel import limits
from comity.kernel.fault import Fault
from comity.node.context import Node
from comity.node.exchange import bodies, convict, cosign, keep, logs, unnamed
from comity.node.exchange.cosign import Ahead
from comity.node.ports import Request, Response, Tx
from comity.node.rows import Head
from comity.tlog import note, tree, wire
from comity.tlog.note import Note
from comity.tlog.wire import AddCheckpoint, AddEntriesHeader, EntryPackage

PARTS: Final = 3
_LENGTH: Final = struct.Struct(">I")
_OK: Final = 200


@dataclass(frozen=True, slots=True)
class Delivery:
    """Three requests in one.

    Attributes:
        batch: body of add-bodies.
        checkpoint: body of add-checkpoint.
        entries: body of add-entries.
    """

    batch: bytes
    checkpoint: bytes
    entries: bytes


def render(sent: Delivery) -> bytes:
    """Return the body of add-delivery."""
    parts = (sent.batch, sent.checkpoint, sent.entries)
    return b"".join(piece for part in parts for piece in (_LENGTH.pack(len(part)), part))


def parse(data: bytes) -> Delivery:
    """Read the body of add-delivery; what the three parts hold is not looked at.

    Raises:
        Fault: `exchange.delivery.malformed`.
    """
    parts: list[bytes] = []
    at = 0
    for _ in range(PARTS):
        start = at + _LENGTH.size
        at = start + int.from_bytes(data[at:start])
        if start > len(data) or at > len(data):
            raise _malformed(f"it ends within part {len(parts) + 1} of three")
        parts.append(data[start:at])
    if at < len(data):
        raise _malformed(f"{len(data) - at} bytes follow its third part")
    return Delivery(*parts)


def requests(whole: Request) -> tuple[Request, ...]:
    """Return the three requests that one of add-delivery stands for.

    Raises:
        Fault: `exchange.delivery.malformed`.
    """
    sent = parse(whole.body)
    named = (
        ("/add-bodies", sent.batch),
        ("/add-checkpoint", sent.checkpoint),
        ("/add-entries", sent.entries),
    )
    return tuple(replace(whole, path=path, body=body) for path, body in named)


def entries_of(data: bytes) -> bytes:
    """Return the part that brings entries, or what stands in its place; never raises."""
    at = 0
    for _ in range(PARTS - 1):
        at += _LENGTH.size + int.from_bytes(data[at : at + _LENGTH.size])
    return data[at + _LENGTH.size :]


def make(tx: Tx, head: Head, cosigned: int, old_size: int) -> bytes | None:
    """Return the body that delivers a head; None where it does not fit into one.

    Args:
        tx: a snapshot.
        head: of an own log.
        cosigned: where the mirror's entries end, as far as is known here.
        old_size: of the last head that the mirror took, as far as is known here.
    """
    packages = list(islice(wire.package_bounds(cosigned, head.size), 2))
    if len(packages) > 1 or max(cosigned, old_size) > head.size:
        return None
    batch = bodies.small(tx, head.origin, cosigned, head.size)
    reader = logs.hash_reader(tx, head.origin, head.size)
    proof = tree.prove_consistency(old_size, head.size, reader)
    checkpoint = wire.render_add_checkpoint(AddCheckpoint(old_size, proof, head.note))
    parts = [wire.render_header(AddEntriesHeader(head.origin, cosigned, head.size))]
    for bounds in packages:
        entries = tuple(tx.entries(head.origin, bounds.start, bounds.end))
        path = tree.prove_subtree(bounds.subtree_start, bounds.end, head.size, reader)
        parts.append(wire.render_package(EntryPackage(bounds, entries, path)))
    body = render(Delivery(bodies.render_batch(batch), checkpoint, b"".join(parts)))
    is_small = len(body) <= limits.DELIVERY_BYTES_MAX
    return body if is_small and len(batch) <= limits.TRANSACTION_ENTRIES_MAX else None


def add_delivery(node: Node, party: str, data: bytes) -> Response:
    """Keep what came and cosign it.

    Returns:
        As the first of the three that is not answered 200, or else as `keep.add_entries`.

    Raises:
        Fault: `exchange.delivery.malformed`; as `bodies.add_bodies`, `keep.add_checkpoint` and
            `keep.add_entries`.
    """
    sent = parse(data)
    return _keep_at_once(node, party, sent) or _keep_step_by_step(node, party, sent)


def _keep_step_by_step(node: Node, party: str, sent: Delivery) -> Response:
    bodies.add_bodies(node, party, sent.batch)
    answer = keep.add_checkpoint(node, party, sent.checkpoint)
    if answer.status != _OK:
        return answer
    return keep.add_entries(node, party, io.BytesIO(sent.entries).read)


@dataclass(frozen=True, slots=True)
class _Read:
    """A delivery of one package, read."""

    bodies: Mapping[str, bytes]
    request: AddCheckpoint
    head_note: Note
    head: Head
    header: AddEntriesHeader
    package: EntryPackage


def _keep_at_once(node: Node, party: str, sent: Delivery) -> Response | None:
    """Keep all of it and the cosignature in one transaction.

    Returns:
        None where anything is not as usual: what it is shows when the same is done step by
        step.
    """
    try:
        read = _read(sent)
        found = _look(node, party, read) if read else None
    except Fault:
        return None
    if read is None or found is None:
        return None
    head, pending, ahead = found
    given = cosign.signed(node, head, ahead.signers, ahead.time_s)
    node.step("keep.cosigned")
    with node.store.write() as tx:
        if tx.log(head.origin) != ahead.log or tx.newest_head(head.origin) != pending:
            return None
        owed = bodies.take(node, tx, party, read.bodies, unnamed.BYTES_MAX)
        tx.save_head(head)
        is_held = cosign.store(node, tx, ahead, head, read.package, given)
    node.session.heard[head.origin] = node.clock.now_ms()
    node.step("keep.delivery-kept")
    bodies.wake(node, owed)
    if not is_held:
        return None
    return cosign.give_out(node, ahead.log, head, given)


def _read(sent: Delivery) -> _Read | None:
    """Read all three parts; None unless they are of one head, one package and one part."""
    parts = list(bodies.parts(bodies.parse_batch(sent.batch)))
    request = wire.parse_add_checkpoint(sent.checkpoint)
    head_note = note.parse(request.checkpoint_note)
    head = keep.head_of(head_note, request.checkpoint_note)
    body = wire.Body(io.BytesIO(sent.entries).read)
    header = wire.read_header(body)
    if len(parts) > 1 or (header.origin, header.end) != (head.origin, head.size):
        return None
    packages = list(wire.iter_packages(body, header))
    if len(packages) != 1 or not isinstance(packages[0], EntryPackage):
        return None
    if packages[0].bounds.end != head.size:
        return None
    return _Read(parts[0] if parts else {}, request, head_note, head, header, packages[0])


def _look(node: Node, party: str, read: _Read) -> tuple[Head, Head | None, Ahead] | None:
    """Verify everything; return the head with its time, the one before, and what cosigns it."""
    head = read.head
    with node.store.read() as tx:
        log = cosign.require_log_of(tx, party, head.origin)
        head = replace(head, time_s=keep.verified_time_s(node, tx, log, head, read.head_note))
        pending = tx.newest_head(head.origin)
        if read.request.old_size != (pending.size if pending else 0):
            return None
        if convict.find(tx, log, head, read.request.proof) is not None:
            return None
        keep.require_consistent(pending, head, read.request)
        if keep.is_conflict(log, read.header):
            return None
        ahead = cosign.ahead(node, tx, log, head, read.package)
    return (head, pending, ahead) if ahead else None


def _malformed(why: str) -> Fault:
    return Fault(
        code="exchange.delivery.malformed",
        what=f"This is not a delivery of three parts: {why}.",
        fix="Send batch, head and entries, each after its uint32 length, or one by one.",
    )
