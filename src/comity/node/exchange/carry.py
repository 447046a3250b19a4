"""Carriage: when the line is down, the same bytes travel as a file.

    export   understand, sign  ->  one snapshot  ->  cards, bodies, head, entries, large bodies,
             cosignatures
    take     the sum first     ->  each frame by the handler of the wire  ->  understand

What is taken twice changes nothing, and a bundle can be taken beside a line that is up: what
the mirror holds decides.  The way back is a bundle of the other side: its cosignatures and
its own log with the receipts.

Source: docs/spec/carriage.md; protocol rules 11, 15 and 16.
Floor: node.
"""

import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from comity.joint.exchange import carriage
from comity.joint.exchange.carriage import CarriedHead, Cosigned, Header, Range, Writer
from comity.kernel import limits
from comity.kernel.fault import Fault, quoted
from comity.node.base.context import Node
from comity.node.base.ports import Parts, Tx
from comity.node.base.rows import Head
from comity.node.exchange import (
    blob_ranges,
    blobs,
    excuse,
    generation_marks,
    handshake,
    keep,
    large_blobs,
    logs,
    outbox,
    pump,
    recover,
    send,
    sign,
    start,
    understand,
)
from comity.node.exchange.pump import Pair
from comity.seal.stream import SeekableSource, Target
from comity.tlog import checkpoint, note, tree, wire
from comity.tlog.wire import AddCheckpoint

PROOFS_MAX: Final = 256
"""Older sizes for which a bundle brings a proof: the mirror may hold any head it was sent."""

TAKEN: Final = "taken"
HELD: Final = "held"


@dataclass(frozen=True, slots=True)
class Line:
    """What a bundle holds of one log, or what came of it.

    Attributes:
        origin: the log.
        start: first entry in the bundle.
        size: of the head.
        state: `taken`, `held` (nothing of it was new), or the code of a fault.
        what: of the fault, and what to do; "" for none.
    """

    origin: str
    start: int
    size: int
    state: str
    what: str = ""


@dataclass(slots=True)
class Carried:
    """What went into a bundle or was taken from one.

    Attributes:
        party: the other side.
        lines: by log of the sender, in the order of the bundle.
        cosigned: heads of the taker's logs that are cosigned by the bundle, `{origin: size}`.
        size_bytes: of the bundle.
    """

    party: str
    lines: list[Line] = field(default_factory=list)
    cosigned: dict[str, int] = field(default_factory=dict)
    size_bytes: int = 0

    @property
    def is_whole(self) -> bool:
        """Whether every log was taken, or was held before."""
        return all(line.state in (TAKEN, HELD) for line in self.lines)


@dataclass(frozen=True, slots=True)
class _Planned:
    """What a bundle brings of one own log, as one snapshot has it.

    Attributes:
        head: that is signed.
        start: of the entries.
        carried: the head with its proofs.
        missing: hashes that the peer says it lacks.
        small: those of them that are rows.
    """

    head: Head
    start: int
    carried: CarriedHead
    missing: tuple[str, ...]
    small: tuple[bytes, ...]


def export(
    node: Node,
    party: str,
    target: Target,
    *,
    whole: bool = False,
    channel: str = "",
    signs: bool = True,
) -> Carried:
    """Write what a peer has not signed for, and what this node signed for the peer.

    One snapshot decides what that is, of all channels together.

    Args:
        node: ours.
        party: the peer.
        target: the file.
        whole: from entry 0 on, for a mirror that was lost.
        channel: the path of the only one that is meant, or "".
        signs: whether what waits is read and signed first: nothing else may sign meanwhile.
            While another process serves the home it does that by itself.

    Raises:
        Fault: `exchange.carriage.no-peer`, `exchange.carriage.head-pending`; as signing.
    """
    if signs:
        generation_marks.found_marked(node)
    pairs = _pairs(node, party, channel)
    for pair in pairs if signs else ():
        _sign(node, pair)
    with node.store.read() as tx:
        texts = handshake.own_texts(tx, node.party, party)
        planned = [_planned(node, tx, pair, whole=whole) for pair in pairs]
        given = [one for pair in pairs for one in _given(node, tx, pair)]
    writer = Writer(target, Header(node.party, party, node.clock.now_ms()))
    carried = Carried(party)
    writer.add(carriage.CARDS, blobs.render_batch(texts))
    for one in planned:
        carried.lines += [_export_log(node, writer, one, party)] if one else []
    for cosigned in given:
        writer.add(carriage.COSIGNATURE, carriage.render_cosigned(cosigned))
        carried.cosigned[cosigned.origin] = cosigned.size
    writer.end()
    carried.size_bytes = writer.size_bytes
    return carried


