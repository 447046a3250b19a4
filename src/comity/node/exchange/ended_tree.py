"""The tree that is left of an own log as it ends, also where rows below it are lost here.

    to_leave(tx, now, old)                how much of it stays
    shown(node, channel)                  None; or what a mirror shows, under a head of our own
    hashes(tx, old, covered, shown)       what the ended log keeps as its frontier
    is_headed(tx, origin, size)           whether a kept head is of this log at that size

A log is ended because it is damaged, and so its end may not rest on rows that are.

Source: docs/spec/fault.md 9.4.
Floor: node.
"""

from comity.kernel.fault import Fault
from comity.node.base import trust
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import Log
from comity.node.base.trust import Trust
from comity.node.exchange import logs
from comity.node.exchange.mirror_parts import Mirror
from comity.tlog import tree
from comity.tlog.tree import Frontier

_TREE = "tlog."


def shown(node: Node, channel: str) -> Frontier | None:
    """Return the tree that is left as a party's mirror shows it; None where it is whole here.

    What is shown counts if it has the root of a head that this node signed and kept.

    Raises:
        Fault: `tlog.tile.*` where rows are lost and nobody in reach shows the tree.
    """
    with node.store.read() as tx:
        now, old = trust.load(tx, channel), logs.own_log(tx, channel)
        covered = to_leave(tx, now, old)
        lost = _lost(tx, old, covered)
        roots = {head.root for head in tx.heads(old.origin, covered)}
    if lost is None:
        return None
    for party in now.arrangement.others(node.party):
        try:
            found = Mirror(node, party, old.origin, covered).frontier()
        except Fault:
            continue
        if found.root() in roots:
            return found
    raise Fault(
        code=lost.code,
        what=f"{lost.what} No partner in reach shows {old.origin} at {covered} instead.",
        fix="Try again once one is in reach, or `comity restore` the newest backup and serve it.",
    ) from lost


def hashes(tx: Tx, old: Log, covered: int, given: Frontier | None) -> tuple[bytes, ...]:
    """Return the hashes of the tree that is left of a log.

    Raises:
        Fault: `tlog.tile.*` where rows are lost and what was shown is of another size.
    """
    if covered >= old.size:
        return old.frontier  # nothing is cut: entries that it stands on may be lost here
    if given is not None and given.size == covered:
        return given.hashes
    return _read(tx, old, covered).hashes


def to_leave(tx: Tx, now: Trust, old: Log) -> int:
    """Return how many entries of an own log stay as it ends: what others hold, to a head's end.

    A receipt may end between two heads.  Who holds less is then shown none of just that size, and
    could not know that what it is given is the log's.
    """
    covered = _held_elsewhere(tx, now, old)
    head = tx.head_at_least(old.origin, covered) if covered else None
    while head is not None and head.size <= old.size:
        if is_headed(tx, old.origin, head.size):
            return head.size
        head = tx.head_at_least(old.origin, head.size + 1)
    return covered


def _held_elsewhere(tx: Tx, now: Trust, old: Log) -> int:
    """How many entries of the old log some party has receipted or cosigned, as far as we know."""
    newest = (tx.newest_receipt(log.origin, old.origin) for log in now.logs if not log.own)
    receipted = max((row.receipt.size for row in newest if row), default=0)
    given = (tx.newest_cosignature(old.origin, p) for p in now.arrangement.others(old.party))
    cosigned = max((one.size for one in given if one), default=0)
    return min(old.size, max(receipted, cosigned))


def is_headed(tx: Tx, origin: str, size: int) -> bool:
    """Return whether a kept head has the root of a log at a size, as far as that is known here."""
    heads = tx.heads(origin, size)
    try:
        root = logs.root_at(tx, origin, size)
    except Fault as fault:
        if not fault.code.startswith(_TREE):
            raise
        return bool(heads)  # our own keys signed it
    return any(head.root == root for head in heads)


def _lost(tx: Tx, old: Log, covered: int) -> Fault | None:
    try:
        hashes(tx, old, covered, None)
    except Fault as fault:
        if not fault.code.startswith(_TREE):
            raise
        return fault
    return None


def _read(tx: Tx, old: Log, covered: int) -> Frontier:
    return tree.frontier_of(covered, logs.hash_reader(tx, old.origin, max(covered, 1)))
