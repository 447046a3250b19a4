"""The channel `live` of an arrangement: there joint texts are agreed, and matters opened.

Floor: node.
"""

from collections.abc import Sequence

from comity.kernel.fault import Fault, quoted
from comity.node.base import register_records
from comity.node.base.ports import Tx


def known(tx: Tx, channel: str) -> str:
    """Return a channel that is named, of any purpose, if this node has a log in it.

    Raises:
        Fault: `node.text.channel-missing`.
    """
    if not any(log.own for log in tx.logs(channel)):
        raise _missing(channel, _own(tx))
    return channel


def channel_of(tx: Tx, channel: str) -> str:
    """Return the channel in which the texts of an arrangement are agreed: its `live`.

    Raises:
        Fault: `node.text.channel-missing`, `node.text.channel-ambiguous`.
    """
    own = _own(tx)
    wanted = [path for path in own if channel in ("", path)]
    if not wanted:
        raise _missing(channel, own)
    if len(wanted) > 1:
        raise Fault(
            code="node.text.channel-ambiguous",
            what=f"This node is paired in {len(wanted)} arrangements.",
            fix=f"Name the channel with --channel: {', '.join(wanted)}.",
        )
    return wanted[0]


def _own(tx: Tx) -> list[str]:
    paths = [register_records.live_in(one.id) for one in register_records.arrangements(tx)]
    return [path for path in paths if any(log.own for log in tx.logs(path))]


def _missing(channel: str, own: Sequence[str]) -> Fault:
    return Fault(
        code="node.text.channel-missing",
        what=f"This node has no channel {quoted(channel)} for this."
        if channel
        else "This node is paired with nobody, so there is nobody to agree with.",
        fix=f"Name one of: {', '.join(own)}." if own else "Pair first: `comity pair offer`.",
    )
