"""Fetching bodies that did not come, from any party that may hold them.

    GET /body/<sha256>      Range: bytes=<start>-<end>; checked by its hash like every body
                            comity-log: <origin>; the party gives what it may be read for there

A small body comes before the entry that names it and a large one after; one is missing when
an answer on the way was not the peer's, or when this node's database was restored.

A peer may name very many that nobody holds.  So a round looks at one page of what is missing
of each log, asks for a few of them, and the next round goes on where it ended, round and
round: each has its turn, and a large one comes some ranges a round.  What is asked for has room on
the disk beside its reserve, so that no round fills what the hotline and receipts need.

Source: protocol rules 15, 16, 21 and 24.
Floor: node.
"""

import hashlib
from dataclasses import dataclass, field
from typing import Final

from comity.kernel import limits
from comity.kernel.fault import Fault
from comity.node.base import channel_records
from comity.node.base.channel_records import HOTLINE_HEADERS, NO_HEADERS
from comity.node.base.context import Node
from comity.node.base.ports import Request, Tx
from comity.node.base.rows import LOG_OFFERED, NamedBody
from comity.node.exchange import blob_outage, blobs, range_priority
from comity.node.exchange import logs as trees

COUNT_MAX: Final = 16
"""Bodies asked for in one round, so that a round stays short; of each log at least one."""

PAGE: Final = 256
"""Missing bodies of one log that a round looks at."""

RANGES_MAX: Final = 8
"""Ranges of large bodies in one round, of all of them together: 128 MiB."""

PIECE_BYTES: Final = 32 << 10
"""Of a large body that is here, and that a party shows to have; such a body is larger."""

LOG: Final = "comity-log"
"""Header of a GET: SHA-256 of the origin of the log whose entry names the body, in hex."""

ASKED_MAX: Final = 1_024
"""Bodies of one log that a party is remembered to lack; while so many are, no more are asked."""

AGAIN_MS: Final = 10 * limits.HEARTBEAT_MS
"""After so long, what a party did not hold is asked for again."""

SOON_MS: Final = limits.HEARTBEAT_MS
"""After so long what understanding waits for is, and what a party had no time or place for: it
may not have read yet that it may give it."""

LATER: Final = frozenset({429, 503})
"""Of a party that has no time or place for this now: it has said nothing of what it holds."""

_PARTIAL: Final = 206


@dataclass(slots=True)
class Missing:
    """Bodies that are missing, and who was asked.

    Attributes:
        wanted: documents by hash that entries which are not understood yet name.
        asked: `{(origin, party): {sha256: when}}` a missing body was asked for and not had.
        coming: `{(party, sha256): bytes}` of a large body that were staged when last looked at.
        sought: `{(origin, party): (index, sha256)}` of the missing body that was looked at last.
    """

    wanted: dict[str, NamedBody] = field(default_factory=dict)
    asked: dict[tuple[str, str], dict[str, int]] = field(default_factory=dict)
    coming: dict[tuple[str, str], int] = field(default_factory=dict)
    sought: dict[tuple[str, str], tuple[int, str]] = field(default_factory=dict)


def fetch_missing(node: Node, channel: str, party: str) -> int:
    """Ask a party for bodies that acts of a channel name and that are not held here.

    A large one is asked for when its author had a heartbeat's time to send it.  What the
    party does not hold is asked for again after ten heartbeats; after one what it has no time
    for, and a document without which nothing more of a log is read.

    Returns:
        How many came, wholly or in part.

    Raises:
        Fault: `peer.*`, `node.store.*`.
    """
    now_ms = node.clock.now_ms()
    with node.store.read() as tx:
        logs = [log for log in tx.logs(channel) if log.state != LOG_OFFERED]
        due = _wanted(node, tx, {log.origin for log in logs})
        due = [body for body in due if _is_due(node, body, party, now_ms, SOON_MS)][:COUNT_MAX]
        for log in logs:
            due += _next_due(node, tx, log.origin, party, share(len(logs)))
        origin = trees.own_log(tx, channel).origin
        is_hotline = channel_records.is_hotline(tx, channel)
    came = 0
    ranges = _Ranges(node, party, is_hotline, RANGES_MAX, origin)
    for body in due:
        got = _fetch_near(ranges, body)
        if got:
            came += 1
        elif got is not None:
            put_off_ms = AGAIN_MS - SOON_MS if ranges.is_put_off else 0
            _asked(node, body.origin, party)[body.sha256] = now_ms - put_off_ms
    if came:
        node.wake(channel)
    return came


