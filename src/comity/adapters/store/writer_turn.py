"""The turn to write: one thread at a time, the hotline's before others that wait.

    with turn: ...                  waits for as long as it takes
    turn.acquire(timeout=10.0)      False where it did not come

Who waits is served by the time at which they came and a handicap of their rank, so that none waits
for ever for those of a better one.

Floor: adapters.
"""

import heapq
import threading
from time import monotonic
from typing import Final, Self

from comity.node.base import serving

HANDICAP_S: Final = 0.5
"""By so much earlier did another one have to come to go before one of the next better rank."""


class WriterTurn:
    """A lock that is handed to whoever of those that wait is due first."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._is_held = False
        self._count = 0
        self._waiting: list[tuple[float, int, threading.Event]] = []

    def acquire(self, timeout: float = threading.TIMEOUT_MAX) -> bool:
        """Take the turn once it comes; return whether it came in time, in seconds."""
        with self._guard:
            if not self._is_held:
                self._is_held = True
                return True
            self._count += 1
            mine = threading.Event()
            place = (monotonic() + HANDICAP_S * serving.rank(), self._count, mine)
            heapq.heappush(self._waiting, place)
        if mine.wait(timeout):
            return True
        with self._guard:
            if mine.is_set():  # it came while the time ran out
                return True
            self._waiting.remove(place)
            heapq.heapify(self._waiting)
        return False

    def release(self) -> None:
        """Hand the turn to the next one, if any waits."""
        with self._guard:
            if self._waiting:
                heapq.heappop(self._waiting)[2].set()
            else:
                self._is_held = False

    def __enter__(self) -> Self:
        self.acquire()
        return self

    def __exit__(self, *_: object) -> None:
        self.release()
