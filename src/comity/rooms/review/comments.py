"""What parties said in words, and in which cells they differ: the bodies of the acts of a snapshot.

    spoken(node, row) -> {("fr", "7qk2…"): {"texts": [{"lang": "en", …}]}, …}

A body is what its author sent: whoever shows it takes any JSON.

Source: docs/spec/snapshot.md.
Floor: rooms.
"""

from collections.abc import Mapping
from typing import Final

from comity.joint.review import acts
from comity.kernel.ijson import Json
from comity.node.base.context import Node
from comity.node.base.rows import MatterRow
from comity.node.room import act_blobs, matter_read

ROLES: Final = (acts.ROLE_TEXTS, acts.ROLE_DIFFERENCE)


def spoken(node: Node, row: MatterRow) -> Mapping[tuple[str, str], Mapping[str, Json]]:
    """Return `{(party, id of its act): {role: JSON of a body}}`, as far as these can be read."""
    found: dict[tuple[str, str], Mapping[str, Json]] = {}
    with node.store.read() as tx:
        for one in tx.acts_of(row.channel, row.matter):
            opened = [] if one.foreign else act_blobs.open_all(node, tx, one.act)
            said = {role: matter_read.body_json(opened, role) for role in ROLES}
            found[one.party, one.act.id] = {
                role: value for role, value in said.items() if value is not None
            }
    return found
