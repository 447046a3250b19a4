"""Between two ranges of a large body: whether something else goes first.

A body may have a terabyte and a line may be slow; what is said meanwhile, and the head that
says every minute that this State still speaks, do not wait for it.  A transfer that stops here
goes on in the next round, at the byte where it stood.

Source: protocol rules 10 and 16.
Floor: node.
"""

from comity.kernel import limits
from comity.node.base.context import Node
from comity.node.base.rows import LOG_OPEN
from comity.node.exchange import owed_receipts


def is_due(node: Node, origin: str, party: str) -> bool:
    """Return whether a peer lacks entries of an own log, or its head or a receipt is due.

    Args:
        node: ours.
        origin: of the own log.
        party: the peer.
    """
    with node.store.read() as tx:
        log, head = tx.log(origin), tx.newest_head(origin)
        cosigned = tx.newest_cosignature(origin, party)
    if log is None or log.state != LOG_OPEN:
        return False
    is_lacking = log.size > (cosigned.size if cosigned else 0)
    age_ms = limits.HEARTBEAT_MS if head is None else node.clock.now_ms() - head.time_s * 1_000
    return (
        is_lacking
        or log.channel in node.session.of(owed_receipts.Owed).owed
        or not 0 <= age_ms < limits.HEARTBEAT_MS
    )
