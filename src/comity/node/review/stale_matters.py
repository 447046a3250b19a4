"""Which requests are to be looked at again: those of acts and receipts understood since.

    touched(node, tx) -> Touched(keys {("xx-yy/live", id): cut}, before {…}, after {…}, gone (…))

    record kind      key                  value
    review-seen      <origin>             how much of a log was looked at
                     <channel>            how often it had been taken back by then

Floor: node.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from comity.acts.causality import Cut
from comity.acts.record import Matter
from comity.node.base import trust
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rooms import Room, Rooms
from comity.node.base.rows import UnderstoodReceipt
from comity.node.base.trust import Trust
from comity.node.exchange import refold, refold_queue, reset_count

CURSOR: Final = "review-seen"
RANGE_ENTRIES: Final = 64
KEYS_MAX: Final = 64
"""Requests, about: a receipt touches all that it covers, and may cover very many."""

type Key = tuple[str, str, str]
"""(channel, kind and id of the matter)."""


@dataclass(frozen=True, slots=True)
class Touched:
    """What is to be looked at.

    Attributes:
        keys: of requests, and up to where in each log something touched them.
        before: `{origin or channel: cursor}` as it stood.
        after: `{origin or channel: cursor}` as it is to be.
        gone: channels of which something was taken back: what is kept of them may be of nothing.
    """

    keys: Mapping[Key, Cut]
    before: Mapping[str, int]
    after: Mapping[str, int]
    gone: tuple[str, ...]


def touched(node: Node, tx: Tx) -> Touched:
    """Return the requests that acts and receipts touched since the cursors, a range at a time."""
    keys: dict[Key, dict[str, int]] = {}
    before: dict[str, int] = {}
    after: dict[str, int] = {}
    gone: dict[str, None] = {}
    for channel in refold_queue.settled(tx, node.party):
        loaded = trust.load(tx, channel)
        cursors = {log.origin: seen(tx, log.origin) for log in loaded.logs}
        before[channel], times = seen(tx, channel), reset_count.times(tx, channel)
        is_behind = any(cursors[log.origin] > log.understood for log in loaded.logs)
        is_anew = is_behind or before[channel] != times
        if is_anew:
            gone[channel] = None  # all of it is kept again, whichever log it came by
            after[channel] = times
        for log in loaded.logs:
            before[log.origin] = cursors[log.origin]
            since = 0 if is_anew else cursors[log.origin]
            end = min(log.understood, since + RANGE_ENTRIES)
            if since == end == cursors[log.origin]:
                continue
            after[log.origin] = _look(node.rooms, tx, loaded, log.origin, (since, end), keys)
    return Touched(keys, before, after, tuple(gone))


def _look(
    rooms: Rooms,
    tx: Tx,
    loaded: Trust,
    origin: str,
    span: tuple[int, int],
    keys: dict[Key, dict[str, int]],
) -> int:
    """Add the requests that entries of a span touch; return up to where they were looked at."""
    at, end = span
    others: dict[Matter, tuple[str, ...]] = {}  # of a request with many acts it is asked for each
    while at < end and len(keys) < KEYS_MAX:
        matters = _matters(tx, origin, at, at + 1)
        at += 1
        for matter in matters:
            room = rooms.get(matter.kind)
            if room is not None and room.rows is not None:
                if matter not in others:
                    others[matter] = tuple(_with_others(room, tx, loaded.channel, matter))
                for one in others[matter]:
                    keys.setdefault((loaded.channel, matter.kind, one), {})[origin] = at
    return at


def _matters(tx: Tx, origin: str, since: int, end: int) -> Iterator[Matter]:
    """Give the matters that entries of a log say something of, or bear on the times of.

    A receipt bears on what it covers; and on what the other's receipts cover that it covers, of
    which it is the bound.
    """
    yield from refold.covered(tx, origin, since, end)
    for of, low, high in _ranges(tx, origin, since, end):
        yield from refold.covered(tx, of, low, high)
        for own, own_low, own_high in _ranges(tx, of, low, high):
            yield from refold.covered(tx, own, own_low, own_high)


def _ranges(tx: Tx, origin: str, since: int, end: int) -> Iterator[tuple[str, int, int]]:
    """Give what the receipts of a log newly cover or say does not open: origin, from, to."""
    covered: dict[str, int] = {}
    for row in tx.receipts(origin, since, end):
        if row.foreign:
            continue
        of = row.receipt.of
        low = covered[of] if of in covered else _covered_before(tx, row)
        for unread in row.receipt.unread:
            if unread.index < low:
                yield of, unread.index, unread.index + 1
        yield of, min(low, row.receipt.size), row.receipt.size
        covered[of] = row.receipt.size


def _covered_before(tx: Tx, row: UnderstoodReceipt) -> int:
    """Return how much of the same log the receipts before one cover."""
    earlier = tx.receipt_before(row.origin, row.index)
    while earlier is not None and earlier.receipt.of != row.receipt.of:
        earlier = tx.receipt_before(row.origin, earlier.index)
    return earlier.receipt.size if earlier else 0


def _with_others(room: Room, tx: Tx, channel: str, matter: Matter) -> Iterator[str]:
    """Give a matter, those that it extends, and those that extend it."""
    yield matter.id
    yield from refold.extending(tx, channel, matter.id)
    known, row = {matter.id}, tx.matter(channel, matter)
    while row is not None:
        earlier = room.clocks.earlier(row.state) if room.clocks else ""
        if earlier in {"", *known}:
            return
        known.add(earlier)
        yield earlier
        row = tx.matter(channel, Matter(matter.kind, earlier))


def seen(tx: Tx, origin: str) -> int:
    """Return how much of a log was looked at."""
    value = tx.record(CURSOR, origin)
    return value if isinstance(value, int) else 0
