"""Keeping the rows of a review, so that a figure over many requests does not fold them again.

    step(node)       a few requests that were touched since: of the ticker of `serve`
    catch_up(node)   all of them: what a figure does first
    rows(node, …)    every row of a channel at a cut and an instant

    record kind     key                  value
    review-rows     <channel>|<matter>   Kept: its rows, what they rest on, when they are the same
    review-cursor   <origin>             how much of a log was looked at

It costs what changed: acts and receipts that were understood since.  It is a cache: whoever drops
all of it finds the same again.  What is kept holds at a cut that has all that it rests on;
otherwise the request is folded at the cut.

Source: docs/spec/review.md, 1.14.
Floor: node.
"""

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import batched
from typing import Any, Final, cast

from comity.acts.record import Matter
from comity.acts.seen import Cut, is_within
from comity.joint.request import acts
from comity.joint.review.observation import Observation
from comity.kernel.ijson import Json
from comity.node.context import Node
from comity.node.exchange import refold, trust, unfolded
from comity.node.exchange.trust import Trust
from comity.node.ports import Tx
from comity.node.review import compact
from comity.node.review.observing import Observed
from comity.node.review.reading import At, Read
from comity.node.rows import UnderstoodReceipt

ROWS: Final = "review-rows"
CURSOR: Final = "review-cursor"

PAGE: Final = 32
"""Requests of one transaction that computes or saves."""
READ_PAGE: Final = 2_000
"""Kept rows of one transaction that reads."""
RANGE_ENTRIES: Final = 64
WORTH_MS: Final = 60_000
"""What changes sooner is computed again, and not kept."""

type Key = tuple[str, str]
"""(channel, id of the request)."""


@dataclass(frozen=True, slots=True)
class Kept:
    """The rows of one request, as they are kept.

    Attributes:
        rests: `{origin: size}` of what they rest on.
        from_ms: first instant at which they are the same.
        to_ms: first instant after it.
        rows: as `compact` spells them.
    """

    rests: Cut
    from_ms: int
    to_ms: int
    rows: Json

    def holds(self, cut: Cut, now_ms: int) -> bool:
        """Return whether they are the rows of that cut and that instant."""
        return self.from_ms <= now_ms < self.to_ms and is_within(self.rests, cut)


@dataclass(frozen=True, slots=True)
class _Touched:
    """What is to be looked at.

    Attributes:
        keys: of requests.
        before: `{origin: cursor}` as it stood.
        after: `{origin: cursor}` as it is to be.
        gone: channels that were understood anew: what is kept of them may be of nothing.
    """

    keys: tuple[Key, ...]
    before: Mapping[str, int]
    after: Mapping[str, int]
    gone: tuple[str, ...]


def step(node: Node) -> bool:
    """Look at some of what was touched; return whether there may be more at once.

    No transaction of it is longer than a page.  Another process may do the same meanwhile: a row
    that rests on more is never replaced by one that rests on less.

    Raises:
        Fault: `node.store.*`.
    """
    with node.store.read() as tx:
        found = _touched(node, tx)
    for channel in found.gone:
        _forget(node, channel)
    if not found.after:
        return False
    now_ms = node.clock.now_ms()
    for page in batched(found.keys, PAGE, strict=False):
        with node.store.read() as tx:
            read = [*_read(node, tx, page, now_ms)]
        with node.store.write() as tx:
            for key, one in read:
                _save(tx, key, one)
    with node.store.write() as tx:
        if all(_cursor(tx, origin) == size for origin, size in found.before.items()):
            for origin, size in found.after.items():
                tx.save_record(CURSOR, origin, size)
    return True


def catch_up(node: Node) -> None:
    """Look at all that was touched.

    Raises:
        Fault: `node.store.*`.
    """
    while step(node):
        pass


def forget(node: Node) -> None:
    """Drop all that is kept; it is found again.

    Raises:
        Fault: `node.store.*`.
    """
    with node.store.write() as tx:
        for origin in tx.records(CURSOR):
            tx.drop_record(CURSOR, origin)
    _forget(node, "")


def rows(node: Node, channel: str, cut: Cut, now_ms: int) -> list[Observation]:
    """Return every row of a channel at a cut and an instant; see `each`."""
    return [*each(node, channel, cut, now_ms)]


