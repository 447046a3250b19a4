"""A line between two programs that counts what passes, and can be cut.

Floor: lab.
"""

import socket
import threading
from contextlib import suppress
from types import TracebackType
from typing import Final, Self

_READ_BYTES: Final = 1 << 20


class Line:
    """Listens on a port of its own and passes bytes on to another one's.

    Attributes:
        port: where callers come.
        passed: bytes that went to who is called.
    """

    def __init__(self, port: int, host: str = "127.0.0.1") -> None:
        """Begin to pass on to a port of a host."""
        self._target = host, port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.passed = 0
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._is_cut = False
        self._last_words = b""
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._listener.close()
        self.cut()

    def cut(self) -> None:
        """End what is open; what comes is ended at once until `mend`."""
        self._is_cut = True
        with self._lock:
            ended, self._open = self._open, set()
        for one in ended:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def mend(self) -> None:
        """Let everything pass again."""
        self._is_cut = False
        self._last_words = b""

    def cut_after(self, words: bytes) -> None:
        """End the connection by which these words go next, once they went: no answer comes."""
        self._last_words = words

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                caller, _ = self._listener.accept()
                if self._is_cut:
                    caller.close()
                    continue
                threading.Thread(target=self._serve, args=(caller,), daemon=True).start()

    def _serve(self, caller: socket.socket) -> None:
        with suppress(OSError):
            try:
                called = socket.create_connection(self._target, 5)
            except OSError:
                caller.close()
                raise
            called.settimeout(None)
            with self._lock:
                self._open |= {caller, called}
            threading.Thread(target=self._pump, args=(called, caller, False), daemon=True).start()
            self._pump(caller, called, True)  # noqa: FBT003 -- towards who is called

    def _pump(self, source: socket.socket, target: socket.socket, is_there: bool) -> None:  # noqa: FBT001 -- a thread's
        with suppress(OSError):
            while data := source.recv(_READ_BYTES):
                target.sendall(data)
                if is_there and self._is_last(data):
                    break
        for one in (source, target):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def _is_last(self, data: bytes) -> bool:
        """Count what went there; return whether its answer is to be lost."""
        with self._lock:
            self.passed += len(data)
            is_last = bool(self._last_words) and self._last_words in data
            if is_last:
                self._last_words = b""
        return is_last
