"""One request for a small delivery: bodies, a head, and the entries that it adds.

    uint32 length, batch of add-bodies
    uint32 length, body of add-checkpoint
    uint32 length, body of add-entries

It means what the three requests mean one after another, and is answered as the first of them
that is not good, or as the last.  A sender that asks for it may get a delivery the other way
beside the cosignature: what the mirror has to say to it.  How one is kept stands in
`keep_delivery`.

Source: docs/spec/wire.md 7.4.13 to 7.4.19; docs/adr/0020 and 0025.
Floor: node.
"""

import struct
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final

from comity.kernel import limits
from comity.kernel.fault import Fault
from comity.node.base.ports import Request, Response, Tx
from comity.node.base.rows import Head
from comity.node.exchange import blobs, logs
from comity.tlog import tree, wire
from comity.tlog.wire import AddCheckpoint, AddEntriesHeader, EntryPackage

PARTS: Final = 3
_LENGTH: Final = struct.Struct(">I")

ANSWER: Final = "comity-answer"
"""Header of add-delivery; `delivery` asks for what the mirror has to say to it."""
BACK: Final = "delivery"
BACK_TYPE: Final = "application/vnd.comity.delivery"
"""Of an answer that is a batch of two: the cosignature, and a delivery the other way."""


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
    batch = blobs.small(tx, head.origin, cosigned, head.size)
    reader = logs.hash_reader(tx, head.origin, head.size)
    proof = tree.prove_consistency(old_size, head.size, reader)
    checkpoint = wire.render_add_checkpoint(AddCheckpoint(old_size, proof, head.note))
    parts = [wire.render_header(AddEntriesHeader(head.origin, cosigned, head.size))]
    for bounds in packages:
        entries = tuple(tx.entries(head.origin, bounds.start, bounds.end))
        path = tree.prove_subtree(bounds.subtree_start, bounds.end, head.size, reader)
        parts.append(wire.render_package(EntryPackage(bounds, entries, path)))
    body = render(Delivery(blobs.render_batch(batch), checkpoint, b"".join(parts)))
    is_small = len(body) <= limits.DELIVERY_BYTES_MAX
    return body if is_small and len(batch) <= limits.TRANSACTION_ENTRIES_MAX else None


def with_back(answer: Response, back: bytes) -> Response:
    """Return an answer that brings a delivery the other way beside its cosignature."""
    return replace(answer, body=blobs.render_batch((answer.body, back)), media_type=BACK_TYPE)


def read_answer(answer: Response) -> tuple[bytes, bytes | None]:
    """Return the cosignature in an answer that is 200, and the delivery beside it, if any.

    Raises:
        Fault: `exchange.bodies.malformed`, `exchange.delivery.malformed`.
    """
    if answer.media_type != BACK_TYPE:
        return answer.body, None
    parts = blobs.parse_batch(answer.body)
    if len(parts) != len(("cosignature", "delivery")):
        raise _malformed(f"an answer with a delivery has two, not {len(parts)}")
    return parts[0], parts[1]


def _malformed(why: str) -> Fault:
    return Fault(
        code="exchange.delivery.malformed",
        what=f"These are not the parts of a delivery: {why}.",
        fix="Send batch, head and entries, each after its uint32 length, or one by one.",
    )
