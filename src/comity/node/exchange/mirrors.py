"""Fetching a log from a party that mirrors it, when its author cannot be reached.

An act is held back until all that it has seen is held, and what is missing may be fetched
from any party's mirror (protocol rule 17).  The head that the mirror shows is the author's
own, so nothing rests on the mirror's word.  Where it contradicts what is held here, its
author showed two histories, and the path in the mirror's tree convicts it (rule 22).

Floor: node.
"""

import hashlib

from comity.joint.exchange.evidence import Evidence
from comity.kernel.fault import Fault
from comity.node.context import Node
from comity.node.exchange import (
    confirmed,
    convict,
    cosign,
    ended,
    excuse,
    keep,
    logs,
    recover,
    trust,
)
from comity.node.ports import Request, Tx
from comity.node.rows import LOG_ENDED, LOG_OPEN, Head, Log
from comity.tlog import checkpoint, cosignature, note, tiles, tree
from comity.tlog.tree import Frontier


def fetch_logs(node: Node, channel: str, party: str) -> int:
    """Ask a party for logs of a channel in which acts are held back.

    So it is where the party signed for another root than the one that is held here, and for
    what a generation leaves of a log that nobody sends any more.

    Returns:
        How many entries came, or were held and are signed for, or may be read, now.

    Raises:
        Fault: `node.peer.*`, `node.store.*`.
    """
    is_doubted = (channel, party) in node.session.doubted
    node.session.doubted.discard((channel, party))
    is_wanted = channel in node.session.held_back or is_doubted
    with node.store.read() as tx:
        wanted = [
            log
            for log in tx.logs(channel)
            if is_wanted and log.state == LOG_OPEN and not log.own
            if excuse.may_cosign(node, tx, log)
        ]
        wanted += [log for log in tx.logs(channel) if log.size < (ended.left(tx, log) or 0)]
    came = sum(_fetch(node, party, log) for log in wanted)
    if came:
        node.session.held_back.discard(channel)
        node.wake(channel)
    return came


def _fetch(node: Node, party: str, log: Log) -> int:
    path = hashlib.sha256(log.origin.encode()).hexdigest()
    answer = node.peers.call(party, Request("GET", f"/{path}/checkpoint"))
    if answer.status != 200:  # noqa: PLR2004 -- HTTP OK
        return 0
    with node.store.read() as tx:
        head = _verified(node, tx, log, answer.body)
        found = convict.find(tx, log, head) if head else None
    if head is None or (_is_convicted(node, log, found) and log.state != LOG_ENDED):
        return 0
    if head.size <= log.size:
        use = _read_under if head.size <= log.signed else _cosign_what_is_held
        return use(node, log, head)
    entries = recover.fetch_entries(node, party, log.origin, log.size, head.size)
    leaves = [tree.leaf_hash(entry) for entry in entries]
    if Frontier(log.size, log.frontier).extend(leaves).root() != head.root:
        # Another history, not the author's entries, or fewer than its head covers.
        convict_by_path(node, party, log, head)
        return 0
    with node.store.write() as tx:
        now = logs.require_log(tx, log.origin)
        if now.size != log.size or now.state != log.state:
            return 0
        logs.append_entries(tx, now, entries, leaves)
        tx.save_head(head)
    if log.state == LOG_OPEN:
        cosign.answer(node, log.party, head)
    return len(entries)


def _cosign_what_is_held(node: Node, log: Log, head: Head) -> int:
    """Sign for entries whose author sent them and never came back for the cosignature."""
    if log.state != LOG_OPEN:
        return 0
    with node.store.write() as tx:
        tx.save_head(head)
    cosign.answer(node, log.party, head)
    return head.size - log.signed


def _read_under(node: Node, log: Log, head: Head) -> int:
    """Keep a head over entries that wait for one by the keys in force; return how many do."""
    with node.store.read() as tx:
        now = logs.require_log(tx, log.origin)
        end = confirmed.end(node, tx, trust.load(tx, log.channel), now)
        if end >= head.size or logs.root_at(tx, log.origin, head.size) != head.root:
            return 0
    with node.store.write() as tx:
        tx.save_head(head)
    return head.size - end


def _verified(node: Node, tx: Tx, log: Log, body: bytes) -> Head | None:
    """The head in an answer, if the log's own keys made it and it contradicts nothing."""
    try:
        parsed = note.parse(body)
        read = checkpoint.parse_body(parsed.body)
    except Fault:
        return None
    if read.origin != log.origin:
        return None
    channel = trust.load(tx, log.channel)
    lines = keep.head_lines(node.suite, channel, log.origin, read.size, parsed)
    if lines is None:
        return None
    own_note = note.render(note.Note(parsed.body, lines))
    return Head(read.origin, read.size, read.root, own_note, cosignature.time_of(lines[-1]))


def _is_convicted(node: Node, log: Log, found: Evidence | None) -> bool:
    if found is None:
        return False
    with node.store.write() as tx:
        convict.freeze(node, tx, logs.require_log(tx, log.origin), found)
    return True


def convict_by_path(node: Node, party: str, log: Log, bigger: Head) -> bool:
    """Convict a log whose bigger head, held by a party, does not add to the one held here.

    Args:
        node: ours.
        party: whose mirror has the tree of the bigger head.
        log: own or another's, as it is held here.
        bigger: verified.

    Raises:
        Fault: `node.peer.*`, `node.store.*`.
    """
    with node.store.read() as tx:
        heads = [head for head in (tx.newest_head(log.origin), _held_head(tx, log)) if head]
    for smaller in heads:
        path = _path(node, party, log.origin, smaller.size, bigger.size)
        found = convict.by_path(smaller, bigger, *path) if path else None
        if _is_convicted(node, log, found):
            return True
    return False


def _held_head(tx: Tx, log: Log) -> Head | None:
    heads = tx.heads(log.origin, log.signed)
    return heads[-1] if heads and log.signed else None


def _path(
    node: Node, party: str, origin: str, old_size: int, size: int
) -> tuple[bytes, tuple[bytes, ...]] | None:
    """The root at a size and the proof from it to a greater one, in a party's mirror."""
    path = hashlib.sha256(origin.encode()).hexdigest()

    def source(level: int, index: int) -> bytes:
        width = tiles.width_of(level, index, size)
        tile = tiles.render_path(tiles.Tile(level, index, width))
        answer = node.peers.call(party, Request("GET", f"/{path}/{tile}"))
        return answer.body if answer.status == 200 else b""  # noqa: PLR2004 -- HTTP OK

    if not 0 < old_size < size:
        return None
    read = tiles.TileReader(source)
    try:
        return tree.root_of(0, old_size, read), tree.prove_consistency(old_size, size, read)
    except Fault as fault:
        if not fault.code.startswith("tlog."):
            raise
        return None
