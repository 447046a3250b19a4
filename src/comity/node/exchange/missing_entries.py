"""What is left of a log that ended, and is not here: readers wait for it.

    began 2 (left of 1: 60)   home put back: of 1 there are 30   nobody gives the other 30
    begin 3, leaving them out     entry 1 of 3 names 1, not 2, and leaves 30 of it

Readers know such a generation (docs/spec/fault.md 9.4.3, 9.4.6): nothing is left of 2, and what
it said of 1 counts no more; its acts are said again in 3.  Whether nobody has the rest is for an
officer to say.

Source: docs/spec/fault.md 9.4.11; docs/adr/0049.
Floor: node.
"""

from comity.node.base.ports import Tx
from comity.node.base.rows import Log
from comity.node.base.trust import Trust
from comity.node.exchange import ended_log, ended_tree, logs


def found(tx: Tx, channel: str = "") -> list[tuple[Log, int]]:
    """Return logs of which less is here than is left, the oldest first, each with how much is.

    Args:
        tx: a read.
        channel: its path; all of them if none is named.
    """
    left = ((log, ended_log.left(tx, log) or 0) for log in tx.logs(channel))
    short = [(log, count) for log, count in left if log.size < count]
    return sorted(short, key=lambda one: (one[0].channel, one[0].party, one[0].generation))


def of_own(tx: Tx, channel: str) -> list[Log]:
    """Return the own logs among them."""
    return [log for log, _ in found(tx, channel) if log.own]


def cuts(tx: Tx, now: Trust, channel: str, *, leaves_missing: bool) -> list[tuple[Log, int]]:
    """Return the logs to be cut, the newest first, each with what stays of it.

    The last of several is the one that entry 1 names: those before it are passed over.
    """
    old = logs.own_log(tx, channel)
    short = of_own(tx, channel) if leaves_missing else []
    if not short:
        return [(old, ended_tree.to_leave(tx, now, old))]
    named = short[0]
    own = sorted((log for log in tx.logs(channel) if log.own), key=lambda log: -log.generation)
    passed_over = [(log, 0) for log in own if log.generation > named.generation]
    return [*passed_over, (named, _to_leave(tx, named))]


def _to_leave(tx: Tx, log: Log) -> int:
    """Return how much of what is here of a log can be left of it: to the end of a head, if one is.

    Who holds less must be shown a head of just that size.
    """
    size = _headed(tx, log.origin, log.size)
    while size and not ended_tree.is_headed(tx, log.origin, size):
        size = _headed(tx, log.origin, size - 1)
    return size or log.size


def _headed(tx: Tx, origin: str, most: int) -> int:
    """The greatest size up to `most` of which a head is kept, or 0."""
    low, high = 0, most
    while low < high:
        head = tx.head_at_least(origin, (low + high + 1) // 2)
        if head is not None and head.size <= most:
            low = head.size
        else:
            high = (low + high + 1) // 2 - 1
    return low
