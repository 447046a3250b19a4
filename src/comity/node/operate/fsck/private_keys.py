"""That the private keys of every own card are here.

A backup has those of its time: of a card made since only its text comes back, from a peer, and
a home without the keys signs its log no further and reads nothing that was sealed to them.

Floor: node.
"""

from typing import Final

from comity.kernel.fault import Fault
from comity.node.base import channel_records
from comity.node.base.context import Node
from comity.node.exchange import seal
from comity.node.operate import backup
from comity.node.operate.fsck.report import Found

_FIX: Final = (
    "Bring that file back into the folder of keys, from a backup made since the card was or from "
    "the disk of the home before, and start the node again; keep that disk until it is found. "
    "Where it is gone for good, run `comity key rotate --lost` with the root key."
)
_FIX_OPENED: Final = (
    "Bring that file back into the folder of keys, from a backup made since the channel was opened "
    "or from the disk of the home before, and start the node again; keep that disk until it is "
    "found. Where it is gone for good, open one under another name with `comity channel open`."
)


def check(node: Node) -> Found:
    """Check that there is a file of keys for each own card in each own channel.

    Raises:
        Fault: `keys.*`, of a file that is there.
    """
    found = Found()
    with node.store.read() as tx:
        needed = backup.own_cards(tx, node.party)
    for channel, number in needed:
        try:
            node.keys.identity(channel, number)
        except Fault as fault:
            if fault.code != seal.KEY_MISSING:
                raise
            fix = _FIX if channel_records.has_cards(channel) else _FIX_OPENED
            found.add("node.fsck.keys", f"card {number} in {channel}", fault.what, fix)
    return found
