"""A line between two nodes that can be disturbed: a TCP proxy in threads.

    with Proxy(port_of_the_node) as line:
        line.disturb(Hold())          # ends what is open, disturbs what comes
        line.mend()

Floor: tests.
"""

import socket
import struct
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Self

PORTAL = b"""HTTP/1.1 200 OK\r
Content-Type: text/html\r
Content-Length: 52\r
Connection: close\r
\r
<html><body>Welcome! Accept our terms.</body></html>"""

READ_BYTES = 65_536


class Broken(Exception):  # noqa: N818 -- it is what happens to the line
    """The line breaks here."""


@dataclass(frozen=True, slots=True)
class Disturbance:
    """What happens to connections.

    Attributes:
        cut_after: bytes from the caller after which the line breaks, or None.
        is_held: nothing passes, in any direction.
        is_reset: each connection is reset at once.
        portal: what answers instead of the node, or b"".
        loses_answers: nothing passes from the node to the caller.
        bytes_per_s: how fast bytes pass, or None.
    """

    cut_after: int | None = None
    is_held: bool = False
    is_reset: bool = False
    portal: bytes = b""
    loses_answers: bool = False
    bytes_per_s: int | None = None


CALM = Disturbance()


class Proxy:
    """Listens on a port of its own and passes bytes on to a node's.

    Attributes:
        port: where callers come.
    """

    def __init__(self, target: int) -> None:
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._disturbance = CALM
        self._open: set[socket.socket] = set()
        self._is_closed = False
        self._lock = threading.Lock()
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
        with self._lock:
            self._is_closed = True
        self._end_all()

    def disturb(self, disturbance: Disturbance, *, ends_open: bool = True) -> None:
        """Disturb what comes, and what is open too: it is ended, or goes on disturbed."""
        self._disturbance = disturbance
        if ends_open:
            self._end_all()

    def mend(self) -> None:
        """Let everything pass again; what stands is ended, as after an outage."""
        self.disturb(CALM)

    def _end_all(self) -> None:
        with self._lock:
            ended, self._open = self._open, set()
        for one in ended:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _hold(self, one: socket.socket) -> None:
        """Note a connection, to be ended later; one that comes after the end is ended now."""
        with self._lock:
            if not self._is_closed:
                self._open.add(one)
                return
        one.close()

    def _accept(self) -> None:
        while True:
            try:
                caller, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(caller,), daemon=True).start()

    def _serve(self, caller: socket.socket) -> None:
        now = self._disturbance
        self._hold(caller)
        if now.is_reset:
            reset(caller)
            return
        if now.portal:
            with suppress(OSError):
                caller.recv(READ_BYTES)
                caller.sendall(now.portal)
                caller.close()
            return
        try:
            node = socket.create_connection(("127.0.0.1", self._target), 5)
        except OSError:
            caller.close()
            return
        node.settimeout(None)
        self._hold(node)
        given = {"is_ask": False}
        back = threading.Thread(target=self._pump, args=(node, caller), kwargs=given, daemon=True)
        back.start()
        self._pump(caller, node, is_ask=True)

    def _pump(self, source: socket.socket, target: socket.socket, *, is_ask: bool) -> None:
        passed = 0
        with suppress(OSError, Broken):
            while data := source.recv(READ_BYTES):
                passed += len(data)
                self._pass(target, data, passed if is_ask else None)
        for one in (source, target):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def _pass(self, target: socket.socket, data: bytes, asked: int | None) -> None:
        """Send bytes on as the line is now.

        Args:
            target: where to.
            data: what came.
            asked: bytes from the caller until now, or None for an answer.
        """
        now = self._disturbance
        if asked is not None and now.cut_after is not None and asked > now.cut_after:
            keep = len(data) - (asked - now.cut_after)
            target.sendall(data[: max(keep, 0)])
            raise Broken
        if now.is_held or (now.loses_answers and asked is None):
            return
        if now.bytes_per_s is None:
            target.sendall(data)
            return
        for at in range(len(data)):
            target.sendall(data[at : at + 1])
            time.sleep(1 / now.bytes_per_s)
            if self._disturbance is not now:
                raise Broken


def reset(one: socket.socket) -> None:
    """End a connection by RST."""
    with suppress(OSError):
        one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        one.close()