def each(node: Node, channel: str, cut: Cut, now_ms: int) -> Iterator[Observation]:
    """Give every row of a channel at a cut and an instant, by the ids of requests.

    A page of them is in memory at a time, and no transaction is open meanwhile.

    Args:
        node: ours.
        channel: its path.
        cut: of which all is understood here.
        now_ms: the instant.

    Raises:
        Fault: `node.store.*`.
    """
    catch_up(node)
    with node.store.read() as tx:
        holds = is_within(At(node, tx, channel).texts(), cut)
    for page in _pages(node, channel):
        good = {key: one for key, one in page.items() if holds and one.holds(cut, now_ms)}
        stale = {key: one for key, one in page.items() if key not in good}
        fresh = _fresh(node, channel, stale, (cut, now_ms))
        with uncollected():
            found: list[Observation] = []
            for key, one in page.items():
                found += compact.from_json(key, one.rows) if key in good else fresh.get(key, ())
        yield from found


@contextmanager
def uncollected() -> Iterator[None]:
    """Let the collector rest: many small objects are made, none of them in a circle."""
    was_collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_collecting:
            gc.enable()


def _pages(node: Node, channel: str) -> Iterator[dict[str, Kept]]:
    """Give what is kept of a channel by the ids of requests, a page at a time."""
    prefix = f"{channel}|"
    after = prefix
    while True:
        with node.store.read() as tx:
            page = tx.records(ROWS, after=after, count_max=READ_PAGE)
        own = {key: value for key, value in page.items() if key.startswith(prefix)}
        yield {key.removeprefix(prefix): _kept(value) for key, value in own.items()}
        if len(own) < READ_PAGE:
            return
        after = next(reversed(own))


def _fresh(
    node: Node, channel: str, stale: Mapping[str, Kept], at: tuple[Cut, int]
) -> dict[str, tuple[Observation, ...]]:
    """Return the rows of requests whose kept rows do not hold at a cut and an instant.

    Where only time has passed, they are kept for the next who asks.
    """
    cut, now_ms = at
    found: dict[str, tuple[Observation, ...]] = {}
    for page in batched(stale, PAGE, strict=False):
        with node.store.read() as tx:
            read = _Fresh(node, tx, channel, cut).read(page, stale, now_ms)
        if read.later:
            with node.store.write() as tx:
                for matter_id, one in read.later.items():
                    if one.observed.to_ms - now_ms > WORTH_MS:
                        _save(tx, (channel, matter_id), one)
        found |= {matter_id: one.observed.rows for matter_id, one in read.all.items()}
    return found


@dataclass(frozen=True, slots=True)
class _ReadAnew:
    """Requests that were read anew: all of them, and those in which only time has passed."""

    all: dict[str, Read]
    later: dict[str, Read]


class _Fresh:
    """Reads rows anew in one transaction: as little as will do."""

    def __init__(self, node: Node, tx: Tx, channel: str, cut: Cut) -> None:
        self._node, self._tx, self._channel, self._cut = node, tx, channel, cut
        self._whole = At(node, tx, channel)
        self._within: At | None = None
        self._is_counted_alike = is_within(self._whole.texts(), cut)
        self._is_caught_up = all(
            _cursor(tx, log.origin) == log.understood for log in tx.logs(channel)
        )

    def read(self, page: Sequence[str], stale: Mapping[str, Kept], now_ms: int) -> _ReadAnew:
        """Read requests anew."""
        found = _ReadAnew({}, {})
        for matter_id in page:
            later = self._later(matter_id, stale[matter_id], now_ms)
            if later is not None and is_within(later.rests, self._cut):
                found.later[matter_id] = later
                found.all[matter_id] = later
                continue
            self._within = self._within or At(self._node, self._tx, self._channel, self._cut)
            found.all[matter_id] = self._within.observed(matter_id, now_ms)
        return found

    def _later(self, matter_id: str, kept: Kept, now_ms: int) -> Read | None:
        """Return the rows of all that is understood; None where they cannot be those of the cut."""
        if not self._is_counted_alike or not is_within(kept.rests, self._cut):
            return None
        if not self._is_caught_up:
            return self._whole.observed(matter_id, now_ms)
        rows = compact.from_json(matter_id, kept.rows)
        before = Read(Observed(rows, kept.from_ms, kept.to_ms), kept.rests)
        return self._whole.again(before, matter_id, now_ms)


