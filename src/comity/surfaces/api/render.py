"""What the node gives, in the shapes of this interface.

Floor: surfaces.
"""

from collections.abc import Iterable, Sequence

from comity.kernel.ijson import Json
from comity.node.desk.draft_view import Pending
from comity.node.room.act_blobs import Opened
from comity.node.room.matter_read import Delivery
from comity.node.room.release.draft_store import Sent, Waiting


def bodies(found: Iterable[Opened]) -> list[Json]:
    """Return bodies without their keys and content."""
    return [
        {
            "role": body.blob.role,
            "sha256": body.blob.sha256,
            "media_type": body.blob.media_type,
            "mark": body.blob.mark,
            "size_bytes": body.size_bytes or 0,
            "state": body.state,
        }
        for body in found
    ]


def deliveries(found: Iterable[Delivery]) -> list[Json]:
    """Return what parties have signed for."""
    return [
        {
            "party": one.party,
            "cosigned_at_ms": one.cosigned_at_ms,
            "received_at_ms": one.received_at_ms,
        }
        for one in found
    ]


def sent(done: Sent | Waiting, signed_for: Sequence[Delivery]) -> Json:
    """Return a `Sent`."""
    if isinstance(done, Waiting):
        return {
            "sent": False,
            "repeated": False,
            "act": done.draft_id,
            "matter": done.matter_id,
            "approvals_missing": done.approvals_missing,
            "channel": "",
            "log": "",
            "index": None,
            "deliveries": [],
        }
    return {
        "sent": True,
        "repeated": done.repeated,
        "act": done.act_id,
        "matter": done.matter_id,
        "approvals_missing": 0,
        "channel": done.channel,
        "log": done.origin,
        "index": done.index,
        "deliveries": deliveries(signed_for),
    }


def draft(one: Pending) -> Json:
    """Return a `DraftLine`."""
    act = one.draft.act
    return {
        **one.facts(),
        "tag": act.tag,
        "matter": act.matter.id,
        "bodies": bodies(one.bodies),
    }
