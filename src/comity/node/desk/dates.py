"""What takes place at a time, of the matters that an officer may read: for calendar programs.

Floor: node.
"""

from comity.node.base.context import Node
from comity.node.base.dated import Dated
from comity.node.base.rooms import kinds_with
from comity.node.base.rows import MatterRow, Officer
from comity.node.room import need_to_know
from comity.node.room.matter_lookup import every


def listing(node: Node, officer: Officer) -> list[tuple[MatterRow, Dated]]:
    """Return every matter with its date, in the order of dates."""
    found: list[tuple[MatterRow, Dated]] = []
    with node.store.read() as tx:
        reader = need_to_know.reader(tx, officer)
        for kind in kinds_with(node.rooms, lambda room: room.dated):
            room = node.rooms[kind]
            assert room.dated is not None, "such kinds were asked for"
            for row in every(tx, reader, kind):
                dated = room.dated(room.from_json(row.state))
                if dated is not None:
                    found.append((row, dated))
    return sorted(found, key=lambda one: (one[1].at_ms, one[0].matter.id))
