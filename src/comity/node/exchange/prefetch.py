"""Opening entries before they are placed, in this process or by hands beside it.

    spans of a log  ->  opened, parsed  ->  taken one by one, in order

What opens depends on the bytes and on the texts that they name; what waited for one of these is
opened again.

Source: docs/spec/seal.md 2.1; protocol rule 13.
Floor: node.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from comity.acts.record import ACT_KIND, Act, Receipt
from comity.node.base import trust
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import Log
from comity.node.base.trust import Trust
from comity.node.exchange import seal
from comity.node.exchange.seal import Found, Opened, Unreadable
from comity.tlog import tree


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry that was looked at.

    Attributes:
        index: in its log.
        opened: what it says, or why it says nothing.
        leaf: its leaf hash where it is void, else b"".
    """

    index: int
    opened: Found
    leaf: bytes = b""

    @property
    def waits(self) -> bool:
        """Whether it is to wait, whatever it says: for a key of ours, or for a text."""
        return isinstance(self.opened, Unreadable) and self.opened.state != seal.VOID

    @property
    def act(self) -> Act | None:
        """The act in it, if it is one."""
        said = self.opened.record if isinstance(self.opened, Opened) else None
        return said if isinstance(said, Act) else None

    @property
    def receipt(self) -> Receipt | None:
        """The receipt in it, if it is one."""
        said = self.opened.record if isinstance(self.opened, Opened) else None
        return said if isinstance(said, Receipt) else None


@dataclass(frozen=True, slots=True)
class Span:
    """Entries of one log.

    Attributes:
        channel: its path.
        origin: of the log.
        start: the first index.
        end: one more than the last.
    """

    channel: str
    origin: str
    start: int
    end: int


type Open = Callable[[Iterable[Span]], Iterator[list[Entry]]]
"""Opens spans, a few before they are asked for, and gives what each holds, in their order."""


def look(node: Node, span: Span) -> list[Entry]:
    """Open the entries of a span.

    Raises:
        Fault: `keys.*`, `node.store.*`.
    """
    with node.store.read() as tx:
        log = tx.log(span.origin)
        assert log is not None, "a span is of a log that is held"
        opener = Opener(node, tx, trust.load(tx, span.channel), log)
        raws = tx.entries(span.origin, span.start, span.end)
        return [opener.entry(index, raw) for index, raw in enumerate(raws, start=span.start)]


def is_act(raw: bytes) -> bool:
    """Return whether an entry's outer byte calls it an act."""
    return raw[:1] == bytes((ACT_KIND,))


@dataclass(frozen=True, slots=True)
class Opener:
    """Opens entries of one log, as one transaction sees it.

    Attributes:
        node: ours.
        tx: the transaction.
        before: whose keys count.
        log: the log.
    """

    node: Node
    tx: Tx
    before: Trust
    log: Log

    def entry(self, index: int, raw: bytes) -> Entry:
        """Return what an entry says."""
        at = (self.log.origin, index)
        opened = seal.open_entry(self.node, self.tx, self.before, at, raw)
        return Entry(index, opened, tree.leaf_hash(raw) if _is_void(opened) else b"")

    def entries(self, end: int) -> Iterator[Entry]:
        """Give the entries that are not understood yet, opened as they are asked for."""
        start = self.log.understood
        for index, raw in enumerate(self.tx.entries(self.log.origin, start, end), start):
            yield self.entry(index, raw)


class Ahead:
    """The entries of a channel's logs, each log opened ahead from where it is understood."""

    def __init__(self, opens: Open, spans: int) -> None:
        """Nothing is opened yet.

        Args:
            opens: who opens.
            spans: entries of one span.
        """
        self._open = opens
        self._span = spans
        self._looked: dict[str, Iterator[Entry]] = {}
        self._next: dict[str, Entry] = {}

    def wait(self, log: Log) -> None:
        """Wait until the next entry of a log is opened; nobody else waits meanwhile."""
        self._at(log, log.understood)

    def entries(self, opener: Opener, end: int) -> Iterator[Entry]:
        """Give what `opener.entries` would give; what was not known then is opened again."""
        origin = opener.log.origin
        for index in range(opener.log.understood, end):
            looked = self._at(opener.log, index)
            if looked is None or looked.waits:
                (raw,) = opener.tx.entries(origin, index, index + 1)
                yield opener.entry(index, raw)
            else:
                yield looked

    def _at(self, log: Log, index: int) -> Entry | None:
        """Return what was opened ahead at an index; it is kept, since it may be asked for again."""
        origin = log.origin
        if origin not in self._looked:
            self._looked[origin] = chain.from_iterable(self._open(self._spans(log, index)))
        while origin not in self._next or self._next[origin].index < index:
            found = next(self._looked[origin], None)
            if found is None:
                return None
            self._next[origin] = found
        found = self._next[origin]
        return found if found.index == index else None

    def _spans(self, log: Log, start: int) -> Iterator[Span]:
        for at in range(start, log.size, self._span):
            yield Span(log.channel, log.origin, at, min(at + self._span, log.size))


def _is_void(opened: Found) -> bool:
    return isinstance(opened, Unreadable) and opened.state == seal.VOID
