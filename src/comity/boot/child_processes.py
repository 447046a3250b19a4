"""Processes beside this one that a Ctrl-C at the terminal does not reach: this one ends them.

The terminal sends it to all of them at once, and each that had just begun would print where it
was.  It is held back while one is started, and stays held back in that one.

Floor: boot.
"""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.context import SpawnContext, SpawnProcess
from typing import Final, override

_OF_TERMINALS: Final = (signal.SIGINT, signal.SIGHUP)


class _Process(SpawnProcess):
    @override
    def start(self) -> None:
        """Begin it; a signal that comes meanwhile is heard by this process afterwards."""
        with _held_back():
            super().start()


class Context(SpawnContext):
    """As `multiprocessing.get_context("spawn")`, for such processes."""

    Process = _Process


@contextmanager
def _held_back() -> Iterator[None]:
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _OF_TERMINALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
