"""The channel `live` of an arrangement: there joint texts are agreed, and matters opened.

Floor: node.
"""

from comity.kernel.fault import Fault, quoted
from comity.node.base import register_records
from comity.node.base.ports import Tx


def channel_of(tx: Tx, channel: str) -> str:
    """Return the channel in which the texts of an arrangement are agreed: its `live`.

    Raises:
        Fault: `node.text.channel-missing`, `node.text.channel-ambiguous`.
    """
    paths = [register_records.live_in(one.id) for one in register_records.arrangements(tx)]
    own = [path for path in paths if any(log.own for log in tx.logs(path))]
    wanted = [path for path in own if channel in ("", path)]
    if not wanted:
        raise Fault(
            code="node.text.channel-missing",
            what=f"This node has no channel {quoted(channel)} in which texts are agreed."
            if channel
            else "This node is paired with nobody, so there is nobody to agree with.",
            fix=f"Name one of: {', '.join(own)}." if own else "Pair first: `comity pair offer`.",
        )
    if len(wanted) > 1:
        raise Fault(
            code="node.text.channel-ambiguous",
            what=f"This node is paired in {len(wanted)} arrangements.",
            fix=f"Name the channel with --channel: {', '.join(wanted)}.",
        )
    return wanted[0]
