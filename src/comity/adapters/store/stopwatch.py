"""Measures write transactions: how many, how long, and what the longest one did.

    stopwatch.note(started_ns, tx.appended)     after the commit or the rollback

Time runs from when the database let it write until it is durable; waiting for another writer
is not counted, since the other one is.

Floor: adapters.
"""

import sys
import threading
import time
from dataclasses import replace
from typing import Final

from comity.kernel import limits
from comity.node.base.store import Timing

_OUTSIDE: Final = ("contextlib", "comity.adapters.store.")


def now_ns() -> int:
    """Return nanoseconds that never go back."""
    return time.monotonic_ns()


class Stopwatch:
    """The sum over all write transactions of one store, for all threads."""

    def __init__(self) -> None:
        self._timing = Timing()
        self._turn = threading.Lock()

    def timing(self) -> Timing:
        """Return what was measured so far."""
        with self._turn:
            return self._timing

    def note(self, started_ns: int, entries: int) -> None:
        """Add one transaction that has just ended.

        Args:
            started_ns: `now_ns()` when it began.
            entries: how many it appended.
        """
        took_us = (now_ns() - started_ns) // 1_000
        is_over = took_us > limits.TRANSACTION_MS_MAX * 1_000
        with self._turn:
            before = self._timing
            added = replace(
                before,
                count=before.count + 1,
                over=before.over + is_over,
                entries=max(before.entries, entries),
            )
            if took_us > before.longest_us:
                added = replace(added, longest_us=took_us, longest=_what(entries))
            self._timing = added


def _what(entries: int) -> str:
    """Name the function that wrote, as one greps for it."""
    frame = sys._getframe(2)  # noqa: SLF001 -- the one way to learn it; asked for the longest alone
    while frame.f_back and str(frame.f_globals.get("__name__")).startswith(_OUTSIDE):
        frame = frame.f_back
    name = f"{frame.f_globals.get('__name__')}.{frame.f_code.co_name}"
    return f"{name}, {entries} entries" if entries else name
