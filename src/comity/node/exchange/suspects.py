"""Parties whose mirrors are to be asked, since they know of another history or have more.

    record kind   key                    value
    doubted       <channel>|<party>      how often that was noted since the party was asked

A receipt for another root is read once: whoever cannot ask its author meanwhile, or ends, asks
later, or a second history that two parties hold between them would never be found.

Floor: node.
"""

from typing import Final

from comity.node.base.context import Node
from comity.node.base.ports import Tx

DOUBTED: Final = "doubted"


def note(tx: Tx, channel: str, party: str) -> None:
    """Note that a party signed for another root than is held here, or has more of a log."""
    tx.save_record(DOUBTED, _key(channel, party), noted(tx, channel, party) + 1)


def noted(tx: Tx, channel: str, party: str) -> int:
    """Return how often that was noted since the party was asked, or 0."""
    value = tx.record(DOUBTED, _key(channel, party))
    return value if isinstance(value, int) else 0


def forget(node: Node, channel: str, party: str, count: int) -> None:
    """Drop it once the party was asked, unless it was noted again meanwhile."""
    with node.store.write() as tx:
        if noted(tx, channel, party) == count:
            tx.drop_record(DOUBTED, _key(channel, party))


def _key(channel: str, party: str) -> str:
    return f"{channel}|{party}"
