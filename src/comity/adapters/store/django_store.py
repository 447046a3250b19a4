"""The store of a node, over a database that Django knows by an alias.

    store = connect.open_store(home, None)
    with store.write() as tx:
        tx.append(origin, log.size, entries, leaves)

Its lines are its own: a page or a session of Django never stands in its transactions.

Floor: adapters.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import override

from comity.adapters.store import stopwatch
from comity.adapters.store.acts import UnderstoodRows
from comity.adapters.store.checkpoints import HeadRows
from comity.adapters.store.connections import Lines
from comity.adapters.store.search_words import WordingRows
from comity.adapters.store.stopwatch import Stopwatch
from comity.node.base.store import Store, Timing, Tx


class DjangoTx(UnderstoodRows, HeadRows, WordingRows, Tx):
    """One transaction on a database."""


class DjangoStore(Store):
    """Durable rows in SQLite or PostgreSQL."""

    def __init__(self, alias: str = "default") -> None:
        self._lines = Lines(alias)
        self._stopwatch = Stopwatch()

    @property
    def alias(self) -> str:
        """What Django calls its database."""
        return self._lines.alias

    @override
    @contextmanager
    def write(self) -> Iterator[Tx]:
        started_ns, tx = 0, None
        try:
            with self._lines.write() as line:
                started_ns = stopwatch.now_ns()
                tx = DjangoTx(line)
                yield tx
                if self.at_end is not None:
                    self.at_end(tx)
        finally:
            if tx is not None:
                self._stopwatch.note(started_ns, tx.appended)
        line.known.add(tx.fresh)

    @override
    @contextmanager
    def read(self) -> Iterator[Tx]:
        with self._lines.read() as line:
            tx = DjangoTx(line)
            yield tx
        line.known.add(tx.fresh)

    @override
    def purge(self) -> None:
        self._lines.purge()

    @override
    def flaws(self, quick_s: float = 0) -> list[str] | None:
        return self._lines.flaws(quick_s)

    @override
    def timing(self) -> Timing:
        return self._stopwatch.timing()

    def checkpoint(self) -> None:
        """Move SQLite's write-ahead log to its file, as far as no reader needs it; no write waits.

        Commits do so by themselves once it has 16 MB; a quiet moment is better.
        """
        self._lines.checkpoint()

    def close(self) -> None:
        """Close its connections; it opens new ones when it is used again."""
        self._lines.close()
