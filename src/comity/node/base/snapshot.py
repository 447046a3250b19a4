"""One snapshot for a command: whoever serves it opens one, and all that it reads is read there.

    with snapshot.of(node) as here:
        found = dossier.of(here, officer, "k3v7…")       one read transaction
        send.send(here, officer, draft)                  the same; it ends where a write begins

A page or a command asks many questions of the store, each by a function of its own.  On a node
whose store is `Pinned` they share one read transaction, so that they agree with each other and
cost one.  A write ends it: what is read afterwards is read anew, with what was written.

Floor: node.
"""

import sys
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from typing import override

from comity.node.base.context import Node
from comity.node.base.store import Store, Timing, Tx


class Pinned(Store):
    """A store that reads on one snapshot in the thread that opened it, and as before in others."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._thread = threading.get_ident()
        self._open: tuple[AbstractContextManager[Tx], Tx] | None = None
        self._is_over = False

    @override
    @contextmanager
    def read(self) -> Iterator[Tx]:
        if self._is_over or threading.get_ident() != self._thread:
            with self._store.read() as tx:
                yield tx
            return
        if self._open is None:
            manager = self._store.read()
            self._open = manager, manager.__enter__()
        try:
            yield self._open[1]
        except BaseException:
            self._close_failed()
            raise

    @override
    @contextmanager
    def write(self) -> Iterator[Tx]:
        if threading.get_ident() == self._thread:
            self._close()
        with self._store.write() as tx:
            yield tx

    @override
    def purge(self) -> None:
        self._close()
        self._store.purge()

    @override
    def flaws(self, quick_s: float = 0) -> list[str] | None:
        return self._store.flaws(quick_s)

    @override
    def timing(self) -> Timing:
        return self._store.timing()

    def end(self) -> None:
        """End the snapshot for good.

        What still reads, such as a list that is sent while it is read, uses its own transactions.
        """
        self._is_over = True
        self._close()

    def _close(self) -> None:
        if self._open is not None:
            (manager, _), self._open = self._open, None
            manager.__exit__(None, None, None)

    def _close_failed(self) -> None:
        """End it as the store ends what failed: it may say what it means for a database."""
        if self._open is not None:
            (manager, _), self._open = self._open, None
            manager.__exit__(*sys.exc_info())


@contextmanager
def of(node: Node) -> Iterator[Node]:
    """Give a node that reads on one snapshot until it writes."""
    pinned = Pinned(node.store)
    try:
        yield replace(node, store=pinned)
    finally:
        pinned.end()
