"""Fetching a log from a party that mirrors it, when its author cannot be reached.

An act is held back until all that it has seen is held, and what is missing may be fetched
from any party's mirror (protocol rule 17).  The head that the mirror shows is the author's
own, so nothing rests on the mirror's word.  Where it contradicts what is held here, its
author showed two histories, and the path in the mirror's tree convicts it (rule 22).

Floor: node.
"""

import hashlib
from typing import Final

from comity.joint.exchange.evidence import Evidence
from comity.kernel.fault import Fault
from comity.node.base import channel_records, trust
from comity.node.base.context import Node
from comity.node.base.ports import Request, Response, Tx
from comity.node.base.rows import LOG_ENDED, LOG_FROZEN, LOG_OPEN, Head, Log
from comity.node.exchange import (
    convict,
    cosign,
    ended_log,
    excuse,
    fetch,
    generation,
    handshake,
    keep,
    logs,
    mirror_parts,
    read_limit,
    revocation,
    suspects,
    understand,
)
from comity.node.exchange.mirror_parts import Mirror
from comity.tlog import checkpoint, cosignature, note, tree
from comity.tlog.tree import Frontier

PARTS_MAX: Final = 4
"""Parts of one log, each of at most 256 entries, in a round: what others wait for comes between."""


def fetch_logs(node: Node, channel: str, party: str) -> int:
    """Ask a party for logs of a channel in which acts are held back.

    So it is where the party signed for another root than the one that is held here, for what a
    generation leaves of a log that nobody sends any more, and for what this node had signed for.

    Returns:
        How many entries came, or were held and are signed for, or may be read, now.

    Raises:
        Fault: `node.peer.*`, `node.store.*`.
    """
    if channel in node.session.of(understand.HeldBack).held_back:
        _offer_awaited(node, channel)
    marks = node.highwater.marks()
    with node.store.read() as tx:
        doubted = suspects.noted(tx, channel, party)
        is_wanted = channel in node.session.of(understand.HeldBack).held_back or doubted > 0
        theirs = [log for log in tx.logs(channel) if not log.own and _may_go_on(tx, log)]
        live = [log for log in theirs if log.state == LOG_OPEN]
        ready = [log for log in live if excuse.may_cosign(node, tx, log)]
        # What was signed for here and is lost: in a channel that ended its author sends no more.
        lost = [log for log in ready if log.size < marks.get(log.origin, (0, b""))[0]]
        wanted = ready if is_wanted else lost
        wanted += [log for log in tx.logs(channel) if log.size < (ended_log.left(tx, log) or 0)]
    answered = [_fetch(node, party, log) for log in wanted]
    if doubted and ready == theirs and None not in answered:
        suspects.forget(node, channel, party, doubted)
    came = sum(count for count in answered if count)
    if came:
        node.session.of(understand.HeldBack).held_back.discard(channel)
        node.wake(channel)
    return came


def _offer_awaited(node: Node, channel: str) -> None:
    """Note generations that another party has read, and that their author did not show here.

    It may be out of reach, or show them to some alone: officers compare by voice all the same.
    """
    with node.store.read() as tx:
        loaded = trust.load(tx, channel)
        said = ((log, read_limit.next_receipt(node, tx, loaded, log)) for log in loaded.logs)
        named = [(log, one.of) for log, one in said if one is not None and tx.log(one.of) is None]
        awaited = {origin for log, origin in named if generation.is_to_come(tx, log, origin)}
    authors = {origin: origin.partition("/")[0] for origin in sorted(awaited)}
    for origin, author in authors.items():
        if author != node.party:  # one of ours comes back from whoever shows it
            generation.offer(node, author, origin)


def _may_go_on(tx: Tx, log: Log) -> bool:
    """Return whether a log is read, or will be once an officer thaws what they froze."""
    is_frozen = log.state == LOG_FROZEN and not convict.is_known(tx, log.origin)
    return log.state == LOG_OPEN or is_frozen


def ask_head(node: Node, party: str, log: Log) -> Response:
    """Ask a party for the newest head of a log that its mirror has.

    Raises:
        Fault: `node.peer.*`.
    """
    path = hashlib.sha256(log.origin.encode()).hexdigest()
    with node.store.read() as tx:
        headers = channel_records.headers(tx, log.channel)
    return node.peers.call(party, Request("GET", f"/{path}/checkpoint", headers=headers))


def _fetch(node: Node, party: str, log: Log) -> int | None:
    """Return how many entries came, or None where the mirror asks to be asked later."""
    answer = ask_head(node, party, log)
    if answer.status in fetch.LATER:
        return None
    if answer.status != 200:  # noqa: PLR2004 -- HTTP OK
        return 0
    with node.store.read() as tx:
        head = verified(node, tx, log, answer.body)
        found = convict.find(tx, log, head) if head else None
    if head is None:
        return _fetch_receipted(node, party, log, answer.body)
    if _is_convicted(node, log, found) and log.state != LOG_ENDED:
        return 0
    if head.size <= log.size:
        use = _read_under if head.size <= log.signed else _cosign_what_is_held
        return use(node, log, head)
    return _fetch_parts(node, party, log, head)


