"""Sending bodies over 64 KiB in ranges that can be resumed.

Source: protocol rules 15 and 16.
Floor: node.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from comity.kernel import limits
from comity.kernel.fault import Fault
from comity.kernel.ijson import Json
from comity.node.context import Node
from comity.node.exchange import gone
from comity.node.exchange.kept import Kept
from comity.node.ports import Parts, Request, Tx
from comity.node.rows import NamedBody
from comity.tlog import spelling, wire

WAITING: Final = "large-body"
"""Record kind: `<origin>|<index>|<sha256>` of a large body of ours: its size, and the
parties that hold it."""

STANDS_MAX: Final = 3
"""Answers in one sending that may keep less than was sent; then it is given up."""

PART_BYTES: Final = 4 << 20
"""Of a range: what is read at once while it is sent."""

_CREATED: Final = 201
_ACCEPTED: Final = 202
_CONFLICT: Final = 409
_NOT_FOUND: Final = 404
_OK: Final = 200
_GONE: Final = 410


def note(tx: Tx, bodies: Sequence[NamedBody]) -> None:
    """Remember the large bodies that own acts name, until every peer holds them."""
    for body in bodies:
        if body.held and body.size_bytes > limits.ROW_BLOB_BYTES_MAX:
            key = f"{body.origin}|{body.index}|{body.sha256}"
            tx.save_record(WAITING, key, {"size": body.size_bytes, "held-by": []})


def send_bodies(node: Node, origin: str, party: str) -> int:
    """Send the large bodies that an own log names and a peer does not hold; return how many."""
    with node.store.read() as tx:
        newest = tx.newest_cosignature(origin, party)
        records = tx.records(WAITING)
    covered = newest.size if newest else 0
    count = 0
    for key, value in records.items():
        of, index, sha256 = key.split("|")
        if of != origin or int(index) >= covered or not isinstance(value, dict):
            continue
        with node.store.read() as tx:
            is_gone = gone.is_gone(tx, sha256)
        if is_gone:
            _note_sent(node, key, party)
        elif party not in _holders(value) and _send(node, party, sha256, int(str(value["size"]))):
            _note_sent(node, key, party)
            count += 1
    return count


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


def _send(node: Node, party: str, sha256: str, size_bytes: int) -> bool:
    """Send a body; False if the peer has not understood yet the entry that names it.

    Its receipt for that entry wakes us, and the next round sends the body.
    """
    path = f"/body/{sha256}"
    asked = node.peers.call(party, Request("HEAD", path))
    if asked.status in (_OK, _GONE):
        return True
    staged = asked.headers.get("comity-staged-bytes", "0")
    start = spelling.parse_decimal(staged.encode("ascii", "replace")) or 0
    start = start if start < size_bytes else 0
    stood, kept = 0, Kept(node, sha256, size_bytes)
    while stood <= STANDS_MAX:
        end = min(size_bytes, start + limits.FETCH_RANGE_BYTES_MAX)
        headers = {
            "content-type": "application/octet-stream",
            "content-range": f"bytes {start}-{end - 1}/{size_bytes}",
        }
        parts = _parts(kept, start, end)
        reply = node.peers.call(party, Request("PUT", path, headers=headers, parts=parts))
        node.step("send.range-sent")
        if reply.status in (_CREATED, _GONE):
            return True
        if reply.status == _NOT_FOUND:
            return False
        if reply.status not in (_ACCEPTED, _CONFLICT):
            raise Fault(
                code="exchange.peer.refused",
                what=f"{party} answered {reply.status} to a range of the body {sha256[:16]}….",
                fix="Ask its operator to run `comity doctor`; this node tries again by itself.",
            )
        held = wire.parse_size(reply.body)
        stood += held < end
        start = held if held < size_bytes else 0
    raise Fault(
        code="exchange.peer.stuck",
        what=f"{party} does not go on with the body {sha256[:16]}… at byte {start}.",
        fix="Ask its operator to run `comity doctor`; this node tries again by itself.",
    )


def _parts(kept: Kept, start: int, end: int) -> Parts:
    """Return a range of a kept body, to be read as it is sent."""

    def each() -> Iterator[bytes]:
        kept.seek(start)
        while (left := end - kept.tell()) > 0:
            yield kept.read(min(PART_BYTES, left))

    return Parts(end - start, each)
