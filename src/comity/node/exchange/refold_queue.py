"""The matters of a channel that is understood anew: each is folded once, when nothing waits.

    dropped, owed  ->  understood, nothing folded  ->  folded, page by page  ->  no longer owed

A fold follows from all acts and receipts of its matter whatever order they came in (protocol
rule 18), so folding once at the end gives what folding at every act would have left.  What is
owed is a record: a crash between leaves it owed.  Until then matters are missing, and who
follows the logs to watch matters leaves the channel alone.

    record kind   key         value
    unfolded      <channel>   `waiting`: nothing is folded yet; `folding`: page by page, and what
                              is understood meanwhile is folded as ever

Source: architecture section 5.
Floor: node.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from comity.acts.record import Matter
from comity.node.base import trust
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.exchange import refold
from comity.node.exchange.refold import Folded

OWED: Final = "unfolded"
_WAITING: Final = "waiting"
_FOLDING: Final = "folding"

PAGE: Final = 16
"""Matters of one transaction, where others wait for it."""


@dataclass(frozen=True, slots=True)
class Page:
    """Matters of a channel that are folded together.

    Attributes:
        channel: its path.
        matters: some of them.
        own_ms: time for a matter that no receipt covers yet.
    """

    channel: str
    matters: tuple[Matter, ...]
    own_ms: int


@dataclass(frozen=True, slots=True)
class Done:
    """A page that was folded.

    Attributes:
        page: which.
        cut: `{origin: understood}` of the channel's logs when it was.
        folded: what came of it.
    """

    page: Page
    cut: Mapping[str, int]
    folded: tuple[Folded, ...]


type Fold = Callable[[Iterable[Page]], Iterator[Done]]
"""Folds pages, and gives what came of each."""

type Advance = Callable[[int], None]


def owe(tx: Tx, channel: str) -> None:
    """Note that no matter of a channel is folded until nothing of it waits."""
    tx.save_record(OWED, channel, _WAITING)


def is_owed(tx: Tx, channel: str) -> bool:
    """Return whether matters of a channel are still to be folded."""
    return tx.record(OWED, channel) is not None


def is_waiting(tx: Tx, channel: str) -> bool:
    """Return whether what is understood of a channel is not to be folded yet."""
    return tx.record(OWED, channel) == _WAITING


def is_any(tx: Tx) -> bool:
    """Return whether matters of any channel are still to be folded."""
    return bool(tx.records(OWED, count_max=1))


def settled(tx: Tx, own_party: str) -> list[str]:
    """Return the channels of which every matter is folded: whoever watches matters looks there."""
    owed = tx.records(OWED).keys()
    return [one for one in trust.channels(tx, own_party) if one not in owed]


def fold(node: Node, page: Page) -> Done:
    """Fold a page; keep nothing.

    Raises:
        Fault: `node.store.*`.
    """
    with node.store.read() as tx:
        return _folded(node, tx, page)


def fold_all(
    node: Node,
    channel: str,
    folds: Fold | None = None,
    page_matters: int = PAGE,
    advance: Advance = lambda _: None,
) -> None:
    """Fold every matter of a channel of which that is owed.

    Args:
        node: ours.
        channel: its path.
        folds: who folds beside this process; else it is done where it is kept.
        page_matters: of one transaction.
        advance: called with the matters of each page.

    Raises:
        Fault: `node.store.*`.
    """
    with node.store.write() as tx:
        tx.save_record(OWED, channel, _FOLDING)
    pages = _pages(node, channel, page_matters)
    for done in folds(pages) if folds else map(_unfolded, pages):
        with node.store.write() as tx:
            kept = (
                done
                if done.folded and done.cut == _cut(tx, channel)
                else _folded(node, tx, done.page)
            )
            refold.keep(node.rooms, tx, kept.folded)
        node.step("unfolded.page")
        advance(len(done.page.matters))
    with node.store.write() as tx:
        if tx.record(OWED, channel) == _FOLDING:  # else all was dropped meanwhile: it is owed anew
            tx.drop_record(OWED, channel)


def _unfolded(page: Page) -> Done:
    return Done(page, {}, ())


def _folded(node: Node, tx: Tx, page: Page) -> Done:
    loaded = trust.load(tx, page.channel)
    rows = refold.each(node.rooms, tx, loaded, page.matters, page.own_ms)
    return Done(page, _cut(tx, page.channel), tuple(rows))


def _cut(tx: Tx, channel: str) -> dict[str, int]:
    return {log.origin: log.understood for log in tx.logs(channel)}


def _pages(node: Node, channel: str, count: int) -> Iterator[Page]:
    own_ms = node.clock.now_ms()
    after: Matter | None = None
    while matters := _next(node, channel, after, count):
        yield Page(channel, tuple(matters), own_ms)
        after = matters[-1]


def _next(node: Node, channel: str, after: Matter | None, count: int) -> Sequence[Matter]:
    with node.store.read() as tx:
        return tx.spoken_of(channel, after, count)
