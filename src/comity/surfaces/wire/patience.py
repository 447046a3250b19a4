"""How long a caller may take: a line that is slow is served, one that drips is not.

Floor: surfaces.
"""

import math
import socket
from collections.abc import Callable
from typing import Any, Final, override

RATE_BYTES_PER_S_MIN: Final = 8_192
"""Each byte that comes buys its sender some time: slower than this, they are cut off."""


class Patience:
    """How long a connection may still take; grows with what comes."""

    def __init__(self, monotonic_ms: Callable[[], int], seconds: float) -> None:
        self._monotonic_ms = monotonic_ms
        self._until_ms = self._last_ms = 0.0
        self._given_s = 0.0
        self.begin(seconds)

    def begin(self, seconds: float, most_s: float = math.inf) -> None:
        """Give so long for what comes next, and with all that it earns at most so long."""
        now_ms = self._monotonic_ms()
        self._until_ms = now_ms + seconds * 1_000
        self._last_ms = now_ms + most_s * 1_000
        self._given_s = 0.0

    def give(self, sock: socket.socket) -> None:
        """Let a socket wait for at most what is left, and at least for half of it.

        Told anew for each record of TLS it would cost a fifth of taking them.

        Raises:
            TimeoutError: if nothing is left.
        """
        left_s = self.left_s()
        if not left_s / 2 <= self._given_s <= left_s:
            sock.settimeout(left_s)
            self._given_s = left_s

    def earn(self, size_bytes: int) -> None:
        """Add the time that so many bytes buy."""
        self._until_ms += size_bytes * 1_000 / RATE_BYTES_PER_S_MIN
        self._until_ms = min(self._until_ms, self._last_ms)

    def left_s(self) -> float:
        """Return the seconds that are left.

        Raises:
            TimeoutError: if none is.
        """
        left_ms = self._until_ms - self._monotonic_ms()
        if left_ms <= 0:
            raise TimeoutError("timed out")
        return left_ms / 1_000


class PatientIO(socket.SocketIO):
    """Raw reads and writes of a socket, each within what patience is left."""

    def __init__(self, sock: socket.socket, mode: Any, patience: Patience) -> None:  # noqa: ANN401 -- a literal in the stubs
        super().__init__(sock, mode)
        self._patient_sock = sock
        self._patience = patience

    @override
    def readinto(self, b: Any) -> int | None:
        while True:
            self._patience.give(self._patient_sock)
            try:
                count = self._patient_sock.recv_into(b)
            except TimeoutError:
                continue  # it waited for less than is left, or nothing is
            self._patience.earn(count)
            return count

    @override
    def write(self, b: Any) -> int | None:
        self._patience.give(self._patient_sock)
        count = super().write(b)
        self._patience.earn(count or 0)
        return count
