"""What an officer reads of one request; see `comity.node.room.matter_read`.

Floor: rooms.
"""

from typing import Final

from comity.joint.request.acts import KIND
from comity.kernel.ijson import Json
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import MatterRow, Officer
from comity.node.room import exercise_mark, matter_read
from comity.node.room.matter_read import Shown

_KINDS: Final = (KIND,)


def show(node: Node, officer: Officer, matter_id: str) -> Shown:
    """Return one request for a person to look at, and note that they have.

    Raises:
        Fault: as `read`.
    """
    return matter_read.show(node, officer, _KINDS, matter_id)


def read(node: Node, officer: Officer, matter_id: str) -> Shown:
    """Return one request with its bodies opened; nobody has looked at it by that.

    Raises:
        Fault: `node.matter.unknown`, `node.matter.ambiguous`, `node.matter.prefix-short`.
    """
    return matter_read.read(node, officer, _KINDS, matter_id)


def see(node: Node, officer: Officer, matter_id: str) -> MatterRow:
    """Note that an officer has looked at a request: what is urgent is not told any more.

    Raises:
        Fault: as `read`.
    """
    return matter_read.see(node, officer, _KINDS, matter_id)


def on_paper(tx: Tx, shown: Shown) -> dict[str, Json]:
    """Return what the data of a paper about a request has in an exercise; else nothing."""
    return exercise_mark.on_paper(tx, shown.row.channel)
