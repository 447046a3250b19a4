"""Pages are made one after the other, however many threads answer.

The interpreter makes one at a time anyway.  Threads that make pages beside each other wake one
another at each question to the store, and take two to three times the processor time of as many
pages one after the other.  A page that waits for the disk or makes a letter may take long:
whoever has waited for a while goes on beside it.

    with turns.taken():
        ...

Floor: surfaces.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

PATIENCE_S: Final = 0.5


class Turns:
    """Whose turn it is.

    Args:
        patience_s: after so long nobody waits any more.
    """

    def __init__(self, patience_s: float = PATIENCE_S) -> None:
        self._patience_s = patience_s
        self._one = threading.Semaphore()

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Wait for one's turn, and have it for the length of a `with`."""
        is_ours = self._one.acquire(timeout=self._patience_s)
        try:
            yield
        finally:
            if is_ours:
                self._one.release()
