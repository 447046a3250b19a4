"""Sending bodies over 64 KiB in ranges that can be resumed.

Source: protocol rules 15 and 16.
Floor: node.
"""

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from comity.kernel import limits
from comity.kernel.fault import Fault
from comity.kernel.ijson import Json
from comity.node.base import channel_records, register_records
from comity.node.base.context import Node
from comity.node.base.ports import Parts, Request, Response, Tx
from comity.node.base.rows import NamedBody
from comity.node.exchange import destroyed_blobs, logs, range_priority
from comity.node.exchange.blob_file import Kept
from comity.tlog import spelling, wire

WAITING: Final = "large-body"
"""Record kind: `<origin>|<index>|<sha256>` of a large body of ours: its size, and the
parties that hold it."""

STANDS_MAX: Final = 3
"""Answers in one sending that may keep less than was sent; then it is given up."""

PART_BYTES: Final = 4 << 20
"""Of a range: what is read at once while it is sent."""

AGAIN_MS: Final = 3_600_000
"""After so long a body of ours that was damaged is looked at again."""

DAMAGED: Final = "node.body.damaged"
_OF_BODY: Final = frozenset({DAMAGED, "node.body.short"})

_OF_PEER: Final = frozenset({"exchange.peer.refused", "exchange.peer.stuck"})
FAILING: Final = "exchange.delivery.failing"

_DONE: Final = "done"
_NOT_YET: Final = "not yet"
_BROKEN_OFF: Final = "broken off"

_CREATED: Final = 201
_ACCEPTED: Final = 202
_CONFLICT: Final = 409
_NOT_FOUND: Final = 404
_OK: Final = 200
_GONE: Final = 410
_UNFIT: Final = 422


@dataclass(slots=True)
class Lost:
    """Large bodies that were lost or refused.

    Attributes:
        damaged: `{sha256: when}` a large body of ours was found lost or damaged here.
        refused: `{(party, sha256): when}` a peer did not take a large body of ours.
    """

    damaged: dict[str, int] = field(default_factory=dict)
    refused: dict[tuple[str, str], int] = field(default_factory=dict)


def note(tx: Tx, bodies: Sequence[NamedBody]) -> None:
    """Remember the large bodies that own acts name, until every peer holds them."""
    for body in bodies:
        if body.held and body.size_bytes > limits.ROW_BLOB_BYTES_MAX:
            key = f"{body.origin}|{body.index}|{body.sha256}"
            tx.save_record(WAITING, key, {"size": body.size_bytes, "held-by": []})


def send_bodies(node: Node, origin: str, party: str) -> int:
    """Send the large bodies that an own log names and a peer does not hold; return how many.

    It ends after a range where something else is due to that peer; the next round goes on.  A
    body that is lost or damaged here is told, keeps nothing else back, and is looked at again
    after an hour; one that the peer does not take now (its disk is full, or its store away)
    after a minute.

    Raises:
        Fault: of the line, and of a bodies store that does not answer.
    """
    with node.store.read() as tx:
        channel = logs.require_log(tx, origin).channel
        newest = tx.newest_cosignature(origin, party)
        records = tx.records(WAITING)
    covered = newest.size if newest else 0
    count = 0
    for key, value in records.items():
        of, index, sha256 = key.split("|")
        if of != origin or int(index) >= covered or not isinstance(value, dict):
            continue
        with node.store.read() as tx:
            is_gone = destroyed_blobs.is_gone(tx, sha256)
        if is_gone:
            _tell_no_more(node, origin, party, sha256)
            _note_sent(node, key, party)
        elif party not in _holders(value) and _is_tried(node, party, sha256):
            done = _send_good(node, origin, party, (sha256, int(str(value["size"]))))
            if done == _DONE:
                _note_sent(node, key, party)
            if done != _NOT_YET:
                count += 1
                if range_priority.is_due(node, origin, party):
                    node.wake(channel)
                    break
    return count


def _is_tried(node: Node, party: str, sha256: str) -> bool:
    now_ms = node.clock.now_ms()
    waits = (
        (node.session.of(Lost).damaged.get(sha256), AGAIN_MS),
        (node.session.of(Lost).refused.get((party, sha256)), limits.HEARTBEAT_MS),
    )
    return not any(at is not None and 0 <= now_ms - at < pause for at, pause in waits)


def _send_good(node: Node, origin: str, party: str, body: tuple[str, int]) -> str:
    """Send a body; one that is damaged here, or that the peer does not take, is told and waits."""
    sha256, _ = body
    damaged, refused = _alarms(origin, party, sha256)
    try:
        done = _send(node, origin, party, body)
    except Fault as fault:
        if fault.code in _OF_BODY:
            node.alarms.raise_alarm(*damaged)
            node.session.of(Lost).damaged[sha256] = node.clock.now_ms()
        elif fault.code in _OF_PEER:
            node.alarms.raise_alarm(*refused)
            node.session.of(Lost).refused[party, sha256] = node.clock.now_ms()
        else:
            raise
        return _NOT_YET
    _tell_no_more(node, origin, party, sha256)
    return done


def _alarms(origin: str, party: str, sha256: str) -> tuple[tuple[str, str], tuple[str, str]]:
    """Return what is told of a body that is damaged here, and of one that a peer does not take."""
    refused = f"{origin} to {party}: the body {sha256[:16]}… is not taken."
    return (DAMAGED, _damaged(sha256).what), (FAILING, refused)


def _tell_no_more(node: Node, origin: str, party: str, sha256: str) -> None:
    """End what is told of a body that was sent, or that is to be sent no more."""
    damaged, refused = _alarms(origin, party, sha256)
    if node.session.of(Lost).damaged.pop(sha256, None) is not None:
        node.alarms.clear(*damaged)
    if node.session.of(Lost).refused.pop((party, sha256), None) is not None:
        node.alarms.clear(*refused)


