"""Sending bodies over 64 KiB in ranges that can be resumed.

Source: protocol rules 15 and 16.
Floor: node.
"""

from typing import Final

from comity.kernel import limits
from comity.kernel.fault import Fault
from comity.node.context import Node
from comity.node.ports import Request
from comity.tlog import wire

ASKED: Final = "body-sent"
"""Record kind: `<sha256>|<party>` of a large body that a peer holds."""

_CREATED: Final = 201
_ACCEPTED: Final = 202
_CONFLICT: Final = 409
_OK: Final = 200


def send_bodies(node: Node, origin: str, party: str) -> int:
    """Send the large bodies that an own log names and a peer does not hold; return how many."""
    with node.store.read() as tx:
        newest = tx.newest_cosignature(origin, party)
        named = tx.named_bodies(origin, missing=False)
        sent = tx.records(ASKED)
    covered = newest.size if newest else 0
    waiting = {
        b.sha256: b.size_bytes
        for b in named
        if b.held
        and b.size_bytes > limits.ROW_BLOB_BYTES_MAX
        and b.index < covered
        and f"{b.sha256}|{party}" not in sent
    }
    for sha256, size_bytes in sorted(waiting.items()):
        _send(node, party, sha256, size_bytes)
        with node.store.write() as tx:
            tx.save_record(ASKED, f"{sha256}|{party}", node.clock.now_ms())
    return len(waiting)


def _send(node: Node, party: str, sha256: str, size_bytes: int) -> None:
    path = f"/body/{sha256}"
    asked = node.peers.call(party, Request("HEAD", path))
    if asked.status == _OK:
        return
    staged = asked.headers.get("comity-staged-bytes", "0")
    start = int(staged) if staged.isdecimal() else 0
    while True:
        end = min(size_bytes, start + limits.FETCH_RANGE_BYTES_MAX)
        data = node.bodies.read(sha256, start, end)
        headers = {
            "content-type": "application/octet-stream",
            "content-range": f"bytes {start}-{end - 1}/{size_bytes}",
        }
        reply = node.peers.call(party, Request("PUT", path, data, headers))
        node.step("send.range-sent")
        if reply.status == _CREATED:
            return
        if reply.status not in (_ACCEPTED, _CONFLICT):
            raise Fault(
                code="exchange.peer.refused",
                what=f"{party} answered {reply.status} to a range of the body {sha256[:16]}….",
                fix="Ask its operator to run `comity doctor`; this node tries again by itself.",
            )
        start = wire.parse_size(reply.body)
