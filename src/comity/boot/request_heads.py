"""Requests of officers as they come: half a head keeps no thread, and a body that drips not long.

    half a head        the connection waits with the idle ones until more of it has come
    after five seconds it is closed when more comes, and an idle one after ten
    a body             a thread waits for it 20 seconds, and longer as it comes

Peers have the same bounds, see `surfaces.wire.listener`.  Here only what is waited for counts,
not what a page takes to make.

Source: socket(7), SO_RCVLOWAT.
Floor: boot.
"""

import _pyio  # type: ignore[import-not-found] # cheroot's readers are made of it
import re
import socket
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, override

from cheroot import makefile

from comity.adapters import clock
from comity.surfaces.wire.patience import RATE_BYTES_PER_S_MIN

HEAD_S: Final = 5.0
HEAD_BYTES_MAX: Final = 16_384
PATIENCE_S: Final = 20.0
_END: Final = re.compile(rb"\n\r?\n")


@dataclass(frozen=True, slots=True)
class Half:
    """How much of a head has come.

    Attributes:
        size_bytes: that were there when it was looked at.
        since_ms: by the monotonic clock, when its first byte was seen.
    """

    size_bytes: int
    since_ms: int


NONE: Final = Half(0, 0)


def look(sock: socket.socket, before: Half, now_ms: int) -> Half:
    """Return half a head, whose socket is readable only once more has come; NONE for a whole one.

    What will never be one, since the caller hung up or it is too large, is for a thread to answer.

    Args:
        sock: a connection on which something has come.
        before: what was seen of this head last, or NONE.
        now_ms: by the monotonic clock.

    Raises:
        TimeoutError: it takes too long.
    """
    try:
        found = sock.recv(HEAD_BYTES_MAX, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    except OSError:
        found = b""
    size = len(found)
    is_more = before.size_bytes < size < HEAD_BYTES_MAX
    if is_more and not _END.search(found):
        since_ms = now_ms if before is NONE else before.since_ms
        if now_ms - since_ms > HEAD_S * 1_000:
            raise TimeoutError("timed out")
        if _wake_at(sock, size + 1):
            return Half(size, since_ms)
    _wake_at(sock, 1)
    return NONE


def _wake_at(sock: socket.socket, size_bytes: int) -> bool:
    """Let a socket be readable once so much has come; return whether it can be told so."""
    with suppress(OSError):
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, size_bytes)
        return True
    return False


class _Waiting(socket.SocketIO):
    """Raw reads of a socket, all of which together wait for so long and no longer."""

    left_ms = 0.0

    @override
    def readinto(self, b: Any) -> int | None:
        if self.left_ms <= 0:
            raise TimeoutError("timed out")
        began_ms = clock.monotonic_ms()
        count = super().readinto(b)
        earned_ms = (count or 0) * 1_000 / RATE_BYTES_PER_S_MIN
        left_ms = self.left_ms + earned_ms - (clock.monotonic_ms() - began_ms)
        self.left_ms = min(left_ms, PATIENCE_S * 1_000)
        return count


class Reader(makefile.StreamReader):
    """Reads requests of a connection, each within a patience that grows with what comes."""

    _read_buf: bytes
    _read_pos: int

    def __init__(self, sock: socket.socket, size_bytes: int) -> None:
        self._waiting = _Waiting(sock, "r")
        _pyio.BufferedReader.__init__(self, self._waiting, size_bytes)
        self.bytes_read = 0

    @override
    def has_data(self) -> bool:
        """Whether more was read than what was asked for."""
        return len(self._read_buf) > self._read_pos

    def read_ahead(self, ahead: bytes) -> None:
        """Begin with what another process has read."""
        self._read_buf, self._read_pos = ahead, 0

    def begin(self) -> None:
        """Give the time that a request may be waited for."""
        self._waiting.left_ms = PATIENCE_S * 1_000
