"""What a draft said before it was changed: so that who approves sees what is new.

Kept when a draft changes that somebody had approved, or is sent back; gone with the draft.

Floor: node.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

from comity.acts import blob_role, codec
from comity.kernel import diff
from comity.kernel.diff import Change
from comity.kernel.ijson import Json
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.room import act_blobs, matter_read
from comity.node.room.act_blobs import Opened
from comity.node.room.release import draft_store
from comity.node.room.release.draft_store import Draft

_ENVELOPE = ("blobs", "id", "release", "tag")


@dataclass(frozen=True, slots=True)
class Earlier:
    """A content that was approved once.

    Attributes:
        content_sha256: its hash.
        approvers: who had approved it.
        at_ms: when its last step was taken.
        said: all of it, as `said_by` gives it.
    """

    content_sha256: str
    approvers: tuple[str, ...]
    at_ms: int
    said: Json

    def changes(self, draft: Draft, opened: Iterable[Opened]) -> tuple[Change, ...]:
        """Return what is different now."""
        return diff.changes(self.said, said_by(draft, opened))


def keep(tx: Tx, node: Node, draft: Draft) -> None:
    """Keep what a draft says, before it changes."""
    opened = act_blobs.open_words(node, tx, draft.act, rows=draft.rows)
    value: Json = {
        "content_sha256": draft.content_sha256,
        "approvers": [*draft.state.approvers],
        "at_ms": draft.state.at_ms,
        "said": said_by(draft, opened),
    }
    tx.save_record(draft_store.EARLIER, draft.act.id, value)


def of(tx: Tx, draft: Draft) -> Earlier | None:
    """Return what a draft said earlier, if that is not what it says now."""
    value = tx.record(draft_store.EARLIER, draft.act.id)
    if value is None:
        return None
    fields = cast("dict[str, Any]", value)
    if fields["content_sha256"] == draft.content_sha256:
        return None
    return Earlier(**{**fields, "approvers": tuple(fields["approvers"])})


def said_by(draft: Draft, opened: Iterable[Opened]) -> Json:
    """Return all that a draft says, so that two of them can be compared part by part."""
    found = [*opened]
    act = cast("dict[str, Any]", codec.act_to_json(draft.act))
    carried = cast("dict[str, Any]", matter_read.body_json(found, blob_role.ELEMENTS) or {})
    texts = cast("list[Any]", matter_read.body_json(found, blob_role.TEXTS) or [])
    files = carried.get("attachments") or []
    return {
        "entry": {name: value for name, value in act.items() if name not in _ENVELOPE},
        "elements": carried.get("elements") or {},
        "items": carried.get("items"),
        "attachments": {str(one.get("name")): one for one in files},
        "texts": {str(one.get("lang")): one for one in texts},
        "marks": {blob.role: blob.mark for blob in draft.act.blobs},
    }
