"""Whether a partner has signed for every head of a node since a moment.

Floor: lab.
"""

from comity.node.base.context import Node


def are_cosigned(node: Node, since_s: float) -> bool:
    """Return whether every log of its own has a cosignature of each partner since then.

    Args:
        node: whose logs they are.
        since_s: seconds since 1970 UTC; a cosignature says whole ones.
    """
    with node.store.read() as tx:
        logs = tx.logs()
        others = {(log.channel, log.party) for log in logs if not log.own}
        for own in logs:
            for party in (party for channel, party in others if own.own and channel == own.channel):
                newest = tx.newest_cosignature(own.origin, party)
                if newest is None or newest.time_s < int(since_s) or newest.size < own.size:
                    return False
    return True
