"""Evidence as data: what a request carries, who had it, what is to be destroyed.

Floor: rooms.
"""

from collections.abc import Sequence
from dataclasses import asdict
from typing import cast

from comity.joint.request import binding
from comity.kernel.ijson import Json
from comity.node.room.custody import Item
from comity.node.room.matter_read import Delivery, Shown
from comity.node.room.retention import Line


def list_json(items: Sequence[Item]) -> Json:
    """Return the attachments of a request."""
    return {"items": [_item_json(item) for item in items]}


def custody_json(items: Sequence[Item], shown: Shown) -> Json:
    """Return the chains of custody of a request's attachments."""
    return {"items": [_chain_json(item, shown) for item in items]}


def _item_json(item: Item) -> dict[str, Json]:
    blob = item.body.blob
    return {
        "act": item.row.act.id,
        "party": item.row.party,
        "number": item.number,
        "name": item.name,
        "exhibit": item.told.get("exhibit", ""),
        "role": item.told.get("role", ""),
        "provenance": item.told.get("provenance", {}),
        "media_type": blob.media_type,
        "mark": blob.mark,
        "blob": blob.sha256,
        "sha256": item.told.get("sha256", ""),
        "size": item.body.size_bytes,
        "state": item.body.state,
        "sample": item.is_sample,
        "holder": item.chain.holder,
        "steps": len(item.chain.steps),
    }


def _chain_json(item: Item, shown: Shown) -> Json:
    return {
        **_item_json(item),
        "conditions": [*conditions(item, shown)],
        "transit": [cast("Json", asdict(one)) for one in transit(item, shown)],
        "differs": item.chain.differs,
        "destroyed": item.chain.is_destroyed,
        "chain": [asdict(step) for step in item.chain.steps],
    }


def conditions(item: Item, shown: Shown) -> Sequence[str]:
    """Return the conditions under which an item was given, and that bind still."""
    return binding.binding(shown.state, item.row.party, item.row.act.id)


def transit(item: Item, shown: Shown) -> Sequence[Delivery]:
    """Return what parties have signed for of the act that carries an item."""
    said = shown.said.get((item.row.party, item.row.act.id))
    return said.deliveries if said else ()


def due_json(one: Line) -> Json:
    """Return a blob that is to be destroyed, or was and is not attested."""
    return {
        "matter": one.row.matter.id,
        "act": one.act_id,
        "party": one.party,
        "blob": one.due.item.sha256,
        "role": one.due.item.role,
        "at_ms": one.due.at_ms,
        "why": one.due.why,
        "state": one.due.state,
        "attested": [*one.attested],
    }
