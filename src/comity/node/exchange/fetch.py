"""Fetching bodies that did not come, from any party that may hold them.

    GET /body/<sha256>      Range: bytes=<start>-<end>; checked by its hash like every body

A small body comes before the entry that names it and a large one after; one is missing when
an answer on the way was not the peer's, or when this node's database was restored.

A peer may name very many that nobody holds.  So a round looks at one page of what is missing
of each log, asks for a few of them, and the next round goes on where it ended, round and
round: each has its turn, and a large one comes some ranges a round.

Source: protocol rules 15, 16, 21 and 24.
Floor: node.
"""

import hashlib
from typing import Final

from comity.kernel import limits
from comity.node.context import Node
from comity.node.exchange import bodies
from comity.node.ports import Request, Tx
from comity.node.rows import LOG_OFFERED, NamedBody

COUNT_MAX: Final = 16
"""Bodies asked for in one round, so that a round stays short; of each log at least one."""

PAGE: Final = 256
"""Missing bodies of one log that a round looks at."""

RANGES_MAX: Final = 8
"""Ranges of one large body in one round: 128 MiB."""

ASKED_MAX: Final = 1_024
"""Bodies of one log that a party is remembered to lack; while so many are, no more are asked."""

AGAIN_MS: Final = 10 * limits.HEARTBEAT_MS
"""After so long, what a party did not hold is asked for again."""

_PARTIAL: Final = 206


def fetch_missing(node: Node, channel: str, party: str) -> int:
    """Ask a party for bodies that acts of a channel name and that are not held here.

    A large one is asked for when its author had a heartbeat's time to send it.  What the
    party does not hold is asked for again after ten heartbeats.

    Returns:
        How many came, wholly or in part.

    Raises:
        Fault: `peer.*`, `node.store.*`.
    """
    now_ms = node.clock.now_ms()
    with node.store.read() as tx:
        logs = [log for log in tx.logs(channel) if log.state != LOG_OFFERED]
        due = _wanted(node, tx, {log.origin for log in logs})
        due = [body for body in due if _is_due(node, body, party, now_ms)][:COUNT_MAX]
        for log in logs:
            due += _next_due(node, tx, log.origin, party, share(len(logs)))
    came = 0
    for body in due:
        if _fetch(node, party, body):
            came += 1
        else:
            _asked(node, body.origin, party)[body.sha256] = now_ms
    if came:
        node.wake(channel)
    return came


def share(log_count: int) -> int:
    """Return how many bodies of each of so many logs a round asks a party for."""
    return max(1, COUNT_MAX // log_count)


def _wanted(node: Node, tx: Tx, origins: set[str]) -> list[NamedBody]:
    """Return the documents that understanding waits for, and forget those that came."""
    for sha256 in list(node.session.wanted):
        if tx.body_bytes(sha256) is not None:
            node.session.wanted.pop(sha256, None)
    return [body for body in list(node.session.wanted.values()) if body.origin in origins]


def _asked(node: Node, origin: str, party: str) -> dict[str, int]:
    return node.session.asked.setdefault((origin, party), {})


def _has_room(node: Node, origin: str, party: str, now_ms: int) -> bool:
    """Forget what may be asked for again, once there is much; return whether more may be asked."""
    asked = _asked(node, origin, party)
    if len(asked) >= ASKED_MAX:
        for sha256, at_ms in list(asked.items()):
            if not 0 <= now_ms - at_ms < AGAIN_MS:
                asked.pop(sha256)
    return len(asked) < ASKED_MAX


def _next_due(node: Node, tx: Tx, origin: str, party: str, count_max: int) -> list[NamedBody]:
    """Return the next missing bodies of a log to ask a party for; the last is remembered."""
    start, after = node.session.sought.get((origin, party), (0, ""))
    page = tx.named_bodies(origin, missing=True, start=start, count_max=PAGE)
    now_ms = node.clock.now_ms()
    due: list[NamedBody] = []
    for body in page:
        if (body.index, body.sha256) <= (start, after):
            continue  # looked at in an earlier round
        if len(due) == count_max or not _has_room(node, origin, party, now_ms):
            break
        node.session.sought[origin, party] = (body.index, body.sha256)
        if _is_due(node, body, party, now_ms):
            due.append(body)
    else:
        is_last = len(page) < PAGE  # then from the first again
        node.session.sought[origin, party] = (0 if is_last else page[-1].index + 1, "")
    return due


def _is_due(node: Node, body: NamedBody, party: str, now_ms: int) -> bool:
    is_large = body.size_bytes > limits.ROW_BLOB_BYTES_MAX
    asked = _asked(node, body.origin, party)
    asked_ms = asked.get(body.sha256)
    if asked_ms is None and is_large:
        asked[body.sha256] = now_ms - AGAIN_MS + limits.HEARTBEAT_MS
        return False
    return asked_ms is None or not 0 <= now_ms - asked_ms < AGAIN_MS


def _fetch(node: Node, party: str, body: NamedBody) -> bool:
    """Ask for a body; return whether it came, or some ranges of it."""
    if body.size_bytes > limits.ROW_BLOB_BYTES_MAX:
        return _fetch_ranges(node, party, body)
    data = _range(node, party, body, 0) if body.size_bytes else b""
    if data is None or hashlib.sha256(data).hexdigest() != body.sha256:
        return False
    bodies.keep(node, body.sha256, data)
    return True


def _fetch_ranges(node: Node, party: str, body: NamedBody) -> bool:
    """Go on with a large body where its coming broke off."""
    staged = node.bodies.staged_bytes(body.sha256)
    start = staged if staged < body.size_bytes else 0
    for count in range(RANGES_MAX):
        data = _range(node, party, body, start)
        if data is None:
            return count > 0
        node.bodies.stage(body.sha256, start, data)
        start += len(data)
        if start == body.size_bytes:
            return bodies.keep_staged(node, body.sha256)
    return True


def _range(node: Node, party: str, body: NamedBody, start: int) -> bytes | None:
    """Return what a party gives of a body from a byte on; None if nothing or too much."""
    headers = {"range": f"bytes={start}-{body.size_bytes - 1}"}
    answer = node.peers.call(party, Request("GET", f"/body/{body.sha256}", b"", headers))
    is_good = answer.status == _PARTIAL and 0 < len(answer.body) <= body.size_bytes - start
    return answer.body if is_good else None
