"""What is left of a log that ended: entry 1 of its successor says how many entries count.

    left = old-size - lost       entries from there on are foreign, `disowned`, for ever
    a receipt for more than that counts as one for all that is left; its root is not asked

A reader may hold more than is left, since a cosignature was lost or a thief wrote it, and may
have read it before entry 1 came.  Then what was understood of the channel is dropped and
understood anew, so that it means what it means to everybody else.

    record kind       key         value
    log-left          <origin>    how many entries count
    left-out          <origin>    the same, of an own log: see `generation_marks`
    left-unasked      <origin>    of a lost own log: parties not asked yet for what it leaves out:
                                  see `left_elsewhere`
    understand-anew   <channel>   {origin: entries signed for here that count no more}

Source: protocol rule 23; docs/spec/fault.md 9.4.
Floor: node.
"""

from typing import Final

from comity.joint.exchange import acts as exchange_acts
from comity.kernel.ijson import Json
from comity.node.base.ports import Tx
from comity.node.base.rows import LOG_ENDED, Log, UnderstoodAct
from comity.node.base.trust import Trust

LEFT: Final = "log-left"
"""Record kind: by origin, how many entries of an ended log count."""

LEFT_OUT: Final = "left-out"
"""Record kind: by origin of an own log that ended: what it held above may not be said again yet."""

UNASKED: Final = "left-unasked"
"""Record kind: by origin of an own log that was lost: who may hold more of it and was not asked."""

ANEW: Final = "understand-anew"
"""Record kind: by channel: what was understood of it is to be dropped, and what is to be told."""


def left(tx: Tx, log: Log) -> int | None:
    """Return how many entries of a log count, or None while all of them do."""
    if log.state != LOG_ENDED:
        return None
    value = tx.record(LEFT, log.origin)
    return value if isinstance(value, int) else None


def counted(tx: Tx, log: Log, size: int) -> int:
    """Return the size that a receipt of that size for a log counts as."""
    most = left(tx, log)
    return size if most is None else min(size, most)


def note(tx: Tx, channel: Trust, origin: str, size: int) -> None:
    """Note what is left of a log; what was read as if something else counted is to be read anew.

    Another word than before is of a generation that passes over the one which said it: nothing is
    left of that, so who never held it must find the same.
    """
    old, before = tx.log(origin), tx.record(LEFT, origin)
    if old is None or before == size:
        return
    fewest = min(size, before) if isinstance(before, int) else size
    tx.save_record(LEFT, origin, size)
    if old.own:
        tx.save_record(LEFT_OUT, origin, size)
    receipts = [
        (log.own, row.receipt.size)
        for log in channel.logs
        for row in tx.receipts(log.origin, 0, log.size)
        if row.receipt.of == origin
    ]
    if max(old.understood, *(count for _, count in receipts), 0) > fewest:
        ours = (count for is_own, count in receipts if is_own)
        signed_for = 0 if old.own else max(old.signed, *ours, 0)
        lost = {origin: signed_for - size} if signed_for > size else {}
        tx.save_record(ANEW, channel.channel, {**unsaid(tx, channel.channel), **lost})


def unsaid(tx: Tx, channel: str) -> dict[str, Json]:
    """Return by log how many entries that this node signed for are left out, as is to be told."""
    value = tx.record(ANEW, channel)
    return value if isinstance(value, dict) else {}


def apply(tx: Tx, channel: Trust, row: UnderstoodAct) -> None:
    """Take from entry 1 of a generation what is left of the one before it.  Total."""
    if row.act.tag != exchange_acts.GENERATION_BEGUN or row.index != exchange_acts.BEGUN_INDEX:
        return
    codes = row.act.codes
    old = tx.log(codes.get("old-origin", ""))
    if old is None or old.party != row.party or old.generation >= row.generation:
        return
    most = exchange_acts.COUNT_MAX
    size, lost = (exchange_acts.number(codes, name, most) for name in ("old-size", "lost"))
    own = [log for log in tx.logs(old.channel) if log.party == row.party]
    passed_over = [log for log in own if old.generation < log.generation < row.generation]
    counts = {old.origin: max(0, size - lost)} | {log.origin: 0 for log in passed_over}
    for origin, count in counts.items():
        note(tx, channel, origin, count)
    if old.own and codes.get("reason") not in exchange_acts.SIGNED_BY_OTHERS:
        others: list[Json] = [*channel.arrangement.others(row.party)]
        for origin in counts:
            tx.save_record(UNASKED, origin, others)
