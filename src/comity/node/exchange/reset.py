"""Dropping what was understood of a channel, to understand it anew from entry 0.

An operator may ask for it (`comity rebuild`), and a new generation that leaves out what was
read here makes it owed.

Source: architecture section 5; docs/spec/fault.md 9.4.
Floor: node.
"""

from collections.abc import Collection
from typing import Final

from comity.node.base import register_records
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.exchange import disputes, ended_log, refold_queue, reset_count, void

DISOWNED: Final = "exchange.generation.disowned"

_COMPUTED: Final = (void.ENTRY, disputes.CLAIMS)
"""Record kinds that understanding writes; their keys begin with an origin."""


def is_owed(tx: Tx, channel: str) -> bool:
    """Return whether a generation made it owed to understand a channel anew."""
    return tx.record(ended_log.ANEW, channel) is not None


def drop_owed(node: Node, channel: str) -> None:
    """Drop what was understood of a channel, since a generation made that owed.

    What is owed is a record, so a crash before this leaves it owed.

    Raises:
        Fault: `node.store.*`.
    """
    with node.store.read() as tx:
        unsaid = ended_log.unsaid(tx, channel)
    told = [
        f"{origin}: {count} entries that this node had signed for count no longer, since their "
        "author says that they are lost: ask by voice."
        for origin, count in sorted(unsaid.items())
    ]
    general = f"{channel}: a new generation leaves out entries that were read; all is read anew."
    for what in told or [general]:  # before what owes it is gone, so that a crash leaves it owed
        node.alarms.raise_alarm(DISOWNED, what)
    with node.store.write() as tx:
        if not is_owed(tx, channel):
            return  # another thread has dropped it, and may have read some of it again
        drop(tx, channel)
        tx.drop_record(ended_log.ANEW, channel)
    node.step("anew.dropped")


def drop(tx: Tx, channel: str) -> None:
    """Drop what was computed from the entries of a channel; its matters are owed anew."""
    tx.drop_understood(channel)
    _begin(tx, channel)


def drop_all(tx: Tx, channels: Collection[str]) -> None:
    """Do so with these channels; it is much quicker where there are no others."""
    others = {log.channel for log in tx.logs() if "/" in log.channel}.difference(channels)
    for one in channels if others else ("",):
        tx.drop_understood(one)
    for channel in channels:
        _begin(tx, channel)


def _begin(tx: Tx, channel: str) -> None:
    refold_queue.owe(tx, channel)
    reset_count.note(tx, channel)
    register_records.touch(tx, f"anew|{channel}".encode())
    origins = {log.origin for log in tx.logs(channel)}
    for kind in _COMPUTED:
        for key in tx.records(kind):
            if key.partition("|")[0] in origins:
                tx.drop_record(kind, key)
