"""Sending what a mirror has not cosigned yet: that is the outbox, there is no other queue.

    bodies up to 64 KiB  ->  add-checkpoint  ->  add-entries …  ->  cosignature, verified, kept

What is small goes in one request, add-delivery; if that is not answered with a cosignature, step
by step, which tells why.  Every step can be repeated; what the mirror holds decides where to go
on.

Source: protocol rules 8, 10, 11 and 16; C2SP tlog-mirror.
Floor: node.
"""

import hashlib
from collections.abc import Mapping
from contextlib import suppress
from typing import Final

from comity.acts.record import ACT_KIND
from comity.kernel import limits
from comity.kernel.fault import Fault
from comity.node.base import trust
from comity.node.base.channel_records import HOTLINE_HEADERS, NO_HEADERS
from comity.node.base.context import Node
from comity.node.base.ports import Request, Response, Tx
from comity.node.base.rows import Cosignature, Head
from comity.node.exchange import (
    abandoned_party,
    blobs,
    convict,
    delivery,
    keep,
    keep_delivery,
    logs,
    outbox,
    sign,
)
from comity.node.exchange.outbox import Outbox
from comity.tlog import cosignature, note, tree, wire
from comity.tlog.note import Note
from comity.tlog.wire import AddCheckpoint, AddEntriesHeader, EntryPackage

OK: Final = 200
ACCEPTED: Final = 202
CONFLICT: Final = 409

PACKAGES: Final = 8
"""Packages in one request: 2,048 entries, some 10 MB; C2SP allows 32."""

_STANDS_MAX: Final = 3
"""Answers in one sending that may keep no whole package of it; then it is given up."""

_BAD_SIGNATURE: Final = "exchange.head.bad-signature"
"""What a mirror says of a head whose keys it does not know."""

_CONFLICTS_MAX: Final = 5
"""Times that one head is shown: heads in answers, on their way for longer, move what is there."""

_OVERTAKEN_MAX: Final = 3
"""Heads in one sending that may be overtaken by newer ones; what is left is the next round's."""


class _OvertakenError(Exception):
    """The mirror has a newer head of this node than the one that is being sent."""


def push(node: Node, origin: str, party: str) -> Cosignature | None:
    """Send what one mirror has not signed for, until it has, or a fault ends the try.

    While a head is on its way the mirror may say something, and have a newer one in the answer.

    Returns:
        The new cosignature; None if there was nothing to send.

    Raises:
        Fault: `peer.*`, `exchange.peer.*`: nothing is lost, and the next try goes on.
    """
    for _ in range(_OVERTAKEN_MAX):
        with suppress(_OvertakenError):
            return _push(node, origin, party)
    return None


def _push(node: Node, origin: str, party: str) -> Cosignature | None:
    with node.store.read() as tx:
        box = outbox.load(tx, origin, party)
        if box.head is None or box.is_done or outbox.is_enclosed(node, box.head, party):
            return None
        is_marked = sign.is_marked(node, logs.require_log(tx, origin))
        body = delivery.make(tx, box.head, box.cosigned, outbox.pending_size(node, box, party))
        asks = body is not None and _holds_act(tx, box)
    if not is_marked:
        sign.mark_what_is_signed(node)
    given = _deliver(node, party, box, body, asks=asks) if body else None
    if given is not None:
        return given
    for batch in blobs.batches(node, origin, box.cosigned, box.head.size):
        sent = node.peers.call(party, _post("/add-bodies", blobs.render_batch(batch), _of(box)))
        _expect_empty(sent, party)
    node.step("send.bodies-sent")
    _send_head(node, party, box)
    node.step("send.checkpoint-sent")
    answer = _send_entries(node, party, box)
    node.step("send.entries-sent")
    return keep_cosignature(node, party, box.head, answer.body)


def _holds_act(tx: Tx, box: Outbox) -> bool:
    """Whether an act is sent: a receipt is to come.

    To receipts alone none is asked for, so that a mirror cannot answer each with one more act.
    """
    assert box.head is not None
    entries = tx.entries(box.head.origin, box.cosigned, box.head.size)
    return any(entry[:1] == bytes((ACT_KIND,)) for entry in entries)


