"""Work on a stream in a thread of its own, so that hashing and writing do not wait for each other.

    with Background(digest.update) as hashing:
        hashing.write(data)          # returns at once, unless much is waiting
    digest.hexdigest()               # all of it was hashed, or what went wrong was raised

Floor: node.
"""

import queue
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Final, Self

WAITING_MAX: Final = 4
"""Buffers that wait; then who writes waits too, so that memory stays flat."""


class Background:
    """Calls a function with each buffer, in order.  A buffer must not change once written.

    Its queues are those that a signal cannot leave half changed: with `queue.Queue` a Ctrl-C at
    the wrong instant woke nobody, and who waits for the end waited for ever.
    """

    def __init__(self, do: Callable[[bytes | bytearray], object]) -> None:
        self._do = do
        self._waiting: queue.SimpleQueue[bytes | bytearray | None] = queue.SimpleQueue()
        self._room: queue.SimpleQueue[None] = queue.SimpleQueue()
        for _ in range(WAITING_MAX):
            self._room.put(None)
        self._error: Exception | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.end()
        if error is None and self._error is not None:
            raise self._error

    def write(self, data: bytes | bytearray, /) -> None:
        """Give it the next buffer.

        Raises:
            Exception: what the function raised for an earlier one.
        """
        if self._error is not None:
            raise self._error
        self._room.get()
        self._waiting.put(data)

    def end(self) -> None:
        """Wait until all is done; a second time does nothing."""
        if self._thread.is_alive():
            self._waiting.put(None)
            self._thread.join()

    def close(self) -> None:
        """Wait until all is done.

        Raises:
            Exception: what the function raised.
        """
        self.end()
        if self._error is not None:
            raise self._error

    def _run(self) -> None:
        while (data := self._waiting.get()) is not None:
            self._room.put(None)
            if self._error is not None:
                continue  # nobody waits for the rest
            try:
                self._do(data)
            except Exception as error:  # noqa: BLE001 -- raised where `write` or `close` is called
                self._error = error