def _pairs(node: Node, party: str, channel: str = "") -> list[Pair]:
    with node.store.read() as tx:
        pairs = [
            pair
            for pair in pump.pairs(tx, node.party)
            if pair.party == party and channel in ("", pair.channel)
        ]
    if not pairs:
        shared = f"the channel {quoted(channel)}" if channel else "no channel"
        raise Fault(
            code="exchange.carriage.no-peer",
            what=f"This node shares {'not ' if channel else ''}{shared} with {quoted(party)}.",
            fix="Name a party of an arrangement, as `comity status` shows it.",
        )
    return pairs


def _sign(node: Node, pair: Pair) -> None:
    start.ask_others(node, pair.channel)
    recover.from_high_water(node)
    pump.work_locally(node, pair)
    pump.tidy(node)
    with node.store.read() as tx:
        origin = logs.own_log(tx, pair.channel).origin
    pump.sign_if_due(node, origin, node.clock.now_ms())
    sign.require_marked(node, origin)


def _planned(node: Node, tx: Tx, pair: Pair, *, whole: bool) -> _Planned | None:
    log = logs.own_log(tx, pair.channel)
    box = outbox.load(tx, log.origin, pair.party)
    head = box.head
    if head is None:
        return None
    if not sign.is_marked(node, log):  # it was committed a moment ago, and may not leave yet
        raise Fault(
            code="exchange.carriage.head-pending",
            what=f"The newest checkpoint of {log.origin} is not yet in the high-water file.",
            fix="Try again in a moment: nothing leaves before that.",
        )
    begin = 0 if whole else min(box.cosigned, head.size)
    missing = _missing(tx, log.origin, pair.party)
    rows = (tx.body(sha256) for sha256 in missing)
    small = (row for row in rows if row is not None and len(row) <= limits.ROW_BLOB_BYTES_MAX)
    carried = CarriedHead(log.origin, head.note, _proofs(tx, head, begin))
    return _Planned(head, begin, carried, missing, tuple(small))


def _export_log(node: Node, writer: Writer, plan: _Planned, party: str) -> Line:
    head, origin = plan.head, plan.head.origin
    for batch in blobs.batches(node, origin, plan.start, head.size):
        writer.add(carriage.BODIES, blobs.render_batch(batch))
    for body in plan.small:
        writer.add(carriage.BODIES, blobs.render_batch([body]))
    writer.add(carriage.HEAD, carriage.render_head(plan.carried))
    for at in _starts(plan.start, head.size):
        writer.add(carriage.ENTRIES, send.entries_body(node, head, at))
    for sha256, size_bytes in large_blobs.waiting(node, origin, party, head.size, plan.missing):
        _export_large(node, writer, sha256, size_bytes)
    return Line(origin, plan.start, head.size, TAKEN)


def _missing(tx: Tx, origin: str, party: str) -> tuple[str, ...]:
    """What the peer's newest receipts say it does not hold, of what the log names.

    A receipt may list any hash; what the log does not name is not for this peer.
    """
    channel = logs.require_log(tx, origin).channel
    receipts = [
        tx.newest_receipt(log.origin, origin) for log in tx.logs(channel) if log.party == party
    ]
    listed = (sha256 for row in receipts if row for sha256 in row.receipt.missing)
    return tuple(s for s in listed if any(row.origin == origin for row in tx.who_names(s)))


