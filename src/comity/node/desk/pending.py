"""Drafts that lack approvals, as the officer reads them who is to approve: all that will cross.

What is shown is hashed anew, so that the hash which an approval names is that of what was read.

Floor: node.
"""

import hashlib
from dataclasses import dataclass

from comity.domestic.release import content
from comity.domestic.release.content import Body
from comity.kernel.fault import Fault, quoted
from comity.kernel.ijson import Json
from comity.node.context import Node
from comity.node.desk import bodies, drafts, reading
from comity.node.desk.bodies import HELD, Opened
from comity.node.desk.drafts import Draft
from comity.node.ports import Tx


@dataclass(frozen=True, slots=True)
class Pending:
    """One draft.

    Attributes:
        draft: its act, channel, hash and steps.
        bodies: opened, as the other side will read them.
        bound: the same, as an approval binds them: each with the SHA-256 of its plaintext.
        approvers: officers who have approved it, in order.
        missing: approvals that it lacks.
    """

    draft: Draft
    bodies: tuple[Opened, ...]
    bound: tuple[Body, ...]
    approvers: tuple[str, ...]
    missing: int

    def json(self, role: str) -> Json:
        """Return the JSON of its body with that role, or None."""
        return reading.body_json(self.bodies, role)


def listing(node: Node) -> list[Pending]:
    """Return every draft, by id.

    Raises:
        Fault: `node.draft.damaged`.
    """
    with node.store.read() as tx:
        return [_pending(node, tx, draft) for draft in drafts.drafts(tx)]


def find(node: Node, draft_id: str) -> Pending:
    """Return one draft by its id or the first characters of it.

    Raises:
        Fault: `node.draft.unknown`, `node.draft.ambiguous`, `node.draft.damaged`.
    """
    with node.store.read() as tx:
        found = [draft for draft in drafts.drafts(tx) if draft.act.id.startswith(draft_id)]
        if len(found) > 1:
            raise Fault(
                code="node.draft.ambiguous",
                what=f"{len(found)} drafts begin with {quoted(draft_id)}.",
                fix="Give more of its id, as `comity request drafts` prints it.",
            )
        return _pending(node, tx, found[0] if found else drafts.kept(tx, draft_id))


def _bound(draft: Draft, one: Opened) -> Body:
    """Return a body as the first approval bound it: hashed anew, unless it is large.

    A large one was hashed when it was sealed; its address is in the act, and who saves it
    has it hashed again.
    """
    blob = one.blob
    sha256 = draft.large.get(blob.sha256) or hashlib.sha256(one.data).hexdigest()
    return Body(blob.role, blob.media_type, blob.mark, blob.need, sha256)


def _pending(node: Node, tx: Tx, draft: Draft) -> Pending:
    opened = tuple(bodies.open_all(node, tx, draft.act))
    bound = tuple(_bound(draft, one) for one in opened)
    is_whole = all(one.state == HELD for one in opened)
    if not is_whole or content.sha256(draft.act, bound) != draft.content_sha256:
        raise Fault(
            code="node.draft.damaged",
            what=f"The draft {quoted(draft.act.id)} is not what its first approval bound.",
            fix="Drop it with `comity request drop` and write it again; run `comity fsck`.",
        )
    approvers = draft.state.approvers
    missing = max(0, drafts.approvals_needed(tx) - len(set(approvers)))
    return Pending(draft, opened, bound, tuple(dict.fromkeys(approvers)), missing)
