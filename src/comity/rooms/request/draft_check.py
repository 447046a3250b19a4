"""Whether a request that was not sent yet has what the guideline in force asks for.

Floor: rooms.
"""

from collections.abc import Sequence

from comity.joint.guideline.model import Guideline
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.context import Node
from comity.node.room.request_file import Written
from comity.rooms.request import completeness, guideline_binding
from comity.rooms.request.completeness import Judged
from comity.rooms.request.desk import channels


def check(
    node: Node, written: Written, to: Sequence[str], channel: str = ""
) -> Judged | Inadmissible | None:
    """Return what a request file lacks, or None where no guideline is in force.

    Args:
        node: ours.
        written: the request file.
        to: parties that it asks.
        channel: its path, or "" for the one that these parties share.
    """
    guideline = in_force(node, written, to, channel)
    if guideline is None or isinstance(guideline, Inadmissible):
        return guideline
    return completeness.judge(guideline, completeness.of_file(written, to), node.clock.now_ms())


def in_force(
    node: Node, written: Written, to: Sequence[str], channel: str = ""
) -> Guideline | Inadmissible | None:
    """Return the guideline in force with these parties, or None where none is."""
    with node.store.read() as tx:
        found = channels.find(tx, node, to, written.urgency, channel)
        if isinstance(found, Inadmissible):
            return found
        return guideline_binding.in_force(node, tx, found[0])