def _deliver(node: Node, party: str, box: Outbox, body: bytes, *, asks: bool) -> Cosignature | None:
    """Send what is small in one request; None where it is not answered as hoped."""
    head = box.head
    assert head is not None
    asks = asks and _has_room(node, is_hotline=box.is_hotline)
    headers = {delivery.ANSWER: delivery.BACK, **_of(box)} if asks else _of(box)
    answer = node.peers.call(party, _post("/add-delivery", body, headers))
    node.step("send.delivery-sent")
    if answer.status != OK:
        return None
    lines, back = delivery.read_answer(answer) if asks else (answer.body, None)
    node.session.of(outbox.Sent).pending[head.origin, party] = head.size
    try:
        if back is not None:
            _take_back(node, party, back)
    finally:  # whatever came beside it, what the mirror signed for is kept
        given = keep_cosignature(node, party, head, lines)
    return given


def _has_room(node: Node, *, is_hotline: bool) -> bool:
    """Whether the disk has room for what an answer may bring, beside its reserve."""
    try:
        node.require_room(limits.ROW_BLOB_BYTES_MAX, is_hotline)
    except Fault:
        return False
    return True


def _take_back(node: Node, party: str, back: bytes) -> None:
    """Keep what the mirror says in its answer, as if it had sent it.

    What is wrong with it the mirror is told when it sends it again: it is not cosigned.  A fault
    of this node's own disk goes up.
    """
    try:
        node.wake(keep_delivery.add_delivery(node, party, back).wakes)
    except Fault as fault:
        if fault.code.startswith(("node.store.", "highwater.")):
            raise
    node.step("send.back-kept")


def _of(box: Outbox) -> Mapping[str, str]:
    """Return what a request says of the channel that it concerns."""
    return HOTLINE_HEADERS if box.is_hotline else NO_HEADERS


def _post(path: str, body: bytes, headers: Mapping[str, str]) -> Request:
    return Request("POST", path, body, {"content-type": "application/octet-stream", **headers})


def _send_head(node: Node, party: str, box: Outbox) -> None:
    """Make the head the mirror's pending one."""
    head = box.head
    assert head is not None
    key = (head.origin, party)
    old_size = outbox.pending_size(node, box, party)
    answer = Response(CONFLICT)
    for _ in range(_CONFLICTS_MAX):
        if old_size > head.size:
            raise _ahead(node, party, head, old_size)
        with node.store.read() as tx:
            reader = logs.hash_reader(tx, head.origin, head.size)
            proof = tree.prove_consistency(old_size, head.size, reader)
        body = wire.render_add_checkpoint(AddCheckpoint(old_size, proof, head.note))
        answer = node.peers.call(party, _post("/add-checkpoint", body, _of(box)))
        if answer.status != CONFLICT:
            break
        old_size = wire.parse_size(answer.body)
    _expect_empty(answer, party)
    node.session.of(outbox.Sent).pending[key] = head.size


def _ahead(node: Node, party: str, head: Head, size: int) -> Exception:
    """Return what to raise where a mirror has more of our log than the head that is sent."""
    with node.store.read() as tx:
        newest = tx.newest_head(head.origin)
    if newest is not None and newest.size >= size:
        return _OvertakenError()
    return Fault(
        code="exchange.peer.ahead",
        what=f"{party} holds a head of {size} entries of {head.origin}; this node has {head.size}.",
        fix="Run `comity recover fetch`: this node may have been restored from an old backup.",
    )


def _send_entries(node: Node, party: str, box: Outbox) -> Response:
    """Send packages from where the mirror stands, a bounded request at a time."""
    head = box.head
    assert head is not None
    start, stood = box.cosigned, 0
    while stood <= _STANDS_MAX:
        body = entries_body(node, head, start)
        answer = node.peers.call(party, _post("/add-entries", body, _of(box)))
        if answer.status not in (ACCEPTED, CONFLICT):
            return expect(answer, party)
        info = wire.parse_mirror_info(answer.body)
        if info.size > head.size or info.next_entry > head.size:
            raise _ahead(node, party, head, max(info.size, info.next_entry))
        if answer.status == CONFLICT and info.next_entry == start:
            break
        next_package = start - start % limits.PACKAGE_ENTRIES_MAX + limits.PACKAGE_ENTRIES_MAX
        stood += info.next_entry < min(head.size, next_package)
        start = info.next_entry
    raise Fault(
        code="exchange.peer.stuck",
        what=f"{party} does not go on with {head.origin} at entry {start}.",
        fix="Ask its operator to run `comity doctor`; this node tries again by itself.",
    )