def waiting(
    node: Node, origin: str, party: str, size: int, missing: Sequence[str] = ()
) -> list[tuple[str, int]]:
    """Return hash and size of the large bodies below a size that a party may not hold."""
    found: dict[str, int] = {}
    with node.store.read() as tx:
        records = tx.records(WAITING)
    for key, value in records.items():
        of, index, sha256 = key.split("|")
        is_due = of == origin and int(index) < size and isinstance(value, dict)
        is_due = is_due and node.bodies.size_bytes(sha256) is not None
        if is_due and isinstance(value, dict) and party not in _holders(value):
            found[sha256] = int(str(value["size"]))
    for sha256 in missing:
        size_bytes = node.bodies.size_bytes(sha256)
        if size_bytes is not None:
            found[sha256] = size_bytes
    return sorted(found.items())


def is_awaited(tx: Tx, origin: str, index: int, sha256: str, parties: Collection[str]) -> bool:
    """Return whether some of these parties may not hold a large body of ours yet."""
    value = tx.record(WAITING, f"{origin}|{index}|{sha256}")
    return isinstance(value, dict) and not {*parties} <= {*_holders(value)}


def _holders(value: Mapping[str, Json]) -> list[str]:
    held_by = value["held-by"]
    return [str(one) for one in held_by] if isinstance(held_by, list) else []


def _note_sent(node: Node, key: str, party: str) -> None:
    with node.store.write() as tx:
        value = tx.record(WAITING, key)
        log = tx.log(key.partition("|")[0])
        if not isinstance(value, dict) or log is None:
            return
        holders = {*_holders(value), party}
        if holders >= {other.party for other in tx.logs(log.channel) if not other.own}:
            tx.drop_record(WAITING, key)
        else:
            tx.save_record(WAITING, key, {**value, "held-by": [*sorted(holders)]})


def _send(node: Node, origin: str, party: str, body: tuple[str, int]) -> str:
    """Send a body; `_NOT_YET` if the peer has not understood yet the entry that names it.

    Its receipt for that entry wakes us, and the next round sends the body.

    Raises:
        Fault: `node.body.damaged` if it is not here as it was sealed, and as `send_bodies`.
    """
    sha256, size_bytes = body
    path = f"/body/{sha256}"
    with node.store.read() as tx:
        of_channel = channel_records.headers(tx, register_records.channel_path_of(origin))
    asked = node.peers.call(party, Request("HEAD", path, headers=of_channel))
    if asked.status in (_OK, _GONE):
        return _DONE
    is_doubted = sha256 in node.session.of(Lost).damaged
    if node.bodies.size_bytes(sha256) != size_bytes or (is_doubted and not _is_good(node, body)):
        raise _damaged(sha256)
    staged = asked.headers.get("comity-staged-bytes", "0")
    start = spelling.parse_decimal(staged.encode("ascii", "replace")) or 0
    start = start if start < size_bytes else 0
    stood, kept = 0, Kept(node, sha256, size_bytes)
    while stood <= STANDS_MAX:
        end = min(size_bytes, start + limits.FETCH_RANGE_BYTES_MAX)
        headers = {
            "content-type": "application/octet-stream",
            "content-range": f"bytes {start}-{end - 1}/{size_bytes}",
            **of_channel,
        }
        parts = _parts(kept, start, end)
        reply = node.peers.call(party, Request("PUT", path, headers=headers, parts=parts))
        node.step("send.range-sent")
        ended = _ended(node, party, body, reply)
        if ended:
            return ended
        held = wire.parse_size(reply.body)
        stood += held < end
        start = held if held < size_bytes else 0
        if range_priority.is_due(node, origin, party):
            return _BROKEN_OFF
    raise Fault(
        code="exchange.peer.stuck",
        what=f"{party} does not go on with the body {sha256[:16]}… at byte {start}.",
        fix="Ask its operator to run `comity doctor`; this node tries again by itself.",
    )


def _ended(node: Node, party: str, body: tuple[str, int], reply: Response) -> str:
    """Return what came of a body whose sending an answer ends, or "" where it goes on.

    Raises:
        Fault: `node.body.damaged`, `exchange.peer.refused`.
    """
    if reply.status in (_CREATED, _GONE):
        return _DONE
    if reply.status == _NOT_FOUND:
        return _NOT_YET
    if reply.status == _UNFIT and not _is_good(node, body):
        raise _damaged(body[0])  # else all of it were sent again, round after round
    if reply.status in (_ACCEPTED, _CONFLICT):
        return ""
    raise Fault(
        code="exchange.peer.refused",
        what=f"{party} answered {reply.status} to a range of the body {body[0][:16]}….",
        fix="Ask its operator to run `comity doctor`; this node tries again by itself.",
    )


def _is_good(node: Node, body: tuple[str, int]) -> bool:
    """Read a body of ours to its end; return whether it has its hash."""
    digest, kept = hashlib.sha256(), Kept(node, *body)
    while data := kept.read(PART_BYTES):
        digest.update(data)
    return digest.hexdigest() == body[0]


def _damaged(sha256: str) -> Fault:
    return Fault(
        code=DAMAGED,
        what=f"The body {sha256[:16]}… is lost or damaged here, and is not sent.",
        fix="Run `comity fsck`, and put it back from a backup.",
    )


def _parts(kept: Kept, start: int, end: int) -> Parts:
    """Return a range of a kept body, to be read as it is sent."""

    def each() -> Iterator[bytes]:
        kept.seek(start)
        while (left := end - kept.tell()) > 0:
            yield kept.read(min(PART_BYTES, left))

    return Parts(end - start, each)
