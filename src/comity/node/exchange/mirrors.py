"""Fetching a log from a party that mirrors it, when its author cannot be reached.

An act is held back until all that it has seen is held, and what is missing may be fetched
from any party's mirror (protocol rule 17).  The head that the mirror shows is the author's
own, so nothing rests on the mirror's word.

Floor: node.
"""

import hashlib

from comity.kernel.fault import Fault
from comity.node.context import Node
from comity.node.exchange import convict, keep, logs, recover, trust
from comity.node.ports import Request, Tx
from comity.node.rows import LOG_OPEN, Head, Log
from comity.tlog import checkpoint, cosignature, note, tree
from comity.tlog.tree import Frontier


def fetch_logs(node: Node, channel: str, party: str) -> int:
    """Ask a party for other parties' logs of a channel in which acts are held back.

    Returns:
        How many entries came.

    Raises:
        Fault: `node.peer.*`, `node.store.*`.
    """
    if channel not in node.session.held_back:
        return 0
    with node.store.read() as tx:
        wanted = [
            log
            for log in tx.logs(channel)
            if log.state == LOG_OPEN and not log.own and log.party != party
        ]
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
    if head is None or head.size <= log.size:
        return 0
    entries = recover.fetch_entries(node, party, log.origin, log.size, head.size)
    leaves = [tree.leaf_hash(entry) for entry in entries]
    if Frontier(log.size, log.frontier).extend(leaves).root() != head.root:
        return 0  # not the author's entries, or fewer than its head covers
    with node.store.write() as tx:
        now = logs.require_log(tx, log.origin)
        if now.size != log.size or now.state != LOG_OPEN:
            return 0
        logs.append_entries(tx, now, entries, leaves)
        tx.save_head(head)
    keep.cosign(node, log.party, head)
    return len(entries)


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
    lines = keep.verified_by_one(parsed, channel.log_verifiers(node.suite, log.origin, read.size))
    if lines is None:
        return None
    own_note = note.render(note.Note(parsed.body, lines))
    head = Head(read.origin, read.size, read.root, own_note, cosignature.time_of(lines[-1]))
    return None if convict.find(tx, log, head) else head
