"""Which act of a party used an id first: it counts, and every other one is foreign for its id.

First is the one of the least generation, and in it of the least index.  What comes late does not
stand last: entries of an earlier generation may be fetched when a later one was read, and an
entry that did not open is read when its key is shown.

Source: docs/spec/entry.md 6.2.3, exchange.md 8.5.4; protocol rules 13 and 23.
Floor: node.
"""

from dataclasses import replace

from comity.acts.record import Matter
from comity.joint.exchange import fold
from comity.node.base import trust
from comity.node.base.ports import Tx
from comity.node.base.rooms import Rooms
from comity.node.base.rows import Log, UnderstoodAct
from comity.node.base.trust import Trust
from comity.node.exchange import act_quota, refold


def is_before(tx: Tx, log: Log, index: int, act_id: str) -> bool:
    """Return whether the author of a log used an id before a place in it."""
    found = _first(tx, log.channel, log.party, act_id)
    return found is not None and (found.generation, found.index) < (log.generation, index)


def give_way(rooms: Rooms, tx: Tx, channel: Trust, row: UnderstoodAct) -> dict[Matter, None]:
    """Make foreign what used the id of an act behind it, and counted until now.

    Args:
        rooms: of this node.
        tx: a write.
        channel: of the act.
        row: the act, which is not saved yet.

    Returns:
        The matters in which something changed; every act of them has its depth anew.
    """
    if row.foreign in (fold.FOREIGN_ID, fold.FOREIGN_DISOWNED):
        return {}
    found = _first(tx, channel.channel, row.party, row.act.id)
    if found is None or found.foreign == fold.FOREIGN_ORIGIN:
        return {}
    late = replace(found, foreign=fold.FOREIGN_ID, depth=0)
    trust.touch_register(tx, [late])
    tx.save_acts([late])
    matter = late.act.matter
    act_quota.settle(rooms, tx, channel, matter, row.party)
    tx.save_acts(refold.with_new_depths(channel, tx.acts_of(channel.channel, matter)))
    return {matter: None}


def _first(tx: Tx, channel: str, party: str, act_id: str) -> UnderstoodAct | None:
    if not tx.is_act_id_used(channel, party, act_id):
        return None  # the common case: one look into an index
    logs = sorted((log.generation, log.origin) for log in tx.logs(channel) if log.party == party)
    return tx.first_of_id(act_id, [origin for _, origin in logs])
