"""Threads that sign and sync beside the one that asks (see `node.ports.Beside`).

`cryptography` lets go of the interpreter while it makes a post-quantum signature, and so does the
system while a disk is waited for: the thread that asked goes on meanwhile.

Floor: adapters.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final

_THREADS: Final = 4
"""As many as wait for one act and the next; who finds none free waits a moment longer."""


class BesideThreads:
    """A `Beside` of a few threads, begun when they are first needed."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(_THREADS, "beside")

    def __call__[Made](self, do: Callable[[], Made]) -> Callable[[], Made]:
        """Begin it; return what waits for it, and gives or raises what came of it."""
        return self._pool.submit(do).result
