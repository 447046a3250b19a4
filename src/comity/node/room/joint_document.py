"""Holding the bytes of a joint document before the act that names it is drafted.

Floor: node.
"""

from comity.kernel import limits
from comity.kernel.fault import Fault
from comity.node.base.context import Node
from comity.node.exchange import blob_access


def hold(node: Node, sha256: str, data: bytes) -> None:
    """Put the bytes of a text on stable storage; a joint text is never destroyed.

    It is noted as ours: it may be here only since a peer sent it, which is let go after a day.

    It is a row, of whatever size, since decisions read it; a larger one is kept where larger
    bodies are sent from before any row says that it is held.

    Raises:
        Fault: `node.text.not-kept`, and those of the stores.
    """
    if len(data) > limits.ROW_BLOB_BYTES_MAX:
        node.bodies.stage(sha256, 0, data)
        if not node.bodies.commit(sha256):
            raise Fault(
                code="node.text.not-kept",
                what="The text was not kept as it was written.",
                fix="Check the disk with `comity doctor`, and propose it again; nothing was sent.",
            )
    with node.store.write() as tx:
        blob_access.note_given(tx, sha256, node.party)
        if tx.body_bytes(sha256) is None:
            tx.save_bodies({sha256: data})
