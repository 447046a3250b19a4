"""A matter that is facts, as a step of its room reads it: its state, and bodies of what was said.

Floor: node.
"""

from comity.acts import facts
from comity.acts.facts import Fact, State
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import MatterRow, Officer
from comity.node.room import act_blobs, need_to_know
from comity.node.room.matter_lookup import find


def matter(tx: Tx, officer: Officer, kind: str, matter_id: str) -> tuple[MatterRow, State]:
    """Return a matter that an officer may read.

    Raises:
        Fault: those of `find`.
    """
    row = find(tx, need_to_know.reader(tx, officer), kind, matter_id)
    return row, facts.from_json(row.state)


def body(node: Node, tx: Tx, fact: Fact, role: str) -> bytes | None:
    """Return a body of an act that took effect, or None where it is not here or does not open."""
    said = tx.act(fact.party, fact.id)
    opened = act_blobs.open_all(node, tx, said.act) if said is not None else []
    return next((one.data for one in opened if one.blob.role == role and one.is_whole), None)
