"""The third listener: HTTPS for those who are no officers, strangers until they show a session.

    accept -> handshake, head and a small body, all without a thread -> a worker -> answer

Whatever a stranger sends slowly, or not at all, costs a descriptor and at most 80 KiB for a few
seconds.  A worker gets a request that is there; it waits for a caller only where more than 64 KiB
are sent or taken, by somebody whose session was asked first, and within a patience.  How many
connections an address opens, and how many are opened in all, has a bound too.

Floor: boot.
"""

import hashlib
import socket
import ssl
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final, override

from cheroot import server

from comity.adapters import clock
from comity.boot import log
from comity.node.base.buckets import Rate
from comity.node.base.strangers import Bounds, Strangers
from comity.surfaces.outside import app
from comity.surfaces.wire import resilience, streams
from comity.surfaces.wire.listener import LateTls
from comity.surfaces.wire.patience import Patience
from comity.surfaces.wire.strict_http import FIELD, HEAD_BYTES_MAX, LENGTH, REQUEST

THREADS: Final = 8
BACKLOG: Final = 64
CONNECTIONS_MAX: Final = 512
"""That wait at a time; beyond, those that were silent for longest are closed."""

PER_ADDRESS_MAX: Final = 32
OPENED: Final = Rate(capacity=60, per_s=5)
"""Connections of one address."""

OPENED_IN_ALL: Final = Rate(capacity=300, per_s=60)
"""Handshakes are what a stranger can make this node compute: at most a tenth of a core."""

REQUEST_S: Final = 5.0
"""For a handshake, and again for the head and a small body of each request."""

IDLE_S: Final = 10
STOP_S: Final = 2
PATIENCE_S: Final = 10.0
REQUEST_S_MAX: Final = 600.0
BODY_HELD_MAX: Final = 65_536
SEND_BYTES: Final = 262_144
"""Of the system's buffer: what a stranger is sent finds room in it, whether it is taken or not."""

_PIECE_BYTES: Final = 16_384


class Request(server.HTTPRequest):
    """A request that was read already, but for a large body."""

    @override
    def send_headers(self) -> None:
        """Send the head with the body; a large body that nobody read ends the connection."""
        left = getattr(self.rfile, "remaining", 0)
        if left > BODY_HELD_MAX:
            self.close_connection = True
        else:
            resilience.drop_rest(self)
        with self.conn.wfile.held():
            super().send_headers()

    @override
    def respond(self) -> None:
        """Answer, and let it leave."""
        super().respond()
        self.conn.wfile.flush()


class _Reader(streams.Reader):
    """Reads what was taken ahead, then the connection."""

    def read_ahead(self, ahead: bytes) -> None:
        """Begin with what was taken of it."""
        self._read_buf, self._read_pos = ahead, 0

    def take_rest(self) -> bytes:
        """Return what was read beyond a request, once."""
        rest = bytes(self._read_buf[self._read_pos :])
        self._read_buf, self._read_pos = b"", 0
        return rest


