"""Fetching bodies that did not come, from any party that may hold them.

    GET /body/<sha256>      Range: bytes=<start>-<end>; checked by its hash like every body

A small body comes before the entry that names it and a large one after; one is missing when
an answer on the way was not the peer's, or when this node's database was restored.

Source: protocol rules 15, 16 and 21.
Floor: node.
"""

import hashlib
from typing import Final

from comity.kernel import limits
from comity.node.context import Node
from comity.node.exchange import bodies
from comity.node.ports import Request, Tx
from comity.node.rows import NamedBody

COUNT_MAX: Final = 16
"""Bodies asked for in one round, so that a round stays short."""

_PARTIAL: Final = 206


def fetch_missing(node: Node, channel: str, party: str) -> int:
    """Ask a party for bodies that acts of a channel name and that are not held here.

    A large one is asked for when its author had a heartbeat's time to send it.  What the
    party does not hold is asked for again after ten heartbeats.

    Returns:
        How many came.

    Raises:
        Fault: `peer.*`, `node.store.*`.
    """
    with node.store.read() as tx:
        logs = tx.logs(channel)
        missing = [body for log in logs for body in tx.named_bodies(log.origin, missing=True)]
        missing += _wanted(node, tx, {log.origin for log in logs})
    now_ms = node.clock.now_ms()
    came = 0
    for body in [body for body in missing if _is_due(node, body, party, now_ms)][:COUNT_MAX]:
        data = _fetch(node, party, body)
        if data is None:
            node.session.asked[body.sha256, party] = now_ms
        else:
            bodies.keep(node, body.sha256, data)
            came += 1
    if came:
        node.wake(channel)
    return came


def _wanted(node: Node, tx: Tx, origins: set[str]) -> list[NamedBody]:
    """Return the documents that understanding waits for, and forget those that came."""
    for sha256 in list(node.session.wanted):
        if tx.body(sha256) is not None:
            node.session.wanted.pop(sha256, None)
    return [body for body in list(node.session.wanted.values()) if body.origin in origins]


def _is_due(node: Node, body: NamedBody, party: str, now_ms: int) -> bool:
    is_large = body.size_bytes > limits.ROW_BLOB_BYTES_MAX
    asked_ms = node.session.asked.get((body.sha256, party))
    if asked_ms is None and is_large:
        node.session.asked[body.sha256, party] = now_ms - 9 * limits.HEARTBEAT_MS
        return False
    return asked_ms is None or not 0 <= now_ms - asked_ms < 10 * limits.HEARTBEAT_MS


def _fetch(node: Node, party: str, body: NamedBody) -> bytes | None:
    """Return the bytes of a body, or None if the party does not hold it whole."""
    parts: list[bytes] = []
    start = 0
    while start < body.size_bytes:
        headers = {"range": f"bytes={start}-{body.size_bytes - 1}"}
        answer = node.peers.call(party, Request("GET", f"/body/{body.sha256}", b"", headers))
        if answer.status != _PARTIAL or not answer.body:
            return None
        parts.append(answer.body)
        start += len(answer.body)
    data = b"".join(parts)
    return data if hashlib.sha256(data).hexdigest() == body.sha256 else None
