"""Bodies that others still wait for: what is on its way is not destroyed.

    lacking(node, tx, act, sha256)      {"sn"}: it has not signed for the act, or lacks the body

Floor: node.
"""

from comity.node.base import trust
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import UnderstoodAct
from comity.node.exchange import abandoned_party, large_blobs, valid_cosignatures


def lacking(node: Node, tx: Tx, act: UnderstoodAct, sha256: str) -> set[str]:
    """Return which parties that are waited for have not signed for a body of ours."""
    if act.party != node.party:
        return set()
    log = tx.log(act.origin)
    if log is None:
        return set()
    others = {one.party for one in tx.logs(log.channel) if not one.own}
    others = abandoned_party.waited_for(tx, log.channel, others)
    loaded = trust.load(tx, log.channel)
    return {
        party
        for party in others
        for newest in [valid_cosignatures.newest(tx, loaded, act.origin, party)]
        if newest is None
        or newest.size <= act.index
        or large_blobs.is_awaited(tx, act.origin, act.index, sha256, {party})
    }
