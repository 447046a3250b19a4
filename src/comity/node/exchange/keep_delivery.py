"""Keeping a small delivery: in one transaction where all is as usual, else step by step.

    verify  ->  bodies, head, entries             one transaction, beside it: cosign
                understand, receipt, fold             … and sign the receipt's head
                both signatures
            ->  mark, and make a delivery of that head  ->  answer

What is little is understood in the transaction that keeps it, so that its sender waits for the
disk once.  What an entry holds never keeps it out: if understanding fails, all is kept without.

Source: docs/spec/wire.md 7.4.13 to 7.4.19; docs/adr/0020 and 0025.
Floor: node.
"""

import hashlib
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from comity.kernel import limits
from comity.kernel.fault import Fault
from comity.node.base.context import Node
from comity.node.base.ports import Response
from comity.node.base.rows import Cosignature, Head, Mark
from comity.node.exchange import (
    blobs,
    convict,
    cosign,
    delivery,
    keep,
    logs,
    outbox,
    sign,
    unclaimed_blobs,
    understand,
)
from comity.node.exchange.cosign import Ahead
from comity.node.exchange.delivery import Delivery
from comity.tlog import note, wire
from comity.tlog.note import Note
from comity.tlog.wire import AddCheckpoint, AddEntriesHeader, EntryPackage

_OK: Final = 200
_STORE: Final = "node.store."

AT_ONCE_ENTRIES_MAX: Final = 8
AT_ONCE_BYTES_MAX: Final = 64 << 10
"""What is understood in the transaction that keeps it, and how much is signed in it: the sender
waits for it, and every other writer does."""


def add_delivery(node: Node, party: str, data: bytes, *, asks: bool = False) -> Response:
    """Keep what came and cosign it.

    Args:
        node: ours.
        party: who sends.
        data: the body.
        asks: whether they take a delivery within the answer.

    Returns:
        As the first of the three that is not answered 200, or else as `keep.add_entries`,
        perhaps with a delivery beside it: see `delivery.read_answer`.

    Raises:
        Fault: `exchange.delivery.malformed`; as `blobs.add_bodies`, `keep.add_checkpoint` and
            `keep.add_entries`.
    """
    sent = delivery.parse(data)
    return _keep_at_once(node, party, sent, asks=asks) or _keep_step_by_step(node, party, sent)


def _keep_step_by_step(node: Node, party: str, sent: Delivery) -> Response:
    blobs.add_bodies(node, party, sent.batch)
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


@dataclass(frozen=True, slots=True)
class _Verified:
    """One that was verified: its head with its time, the one before, and what cosigns it."""

    read: _Read
    head: Head
    pending: Head | None
    ahead: Ahead


@dataclass(frozen=True, slots=True)
class _Kept:
    """What was committed.

    Attributes:
        owed: channels whose receipts are owed since bodies came.
        given: the cosignature; None where something is damaged.
        is_read: whether anything was understood.
        signed: a head of our own log that was signed in it, to be marked.
    """

    owed: set[str]
    given: Cosignature | None
    is_read: bool
    signed: Mark | None


def _keep_at_once(node: Node, party: str, sent: Delivery, *, asks: bool) -> Response | None:
    """Keep all of it and the cosignature in one transaction, and understand it if it is little.

    Returns:
        None where anything is not as usual: what it is shows when the same is done step by
        step.
    """
    try:
        read = _read(sent)
        found = _verified(node, party, read) if read else None
    except Fault:
        return None
    if isinstance(found, Cosignature):
        if sent.batch:
            blobs.add_bodies(node, party, sent.batch)
        sign.require_marked(node, found.origin)
        return Response(_OK, found.lines)
    return _cosign_and_keep(node, party, found, asks=asks) if found else None