class Connection(server.HTTPConnection):
    """One connection.

    Attributes:
        is_counted: whether it is one of those that its address may have.
    """

    RequestHandlerClass = Request
    rfile: _Reader
    is_counted = False

    def __init__(self, owner: "OutsideServer", sock: ssl.SSLSocket, _makefile: object) -> None:
        self._patience = Patience(clock.monotonic_ms, PATIENCE_S)
        self._held = bytearray()
        self._size_bytes: int | None = None
        self._until_ms = clock.monotonic_ms() + int(REQUEST_S * 1_000)
        self._is_shaken = False
        super().__init__(owner, sock, self._file)

    def _file(self, sock: socket.socket, mode: str, _size: int) -> object:
        return (_Reader if "r" in mode else streams.Writer)(sock, self._patience)

    def is_whole(self) -> bool:
        """Take what has come, without waiting; return whether a request is there to be answered.

        Raises:
            OSError: it takes too long, or there will be none.
        """
        if clock.monotonic_ms() > self._until_ms:
            raise TimeoutError("timed out")
        self.socket.settimeout(0)
        try:
            if not self._is_shaken:
                self._shake()
            while not self._is_enough():
                piece = self.socket.recv(_PIECE_BYTES)
                if not piece:
                    raise ConnectionResetError
                if not self._held:
                    self._until_ms = clock.monotonic_ms() + int(REQUEST_S * 1_000)
                self._held += piece
        except ssl.SSLWantReadError:
            return False
        return True

    def has_more(self) -> bool:
        """Return whether something is there that the selector would not tell of."""
        self._held += self.rfile.take_rest()
        return bool(self._held or self.socket.pending())

    @override
    def communicate(self) -> bool:
        """Answer the request that is there; return whether another may come."""
        self._patience.begin(PATIENCE_S, REQUEST_S_MAX)
        self.rfile.read_ahead(bytes(self._held))
        self._held.clear()
        self._size_bytes = None
        is_kept = bool(super().communicate())  # type: ignore[no-untyped-call] # cheroot has no types
        self._until_ms = clock.monotonic_ms() + (IDLE_S + 1) * 1_000
        return is_kept

    @override
    def close(self) -> None:
        """Close both ways; what was not sent by now is not sent."""
        self.server.forget(self)
        self._patience.begin(0)
        with suppress(OSError, ValueError):
            self.wfile.close()
        with suppress(OSError, ValueError):
            super().close()

    def _shake(self) -> None:
        self.socket.do_handshake()
        shown = self.socket.getpeercert(binary_form=True)
        sha256 = hashlib.sha256(shown).hexdigest() if shown else ""
        self.ssl_env = {app.SHOWN: sha256, "wsgi.url_scheme": "https", "HTTPS": "on"}
        self._is_shaken = True

    def _is_enough(self) -> bool:
        """Whether the head is there, and of a small body all; a large one is read by the door."""
        if self._size_bytes is None:
            del self._held[: len(self._held) - len(self._held.lstrip(b"\r\n"))]
            head, mark, _ = self._held.partition(b"\r\n\r\n")
            if not mark:
                if len(self._held) > HEAD_BYTES_MAX:
                    self._refuse(b"431 Request Header Fields Too Large")
                return False
            self._size_bytes = len(head) + len(mark) + self._body_bytes(bytes(head))
        return len(self._held) >= self._size_bytes

    def _body_bytes(self, head: bytes) -> int:
        """Return how much of a body is waited for here.

        Raises:
            ConnectionAbortedError: the head can be read in two ways, or says no length.
        """
        first, *rest = head.split(b"\r\n")
        read = [FIELD.fullmatch(one) for one in rest]
        fields = [(one[1].lower(), one[2].strip(b" \t")) for one in read if one]
        names = Counter(name for name, _ in fields)
        is_one = max((names[n] for n in (b"content-length", b"host")), default=0) <= 1
        if len(head) > HEAD_BYTES_MAX or not REQUEST.fullmatch(first) or not all(read):
            self._refuse(b"400 Bad Request")
        if b"transfer-encoding" in names:
            self._refuse(b"411 Length Required")
        if b"expect" in names:
            self._refuse(b"417 Expectation Failed")
        length = dict(fields).get(b"content-length", b"0")
        if not is_one or not LENGTH.fullmatch(length):
            self._refuse(b"400 Bad Request")
        return int(length) if int(length) <= BODY_HELD_MAX else 0

    def _refuse(self, status: bytes) -> None:
        """Say why in one line, if that finds room at once, and close.

        Raises:
            ConnectionAbortedError: always.
        """
        with suppress(OSError):
            self.socket.send(
                b"HTTP/1.1 " + status + b"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            )
        log.tell("outside.refused", {"code": status.decode()})
        raise ConnectionAbortedError


class _Tls(LateTls):
    """Wraps accepted sockets, with room for what is sent."""

    @override
    def wrap(self, sock: socket.socket) -> tuple[ssl.SSLSocket, dict[str, str]]:
        """Return the socket with TLS on it; the handshake comes as the caller sends it."""
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BYTES)
        return super().wrap(sock)


class OutsideServer(resilience.SteadyServer):
    """The listener.

    Args:
        address: host and port; port 0 takes any that is free.
        application: WSGI.
        context: what it shows, and whom it believes; see `use`.
    """

    ConnectionClass = Connection
    watched_max = CONNECTIONS_MAX
    monotonic_ms = staticmethod(clock.monotonic_ms)

    def __init__(
        self, address: tuple[str, int], application: Callable[..., Any], context: ssl.SSLContext
    ) -> None:
        super().__init__(
            address,
            application,
            numthreads=THREADS,
            server_name="comity",
            request_queue_size=BACKLOG,
            timeout=IDLE_S,
            shutdown_timeout=STOP_S,
        )
        self.keep_alive_conn_limit = CONNECTIONS_MAX
        self.max_request_header_size = 2 * HEAD_BYTES_MAX  # it is bound before
        self.ssl_adapter = _Tls(context)
        self._strangers = Strangers(Bounds(PER_ADDRESS_MAX, OPENED, OPENED_IN_ALL))

    def use(self, context: ssl.SSLContext) -> None:
        """Show and believe something else from the next connection on."""
        self.ssl_adapter.context = context

    @override
    def process_conn(self, conn: Connection) -> None:
        """Let a worker answer a connection on which a whole request is there."""
        try:
            if not self._count(conn):
                raise ConnectionAbortedError
            is_whole = conn.is_whole()
        except (OSError, ValueError):
            conn.close()
            return
        if not is_whole:
            super().put_conn(conn)
        elif self.requests.qsize < BACKLOG:
            self.requests.put(conn)
        else:
            conn.close()

    @override
    def put_conn(self, conn: Connection) -> None:
        """Take a connection back from a worker."""
        if self.ready and conn.has_more():
            self.process_conn(conn)
        else:
            super().put_conn(conn)

    def forget(self, conn: Connection) -> None:
        """Let the address of a connection that closes open another."""
        if conn.is_counted:
            conn.is_counted = False
            self._strangers.leave(conn.remote_addr or "")

    def _count(self, conn: Connection) -> bool:
        """Whether one more connection of that address, and one more at all, may be open."""
        if not conn.is_counted:
            address = conn.remote_addr or ""
            conn.is_counted = self._strangers.enter(address, clock.monotonic_ms())
        return conn.is_counted

    @override
    def error_log(self, msg: str = "", level: int = 20, traceback: bool = False) -> None:
        """Count what cheroot complains of; its text may hold what a caller sent."""
        log.tell("outside.server", {"level": level})
