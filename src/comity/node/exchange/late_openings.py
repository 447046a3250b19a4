"""Entries whose key was shown after what stands behind them was read, and that decide on it.

    an act of a matter           takes its place among what was read: see `contested_entries`
    a receipt, a register act    decide how others are read, in every log: the channel is read anew,
                                 with their keys known from the beginning

All parties are to compute the same, and for whoever opened them at once they stood there then.

    record kind   key                value
    shown-key     <origin>|<index>   the entry's file key, hex; until the channel is read anew for
                                     another reason, which begins without any
    opened-late   <channel>          {at_ms: when it was read anew for that last, is_due}

A channel of many entries is read anew for that once a day at most: who seals to some alone, and
shows key after key, would else keep it from being read.

Source: docs/spec/exchange.md 8.6.7, 8.8.4; docs/adr/0050.
Floor: node.
"""

from typing import Final

from comity.acts.record import Act, Record
from comity.joint.exchange import acts as exchange_acts
from comity.kernel.ijson import Json
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.exchange import entry_keys, reset

ENTRIES_AT_ONCE: Final = 4_096
"""Of a channel of no more entries that are read, it costs seconds."""

AGAIN_MS: Final = 86_400_000


def decides(said: Record) -> bool:
    """Return whether a record decides how others are read."""
    return not isinstance(said, Act) or said.matter.kind == exchange_acts.CHANNEL_KIND


def note(tx: Tx, channel: str, origin: str, index: int, file_key: str) -> None:
    """Note the key of such an entry, which was read as one that does not open."""
    tx.save_record(reset.SHOWN_KEY, entry_keys.name(origin, index), file_key)
    tx.save_record(reset.OPENED_LATE, channel, {"at_ms": _last_ms(tx, channel), "is_due": True})


def drop_due(node: Node, channel: str) -> bool:
    """Drop what was understood of a channel if a key makes that due; return whether it did.

    Raises:
        Fault: `node.store.*`.
    """
    with node.store.write() as tx:
        if not is_due(node, tx, channel):
            return False  # another thread was faster
        reset.drop(tx, channel, keeps_keys=True)
        done: Json = {"at_ms": node.clock.now_ms(), "is_due": False}
        tx.save_record(reset.OPENED_LATE, channel, done)
    node.step("anew.dropped")
    return True


def is_due(node: Node, tx: Tx, channel: str) -> bool:
    """Return whether a channel is to be read anew for a key that was shown late."""
    noted = tx.record(reset.OPENED_LATE, channel)
    if not isinstance(noted, dict) or not noted["is_due"]:
        return False
    if sum(log.understood for log in tx.logs(channel)) <= ENTRIES_AT_ONCE:
        return True
    last_ms = _last_ms(tx, channel)
    return not last_ms or not 0 <= node.clock.now_ms() - last_ms < AGAIN_MS


def _last_ms(tx: Tx, channel: str) -> int:
    noted = tx.record(reset.OPENED_LATE, channel)
    return int(str(noted["at_ms"])) if isinstance(noted, dict) else 0
