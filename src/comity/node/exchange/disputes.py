"""What was claimed and contradicted: times of receipts, false roots, falling cosign times.

    back-dated    a receipt claims a time before one that its author had claimed, or that
                  another party stood by when its author had seen it
    ahead         a later receipt of another party, which has seen it, claims far less
    false-root    a receipt signs for entries that its log never had, or had not yet
    false-void    a receipt lists an entry as void that is not
    time-fell     a mirror cosigned more at an earlier time

A claim binds who made it and nobody else; here is the list of those that others
contradict, for an operator and for who reads a proof.  Nothing is frozen by it.

What is compared is what two receipts claim.  Another party's claim may have moved the
effective time of a receipt: nobody is held to what they did not say.  Where the two are of two
parties both are listed, and which is wrong is not decided.

    record kind       key        value
    disputed-claims   <origin>   {count, newest}: noted as receipts are placed, so that showing
                                 them costs nothing; of each log the newest 64

Source: docs/spec/exchange.md 8.7.4; protocol rules 8, 17 and 19.
Floor: node.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Final

from comity.joint.exchange import fold, times
from comity.kernel import limits
from comity.kernel.ijson import Json
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import Log, UnderstoodReceipt
from comity.node.exchange import convict, void

BACK_DATED: Final = "back-dated"
AHEAD: Final = "ahead"
FALSE_ROOT: Final = "false-root"
FALSE_VOID: Final = "false-void"
TIME_FELL: Final = "time-fell"

CLAIMS: Final = "disputed-claims"
"""Record kind, by the log in which the claims stand."""

NEWEST_MAX: Final = 64
OVER_MS: Final = limits.SKEW_MS_MAX
"""What differs less is noise: clocks so far apart may sign."""

_CHUNK: Final = 1_024


@dataclass(frozen=True, slots=True)
class Dispute:
    """A claim that something else contradicts.

    Attributes:
        kind: see the constants.
        party: who made it.
        origin: the log in which the receipt stands, or which the mirror cosigned.
        index: of the receipt; 0 for a cosignature.
        claim_ms: the time that it claims; 0 for a cosignature.
        by_origin: the log of the receipt that contradicts it, its own log where its own words
            do; of a false root the log that is signed for, and of a false void that of the entry;
            "" for a cosignature.
        by_index: of that receipt or entry, or 0.
        by_ms: the time that it claims, or 0.
    """

    kind: str
    party: str
    origin: str
    index: int
    claim_ms: int
    by_origin: str = ""
    by_index: int = 0
    by_ms: int = 0


def disputes(node: Node, channel: str, over_ms: int = 0) -> list[Dispute]:
    """Return every claim of a channel that is contradicted, by log and index.

    Args:
        node: ours.
        channel: its path.
        over_ms: leave out receipts that are back-dated by no more than that; honest clocks
            differ a little.
    """
    with node.store.read() as tx:
        logs = tx.logs(channel)
        found = [one for log in logs for one in _of_log(tx, log, over_ms)]
        fell = tx.records(convict.COSIGNER)
    origins = {log.origin for log in logs}
    cosigned = [key.rpartition("|") for key in sorted(fell)]
    found += [
        Dispute(TIME_FELL, party, origin, 0, 0)
        for origin, _, party in cosigned
        if origin in origins
    ]
    return sorted(set(found), key=lambda one: (one.origin, one.index, one.kind, one.by_origin))


def note(tx: Tx, row: UnderstoodReceipt) -> None:
    """Note what a receipt that is being placed contradicts, or is contradicted by."""
    for one in _of_receipt(tx, row, OVER_MS):
        _keep(tx, one)


def _keep(tx: Tx, one: Dispute) -> None:
    count, newest = _kept(tx.record(CLAIMS, one.origin))
    if any((one.kind, one.index) == (other.kind, other.index) for other in newest):
        return
    rows = [asdict(other) for other in [*newest, one][-NEWEST_MAX:]]
    tx.save_record(CLAIMS, one.origin, {"count": count + 1, "newest": [*rows]})


def _kept(value: Json) -> tuple[int, list[Dispute]]:
    if not isinstance(value, dict):
        return 0, []
    rows = value["newest"]
    assert isinstance(rows, list)
    newest = [Dispute(**row) for row in rows if isinstance(row, dict)]  # type: ignore[arg-type] # as `_keep` wrote it
    return int(str(value["count"])), newest


def noted(tx: Tx) -> tuple[int, list[Dispute]]:
    """Return how many claims were noted as disputed, and the newest of each log."""
    kept = [_kept(value) for _, value in sorted(tx.records(CLAIMS).items())]
    fell = [key.rpartition("|") for key in sorted(tx.records(convict.COSIGNER))]
    found = [Dispute(TIME_FELL, party, origin, 0, 0) for origin, _, party in fell]
    rows = [*found, *(one for _, newest in kept for one in newest)]
    return len(fell) + sum(count for count, _ in kept), rows


def _of_log(tx: Tx, log: Log, over_ms: int) -> Iterator[Dispute]:
    for start in range(0, log.size, _CHUNK):
        for row in tx.receipts(log.origin, start, min(start + _CHUNK, log.size)):
            yield from _of_receipt(tx, row, over_ms)


def _of_receipt(tx: Tx, row: UnderstoodReceipt, over_ms: int) -> Iterator[Dispute]:
    if row.foreign:
        yield from _foreign(row)
    else:
        yield from _contradicted(tx, row, over_ms)
        yield from _false_voids(tx, row)


def _foreign(row: UnderstoodReceipt) -> Iterator[Dispute]:
    if row.foreign == fold.FOREIGN_ROOT:
        claim_ms = row.receipt.time_ms
        yield Dispute(FALSE_ROOT, row.party, row.origin, row.index, claim_ms, row.receipt.of)


def _false_voids(tx: Tx, row: UnderstoodReceipt) -> Iterator[Dispute]:
    """What a receipt calls void and is not: its bytes show that to everybody (8.8.2)."""
    receipt = row.receipt
    for one in receipt.unread:
        if not void.leaf_of(tx, receipt.of, one.index):
            claim_ms = receipt.time_ms
            yield Dispute(
                *(FALSE_VOID, row.party, row.origin, row.index, claim_ms, receipt.of, one.index)
            )


def _contradicted(tx: Tx, row: UnderstoodReceipt, over_ms: int) -> Iterator[Dispute]:
    """What a receipt says against itself, and against those that it has seen."""
    claim_ms = row.receipt.time_ms
    for origin, size in [(row.origin, row.index), *sorted(row.seen_after.items())]:
        last = tx.receipt_before(origin, size)
        if last is None or last.effective_ms <= claim_ms + over_ms:
            continue  # no claim in that log is later than its effective time
        claims = (last, _greatest(tx, last))
        is_own = last.party == row.party
        for one in claims if is_own else (last,):
            if one.receipt.time_ms > claim_ms + over_ms:
                yield _dispute(BACK_DATED, row, one)
        for one in () if is_own else claims:
            if times.is_ahead(one.receipt.time_ms, claim_ms):
                yield _dispute(AHEAD, one, row)


def _dispute(kind: str, row: UnderstoodReceipt, by: UnderstoodReceipt) -> Dispute:
    return Dispute(
        kind, row.party, row.origin, row.index, row.receipt.time_ms,
        by.origin, by.index, by.receipt.time_ms,
    )  # fmt: skip


def _greatest(tx: Tx, last: UnderstoodReceipt) -> UnderstoodReceipt:
    """Return the receipt up to `last` from whose claim its effective time comes.

    Where another log's claim moved it there is none in this log, and `last` stands for all: that
    other log was seen too, and is looked at by itself.
    """
    if last.receipt.time_ms == last.effective_ms:
        return last
    # Effective times never fall within a log: the first that has this one brought it.
    first, since = last, 0
    while since < first.index:
        middle = (since + first.index) // 2
        before = tx.receipt_before(last.origin, middle + 1)
        if before is None or before.effective_ms < last.effective_ms:
            since = middle + 1
        else:
            first = before
    return first if first.receipt.time_ms == first.effective_ms else last
