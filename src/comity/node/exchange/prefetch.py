"""Opening entries before they are placed, in this process or by hands beside it.

    spans of a log  ->  opened, parsed, small blobs tried  ->  taken one by one, in order

What opens depends on the bytes, on this node's place and on the number of its card alone, so
what was opened ahead under another number than counts in the end is opened again.

Source: protocol rules 12, 13 and 20.
Floor: node.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Final

from comity.acts.record import ACT_KIND, CODE_OPEN, Act, Receipt
from comity.kernel.fault import Fault
from comity.node.base import trust
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import Log
from comity.node.base.trust import Trust
from comity.node.exchange import entry_keys, reset, seal, unreadable_blobs
from comity.node.exchange.openings import Openings
from comity.node.exchange.seal import Opened, Unreadable
from comity.tlog import tree

LOCKED: Final = Unreadable("locked")
"""Of an entry that is sealed to a card whose keys are not here: it is to wait, whatever it says."""

type Numbers = tuple[int, ...]
"""The number of each party's card that an entry is sealed to, in the order of the parties."""

type Count = Callable[[int], Numbers]
"""Gives the numbers that count at an index."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry that was looked at.

    Attributes:
        index: in its log.
        opened: what it says, or why it says nothing.
        leaf: its leaf hash where it says nothing, else b"".
        closed: SHA-256 of a needed small blob of a peer's act that does not open, or "".
    """

    index: int
    opened: Opened | Unreadable
    leaf: bytes = b""
    closed: str = ""

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
    """Entries of one log, to be opened with the key of one card.

    Attributes:
        channel: its path.
        origin: of the log.
        start: the first index.
        end: one more than the last.
        numbers: of the cards.
    """

    channel: str
    origin: str
    start: int
    end: int
    numbers: Numbers


@dataclass(frozen=True, slots=True)
class Looked:
    """An entry that was opened ahead.

    Attributes:
        entry: what it says.
        is_act: whether its outer byte says so.
        number: of our card, with whose key it was tried.
    """

    entry: Entry
    is_act: bool
    number: int


type Open = Callable[[Iterable[Span]], Iterator[list[Looked]]]
"""Opens spans, a few before they are asked for, and gives what each holds, in their order."""


def look(node: Node, span: Span) -> list[Looked]:
    """Open the entries of a span.

    Raises:
        Fault: `keys.*`, `node.store.*`.
    """
    with node.store.read() as tx:
        log = tx.log(span.origin)
        assert log is not None, "a span is of a log that is held"
        opener = Opener(node, tx, trust.load(tx, span.channel), log)
        number = span.numbers[opener.place]
        raws = tx.entries(span.origin, span.start, span.end)
        return [
            Looked(opener.entry(index, raw, span.numbers), is_act(raw), number)
            for index, raw in enumerate(raws, start=span.start)
        ]


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

    @property
    def place(self) -> int:
        """The place of this node among the parties."""
        return self.before.arrangement.place(self.node.party)

    def entry(self, index: int, raw: bytes, numbers: Numbers) -> Entry:
        """Return what an entry says; `LOCKED` if that is not known, since our key is lost."""
        at = (self.log.origin, index)
        try:
            opened = entry_keys.open_entry(self.node, self.tx, self.before, numbers, at, raw)
        except Fault as fault:
            if fault.code != seal.KEY_MISSING:
                raise
            return Entry(index, LOCKED)
        return self._said(index, raw, opened)

    def shown(self, entry: Entry, known: Openings) -> Entry:
        """Return an entry that does not open here as a key opens it that an act has shown.

        The act may have come before it, or be known from when the channel was read before.
        """
        if not isinstance(entry.opened, Unreadable) or entry.opened.code != CODE_OPEN:
            return entry
        kept = self.tx.record(reset.SHOWN_KEY, entry_keys.name(self.log.origin, entry.index))
        key = bytes.fromhex(str(kept)) if kept else known.key(self.log.origin, entry.index)
        if key is None:
            return entry
        (raw,) = self.tx.entries(self.log.origin, entry.index, entry.index + 1)
        return self._said(entry.index, raw, seal.open_with_file_key(raw, key))

    def _said(self, index: int, raw: bytes, opened: Opened | Unreadable) -> Entry:
        if isinstance(opened, Unreadable):
            return Entry(index, opened, tree.leaf_hash(raw))
        if self.log.own or not isinstance(opened.record, Act):
            return Entry(index, opened)
        return Entry(
            index,
            opened,
            closed=unreadable_blobs.first_small(self.tx, opened.record, self.log.party),
        )

    def entry_at(self, index: int, numbers: Numbers) -> Entry:
        """Return what the entry at an index says."""
        (raw,) = self.tx.entries(self.log.origin, index, index + 1)
        return self.entry(index, raw, numbers)

    def entries(self, end: int, count: Count) -> Iterator[Entry]:
        """Give the entries that are not understood yet, opened as they are asked for."""
        start = self.log.understood
        numbers: Numbers | None = None
        for index, raw in enumerate(self.tx.entries(self.log.origin, start, end), start):
            if numbers is None or not is_act(raw):
                numbers = count(index)
            yield self.entry(index, raw, numbers)


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
        self._looked: dict[str, Iterator[Looked]] = {}
        self._next: dict[str, Looked] = {}
        self._numbers: Numbers = ()

    def wait(self, log: Log, numbers: Numbers) -> None:
        """Wait until the next entry of a log is opened; nobody else waits meanwhile.

        Args:
            log: as it is read.
            numbers: of the cards, there.
        """
        self._numbers = numbers
        self._at(log, log.understood)

    def entries(self, opener: Opener, end: int, count: Count) -> Iterator[Entry]:
        """Give what `opener.entries` would give."""
        numbers: Numbers | None = None
        for index in range(opener.log.understood, end):
            self._numbers = numbers = numbers or count(index)
            looked = self._at(opener.log, index)
            if looked is None or not looked.is_act:
                self._numbers = numbers = count(index)
            if looked is None or looked.number != numbers[opener.place]:
                yield opener.entry_at(index, numbers)
            else:
                yield looked.entry

    def _at(self, log: Log, index: int) -> Looked | None:
        """Return what was opened ahead at an index; it is kept, since it may be asked for again."""
        origin = log.origin
        if origin not in self._looked:
            spans = self._spans(log, index)
            self._looked[origin] = chain.from_iterable(self._open(spans))
        while origin not in self._next or self._next[origin].entry.index < index:
            found = next(self._looked[origin], None)
            if found is None:
                return None
            self._next[origin] = found
        found = self._next[origin]
        return found if found.entry.index == index else None

    def _spans(self, log: Log, start: int) -> Iterator[Span]:
        for at in range(start, log.size, self._span):
            end = min(at + self._span, log.size)
            yield Span(log.channel, log.origin, at, end, self._numbers)
