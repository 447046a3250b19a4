"""What a lost log had signed, and its successor left out, though a party holds it.

    put back    of log 1 six entries were signed; none are here
    begun       log 2 leaves nothing of it, since no party could be asked
    asked       each party is, once it answers: what it holds above what is left is said again in 2

Heads of our own keys prove what comes.  Where log 1 was stolen or forked others may have signed it,
and nothing of it is said again.  Whoever is to be asked stands under `ended_log.UNASKED`.

Source: docs/spec/fault.md 9.4.12.
Floor: node.
"""

from collections.abc import Iterator
from itertools import batched

from comity.acts.record import Act
from comity.kernel import limits
from comity.kernel.ijson import Json
from comity.node.base import trust
from comity.node.base.context import Node
from comity.node.base.rows import Head, Log
from comity.node.exchange import (
    convict,
    ended_log,
    fetch,
    generation,
    generation_marks,
    mirrors,
    seal,
)
from comity.node.exchange.mirror_parts import Mirror
from comity.tlog import tree
from comity.tlog.tree import Frontier

_OK = 200


def ask(node: Node, channel: str, party: str) -> int:
    """Ask a party for what it holds of own logs that were lost; return how many acts wait by that.

    The newest own log is read first: what stands in it need not be said again.

    Raises:
        Fault: `node.peer.*`, `node.store.*`, `keys.*`.
    """
    with node.store.read() as tx:
        noted = tx.records(ended_log.UNASKED)
        asked = [origin for origin, left in noted.items() if party in _parties(left)]
        logs = [log for origin in asked if (log := generation_marks.if_read(tx, origin))]
    return sum(_ask(node, party, log) for log in logs if log.channel == channel)


def _parties(value: Json) -> list[str]:
    return list(map(str, value)) if isinstance(value, list) else []


def _ask(node: Node, party: str, log: Log) -> int:
    answer = mirrors.ask_head(node, party, log)
    if answer.status in fetch.LATER:
        return 0
    with node.store.read() as tx:
        head = mirrors.verified(node, tx, log, answer.body) if answer.status == _OK else None
        is_other = convict.is_known(tx, log.origin)
    if answer.status == _OK and head is None and not is_other:
        return 0  # by keys that are not known here yet, or not ours: asked again
    count = 0
    if head is not None and head.size > log.size and not is_other:
        for part in batched(_acts(node, party, log, head), limits.PACKAGE_ENTRIES_MAX):
            count += _let_wait(node, log, part)
    _note_asked(node, party, log)
    return count


def _acts(node: Node, party: str, log: Log, head: Head) -> Iterator[tuple[int, Act]]:
    """Give the acts above what is here of a log, as far as a mirror proves that they are of it.

    The key entry that an act is under stands at most a part before its own.
    """
    mirror, grown = Mirror(node, party, log.origin, head.size), Frontier(log.size, log.frontier)
    before: list[bytes] = []
    while grown.size < head.size:
        part = mirror.part(grown.size)
        start, grown = grown.size, grown.extend(map(tree.leaf_hash, part))
        if not part or not mirror.leads_to(grown.size, grown.root(), head.root):
            return
        with node.store.read() as tx:
            now = trust.load(tx, log.channel)
            known = [*before, *part]
            found = [*seal.own_acts(node, tx, now, log, start - len(before), known)]
        yield from (one for one in found if one[0] >= start)
        before = part


def _let_wait(node: Node, log: Log, acts: tuple[tuple[int, Act], ...]) -> int:
    with node.store.write() as tx:
        unsaid = [one for one in acts if not generation_marks.is_settled(tx, log, one[1])]
        for index, act in unsaid:
            generation.say_again(tx, log, index, act)
    return len(unsaid)


def _note_asked(node: Node, party: str, log: Log) -> None:
    with node.store.write() as tx:
        left: list[Json] = [
            one for one in _parties(tx.record(ended_log.UNASKED, log.origin)) if one != party
        ]
        if left:
            tx.save_record(ended_log.UNASKED, log.origin, left)
        else:
            tx.drop_record(ended_log.UNASKED, log.origin)
