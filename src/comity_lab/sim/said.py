"""Where a machine may hold an act that it showed as sent.

    understood     its index has the act's id
    not yet        an entry of an own log that is kept and not understood says it, wherever: what
                   a recovery cut was appended again, and a crash may come before it is understood
    to be said     it waits to be appended again, or the officer is told that it cannot be

Source: protocol rules 9 and 21.
Floor: lab.
"""

from comity.node.base import trust
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import Log
from comity.node.exchange import dropped_acts, recover
from comity.node.exchange.prefetch import Opener
from comity_lab.sim.ledger import Said


def is_held(node: Node, one: Said) -> bool:
    """Return whether a node holds an act that it showed as sent."""
    with node.store.read() as tx:
        return (
            tx.is_act_id_used(one.channel, one.party, one.act.id)
            or tx.record(recover.REAPPEND, one.act.id) is not None
            or tx.record(dropped_acts.UNSAID, one.act.id) is not None
            or any(
                _is_unread(node, tx, log, one)
                for log in tx.logs()
                if log.own and log.channel == one.channel and log.understood < log.size
            )
        )


def _is_unread(node: Node, tx: Tx, log: Log, one: Said) -> bool:
    """Return whether an entry that is not understood says it, or cannot be opened yet."""
    opener = Opener(node, tx, trust.load(tx, log.channel), log)
    return any(
        entry.waits or (entry.act is not None and entry.act.id == one.act.id)
        for entry in opener.entries(log.size)
    )