def entries_body(node: Node, head: Head, start: int) -> bytes:
    """Return one add-entries body: packages from `start` on, at most so many as a request has."""
    parts = [wire.render_header(AddEntriesHeader(head.origin, start, head.size))]
    with node.store.read() as tx:
        reader = logs.hash_reader(tx, head.origin, head.size)
        for count, bounds in enumerate(wire.package_bounds(start, head.size)):
            if count == PACKAGES:
                break
            entries = tuple(tx.entries(head.origin, bounds.start, bounds.end))
            proof = tree.prove_subtree(bounds.subtree_start, bounds.end, head.size, reader)
            parts.append(wire.render_package(EntryPackage(bounds, entries, proof)))
    return b"".join(parts)


def _expect_empty(answer: Response, party: str) -> None:
    """Return on a good answer; a page that somebody between answers with is none."""
    if expect(answer, party).body:
        raise Fault(
            code="exchange.peer.refused",
            what=f"{party} answered with {len(answer.body)} bytes where nothing is to be said.",
            fix="Look for a proxy between the nodes; this node tries again by itself.",
        )


def expect(answer: Response, party: str) -> Response:
    """Return a good answer; make of any other what the peer said.

    Raises:
        Fault: `exchange.peer.refused`.
    """
    if answer.status == OK:
        return answer
    text = [shown(line) for line in answer.body[:400].decode("utf-8", "replace").split("\n")]
    said = text[0] if text else ""
    code = text[2] if len(text) > 2 else ""  # noqa: PLR2004 -- what, fix, code
    raise Fault(
        code="exchange.peer.refused",
        what=f"{party} answered {answer.status}: {said} [{code}]",
        fix=text[1] if len(text) > 1 and text[1] else "Ask its operator to run `comity doctor`.",
    )


def is_of_cards(fault: Fault) -> bool:
    """Return whether one side may have replaced a card that the other has not read of yet."""
    is_refused = fault.code == "exchange.peer.refused" and f"[{_BAD_SIGNATURE}]" in fault.what
    return is_refused or fault.code == "exchange.cosignature.bad"


def shown(text: str) -> str:
    """Return a peer's words fit for a terminal and a database: what does not print is a `?`."""
    return "".join(sign if sign.isprintable() else "?" for sign in text)


def keep_cosignature(node: Node, party: str, head: Head, lines: bytes) -> Cosignature:
    """Verify and keep what a mirror has signed for, however it came here.

    Raises:
        Fault: `exchange.cosignature.bad`.
    """
    given = verified_cosignature(node, party, head, lines)
    with node.store.write() as tx:
        before = tx.newest_cosignature(head.origin, party)
        if before is not None:
            convict.keep_fallen(node, tx, before, given)
        tx.save_cosignature(given)
        covered = abandoned_party.held_by_all(tx, logs.require_log(tx, head.origin))
    node.step("send.cosignature-kept")
    node.highwater.covered(head.origin, covered)
    return given


def verified_cosignature(node: Node, party: str, head: Head, lines: bytes) -> Cosignature:
    """Return a mirror's cosignature on a head, both its lines verified and of one time.

    Raises:
        Fault: `exchange.cosignature.bad`.
    """
    with node.store.read() as tx:
        log = logs.require_log(tx, head.origin)
        candidates = trust.load(tx, log.channel).mirror_verifiers(
            node.suite, party, head.origin, head.size
        )
    try:
        parsed = Note(note.parse(head.note).body, note.parse_signatures(lines))
    except Fault as fault:
        raise _bad_cosignature(party, head, "it cannot be read") from fault
    found = keep.verified_by_one(parsed, candidates)
    if found is None:
        raise _bad_cosignature(party, head, "its keys are not those of the card in force")
    times = {cosignature.time_of(line) for line in found}
    if len(times) != 1:
        raise _bad_cosignature(party, head, "its two lines name two times")
    kept = note.render_signatures(found)
    digest = hashlib.sha256(head.note).digest()
    return Cosignature(head.origin, head.size, party, digest, kept, times.pop())


def _bad_cosignature(party: str, head: Head, why: str) -> Fault:
    return Fault(
        code="exchange.cosignature.bad",
        what=f"The cosignature of {party} on {head.origin} at {head.size} is not good: {why}.",
        fix="Exchange cards again; if it stays so, speak to its operator.",
    )
