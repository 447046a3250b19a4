"""Dropping everything that was computed and computing it anew: nothing changes.

    understand what waits  ->  digests before  ->  drop acts, receipts, matters
    ->  understand from entry 0  ->  digests after

Logs, heads, bodies, officers and what an officer has opened stay as they are.  A node that
is stopped in between goes on where it stood when it understands again.

What an older program computed is dropped and computed so too, see `rules_version`: there something
may change, and nothing is compared.

It is done in order by one process, which others help: they open entries ahead and fold matters.

Source: architecture section 5.
Floor: node.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from comity.acts.record import Matter
from comity.kernel import ijson, limits
from comity.node.base import channel_records, rules_version, trust
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import MatterRow
from comity.node.desk.duty import intake
from comity.node.exchange import blob_inventory, prefetch, refold_queue, reset, understand
from comity.node.exchange.understand import Haste
from comity.node.review import row_cache
from comity.node.room import clock_index, search_index

PAGE: Final = 500
MATTER_WORK: Final = 4
"""What folding a matter costs, in entries."""

ALONE: Final = Haste()
BESIDE: Final = Haste(entries=limits.TRANSACTION_ENTRIES_MAX, matters=refold_queue.PAGE)
"""Transactions as short as any, since peers wait for them."""


type Advance = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Hands:
    """Who helps, in other processes.

    Attributes:
        opens: entries.
        folds: matters.
    """

    opens: prefetch.Open
    folds: refold_queue.Fold


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


def rebuild(node: Node, advance: Advance = lambda _: None, hands: Hands | None = None) -> Rebuilt:
    """Refold everything from the logs.

    Args:
        node: ours; nothing else may append or understand meanwhile.
        advance: called with the work done, see `work`.
        hands: who helps.

    Raises:
        Fault: `node.store.*`.
    """
    with node.store.read() as tx:
        channels = trust.channels(tx, node.party)
    for channel in channels:
        understand.understand(node, channel)  # what waits: else there were more afterwards
    with node.store.read() as tx:
        before, was = digests(tx), _columns(tx)
    _drop(node, channels)
    entries = _compute(node, channels, advance, hands, ALONE)
    with node.store.read() as tx:
        after, now = digests(tx), _columns(tx)
    changed = {key for key in was | now if was.get(key) != now.get(key)}
    return Rebuilt(
        before={key: d for key, d in before.items() if after.get(key) != d or key in changed},
        after={key: d for key, d in after.items() if before.get(key) != d or key in changed},
        digest_before=total(before),
        digest_after=total(after),
        matters=len(after),
        entries=entries,
    )


def begin(node: Node) -> None:
    """Drop what an older program shows, if that is not done: nothing reads or adds to it then.

    Raises:
        Fault: `node.store.*`.
    """
    with node.store.read() as tx:
        channels = trust.channels(tx, node.party)
        is_begun = rules_version.is_begun(tx)
    if not is_begun:
        _drop(node, channels)


def bring_up(
    node: Node,
    advance: Advance = lambda _: None,
    hands: Hands | None = None,
    haste: Haste = ALONE,
) -> int:
    """Compute anew what an older program computed; return how many entries were understood.

    Who was stopped in the middle goes on where they stood.

    Args:
        node: ours.
        advance: called with the work done, see `work`.
        hands: who helps.
        haste: `BESIDE` where peers' logs grow meanwhile, once `begin` is done.

    Raises:
        Fault: `node.store.*`.
    """
    begin(node)
    with node.store.read() as tx:
        channels = trust.channels(tx, node.party)
    return _compute(node, channels, advance, hands, haste)


def _drop(node: Node, channels: Sequence[str]) -> None:
    """Drop all that was computed but figures: they are many, and go before all is done."""
    with node.store.write() as tx:
        reset.drop_all(tx, channels)
        search_index.forget_all(tx)
        clock_index.look_again(tx, channels)
        intake.look_again(tx)
        rules_version.note_begun(tx)
    node.step("rebuild.dropped")


def _compute(
    node: Node,
    channels: Sequence[str],
    advance: Advance,
    hands: Hands | None,
    haste: Haste,
) -> int:
    blob_inventory.note_lost(node)
    entries = from_logs(node, channels, advance, hands, haste)
    blob_inventory.mark_what_is_held(node)
    row_cache.forget(node)
    with node.store.write() as tx:
        rules_version.note_done(tx)
    node.step("rebuild.done")
    return entries


def from_logs(
    node: Node,
    channels: Sequence[str],
    advance: Advance = lambda _: None,
    hands: Hands | None = None,
    haste: Haste = ALONE,
) -> int:
    """Understand channels that were dropped, and index their words; return how many entries.

    In the order of serving, and then the shorter ones first: what is urgent is known soonest so.

    Raises:
        Fault: `node.store.*`.
    """

    def told(matters: int) -> None:
        advance(matters * MATTER_WORK)

    haste = replace(haste, told=told)
    if hands:
        haste = replace(haste, opens=hands.opens, folds=hands.folds)
    with node.store.read() as tx:
        sizes = {one: sum(log.size for log in tx.logs(one)) for one in channels}
        ranks = {one: channel_records.rank(tx, one) for one in channels}
    first = sorted(channels, key=lambda one: (ranks[one], sizes[one]))
    entries = sum(understand.understand(node, c, advance, haste) for c in first)
    search_index.catch_up(node, advance=advance, batch=haste.entries)
    return entries


def entry_count(tx: Tx) -> int:
    """Return how many entries a rebuild understands anew, or one that was stopped, about."""
    return sum(max(log.understood, log.signed) for log in tx.logs() if "/" in log.channel)


def work(tx: Tx) -> int:
    """Return how much a rebuild does: an entry counts when it is placed and when it is indexed."""
    matters = 0
    for channel in {log.channel for log in tx.logs() if "/" in log.channel}:
        after: Matter | None = None
        while page := tx.spoken_of(channel, after, PAGE):
            matters += len(page)
            after = page[-1]
    return 2 * entry_count(tx) + MATTER_WORK * matters


def digests(tx: Tx) -> dict[str, str]:
    """Return the digest of every matter, by channel, kind and id: of the state that is shown."""
    return {
        _key(row): hashlib.sha256(ijson.render(row.state)).hexdigest() for row in all_matters(tx)
    }


def _columns(tx: Tx) -> dict[str, tuple[str, ...]]:
    """Return what lists show of every matter and no digest covers."""
    return {
        _key(row): (row.digest, row.status, row.holder, row.urgency, row.asker)
        for row in all_matters(tx)
    }


def _key(row: MatterRow) -> str:
    return f"{row.channel}/{row.matter.kind}/{row.matter.id}"


def all_matters(tx: Tx) -> Iterator[MatterRow]:
    """Give every matter, a page at a time."""
    after = ""
    while page := tx.matters(after=after, count_max=PAGE):
        yield from page
        after = page[-1].matter.id


def total(found: Mapping[str, str]) -> str:
    """Return one SHA-256 over all digests, hex: what two people compare."""
    return hashlib.sha256(ijson.render(dict(found))).hexdigest()