def _read(
    node: Node, tx: Tx, keys: Sequence[Key], now_ms: int
) -> Iterator[tuple[Key, Read | None]]:
    channels: dict[str, At] = {}
    for key in keys:
        channel, matter_id = key
        if tx.matter(channel, Matter(acts.KIND, matter_id)) is None:
            yield key, None
            continue
        if channel not in channels:
            channels[channel] = At(node, tx, channel)
        yield key, channels[channel].observed(matter_id, now_ms)


def _save(tx: Tx, key: Key, one: Read | None) -> None:
    path = "|".join(key)
    before = tx.record(ROWS, path)
    if one is None:
        if before is not None:
            tx.drop_record(ROWS, path)
        return
    if before is not None:
        kept = _kept(before)
        is_older = kept.rests == one.rests and one.observed.from_ms < kept.from_ms
        if is_older or not is_within(kept.rests, one.rests):
            return
    observed = one.observed
    now = [dict(one.rests), observed.from_ms, observed.to_ms, compact.to_json(observed.rows)]
    tx.save_record(ROWS, path, cast("Json", now))


def _kept(value: Json) -> Kept:
    return Kept(*cast("list[Any]", value))


def _forget(node: Node, channel: str) -> None:
    """Drop what is kept of a channel, or of all, a page at a time."""
    prefix = f"{channel}|" if channel else ""
    while True:
        with node.store.write() as tx:
            page = tx.records(ROWS, after=prefix, count_max=8 * PAGE)
            own = [key for key in page if key.startswith(prefix)]
            for key in own:
                tx.drop_record(ROWS, key)
        if not own:
            return


def _touched(node: Node, tx: Tx) -> _Touched:
    """Return the requests that acts and receipts touched since the cursors, a range at a time."""
    keys: dict[Key, None] = {}
    before: dict[str, int] = {}
    after: dict[str, int] = {}
    gone: dict[str, None] = {}
    for channel in unfolded.settled(tx, node.party):
        loaded = trust.load(tx, channel)
        for log in loaded.logs:
            before[log.origin] = cursor = _cursor(tx, log.origin)
            since = 0 if cursor > log.understood else cursor
            if since < cursor:
                gone[channel] = None
            end = min(log.understood, since + RANGE_ENTRIES)
            if cursor == end:
                continue
            after[log.origin] = end
            for matter in _matters(tx, loaded, log.origin, since, end):
                if matter.kind == acts.KIND:
                    keys.update(((channel, one), None) for one in _with_others(tx, channel, matter))
    return _Touched(tuple(keys), before, after, tuple(gone))


def _matters(tx: Tx, loaded: Trust, origin: str, since: int, end: int) -> Iterator[Matter]:
    """Give the matters that entries of a log say something of, or bear on the times of.

    A receipt bears on what it covers; and on what the other's receipts cover that it covers, of
    which it is the bound.
    """
    yield from tx.matters_between(origin, since, end)
    for of, low, high in _ranges(tx, origin, since, end):
        yield from refold.covered(tx, loaded, of, low, high)
        for own, own_low, own_high in _ranges(tx, of, low, high):
            yield from refold.covered(tx, loaded, own, own_low, own_high)


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


def _with_others(tx: Tx, channel: str, matter: Matter) -> Iterator[str]:
    """Give a request, those that it extends, and those that extend it."""
    yield matter.id
    yield from refold.extending(tx, channel, matter.id)
    seen, row = {matter.id}, tx.matter(channel, matter)
    while row is not None and isinstance(row.state, dict):
        earlier = row.state.get("extends")
        if not isinstance(earlier, str) or earlier in seen:
            return
        seen.add(earlier)
        yield earlier
        row = tx.matter(channel, Matter(acts.KIND, earlier))


def _cursor(tx: Tx, origin: str) -> int:
    value = tx.record(CURSOR, origin)
    return value if isinstance(value, int) else 0
