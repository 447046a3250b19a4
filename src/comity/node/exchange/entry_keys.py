"""Keys of single entries, for a home that lost the keys of a card, and entries opened with them.

    record kind   key                value
    entry-key     <origin>|<index>   the entry's file key, hex

An entry that is sealed to a card whose private keys are gone opens here no more; whoever else is
sealed to it can give its file key, which proves itself.  What is read so is what the lost key had
opened, so nothing that is computed differs.  Without it the entry waits: to call it closed would
tell its author what is not so.

Source: docs/spec/arrangement.md 3.7; docs/adr/0037.
Floor: node.
"""

from typing import Final

from comity.acts.record import CODE_OPEN
from comity.kernel.fault import Fault
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.trust import Trust
from comity.node.exchange import seal
from comity.node.exchange.seal import Opened, Unreadable

ENTRY_KEY: Final = "entry-key"
"""Record kind: by `<origin>|<index>`, what opens an entry of which this home lost the key."""

type Place = tuple[str, int]
"""Origin and index of an entry."""


def open_entry(
    node: Node, tx: Tx, channel: Trust, numbers: tuple[int, ...], at: Place, entry: bytes
) -> Opened | Unreadable:
    """Open an entry at this node's own place, or with its own key where ours is lost.

    Args:
        node: ours.
        tx: a read or write.
        channel: whose keys count.
        numbers: of the cards that are in force there.
        at: where it stands.
        entry: its bytes.

    Raises:
        Fault: as `seal.open_entry`.
    """
    try:
        return seal.open_entry(node, channel, numbers, entry)
    except Fault as fault:
        opened = _with_own_key(tx, at, entry) if fault.code == seal.KEY_MISSING else None
        if opened is None:
            raise
        return opened


def _with_own_key(tx: Tx, at: Place, entry: bytes) -> Opened | Unreadable | None:
    key = tx.record(ENTRY_KEY, name(*at))
    return opened_by(entry, bytes.fromhex(str(key))) if key is not None else None


def opened_by(entry: bytes, file_key: bytes) -> Opened | Unreadable | None:
    """Return what a key shows of an entry, also that it does not parse; None if it is another's."""
    opened = seal.open_with_file_key(entry, file_key)
    is_other = isinstance(opened, Unreadable) and opened.code == CODE_OPEN
    return None if is_other else opened


def name(origin: str, index: int) -> str:
    """Return the key of the record of an entry's key."""
    return f"{origin}|{index}"
