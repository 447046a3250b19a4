"""Void entries: kept, cosigned and covered as any other, and they say nothing to anybody.

What is void follows from the bytes of an entry and of what it names, so that it is void for every
reader alike, and for ever.  A receipt lists what its author found void; that binds nobody.

    record kind   key                value
    void-entry    <origin>|<index>   its leaf hash, hex
    void-newest   <origin>           the greatest index of one

Source: docs/spec/exchange.md 8.3.5 and 8.8; docs/adr/0063.
Floor: node.
"""

from typing import Final

from comity.acts.record import UNREAD_MAX, Unread
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import Log

ENTRY: Final = "void-entry"
NEWEST: Final = "void-newest"
ALARM: Final = "exchange.entry.void"


def keep(node: Node, tx: Tx, log: Log, unread: Unread) -> None:
    """Note a void entry, and tell the operator of one that another party wrote."""
    tx.save_record(ENTRY, f"{log.origin}|{unread.index}", unread.leaf)
    tx.save_record(NEWEST, log.origin, unread.index)
    if not log.own:
        node.alarms.raise_alarm(
            ALARM,
            f"Entry {unread.index} of {log.origin} is void: it says nothing to anybody. Ask its "
            "author to say it again.",
        )


def leaf_of(tx: Tx, origin: str, index: int) -> str:
    """Return the leaf hash of a void entry, or "" where none is noted."""
    return str(tx.record(ENTRY, f"{origin}|{index}") or "")


def entries(tx: Tx, log: Log, start: int, end: int) -> tuple[Unread, ...]:
    """Return the first void entries in `[start, end)`; one more than fit in a receipt."""
    newest = tx.record(NEWEST, log.origin)
    found: list[Unread] = []
    for index in range(start, min(end, newest + 1 if isinstance(newest, int) else 0)):
        leaf = leaf_of(tx, log.origin, index)
        found += [Unread(index, leaf)] if leaf else []
        if len(found) > UNREAD_MAX:
            break
    return tuple(found)
