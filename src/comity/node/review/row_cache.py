"""Keeping the rows of a review, so that a figure over many requests does not fold them again.

    step(node)       a few requests that were touched since: of the ticker of `serve`
    catch_up(node)   all of them: what a figure does first
    tallies(node, …) what every row of a channel adds to figures, at a cut and an instant
    rows(node, …)    the rows themselves

    record kind      key                  value
    review-tallies   <channel>|<kind>|<id>   Kept: what its rows add, what they rest on, and when
    review-rows      <channel>|<kind>|<id>   Kept: its rows, of the same

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

from comity.acts.causality import Cut, is_within
from comity.acts.record import Matter
from comity.figures.observation import Observation
from comity.figures.row_tally import Tally, tallied
from comity.kernel.ijson import Json
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rooms import main_rows
from comity.node.review import compact, stale_matters
from comity.node.review.read_rows import At, Observed, Read
from comity.node.review.stale_matters import Key

ROWS: Final = "review-rows"
TALLIES: Final = "review-tallies"

PAGE: Final = 32
"""Requests of one transaction that computes or saves."""
READ_PAGE: Final = 2_000
"""Kept rows of one transaction that reads."""
WORTH_MS: Final = 60_000
"""What changes sooner is computed again, and not kept."""


@dataclass(frozen=True, slots=True)
class Kept:
    """The rows of one request, or what they add, as they are kept.

    Attributes:
        rests: `{origin: size}` of what they rest on.
        from_ms: first instant at which they are the same.
        to_ms: first instant after it; the same where a text lacked by which they are counted.
        found: as `compact` spells them.
    """

    rests: Cut
    from_ms: int
    to_ms: int
    found: Json

    def holds(self, cut: Cut, now_ms: int) -> bool:
        """Return whether they are the rows of that cut and that instant."""
        return self.from_ms <= now_ms < self.to_ms and is_within(self.rests, cut)


def step(node: Node) -> bool:
    """Look at some of what was touched; return whether there may be more at once.

    No transaction of it is longer than a page.  Another process may do the same meanwhile: a row
    is never replaced by one that was read when less was understood than it rests on.  It may rest
    on less in one log, where an earlier receipt stands in another.

    Raises:
        Fault: `node.store.*`.
    """
    with node.store.read() as tx:
        found = stale_matters.touched(node, tx)
    node.step("review.touched")
    for channel in found.gone:
        _forget(node, channel)
    if not found.after:
        return False
    now_ms = node.clock.now_ms()
    for page in batched(found.keys.items(), PAGE, strict=False):
        with node.store.read() as tx:
            keys = [key for key, upto in page if not _is_counted(tx, key, upto)]
            read = [*_read(node, tx, keys, now_ms)]
        with node.store.write() as tx:
            for key, one in read:
                _save(tx, key, one)
        node.step("review.kept")
    with node.store.write() as tx:
        if all(stale_matters.seen(tx, origin) == size for origin, size in found.before.items()):
            for origin, size in found.after.items():
                tx.save_record(stale_matters.CURSOR, origin, size)
    node.step("review.looked")
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
        for origin in tx.records(stale_matters.CURSOR):
            tx.drop_record(stale_matters.CURSOR, origin)
    node.step("review.dropped")
    _forget(node, "")


def rows(node: Node, channel: str, cut: Cut, now_ms: int, kind: str = "") -> list[Observation]:
    """Return every row of a channel at a cut and an instant; see `each`."""
    return [*each(node, channel, cut, now_ms, kind)]


def each(node: Node, channel: str, cut: Cut, now_ms: int, kind: str = "") -> Iterator[Observation]:
    """Give every row of a channel at a cut and an instant, by the ids of requests.

    A page of them is in memory at a time, and no transaction is open meanwhile.

    Args:
        node: ours.
        channel: its path.
        cut: of which all is understood here.
        now_ms: the instant.
        kind: of matter; "" for the one whose rows are the figures.

    Raises:
        Fault: `node.store.*`.
    """
    of = kind or main_rows(node.rooms)
    for page in _held(node, ROWS, (channel, of), (cut, now_ms)):
        found: list[Observation] = []
        with uncollected():
            for key, one in page.kept.items():
                is_fresh = one is None
                found += (
                    page.fresh.get(key, ()) if is_fresh else compact.from_json(Matter(of, key), one)
                )
        yield from found


def tallies(node: Node, channel: str, cut: Cut, now_ms: int, kind: str = "") -> Iterator[Tally]:
    """Give what every row of a channel adds, in the same order, under the same conditions."""
    of = kind or main_rows(node.rooms)
    for page in _held(node, TALLIES, (channel, of), (cut, now_ms)):
        for key, one in page.kept.items():
            if one is None:
                yield from map(tallied, page.fresh.get(key, ()))
            else:
                yield from compact.tallies_from_json(key, one)


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


@dataclass(frozen=True, slots=True)
class _Page:
    """Some requests, by their ids.

    Attributes:
        kept: what is kept of them; None where it does not hold.
        fresh: the rows of these, read anew.
    """

    kept: Mapping[str, Json]
    fresh: Mapping[str, tuple[Observation, ...]]


def _held(node: Node, record: str, of: tuple[str, str], at: tuple[Cut, int]) -> Iterator[_Page]:
    """Give what is kept of a channel at a cut and an instant, a page at a time."""
    catch_up(node)
    cut, now_ms = at
    with node.store.read() as tx:
        holds = is_within(At(node, tx, of[0]).texts(), cut)
    for page in _pages(node, record, "|".join(of)):
        kept = {
            key: one.found if holds and one.holds(cut, now_ms) else None
            for key, one in page.items()
        }
        yield _Page(kept, _fresh(node, of, [key for key in kept if kept[key] is None], at))


def _pages(node: Node, record: str, of: str) -> Iterator[dict[str, Kept]]:
    """Give what is kept of a channel by the ids of requests, a page at a time."""
    prefix = f"{of}|"
    after = prefix
    while True:
        with node.store.read() as tx:
            page = tx.records(record, after=after, count_max=READ_PAGE)
        own = {key: value for key, value in page.items() if key.startswith(prefix)}
        yield {key.removeprefix(prefix): _kept(value) for key, value in own.items()}
        if len(own) < READ_PAGE:
            return
        after = next(reversed(own))


def _fresh(
    node: Node, of: tuple[str, str], stale: Sequence[str], at: tuple[Cut, int]
) -> dict[str, tuple[Observation, ...]]:
    """Return the rows of requests whose kept rows do not hold at a cut and an instant.

    Where only time has passed, they are kept for the next who asks.
    """
    (channel, kind), (cut, now_ms) = of, at
    found: dict[str, tuple[Observation, ...]] = {}
    for page in batched(stale, PAGE, strict=False):
        with node.store.read() as tx:
            read = _Fresh(node, tx, of, cut).read(page, now_ms)
        if read.later:
            with node.store.write() as tx:
                for matter_id, one in read.later.items():
                    if one.observed.to_ms - now_ms > WORTH_MS:
                        _save(tx, (channel, kind, matter_id), one)
            node.step("review.renewed")
        found |= {matter_id: one.observed.rows for matter_id, one in read.all.items()}
    return found


@dataclass(frozen=True, slots=True)
class _ReadAnew:
    """Requests that were read anew: all of them, and those in which only time has passed."""

    all: dict[str, Read]
    later: dict[str, Read]


class _Fresh:
    """Reads rows anew in one transaction: as little as will do."""

    def __init__(self, node: Node, tx: Tx, of: tuple[str, str], cut: Cut) -> None:
        channel, self._kind = of
        self._node, self._tx, self._channel, self._cut = node, tx, channel, cut
        self._whole = At(node, tx, channel)
        self._within: At | None = None
        self._is_counted_alike = is_within(self._whole.texts(), cut)
        self._is_caught_up = all(
            stale_matters.seen(tx, log.origin) == log.understood for log in tx.logs(channel)
        )

    def read(self, page: Sequence[str], now_ms: int) -> _ReadAnew:
        """Read requests anew."""
        found = _ReadAnew({}, {})
        for matter_id in page:
            later = self._later(matter_id, now_ms)
            if later is not None and is_within(later.rests, self._cut):
                found.later[matter_id] = later
                found.all[matter_id] = later
                continue
            self._within = self._within or At(self._node, self._tx, self._channel, self._cut)
            found.all[matter_id] = self._within.observed(Matter(self._kind, matter_id), now_ms)
        return found

    def _later(self, matter_id: str, now_ms: int) -> Read | None:
        """Return the rows of all that is understood; None where they cannot be those of the cut."""
        matter = Matter(self._kind, matter_id)
        value = self._tx.record(ROWS, f"{self._channel}|{matter.kind}|{matter.id}")
        if value is None or not self._is_counted_alike:
            return None
        kept = _kept(value)
        if not is_within(kept.rests, self._cut):
            return None
        if not self._is_caught_up:
            return self._whole.observed(matter, now_ms)
        rows = compact.from_json(matter, kept.found)
        before = Read(Observed(rows, kept.from_ms, kept.to_ms), kept.rests, {})
        return self._whole.again(before, matter, now_ms)


def _is_counted(tx: Tx, key: Key, upto: Cut) -> bool:
    """Return whether what is kept of a request rests on all that touched it: as in a catching up.

    What is kept was read when all that it rests on was understood, and a log is understood in
    order.
    """
    value = tx.record(TALLIES, "|".join(key))
    return value is not None and is_within(upto, _kept(value).rests)


def _read(
    node: Node, tx: Tx, keys: Sequence[Key], now_ms: int
) -> Iterator[tuple[Key, Read | None]]:
    channels: dict[str, At] = {}
    for key in keys:
        channel, matter = key[0], Matter(*key[1:])
        if tx.matter(channel, matter) is None:
            yield key, None
            continue
        if channel not in channels:
            channels[channel] = At(node, tx, channel)
        yield key, channels[channel].observed(matter, now_ms)


def _save(tx: Tx, key: Key, one: Read | None) -> None:
    path = "|".join(key)
    before = tx.record(TALLIES, path)
    if one is None:
        for kind in (TALLIES, ROWS) if before is not None else ():
            tx.drop_record(kind, path)
        return
    if before is None or is_within(_kept(before).rests, one.known):
        keep(tx, key, one)


def keep(tx: Tx, key: Key, one: Read) -> None:
    """Keep the rows of a request, and what they add, in place of what was kept of it."""
    observed, path = one.observed, "|".join(key)
    when: list[Json] = [dict(one.rests), observed.from_ms, observed.to_ms]
    tx.save_record(ROWS, path, [*when, compact.to_json(observed.rows)])
    tx.save_record(TALLIES, path, [*when, compact.tallies_to_json(observed.rows)])


def _kept(value: Json) -> Kept:
    return Kept(*cast("list[Any]", value))


def _forget(node: Node, channel: str) -> None:
    """Drop what is kept of a channel, or of all, a page at a time."""
    prefix = f"{channel}|" if channel else ""
    while True:
        with node.store.write() as tx:
            page = tx.records(TALLIES, after=prefix, count_max=8 * PAGE)
            own = [key for key in page if key.startswith(prefix)]
            for key in own:
                tx.drop_record(TALLIES, key)
                tx.drop_record(ROWS, key)
        node.step("review.forgotten")
        if not own:
            return
