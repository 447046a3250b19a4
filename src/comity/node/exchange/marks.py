"""Before anything is signed: is the clock sane, and is this above the high-water mark?

Source: protocol rules 9, 19 and 21.
Floor: node.
"""

from comity.kernel import limits
from comity.kernel.fault import Fault
from comity.node.context import Node
from comity.node.exchange import logs
from comity.node.ports import Tx
from comity.node.rows import Head

CLOCK_DECIDED = "clock-decided"
"""Record kind: an officer decided that signing goes on in spite of a party's clock."""


def require_sane_clock(node: Node, tx: Tx) -> None:
    """Return if the clock is within five minutes of every peer that was heard.

    Raises:
        Fault: `exchange.clock.skewed`.
    """
    for party, skew_ms in sorted(node.session.skew_ms.items()):
        if abs(skew_ms) <= limits.SKEW_MS_MAX or tx.record(CLOCK_DECIDED, party) is not None:
            continue
        node.alarms.raise_alarm(
            "exchange.clock.skewed", f"The clock of {party} differs by {skew_ms // 1000} s."
        )
        raise Fault(
            code="exchange.clock.skewed",
            what=f"The clocks of this node and of {party} differ by {skew_ms // 1000} seconds.",
            fix=f"Set this node's clock; if {party}'s is wrong, run `comity thaw --clock {party}`.",
        )


def require_above_mark(node: Node, tx: Tx, head: Head) -> None:
    """Return if a head adds to what was ever signed or cosigned of this log.

    Raises:
        Fault: `exchange.highwater.behind`.
    """
    size, root = node.highwater.marks().get(head.origin, (0, b""))
    is_below = head.size < size
    if not size or (not is_below and logs.root_at(tx, head.origin, size) == root):
        return
    node.alarms.raise_alarm(
        "exchange.highwater.behind", f"{head.origin}: {head.size} entries here, {size} signed for."
    )
    raise Fault(
        code="exchange.highwater.behind",
        what=f"A head of {head.size} entries of {head.origin} would contradict one of {size} "
        "entries that was signed before.",
        fix="Run `comity recover` to fetch the entries from the peer's mirror.",
    )
