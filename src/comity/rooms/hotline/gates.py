"""What is asked before something is said in a call, besides what its matter says.

    place       a call is opened where nothing queues before it, or in an exercise
    words       what is said is short: long content goes by a request, through its gates

Floor: rooms.
"""

from typing import Final

from comity.joint.arrangement.channel import EXERCISE, HOTLINE
from comity.joint.hotline import acts
from comity.kernel.inadmissible import Inadmissible
from comity.node.base import channel_records
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import Officer
from comity.node.room.release.draft_store import Draft

WORDS_BYTES_MAX: Final = 16 << 10
OPENING: Final = frozenset({acts.CALLED, acts.DRILL_PLANNED})


def place(tx: Tx, node: Node, officer: Officer, draft: Draft) -> Inadmissible | None:
    """Ask whether a call, or the plan of a drill, is opened where it never waits for other work."""
    del node, officer
    if draft.act.tag not in OPENING:
        return None
    if channel_records.purpose(tx, draft.channel) in {HOTLINE, EXERCISE}:
        return None
    return Inadmissible(
        "hotline.channel-queues",
        f"A call is opened in a channel of the hotline, and {draft.channel} is none.",
        "Leave the channel out.",
    )


def words(tx: Tx, node: Node, officer: Officer, draft: Draft) -> Inadmissible | None:
    """Ask whether words are as short as what is read aloud and read back."""
    del tx, node, officer
    size_bytes = sum(one.size_bytes for one in draft.act.blobs)
    if size_bytes <= WORDS_BYTES_MAX:
        return None
    return Inadmissible(
        "hotline.words-long",
        f"These words take {size_bytes:,} bytes, and a call carries {WORDS_BYTES_MAX:,}.",
        "Say it shorter, or send a request and name it in the call.",
    )
