"""Dropping everything that was computed and computing it anew: nothing changes.

    understand what waits  ->  digests before  ->  drop acts, receipts, matters
    ->  understand from entry 0  ->  digests after

Logs, heads, bodies, officers and what an officer has opened stay as they are.  A node that
is stopped in between goes on where it stood when it understands again.

Source: architecture section 5.
Floor: node.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from comity.kernel import ijson
from comity.node.context import Node
from comity.node.desk import search
from comity.node.exchange import anew, trust, understand
from comity.node.ports import Tx
from comity.node.rows import MatterRow

PAGE: Final = 500

type Advance = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What came of it.

    Attributes:
        before: `{channel/kind/id: digest}` of matters that differ or are gone.
        after: of matters that differ or are new.
        digest_before: over all matters, hex.
        digest_after: the same; equal if nothing changed.
        matters: how many there are now.
        entries: how many were understood anew.
    """

    before: Mapping[str, str]
    after: Mapping[str, str]
    digest_before: str
    digest_after: str
    matters: int
    entries: int


def rebuild(node: Node, advance: Advance = lambda _: None) -> Rebuilt:
    """Refold everything from the logs.

    Args:
        node: ours; nothing else may append or understand meanwhile.
        advance: called with the entries done.

    Raises:
        Fault: `node.store.*`.
    """
    with node.store.read() as tx:
        channels = trust.channels(tx, node.party)
    for channel in channels:
        understand.understand(node, channel)  # what waits: else there were more afterwards
    with node.store.read() as tx:
        before = digests(tx)
    with node.store.write() as tx:
        for channel in channels:
            anew.drop(tx, channel)
        search.forget_all(tx)
    entries = sum(understand.understand(node, channel, advance) for channel in channels)
    search.catch_up(node)
    with node.store.read() as tx:
        after = digests(tx)
    return Rebuilt(
        before={key: d for key, d in before.items() if after.get(key) != d},
        after={key: d for key, d in after.items() if before.get(key) != d},
        digest_before=total(before),
        digest_after=total(after),
        matters=len(after),
        entries=entries,
    )


def entry_count(tx: Tx) -> int:
    """Return how many entries a rebuild understands anew."""
    return sum(log.understood for log in tx.logs() if "/" in log.channel)


def digests(tx: Tx) -> dict[str, str]:
    """Return the digest of every matter, by channel, kind and id."""
    return {f"{r.channel}/{r.matter.kind}/{r.matter.id}": r.digest for r in all_matters(tx)}


def all_matters(tx: Tx) -> Iterator[MatterRow]:
    """Give every matter, a page at a time."""
    after = ""
    while page := tx.matters(after=after, count_max=PAGE):
        yield from page
        after = page[-1].matter.id


def total(found: Mapping[str, str]) -> str:
    """Return one SHA-256 over all digests, hex: what two people compare."""
    return hashlib.sha256(ijson.render(dict(found))).hexdigest()
