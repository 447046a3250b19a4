"""Drafts, as the officer reads them who writes or is to approve: all that will cross.

What is shown is hashed anew, so that the hash which an approval names is that of what was read.

Floor: node.
"""

import hashlib
from dataclasses import dataclass

from comity.acts import blob_role
from comity.domestic.release import content
from comity.domestic.release.content import Body
from comity.domestic.release.decide import Rule
from comity.kernel.fault import Fault, quoted
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.node.base import cursor
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import Officer
from comity.node.room import act_blobs, matter_read, need_to_know
from comity.node.room.act_blobs import HELD, Opened
from comity.node.room.release import approve, draft_history, draft_store, gates
from comity.node.room.release.draft_history import Earlier
from comity.node.room.release.draft_store import Comment, Draft


@dataclass(frozen=True, slots=True)
class Pending:
    """One draft.

    Attributes:
        draft: its act, channel, hash and steps.
        bodies: opened, as the other side will read them.
        bound: the same, as an approval binds them: each with the SHA-256 of its plaintext.
        approvers: officers who have approved it, in order; of some it may not count any more.
        missing: approvals that it lacks.
        rule: what it needs.
        noes: what stands in its way beside approvals, as the gates say now.
        comments: what colleagues said of it, the oldest first.
        earlier: what it said when it was approved before it was changed, or sent back; or None.
    """

    draft: Draft
    bodies: tuple[Opened, ...]
    bound: tuple[Body, ...]
    approvers: tuple[str, ...]
    missing: int
    rule: Rule
    noes: tuple[Inadmissible, ...] = ()
    comments: tuple[Comment, ...] = ()
    earlier: Earlier | None = None

    def json(self, role: str) -> Json:
        """Return the JSON of its body with that role, or None."""
        return matter_read.body_json(self.bodies, role)

    def facts(self) -> dict[str, Json]:
        """Return how it stands and what it says, for programs: without the act and its bodies."""
        return {
            "draft": self.draft.act.id,
            "content_sha256": self.draft.content_sha256,
            "channel": self.draft.channel,
            "approved_by": [*self.approvers],
            "approvals_missing": self.missing,
            "written_by": self.draft.state.author,
            "written_ms": self.draft.state.written_ms,
            "needs": {
                "approvals": self.rule.count,
                "roles": [*self.rule.roles],
                "review_hours": self.rule.review_hours,
            },
            "stopped_by": [{"rule": no.rule, "what": no.what, "fix": no.fix} for no in self.noes],
            "comments": [
                {"officer": said.officer, "at_ms": said.at_ms, "text": said.text}
                for said in self.comments
            ],
            "values": self.json(blob_role.ELEMENTS),
            "texts": self.json(blob_role.TEXTS),
        }


def listing(node: Node, officer: Officer) -> list[Pending]:
    """Return every draft that an officer may see, by id.

    Raises:
        Fault: `node.draft.damaged`.
    """
    with node.store.read() as tx:
        return [_pending(node, tx, officer, draft) for draft in _seen(tx, officer)]


def page(node: Node, officer: Officer, after: str, count: int) -> tuple[list[Pending], str]:
    """Return some of them, by id, and the cursor of the next page or "".

    Raises:
        Fault: `node.cursor.malformed`, `node.draft.damaged`.
    """
    with node.store.read() as tx:
        found, following = cursor.page_of(
            _seen(tx, officer), lambda draft: (draft.act.id,), after, count
        )
        return [_pending(node, tx, officer, draft) for draft in found], following


def find(node: Node, officer: Officer, draft_id: str) -> Pending:
    """Return one draft by its id or the first characters of it, if an officer may see it.

    Raises:
        Fault: `node.draft.unknown`, `node.draft.ambiguous`, `node.draft.damaged`.
    """
    with node.store.read() as tx:
        found = [one for one in _seen(tx, officer) if one.act.id.startswith(draft_id)]
        if len(found) > 1:
            raise Fault(
                code="node.draft.ambiguous",
                what=f"{len(found)} drafts begin with {quoted(draft_id)}.",
                fix="Give more of its id, as `comity draft list` prints it.",
            )
        if not found:
            raise draft_store.unknown(draft_id)
        return _pending(node, tx, officer, found[0])


def _seen(tx: Tx, officer: Officer) -> list[Draft]:
    return draft_store.read_by(tx, need_to_know.reader(tx, officer))


def _bound(draft: Draft, one: Opened) -> Body:
    """Return a body as the first approval bound it: hashed anew, unless it is large.

    A large one was hashed when it was sealed; its address is in the act, and who saves it
    has it hashed again.
    """
    blob = one.blob
    sha256 = draft.large.get(blob.sha256) or hashlib.sha256(one.data).hexdigest()
    return Body(blob.role, blob.media_type, blob.mark, blob.need, sha256)


def _pending(node: Node, tx: Tx, officer: Officer, draft: Draft) -> Pending:
    opened = tuple(act_blobs.open_all(node, tx, draft.act))
    bound = tuple(_bound(draft, one) for one in opened)
    is_whole = all(one.state == HELD for one in opened)
    if not is_whole or content.sha256(draft.act, bound) != draft.content_sha256:
        raise Fault(
            code="node.draft.damaged",
            what=f"The draft {quoted(draft.act.id)} is not what its first approval bound.",
            fix="Drop it with `comity draft drop` and write it again; run `comity fsck`.",
        )
    return Pending(
        draft,
        opened,
        bound,
        draft.state.approvers,
        approve.missing(tx, node, officer, draft),
        approve.rule(tx, node, draft),
        tuple(gates.noes(tx, node, officer, draft)),
        tuple(draft_store.comments(tx, draft.act.id)),
        draft_history.of(tx, draft),
    )
