"""Requests of officers as they come: who sends or takes slowly keeps no thread, or not long.

    half a head, or of a small body all that is not there
                       the connection waits with the idle ones until more of it has come
    after five seconds and longer as it comes, it is closed
    a large body       a thread waits for the rest of it 20 seconds, and longer as it comes
    an answer          a reader who takes nothing is waited for 3 seconds, and longer as they take
                       it, and only few at a time are waited for

Peers have the same bounds, see `surfaces.wire.listener`.  Here only what is waited for counts,
not what a page takes to make.

Source: socket(7), SO_RCVLOWAT.
Floor: boot.
"""

import _pyio  # type: ignore[import-not-found] # cheroot's readers are made of it
import fcntl
import re
import select
import socket
import termios
import threading
from array import array
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, override

from cheroot import makefile

from comity.adapters import clock
from comity.surfaces.wire.patience import RATE_BYTES_PER_S_MIN
from comity.surfaces.wire.strict_http import HEAD_BYTES_MAX

HEAD_S: Final = 5.0
PATIENCE_S: Final = 20.0
BODY_HELD_MAX: Final = 65_536
"""Of a body that is there before a thread begins; forms of officers are smaller."""

SEND_S: Final = 3.0
SEND_BYTES: Final = 262_144
"""Of the system's buffer: most answers find room in it, whether they are taken or not."""

READERS_MAX: Final = 5
"""Threads that may wait for readers at a time; of eight the others answer."""

_END: Final = re.compile(rb"\n\r?\n")
_LENGTH: Final = re.compile(rb"(?mi)^content-length:[ \t]*([0-9]{1,12})[ \t]*\r?$")


@dataclass(frozen=True, slots=True)
class Half:
    """How much of a request has come.

    Attributes:
        size_bytes: that were there when it was looked at.
        since_ms: by the monotonic clock, when its first byte was seen.
    """

    size_bytes: int
    since_ms: int


NONE: Final = Half(0, 0)


def look(sock: socket.socket, before: Half, now_ms: int) -> Half:
    """Return half a request, whose socket is readable once more has come; NONE for a whole one.

    What will never be one, since the caller hung up or it is too large, is for a thread to answer.
    So is the rest of a large body.

    Args:
        sock: a connection on which something has come.
        before: what was seen of it last, or NONE.
        now_ms: by the monotonic clock.

    Raises:
        TimeoutError: it takes too long.
    """
    try:
        found = sock.recv(HEAD_BYTES_MAX, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        size = _there(sock)
    except OSError:
        found, size = b"", 0
    end = _END.search(found)
    wanted = _wanted(found, end.end()) if end else size + 1
    is_less = size < wanted and (end is not None or len(found) < HEAD_BYTES_MAX)
    if is_less and size > before.size_bytes:
        since_ms = now_ms if before is NONE else before.since_ms
        if now_ms - since_ms > HEAD_S * 1_000 + size * 1_000 / RATE_BYTES_PER_S_MIN:
            raise TimeoutError("timed out")
        if _wake_at(sock, min(wanted, size + RATE_BYTES_PER_S_MIN) if end else wanted):
            return Half(size, since_ms)
    _wake_at(sock, 1)
    return NONE


def _wanted(found: bytes, head_bytes: int) -> int:
    """Return how much must be there before a thread begins; it refuses a strange length."""
    length = _LENGTH.search(found, 0, head_bytes)
    return head_bytes + min(int(length[1]) if length else 0, BODY_HELD_MAX)


def _there(sock: socket.socket) -> int:
    """Return how many bytes can be read without waiting."""
    size = array("i", [0])
    fcntl.ioctl(sock, termios.FIONREAD, size)
    return size[0]


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


class _Taken(socket.SocketIO):
    """Raw writes to a socket: what finds no room is waited for on one of few places."""

    def __init__(self, sock: socket.socket, places: threading.Semaphore) -> None:
        super().__init__(sock, "w")
        self._waited_for = sock
        self._places = places
        self.left_ms = SEND_S * 1_000

    @override
    def write(self, b: Any) -> int | None:
        if not self._has_room(0):
            self._wait()
        count = super().write(b)
        earned_ms = (count or 0) * 1_000 / RATE_BYTES_PER_S_MIN
        self.left_ms = min(self.left_ms + earned_ms, PATIENCE_S * 1_000)
        return count

    def _wait(self) -> None:
        """Wait until a reader takes something.

        Raises:
            TimeoutError: they take nothing, or too many others do not either.
        """
        if not self._places.acquire(blocking=False):
            raise TimeoutError("timed out")
        began_ms = clock.monotonic_ms()
        try:
            has_room = self._has_room(max(0, int(self.left_ms)))
        finally:
            self._places.release()
        self.left_ms -= clock.monotonic_ms() - began_ms
        if not has_room:
            raise TimeoutError("timed out")

    def _has_room(self, wait_ms: int) -> bool:
        poller = select.poll()  # select.select is limited to 1,024 files
        poller.register(self._waited_for, select.POLLOUT)
        return bool(poller.poll(wait_ms))


class Writer(makefile.BufferedWriter):
    """Writes answers on a connection, each within a patience that grows with what is taken."""

    def __init__(self, sock: socket.socket, size_bytes: int, places: threading.Semaphore) -> None:
        with suppress(OSError):
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BYTES)
        self._taken = _Taken(sock, places)
        super().__init__(self._taken, size_bytes)
        self.bytes_written = 0

    @override
    def write(self, b: Any) -> int:
        """Write, and count it."""
        count: int = super().write(b)  # type: ignore[no-untyped-call] # cheroot has no types
        self.bytes_written += count
        return count

    def begin(self) -> None:
        """Give the time that readers of an answer may be waited for."""
        self._taken.left_ms = SEND_S * 1_000