def _cosign_and_keep(node: Node, party: str, found: _Verified, *, asks: bool) -> Response | None:
    head, log = found.head, found.ahead.log
    signing = cosign.begin(node, head, found.ahead)
    try:
        kept = _keep(node, party, found, signing, understands=_is_little(found))
    except Exception as error:
        if isinstance(error, Fault) and error.code.startswith(_STORE):
            raise
        # What an entry holds never keeps it out; a round of the exchange finds out what is wrong.
        kept = _keep(node, party, found, signing, understands=False)
    if kept is None:
        return None
    node.session.of(keep.Heard).heard[head.origin] = node.clock.now_ms()
    node.step("keep.delivery-kept")
    blobs.wake(node, kept.owed)
    if kept.given is None:
        return None
    if not kept.is_read:
        return cosign.give_out(node, log, head, kept.given)
    marking = cosign.give_out_read(node, log, head, kept.given, kept.signed)
    back = _back(node, kept.signed, party) if kept.signed and asks else None
    answer = marking()
    return delivery.with_back(answer, back) if back else answer


def _is_little(found: _Verified) -> bool:
    """Whether little came, and nothing of its log waits to be understood before it."""
    log, package = found.ahead.log, found.read.package
    new = package.entries[log.size - package.bounds.start :]
    is_little = sum(map(len, new)) <= AT_ONCE_BYTES_MAX and len(new) <= AT_ONCE_ENTRIES_MAX
    return is_little and log.understood == log.size


def _keep(
    node: Node,
    party: str,
    found: _Verified,
    signing: Callable[[], Cosignature],
    *,
    understands: bool,
) -> _Kept | None:
    """Commit what came; None if the log has moved meanwhile."""
    origin, channel = found.head.origin, found.ahead.log.channel
    given, fold, keep_head = None, None, None
    with node.store.write() as tx:
        is_pending = tx.newest_head(origin) == found.pending
        if not is_pending or not cosign.is_as_read(node, tx, found.ahead):
            return None
        owed = blobs.take(node, tx, party, found.read.bodies, unclaimed_blobs.BYTES_MAX)
        tx.save_head(found.head)
        is_held = cosign.store(node, tx, found.ahead, found.head, found.read.package)
        if is_held and understands:
            fold = understand.at_once(node, tx, logs.require_log(tx, origin))
        if fold is not None:
            keep_head = sign.at_once(node, tx, channel, AT_ONCE_ENTRIES_MAX)
            fold()
        signed = keep_head() if keep_head else None
        if is_held:
            given = signing()
            tx.save_cosignature(given)
    return _Kept(owed, given, fold is not None, signed)


def _back(node: Node, own: Mark, party: str) -> bytes | None:
    """Return the delivery of a head that was just marked, if it fits into an answer, or None."""
    with node.store.read() as tx:
        box = outbox.load(tx, own.origin, party)
        if box.head is None or box.head.root != own.root or box.is_done:
            return None  # it was signed again meanwhile, or came by another way
        if own.size - box.cosigned > AT_ONCE_ENTRIES_MAX:
            return None
        made = delivery.make(tx, box.head, box.cosigned, outbox.pending_size(node, box, party))
    if made is None or len(made) > limits.ROW_BLOB_BYTES_MAX:
        return None
    outbox.note_enclosed(node, own.origin, party, own.size)
    return made


def _read(sent: Delivery) -> _Read | None:
    """Read all three parts; None unless they are of one head, one package and one part."""
    parts = list(blobs.parts(blobs.parse_batch(sent.batch)))
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


def _verified(node: Node, party: str, read: _Read) -> _Verified | Cosignature | None:
    """Verify everything; return the stored cosignature where these very bytes have one.

    Who sends a smaller head than we hold is told so, step by step: they may have lost something.
    """
    head = read.head
    known = node.highwater.marks()
    with node.store.read() as tx:
        log = cosign.require_log_of(tx, party, head.origin)
        pending = tx.newest_head(head.origin)
        if pending is not None and pending.size == head.size:
            digest = hashlib.sha256(head.note).digest()
            stored = tx.cosignature_of(head.origin, node.party, digest)
            if stored is not None:
                return stored
        head = replace(head, time_s=keep.verified_time_s(node, tx, log, head, read.head_note))
        if read.request.old_size != (pending.size if pending else 0):
            return None
        if convict.find(tx, log, head, read.request.proof) is not None:
            return None
        keep.require_consistent(pending, head, read.request)
        if keep.is_conflict(log, read.header):
            return None
        ahead = cosign.ahead(node, tx, log, head, read.package, known)
    return _Verified(read, head, pending, ahead) if ahead else None
