"""What is asked before a joint text is proposed or adopted, besides what its matter says.

    made       a text that a room makes itself is proposed and adopted as that room makes it
    waits      what that room has to have cleared at home

Floor: rooms.
"""

from comity.joint.text import acts
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rooms import text_called
from comity.node.base.rows import Officer
from comity.node.room.release.draft_store import Draft


def made(tx: Tx, node: Node, officer: Officer, draft: Draft) -> Inadmissible | None:
    """Ask the room that brings the text whether the document may be proposed or adopted."""
    del officer
    act, text = draft.act, text_called(node.rooms, draft.act.matter.id)
    if text is None or act.tag not in {acts.PROPOSED, acts.ADOPTED}:
        return None
    of_document = (one.sha256 for one in act.documents if one.role == acts.ROLE_TEXT)
    sha256 = act.codes.get(acts.SHA256, "") or next(of_document, "")
    return text.only(tx, node, draft.channel, act.matter.id, sha256)


def waits(tx: Tx, node: Node, officer: Officer, draft: Draft) -> Inadmissible | None:
    """Ask the room that brings the text whether it is cleared at home."""
    del officer
    act, text = draft.act, text_called(node.rooms, draft.act.matter.id)
    if text is None or act.tag not in {acts.PROPOSED, acts.ADOPTED}:
        return None
    return text.waits(tx, node, draft)
