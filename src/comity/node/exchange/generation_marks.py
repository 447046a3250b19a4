"""What a restored home can learn of generations of its own log from its marks alone.

    begun     what nobody else holds is cut from the old log, and said again in the new one
    restored  the home is from before that: nobody shows what was cut, and the new log may have
              been lost before it said it; it stands beside the mark of the old one alone.  Nor
              does anybody show a new log of which no peer holds a head

    record kind   key        value
    left-out      <origin>   how many entries are left; until all beyond that is said and signed

Source: docs/spec/fault.md 9.1.9, 9.2.7; protocol rules 9 and 23.
Floor: node.
"""

from itertools import batched

from comity.acts.record import Act
from comity.kernel import limits
from comity.kernel.ijson import Json
from comity.node.base import trust
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import LOG_OPEN, Log
from comity.node.exchange import (
    blobs,
    dropped_acts,
    ended_log,
    generation,
    logs,
    lost_generation,
    seal,
)
from comity.tlog import tree


def is_any(tx: Tx) -> bool:
    """Return whether anything was left out and is not said again for certain."""
    return bool(tx.records(ended_log.LEFT_OUT))


def say_again(node: Node) -> bool:
    """Let acts wait that stand beside the mark of an ended log, once the newest one is read.

    What is kept there is let go when all of it stands under heads that were signed since.

    Returns:
        Whether any wait now.

    Raises:
        Fault: `node.store.*`, `highwater.*`, `keys.*`.
    """
    with node.store.read() as tx:
        noted = tx.records(ended_log.LEFT_OUT)
        read = [(log, left) for origin, left in noted.items() if (log := if_read(tx, origin))]
    found = [_look(node, log, left) for log, left in read]  # at each of them
    return any(found)


def if_read(tx: Tx, origin: str) -> Log | None:
    """Return an ended log, if all that its channel's newest own log holds is understood."""
    log = logs.require_log(tx, origin)
    own = logs.own_log(tx, log.channel)
    return log if own.state == LOG_OPEN and own.understood == own.size else None


def _look(node: Node, log: Log, left: Json) -> bool:
    assert isinstance(left, int), "as `ended_log.note` writes it"
    first, entries = node.highwater.kept(log.origin)
    start = max(first, left)
    with node.store.read() as tx:
        now = trust.load(tx, log.channel)
        acts = [
            (index, act)
            for index, act in seal.own_acts(node, tx, now, log, first, entries)
            if index >= start
        ]
    with node.store.read() as tx:
        unsaid_yet = [(index, act) for index, act in acts if not is_settled(tx, log, act)]
        own = logs.own_log(tx, log.channel)
    if not unsaid_yet and own.signed == own.size:
        node.highwater.covered(log.origin, first + len(entries))
        with node.store.write() as tx:
            tx.drop_record(ended_log.LEFT_OUT, log.origin)
    elif unsaid_yet:
        blobs.keep_again(node, node.highwater.kept_bodies(log.origin))
    for part in batched(unsaid_yet, limits.TRANSACTION_ENTRIES_MAX, strict=False):
        with node.store.write() as tx:
            for index, act in part:
                generation.say_again(tx, log, index, act)
    return bool(unsaid_yet)


def is_settled(tx: Tx, log: Log, act: Act) -> bool:
    """Return whether an act of an ended log was said, or an officer was told that it cannot be."""
    is_said = tx.is_act_id_used(log.channel, log.party, act.id)
    return is_said or tx.record(dropped_acts.UNSAID, act.id) is not None


def found_marked(node: Node) -> None:
    """Take back a later generation whose entries all stand beside its mark: no peer may know it.

    Of one that every peer's mirror holds a part of, any peer that is reached shows a head.
    """
    for origin, (size, root) in sorted(node.highwater.marks().items()):
        with node.store.read() as tx:
            log = lost_generation.shown(tx, node.party, origin) if tx.log(origin) is None else None
        if log is not None and _is_kept_whole(node, origin, size, root):
            lost_generation.found(node, log)


def _is_kept_whole(node: Node, origin: str, size: int, root: bytes) -> bool:
    first, entries = node.highwater.kept(origin)
    leaves = map(tree.leaf_hash, entries[:size])
    return not first and len(entries) >= size and tree.Frontier().extend(leaves).root() == root
