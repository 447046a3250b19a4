"""What keeps both listeners answering, where cheroot would stop, spin or fill the memory.

    no descriptor is left     accepting fails at once, again and again: the longest idle
                              connections are closed, and the next try comes a moment later
    too many wait             the longest idle ones are closed, strangers first: callers who say
                              nothing cost a descriptor each, and the process needs some
    somebody takes too long   a connection that may wait until an instant is closed then
    the clock of the machine  is not looked at: set back, it would keep idle connections for ever
    one connection is broken  it is closed; in cheroot it ends the worker, and that the listener
    a body nobody reads       is read in pieces and dropped before the answer, not held whole

Floor: surfaces.
"""

import errno
import math
import selectors
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final, override

from cheroot import connections, wsgi

from comity.kernel import limits
from comity.surfaces.wire.unserved import Unserved

FULL: Final = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})
"""Why nothing can be accepted though somebody calls."""

FULL_S: Final = 0.1
FREED: Final = 8
"""Connections that are closed when no descriptor is left; others than callers need some too."""

DROPPED_BYTES_MAX: Final = limits.REQUEST_BYTES_MAX
"""Of a body that nobody reads: one that goes on loses its connection."""

_PIECE_BYTES: Final = 65_536
_ERROR: Final = 40


_Manager: Any = connections.ConnectionManager
"""Its stubs leave out what is overridden and used here."""


class Waiting(_Manager):  # type: ignore[misc] # as above
    """The connections of one listener on which nothing is answered at the moment."""

    @override
    def put(self, conn: Any) -> None:
        """Watch a connection."""
        conn.last_used = self.server.monotonic_ms()
        try:
            if conn.rfile.has_data():
                self.server.process_conn(conn)
            else:
                self._selector.register(conn.socket.fileno(), selectors.EVENT_READ, data=conn)
        except (OSError, ValueError, KeyError):  # it was closed, or cannot be watched
            self._close(conn)

    def _run(self, expiration_interval: float) -> None:
        expired_ms = self.server.monotonic_ms()
        while not self._stop_requested:
            try:
                active = [*self._selector.select(timeout=expiration_interval)]
            except OSError:
                self._remove_invalid_sockets()
                continue
            active.sort(key=lambda one: one[1] is self.server)  # who asks is no room for a caller
            for number, conn in active:
                if conn is self.server:
                    self._accept()
                else:
                    self._selector.unregister(number)
                    self._process(conn)
            now_ms = self.server.monotonic_ms()
            if now_ms - expired_ms > expiration_interval * 1_000:
                self._expire(threshold=now_ms - self.server.timeout * 1_000)
                self._end_late(now_ms)
                expired_ms = now_ms

    def _accept(self) -> None:
        try:
            conn = self._from_server_socket(self.server.socket)
        except OSError as error:
            if error.errno not in FULL:
                raise
            self.server.error_log("no descriptor is left", level=_ERROR)
            self._free(FREED)
            time.sleep(FULL_S)
            return
        if conn is not None:
            self._process(conn)
            self._free(self._num_connections - self.server.watched_max)

    def _process(self, conn: Any) -> None:  # noqa: ANN401 -- of cheroot, which has no types
        try:
            self.server.process_conn(conn)
        except Exception:  # noqa: BLE001 -- one connection ends no listener
            self.server.error_log("a connection is broken", level=_ERROR)
            self._close(conn)

    def _free(self, count: int) -> None:
        """Close those that were idle for longest, strangers first."""
        if count <= 0:
            return
        first = sorted(self._idle(), key=lambda one: (not _is_stranger(one[1]), one[1].last_used))
        for number, conn in first[:count]:
            self._let_go(number, conn)

    def _end_late(self, now_ms: int) -> None:
        """Close those that may wait no longer."""
        for number, conn in self._idle():
            if now_ms > getattr(conn, "until_ms", math.inf):
                self._let_go(number, conn)

    def _let_go(self, number: int, conn: Any) -> None:  # noqa: ANN401 -- of cheroot, which has no types
        self._selector.unregister(number)
        if getattr(conn, "is_stranger", True):  # a party's line is let go when it is idle
            self.server.unserved.note(conn.remote_addr or "")
        self._close(conn)

    def _idle(self) -> list[tuple[int, Any]]:
        return [(n, conn) for n, conn in self._selector.connections if conn is not self.server]

    def _close(self, conn: Any) -> None:  # noqa: ANN401 -- as above
        with suppress(OSError, ValueError):
            conn.close()


def _is_stranger(conn: Any) -> bool:  # noqa: ANN401 -- of cheroot, which has no types
    return bool(getattr(conn, "is_stranger", False))


class SteadyServer(wsgi.Server):
    """A listener that goes on.

    Attributes:
        monotonic_ms: milliseconds that never go back.
        watched_max: connections that wait at a time.
        unserved: those that were closed before anything was answered on them.
    """

    monotonic_ms: Callable[[], int]
    watched_max: int
    unserved: Unserved
    _connections: Any

    @override
    def prepare(self) -> None:
        """Bind, and watch connections in our own way."""
        super().prepare()
        self.unserved = Unserved(self.monotonic_ms)
        self._connections.close()
        self._connections = Waiting(self)


def drop_rest(request: Any) -> None:  # noqa: ANN401 -- of cheroot, which has no types
    """Read what is left of a request's body before it is answered; keep none of it.

    cheroot would hold all of it, of a stranger too.
    """
    if request.close_connection or request.chunked_read:
        return
    most = DROPPED_BYTES_MAX
    left = getattr(request.rfile, "remaining", 0)
    while 0 < left <= most and request.rfile.read(min(left, _PIECE_BYTES)):
        left = request.rfile.remaining
    request.close_connection = left > 0
