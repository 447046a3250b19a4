"""Small bodies that came and that no entry names yet: how much of them is kept, and how long.

    unnamed        <party>|<when, 15 digits>|<hash>   [[sha256, size], …]   at most 256
    unnamed-bytes  <party>                            the sum of those sizes

A size here is that of the body and `ROW_BYTES`.  Beside these stands who gave each body: a
body that two gave is kept for as long as either's waits, and one of ours for ever.

A body comes before the entry that names it, so for a while every one of them is unnamed.  A
peer that sends bodies and never the entries fills its own part of the disk and no more: what
comes over `BYTES_MAX` is not kept, and what no entry named within `MS_MAX` is destroyed.
Nothing is lost by either: a body that an entry names and that is not here is fetched.

What an entry names is never touched, nor what a party's entries that wait to be understood
may name, nor a draft of our own: its bodies are sealed under keys that nobody else has, so
no peer can have sent them, and its joint texts are noted as ours.

Source: protocol rules 15 and 24; docs/spec/wire.md 7.5.10.
Floor: node.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from comity.kernel import limits
from comity.kernel.ijson import Json
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import LOG_OPEN
from comity.node.exchange import blob_access

KIND: Final = "unnamed"
TOTAL: Final = "unnamed-bytes"

BYTES_MAX: Final = 4 << 30
"""Of one party."""

ROW_BYTES: Final = 1_024
"""What a body counts beside its bytes: its row, the note who gave it, its part of the record
here, and the indexes of all three.  In SQLite that is some 370 bytes (65,536 bodies of four
bytes); the rest is for its journal.  By its bytes alone a body of four would cost the disk a
hundred times what is counted."""

MS_MAX: Final = 24 * 3_600_000
"""How long a body waits for the entry that names it."""

EVERY_MS: Final = 1_000
RECORDS_MAX: Final = 128
"""Records that are looked at in one step, every second; the next step goes on after them."""

OVER: Final = "exchange.bodies.unnamed"

type Sizes = list[tuple[str, int]]


@dataclass(slots=True)
class Sweep:
    """How far bodies that no entry names were looked at.

    Attributes:
        settled: key of the record of unnamed bodies that was looked at last, or "".
        settled_ms: when that was.
    """

    settled: str = ""
    settled_ms: int = 0


def admit(
    node: Node, tx: Tx, party: str, sizes: Mapping[str, int], bytes_max: int = BYTES_MAX
) -> set[str]:
    """Note bodies that no entry names and return those that may be kept.

    Args:
        node: ours.
        tx: the write that keeps them.
        party: who sent them.
        sizes: `{sha256: bytes}` of at most 256 that this party did not give before.
        bytes_max: how much of a party is kept; what an operator carries has no such bound.
    """
    total = _total(tx, party)
    admitted: Sizes = []
    for sha256, size_bytes in sizes.items():
        counted = size_bytes + ROW_BYTES
        if total + counted <= bytes_max:
            total += counted
            admitted.append((sha256, counted))
            blob_access.note_given(tx, sha256, party)
    if len(admitted) < len(sizes):
        node.alarms.raise_alarm(OVER, f"{party} sent over {bytes_max} bytes that no entry names.")
    if admitted:
        key = f"{party}|{max(node.clock.now_ms(), 0):015d}|{admitted[0][0]}"
        tx.save_record(KIND, key, _to_json(admitted))
        tx.save_record(TOTAL, party, total)
    return {sha256 for sha256, _ in admitted}


def settle(node: Node) -> int:
    """Forget what was named since, and destroy what nothing named in time; return how much was.

    A step, at most once a second, that the next one goes on from; a crash loses none of it.
    """
    now_ms = node.clock.now_ms()
    if 0 <= now_ms - node.session.of(Sweep).settled_ms < EVERY_MS:
        return 0
    node.session.of(Sweep).settled_ms = now_ms
    with node.store.read() as tx:
        page = tx.records(KIND, after=node.session.of(Sweep).settled, count_max=RECORDS_MAX)
        waiting = {
            log.party
            for log in tx.logs()
            if not log.own and log.state == LOG_OPEN and log.understood < log.size
        }
        due = [
            (key, len(_sizes(value)))
            for key, value in page.items()
            if _is_over(key, now_ms, waiting) or any(tx.who_names(s) for s, _ in _sizes(value))
        ]
    node.session.of(Sweep).settled = next(reversed(page)) if len(page) == RECORDS_MAX else ""
    destroyed = 0
    for keys in _steps(due):
        with node.store.write() as tx:
            destroyed += sum(_settle_one(tx, key, _is_over(key, now_ms, waiting)) for key in keys)
    return destroyed


def _steps(due: Sequence[tuple[str, int]]) -> list[list[str]]:
    """Part keys so that no transaction looks at more bodies than one may hold entries."""
    steps: list[list[str]] = []
    room = 0
    for key, count in due:
        if count > room:
            steps.append([])
            room = limits.TRANSACTION_ENTRIES_MAX
        steps[-1].append(key)
        room -= count
    return steps


def _is_over(key: str, now_ms: int, waiting: Collection[str]) -> bool:
    party, came_ms, _ = key.split("|")
    return party not in waiting and now_ms - int(came_ms) > MS_MAX


def _settle_one(tx: Tx, key: str, is_over: bool) -> int:  # noqa: FBT001 -- its one caller names it
    """Settle one record as it now stands; return how many bodies were destroyed."""
    before = _sizes(tx.record(KIND, key))
    left = [(sha256, size) for sha256, size in before if not tx.who_names(sha256)]
    party = key.partition("|")[0]
    gone = _let_go(tx, party, [sha256 for sha256, _ in left]) if is_over else 0
    kept = [] if is_over else left
    freed = sum(size for _, size in before) - sum(size for _, size in kept)
    if freed or not kept:
        tx.save_record(TOTAL, party, max(0, _total(tx, party) - freed))
        if kept:
            tx.save_record(KIND, key, _to_json(kept))
        else:
            tx.drop_record(KIND, key)
    return gone


def _let_go(tx: Tx, party: str, hashes: Sequence[str]) -> int:
    """Forget that a party gave bodies, and destroy those that nobody else has."""
    destroyed = 0
    for sha256 in hashes:
        blob_access.drop_given(tx, sha256, party)
        if not blob_access.is_given_by_any(tx, sha256):
            tx.drop_body(sha256)
            destroyed += 1
    return destroyed


def _total(tx: Tx, party: str) -> int:
    value = tx.record(TOTAL, party)
    return value if isinstance(value, int) else 0


def _to_json(sizes: Sizes) -> Json:
    rows: list[Json] = [[sha256, size] for sha256, size in sizes]
    return rows


def _sizes(value: Json) -> Sizes:
    rows = value if isinstance(value, list) else []
    return [(str(row[0]), int(str(row[1]))) for row in rows if isinstance(row, list)]