def share(log_count: int) -> int:
    """Return how many bodies of each of so many logs a round asks a party for."""
    return max(1, COUNT_MAX // log_count)


def _wanted(node: Node, tx: Tx, origins: set[str]) -> list[NamedBody]:
    """Return the documents that understanding waits for, and forget those that came."""
    for sha256 in list(node.session.of(Missing).wanted):
        if tx.body_bytes(sha256) is not None:
            node.session.of(Missing).wanted.pop(sha256, None)
    return [
        body for body in list(node.session.of(Missing).wanted.values()) if body.origin in origins
    ]


def _asked(node: Node, origin: str, party: str) -> dict[str, int]:
    return node.session.of(Missing).asked.setdefault((origin, party), {})


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
    start, after = node.session.of(Missing).sought.get((origin, party), (0, ""))
    page = tx.named_bodies(origin, missing=True, start=start, count_max=PAGE)
    now_ms = node.clock.now_ms()
    due: list[NamedBody] = []
    for body in page:
        if (body.index, body.sha256) <= (start, after):
            continue  # looked at in an earlier round
        if len(due) == count_max or not _has_room(node, origin, party, now_ms):
            break
        node.session.of(Missing).sought[origin, party] = (body.index, body.sha256)
        if _is_due(node, body, party, now_ms):
            due.append(body)
    else:
        is_last = len(page) < PAGE  # then from the first again
        node.session.of(Missing).sought[origin, party] = (0 if is_last else page[-1].index + 1, "")
    return due


def _is_due(node: Node, body: NamedBody, party: str, now_ms: int, again_ms: int = AGAIN_MS) -> bool:
    asked = _asked(node, body.origin, party)
    asked_ms = asked.get(body.sha256)
    if asked_ms is None and body.size_bytes > limits.ROW_BLOB_BYTES_MAX:
        is_here = blob_outage.tried(node, lambda: _is_here(node, body), None)
        if is_here is False:
            asked[body.sha256] = now_ms - AGAIN_MS + limits.HEARTBEAT_MS
        if not is_here:
            return False
    return asked_ms is None or not 0 <= now_ms - asked_ms < again_ms


def _is_here(node: Node, body: NamedBody) -> bool:
    """Whether the bytes of a large body are here, and its author is not known to have them."""
    return node.bodies.size_bytes(body.sha256) == body.size_bytes


@dataclass(slots=True)
class _Ranges:
    """What one round asks a party for.

    Attributes:
        node: ours.
        party: that is asked.
        is_hotline: whether it is served first, and may fill the reserve of the disk.
        left: ranges of large bodies that this round still asks for; none where something else
            is due to that party.
        origin: of our own log in the channel.
        is_put_off: whether the party had no time or place for what it was asked last.
    """

    node: Node
    party: str
    is_hotline: bool
    left: int
    origin: str
    is_put_off: bool = False

    def ask(
        self, body: NamedBody, start: int, count: int = limits.FETCH_RANGE_BYTES_MAX
    ) -> bytes | None:
        """Return what the party gives of a body from a byte on; None if nothing or too much."""
        end = min(body.size_bytes, start + count)
        headers = {
            "range": f"bytes={start}-{end - 1}",
            LOG: hashlib.sha256(body.origin.encode()).hexdigest(),
            **(HOTLINE_HEADERS if self.is_hotline else NO_HEADERS),
        }
        answer = self.node.peers.call(
            self.party, Request("GET", f"/body/{body.sha256}", b"", headers)
        )
        self.is_put_off = answer.status in LATER
        is_good = answer.status == _PARTIAL and 0 < len(answer.body) <= end - start
        return answer.body if is_good else None

    def took(self) -> None:
        """Note a range that came."""
        self.left = (
            0 if range_priority.is_due(self.node, self.origin, self.party) else self.left - 1
        )

    def has_room(self, size_bytes: int) -> bool:
        """Whether the disk has room for what is asked for next, beside its reserve."""
        try:
            self.node.require_room(size_bytes, self.is_hotline)
        except Fault:
            return False
        return True


def _fetch_near(ranges: _Ranges, body: NamedBody) -> bool | None:
    """Ask for a body as `_fetch` does; a large one not while the bodies store is out of reach."""
    if body.size_bytes <= limits.ROW_BLOB_BYTES_MAX:
        return _fetch(ranges, body)
    return blob_outage.tried(ranges.node, lambda: _fetch(ranges, body), None)


def _fetch(ranges: _Ranges, body: NamedBody) -> bool | None:
    """Ask for a body; return whether it came, or some ranges of it; None if it was not asked for.

    Raises:
        Fault: `peer.*`, `node.store.*`.
    """
    if blobs.note_here(ranges.node, body.sha256):
        return True
    if body.size_bytes > limits.ROW_BLOB_BYTES_MAX and _is_here(ranges.node, body):
        return _is_shown(ranges, body)
    if not ranges.has_room(min(body.size_bytes, limits.FETCH_RANGE_BYTES_MAX)):
        return None
    if body.size_bytes > limits.ROW_BLOB_BYTES_MAX:
        return _fetch_ranges(ranges, body)
    data = ranges.ask(body, 0) if body.size_bytes else b""
    if data is None or hashlib.sha256(data).hexdigest() != body.sha256:
        return False
    blobs.keep(ranges.node, body.origin, body.sha256, data)
    return True


def _is_shown(ranges: _Ranges, body: NamedBody) -> bool:
    """Ask for a piece of a large body that is here; return whether the party gave those bytes.

    So a database that was put back finds its evidence again without fetching all of it: who
    gives what stands at a place that nobody could foresee has the body.
    """
    node = ranges.node
    start = int.from_bytes(node.entropy(8)) % (body.size_bytes - PIECE_BYTES + 1)
    data = ranges.ask(body, start, PIECE_BYTES)
    if data is None or data != node.bodies.read(body.sha256, start, start + PIECE_BYTES):
        return False
    blobs.note_shown(node, body.origin, body.sha256)
    return True


def _fetch_ranges(ranges: _Ranges, body: NamedBody) -> bool | None:
    """Go on with a large body where its coming from this party broke off."""
    if not ranges.left:
        return None  # others had their turn; it has its own when the round comes by again
    store, sha256, by = ranges.node.bodies, body.sha256, ranges.party
    staged = store.staged_bytes(sha256, by)
    if _is_coming(ranges, body, staged):
        return None
    start = staged if staged < body.size_bytes else 0
    is_any = False
    while ranges.left and ranges.has_room(limits.FETCH_RANGE_BYTES_MAX):
        data = ranges.ask(body, start)
        if data is None:
            return is_any
        is_any = True
        ranges.took()
        try:
            store.stage(sha256, start, data, by)
        except Fault as fault:
            if not blobs.is_ended(fault):
                raise
            return True
        start += len(data)
        ranges.node.session.of(Missing).coming[by, sha256] = start
        if start == body.size_bytes:
            ranges.node.session.of(Missing).coming.pop((by, sha256), None)
            return blobs.keep_staged(ranges.node, body.origin, sha256, by)
    return True


def _is_coming(ranges: _Ranges, body: NamedBody, staged: int) -> bool:
    """Whether its party goes on sending a body: then it is looked at after a heartbeat's time.

    A slow line would else carry all of it twice, for hours.
    """
    node, key = ranges.node, (ranges.party, body.sha256)
    if not staged or node.session.of(Missing).coming.get(key) == staged:
        return False
    node.session.of(Missing).coming[key] = staged
    again_ms = node.clock.now_ms() - AGAIN_MS + limits.HEARTBEAT_MS
    _asked(node, body.origin, ranges.party)[body.sha256] = again_ms
    return True