def _fetch_parts(node: Node, party: str, log: Log, head: Head) -> int:
    """Store what a mirror has of a log up to a verified head; the rest in the next round.

    The head comes first, as from its author: should another one contradict it, both are there.
    """
    mirror, start = Mirror(node, party, log.origin, head.size), log.size
    is_good = _adds_to_pending(node, mirror, log, head)
    for _ in range(PARTS_MAX):
        if not is_good or log.size == head.size or not mirror_parts.has_room(node, log.channel):
            break
        entries = mirror.part(log.size)
        leaves = [tree.leaf_hash(entry) for entry in entries]
        grown = Frontier(log.size, log.frontier).extend(leaves)
        is_good = bool(leaves) and mirror.leads_to(grown.size, grown.root(), head.root)
        if is_good:
            stored = _store(node, log, head, entries, leaves)
            if stored is None:
                return log.size - start
            log = stored
    if not is_good:
        # Another history, not the author's entries, or fewer than its head covers.
        convict_by_path(node, party, log, head)
    elif log.size < head.size:
        with node.store.write() as tx:
            suspects.note(tx, log.channel, party)
    elif log.state == LOG_OPEN:
        cosign.answer(node, log.party, head)
    return log.size - start


def _fetch_receipted(node: Node, party: str, log: Log, body: bytes) -> int:
    """Store what another party has read of a log under keys that its author has revoked.

    As much as the next receipt in that party's log says, which is signed by it: nothing that it
    goes on to say could be read otherwise, and all are to read the same (docs/adr/0050).
    """
    with node.store.read() as tx:
        head = verified(node, tx, log, body, are_revoked=True)
        channel = trust.load(tx, log.channel)
        others = (other for other in channel.logs if other.party != log.party)
        said = [read_limit.next_receipt(node, tx, channel, other) for other in others]
    if head is None:
        handshake.shake_hands(node, party)  # it may have a card of the author that is not here
        return 0
    sizes = [one.size for one in said if one is not None and one.of == log.origin]
    end = min((size for size in sizes if log.size < size <= head.size), default=log.size)
    mirror, start = Mirror(node, party, log.origin, head.size), log.size
    for _ in range(PARTS_MAX if _adds_to_pending(node, mirror, log, head) else 0):
        part = mirror.part(log.size)[: end - log.size] if log.size < end else []
        leaves = [tree.leaf_hash(entry) for entry in part]
        grown = Frontier(log.size, log.frontier).extend(leaves)
        if not part or not mirror.leads_to(grown.size, grown.root(), head.root):
            break
        stored = _store(node, log, head, part, leaves)
        if stored is None:
            break
        log = stored
    if log.size > start:
        node.alarms.raise_alarm(  # in the same words for all that comes: it rings once
            revocation.CODE,
            f"Entries of {log.origin} are read here whose heads are by keys that {log.party} has "
            "revoked, since another party had read them: `comity doctor` says which.",
        )
    return log.size - start


def _adds_to_pending(node: Node, mirror: Mirror, log: Log, head: Head) -> bool:
    """Whether a head adds to the one that its author sent here, before entries came for it."""
    with node.store.read() as tx:
        pending = tx.newest_head(log.origin)
    if pending is None or not log.size < pending.size < head.size:
        return True  # another one is compared with the entries, or by whoever takes it
    return mirror.leads_to(pending.size, pending.root, head.root)


def _store(
    node: Node, log: Log, head: Head, entries: list[bytes], leaves: list[bytes]
) -> Log | None:
    """Append a proven part; return the log, or None if somebody moved it, or none is to be kept.

    First entries that are not those which officers compared by voice are told.
    """
    with node.store.write() as tx:
        now = logs.require_log(tx, log.origin)
        if now.size != log.size or now.state != log.state:
            return None
        try:
            if not log.size:
                generation.require_accepted_entry(tx, log.origin, leaves[:2])
        except Fault as fault:
            node.alarms.raise_alarm(fault.code, fault.what)
            return None
        tx.save_head(head)
        grown = logs.append_entries(tx, now, entries, leaves)
    node.step("mirrors.part-kept")
    return grown


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
        end = read_limit.end(node, tx, trust.load(tx, log.channel), now)
        if end >= head.size or logs.root_at(tx, log.origin, head.size) != head.root:
            return 0
    with node.store.write() as tx:
        tx.save_head(head)
        read_limit.note_late(tx, head.origin)
    return head.size - end


def verified(
    node: Node, tx: Tx, log: Log, body: bytes, *, are_revoked: bool = False
) -> Head | None:
    """Return the head in an answer that the keys of the log made; revoked ones where asked."""
    try:
        parsed = note.parse(body)
        read = checkpoint.parse_body(parsed.body)
    except Fault:
        return None
    if read.origin != log.origin:
        return None
    channel = trust.load(tx, log.channel)
    placed = channel.placed_cards if are_revoked else channel.log_cards
    keys = channel.log_keys(log.origin, placed(log.origin, read.size))
    lines = keep.lines_by(node.suite, log.origin, keys, parsed)
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
    mirror = Mirror(node, party, log.origin, bigger.size)
    for smaller in heads:
        path = mirror.path_from(smaller.size)
        found = convict.by_path(smaller, bigger, *path) if path else None
        if _is_convicted(node, log, found):
            return True
    return False


def _held_head(tx: Tx, log: Log) -> Head | None:
    heads = tx.heads(log.origin, log.signed)
    return heads[-1] if heads and log.signed else None
