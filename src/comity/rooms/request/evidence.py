"""The way of every verb of the evidence of a request: name what it is about, check, do it.

    hand_over(node, officer, "3f1c", Step(HAND_OVER, {"item": "E-1", "to": …, "purpose": …}))
    destroy(node, officer, "3f1c", Step(DESTROY, {"due": 1, "reason": "retention-ended"}))

Floor: rooms.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from comity.domestic.custody import retention, verbs
from comity.joint.request import codes
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.context import Node
from comity.node.base.rows import Officer
from comity.node.room import custody
from comity.node.room import retention as retained
from comity.node.room.custody import Item, Why
from comity.node.room.matter_read import Shown
from comity.node.room.release.draft_store import Result
from comity.node.room.step import Step, fit
from comity.rooms.request import destruction, reading
from comity.rooms.request.destruction import Once

TABLE: Final = verbs.table(
    {code: {"en": one.en, "zh": one.zh} for code, one in codes.DESTRUCTIONS.items()}
)
TAKE: Final = TABLE.row("take")
HAND_OVER: Final = TABLE.row("hand-over")
EXPORT: Final = TABLE.row("export")
DESTROY: Final = TABLE.row("destroy")


def why(given: Mapping[str, Any], tool: str = "comity") -> Why:
    """Return what an officer says of it, for the chain of custody."""
    return Why(given.get("purpose", ""), given.get("authority", ""), tool)


def item(node: Node, officer: Officer, matter_id: str, name: str) -> Item:
    """Return the attachment of a request that an officer names.

    Raises:
        Fault: those of `reading.read` and of `custody.find`.
    """
    return custody.find(custody.items(node, reading.read(node, officer, matter_id)), name)


def hand_over(node: Node, officer: Officer, matter_id: str, step: Step) -> Item | Inadmissible:
    """Note that a copy was handed to somebody.

    Raises:
        Unfit: the values are not those that the verb takes.
        Fault: as `item` and `custody.hand_over`.
    """
    given = fit(step)
    found = item(node, officer, matter_id, given["item"])
    no = custody.hand_over(
        node,
        officer,
        found,
        given["to"],
        why(given, tool=""),
        is_court=bool(given.get("court")),
        command=step.command,
    )
    return no or found


def destroy(
    node: Node, officer: Officer, matter_id: str, step: Step, *, owns_high_water: bool
) -> Result:
    """Destroy what is named of a request, or is due, and attest it.

    Raises:
        Unfit: the values are not those that the verb takes.
        Fault: as `reading.read`, `custody.find` and `destruction.destroy`.
    """
    given = fit(step)
    named, is_due = tuple(given.get("items", ())), bool(given.get("due"))
    shown = reading.read(node, officer, matter_id)
    hashes = _named(node, shown, named) | (_due(node, shown) if is_due else set())
    said: Json = [matter_id, given["reason"], is_due, [*sorted(named)]]
    return destruction.destroy(
        node,
        officer,
        matter_id,
        sorted(hashes),
        given["reason"],
        why(given),
        once=Once(step.command.key, said),
        owns_high_water=owns_high_water,
    )


def _due(node: Node, shown: Shown) -> set[str]:
    """Return the blobs that are due, and those that were destroyed and no act attests yet."""
    with node.store.read() as tx:
        lines = retained.of_matter(node, tx, shown.row, node.clock.now_ms())
        gone = destruction.unattested(node, tx, shown.row)
    return {*gone, *(one.due.item.sha256 for one in lines if one.due.state == retention.DUE)}


def _named(node: Node, shown: Shown, names: Iterable[str]) -> set[str]:
    """Return the blobs that an officer names: by role, by hash, or as an attachment."""
    with node.store.read() as tx:
        carried = [blob for _, blob in retained.blobs(tx, shown.row)]
    items = custody.items(node, shown)
    found: set[str] = set()
    for name in names:
        meant = {blob.sha256 for blob in carried if name in (blob.role, blob.sha256)}
        found |= meant or {custody.find(items, name).body.blob.sha256}
    return found