def _proofs(tx: Tx, head: Head, start: int) -> dict[int, tuple[bytes, ...]]:
    """Return the proof from each kept head that the mirror may hold as its pending one."""
    reader = logs.hash_reader(tx, head.origin, head.size)
    sizes = {0, start, head.size}
    at = start
    while len(sizes) < PROOFS_MAX and (kept := tx.head_at_least(head.origin, at)) is not None:
        if kept.size > head.size:
            break
        sizes.add(kept.size)
        at = kept.size + 1
    return {size: tree.prove_consistency(size, head.size, reader) for size in sorted(sizes)}


def _starts(start: int, size: int) -> Iterator[int]:
    """Give where each add-entries body begins; the last one asks for the cosignature alone."""
    width = send.PACKAGES * limits.PACKAGE_ENTRIES_MAX
    at = start
    while at < size:
        yield at
        at = min(size, (at // limits.PACKAGE_ENTRIES_MAX) * limits.PACKAGE_ENTRIES_MAX + width)
    yield size


def _export_large(node: Node, writer: Writer, sha256: str, size_bytes: int) -> None:
    for at in range(0, size_bytes, limits.FETCH_RANGE_BYTES_MAX):
        end = min(size_bytes, at + limits.FETCH_RANGE_BYTES_MAX)
        data = node.bodies.read(sha256, at, end)
        writer.add(carriage.LARGE, carriage.render_range(Range(sha256, at, size_bytes, data)))


def _given(node: Node, tx: Tx, pair: Pair) -> Iterator[Cosigned]:
    """Give this node's newest cosignature of each log that the peer writes in a channel."""
    for log in tx.logs(pair.channel):
        given = tx.newest_cosignature(log.origin, node.party)
        if log.party == pair.party and given is not None:
            yield Cosigned(log.origin, given.size, given.head_sha256, given.lines)


def check(node: Node, source: SeekableSource) -> Header:
    """Return who made a bundle, if it is whole and for this node; nothing is taken.

    Raises:
        Fault: `exchange.carriage.*`.
    """
    source.seek(0)
    header: Header | None = None
    for kind, payload in carriage.frames(source):
        if kind == carriage.HEADER:
            header = carriage.parse_header(payload)
    assert header is not None
    if header.to != node.party:
        raise Fault(
            code="exchange.carriage.other-party",
            what=f"The bundle is for {quoted(header.to)}, and this node is of {node.party}.",
            fix="Give it to that party; ask the sender for the one that is for this node.",
        )
    _pairs(node, header.sender)
    return header


def take(node: Node, source: SeekableSource) -> Carried:
    """Take what is new in a bundle.

    Raises:
        Fault: `exchange.carriage.*`, before anything is taken; `node.store.*`, after which
            taking it again goes on.
    """
    header = check(node, source)
    start.ask(node, header.sender)  # it is cosigned here, and no round asks (9.1.8)
    source.seek(0)
    taking = _Taking(node, header.sender)
    for kind, payload in carriage.frames(source):
        taking.take(kind, payload)
        taking.carried.size_bytes += len(payload)
    return taking.finish()


class _Taking:
    """A bundle of one sender, frame by frame."""

    def __init__(self, node: Node, sender: str) -> None:
        self.carried = Carried(sender)
        self._node = node
        self._sender = sender
        self._lines: dict[str, Line] = {}
        self._is_understood = False

    def take(self, kind: bytes, payload: bytes) -> None:
        """Take one frame."""
        takers = {
            carriage.CARDS: self._cards,
            carriage.BODIES: self._bodies,
            carriage.HEAD: self._head,
            carriage.ENTRIES: self._entries,
            carriage.LARGE: self._large,
            carriage.COSIGNATURE: self._cosignature,
        }
        if kind in takers:
            takers[kind](payload)

    def finish(self) -> Carried:
        """Understand what came; return what was taken."""
        self._understand()
        self.carried.lines = list(self._lines.values())
        return self.carried

    def _cards(self, payload: bytes) -> None:
        try:
            handshake.receive(self._node, self._sender, payload)
        except Fault as fault:  # as on the wire, where entries come by a request of their own
            if fault.code.startswith(excuse.OF_THIS_MACHINE):
                raise
            self._node.alarms.raise_alarm("exchange.card.refused", f"{self._sender}: {fault.what}")

    def _bodies(self, payload: bytes) -> None:
        # All of a bundle's bodies come before its entries, from the operator's own hands.
        blobs.add_bodies(self._node, self._sender, payload, limits.BLOB_BYTES_MAX)

    def _head(self, payload: bytes) -> None:
        head = carriage.parse_head(payload)
        size = checkpoint.parse_body(note.parse(head.note).body).size
        self._lines[head.origin] = Line(head.origin, 0, size, HELD)
        try:
            self._take_head(head, size)
        except Fault as fault:
            self._fail(head.origin, fault)

    def _take_head(self, head: CarriedHead, size: int) -> None:
        with self._node.store.read() as tx:
            newest = tx.newest_head(head.origin)
            held = tx.log(head.origin)
        pending = newest.size if newest else 0
        if pending > size:
            raise Fault(
                code="exchange.carriage.stale",
                what=f"The bundle ends at entry {size} of {head.origin}; a head of {pending} "
                "entries is held here.",
                fix="Ask the other side for a newer bundle; nothing of this log was taken.",
            )
        proof = head.proofs.get(pending)
        if proof is None:
            raise self._gap(head.origin, pending)
        body = wire.render_add_checkpoint(AddCheckpoint(pending, proof, head.note))
        keep.add_checkpoint(self._node, self._sender, body)
        start = held.size if held else 0
        self._lines[head.origin] = Line(head.origin, start, size, HELD if start >= size else TAKEN)

    def _entries(self, payload: bytes) -> None:
        header = wire.read_header(wire.Body(io.BytesIO(payload).read))
        line = self._lines.get(header.origin)
        if line is None or line.state not in (TAKEN, HELD):
            return
        try:
            answer = keep.add_entries(self._node, self._sender, io.BytesIO(payload).read)
            if answer.status == keep.CONFLICT:
                info = wire.parse_mirror_info(answer.body)
                if info.next_entry < header.start:
                    raise self._gap(header.origin, info.next_entry)
        except Fault as fault:
            self._fail(header.origin, fault)

    def _large(self, payload: bytes) -> None:
        part = carriage.parse_range(payload)
        if not self._is_understood:
            self._understand()  # a large body is taken only if an entry names it
        try:
            data = Parts.of(part.data)
            blob_ranges.put_range(
                self._node, self._sender, part.sha256, part.start, part.total, data
            )
        except Fault as fault:
            if fault.code.startswith("node."):
                raise
            self._node.alarms.raise_alarm("exchange.carriage.body", fault.what)

    def _cosignature(self, payload: bytes) -> None:
        given = carriage.parse_cosigned(payload)
        with self._node.store.read() as tx:
            log = tx.log(given.origin)
            if log is None or not log.own:
                return
            heads = tx.heads(given.origin, given.size)
        digests = {hashlib.sha256(head.note).digest(): head for head in heads}
        head = digests.get(given.head_sha256)
        if head is None:
            if given.size > log.signed:
                self._node.alarms.raise_alarm(
                    "exchange.recover.needed",
                    f"{given.origin}: {self._sender} signed for {given.size} entries and "
                    f"{log.signed} are signed here: this home may come from an old backup.",
                )
            return
        send.keep_cosignature(self._node, self._sender, head, given.lines)
        self.carried.cosigned[given.origin] = given.size

    def _understand(self) -> None:
        self._is_understood = True
        for pair in _pairs(self._node, self._sender):
            understand.understand(self._node, pair.channel)

    def _fail(self, origin: str, fault: Fault) -> None:
        if fault.code.startswith(excuse.OF_THIS_MACHINE):
            raise fault
        line = self._lines[origin]
        self._lines[origin] = Line(
            origin, line.start, line.size, fault.code, f"{fault.what} {fault.fix}"
        )

    def _gap(self, origin: str, held: int) -> Fault:
        return Fault(
            code="exchange.carriage.gap",
            what=f"The bundle does not go on from the {held} entries of {origin} held here.",
            fix="Ask the other side for `comity carry export --whole`.",
        )
