"""The texts that both cells adopted, as this node holds them: the plan and the master list.

    items = master(node, tx, place)       the newest master list that all adopted
    known = identifiers(node, tx, place)  what the plan allows to be named

Floor: rooms.
"""

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from typing import Any

from comity.acts import blob_role
from comity.joint.exercise import acts, control, master_list
from comity.joint.exercise.master_list import Item
from comity.kernel import ijson
from comity.kernel.fault import Fault
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import MatterRow
from comity.node.room import act_blobs, matter_read
from comity.rooms.exercise import places
from comity.rooms.exercise.places import Place


def cells(tx: Tx, place: Place) -> list[MatterRow]:
    """Return the matters of the control cells of an exercise: one, as a rule."""
    return places.matters_in(tx, place.of(places.CONTROL), acts.CONTROL)


def adopted(node: Node, tx: Tx, place: Place, name: str) -> bytes | None:
    """Return the newest text of a name that all adopted, or None where it is not held here."""
    for row in cells(tx, place):
        wanted = control.adopted(control.PART.from_json(row.state), name)
        for sha256 in reversed(wanted):
            found = next(_contents(node, tx, row, sha256), None)
            if found is not None:
                return found
    return None


def _contents(node: Node, tx: Tx, row: MatterRow, sha256: str) -> Iterator[bytes]:
    """Give the attachment that a text is, from the act that proposed it."""
    for one in tx.acts_of(row.channel, row.matter):
        is_it = one.act.codes.get(acts.TEXT_SHA256) == sha256
        if not is_it or one.act.tag != acts.TEXT_PROPOSED:
            continue
        for opened in act_blobs.open_all(node, tx, one.act):
            if opened.is_whole and hashlib.sha256(opened.data).hexdigest() == sha256:
                yield opened.data


def delivered(node: Node, tx: Tx, row: MatterRow) -> tuple[dict[str, str], ...]:
    """Return what a delivery says and each correction of it: `{language: text}`."""
    said = [
        one.act
        for one in tx.acts_of(row.channel, row.matter)
        if one.act.tag in {acts.DELIVERED, acts.CORRECTED} and not one.foreign
    ]
    found: list[dict[str, str]] = []
    for act in said:
        blobs = [one for one in act.blobs if one.role == blob_role.TEXTS]
        text = matter_read.body_json(act_blobs.open_blobs(node, tx, blobs), blob_role.TEXTS)
        rows = text if isinstance(text, list) else []
        found.append(
            {str(one.get("lang")): str(one.get("text")) for one in rows if isinstance(one, dict)}
        )
    return tuple(found)


def plan(node: Node, tx: Tx, place: Place) -> dict[str, Any]:
    """Return the plan that all adopted, or nothing where there is none that this node can read."""
    data = adopted(node, tx, place, "plan")
    with suppress(Fault):
        value = ijson.parse(data) if data is not None else {}
        return value if isinstance(value, dict) else {}
    return {}


def master(node: Node, tx: Tx, place: Place) -> tuple[Item, ...]:
    """Return the master list that all adopted, or nothing where this node cannot read one."""
    data = adopted(node, tx, place, "master-list")
    with suppress(Fault):
        return _parsed(data) if data is not None else ()
    return ()


@lru_cache(maxsize=8)
def _parsed(data: bytes) -> tuple[Item, ...]:
    return master_list.parse(data)


def identifiers(node: Node, tx: Tx, place: Place) -> frozenset[str]:
    """Return the identifiers that the plan names: they are fiction, whatever they look like."""
    found = plan(node, tx, place).get("identifiers")
    return frozenset(map(str, found)) if isinstance(found, list) else frozenset()
