"""The peers' listener: cheroot's threads, with handshakes and patience of our own.

    accept -> worker thread: handshake (5 s) -> head of a request (5 s) -> its turn -> answer,
    with a deadline that grows with the bytes that came, so that a slow line is served and a
    dripping one is not

cheroot would shake hands in its accepting thread, where one silent caller keeps all others
waiting.  Here a worker does it, few callers at once may be without a party, and of those few
from one address.  Of the workers a party holds few, and waits for its turn without one: see
`turns`.

Floor: surfaces.
"""

import hashlib
import select
import socket
import ssl
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, override

from cheroot import errors, server, wsgi

from comity.kernel import limits
from comity.surfaces.wire import party_quota, resilience
from comity.surfaces.wire.app import CERTIFICATE, Tell
from comity.surfaces.wire.party_quota import Seat, Turns
from comity.surfaces.wire.patience import Patience
from comity.surfaces.wire.request_heads import HttpRequest
from comity.surfaces.wire.streams import Reader, Writer

UNKNOWN_MAX: Final = 6
"""Workers that may be busy with callers whose certificate is not known yet, or strange."""

UNKNOWN_PER_ADDRESS_MAX: Final = 3
HEADS_MIN: Final = 8
"""Workers that are left for heads and for the hotline, whatever all others do."""

THREADS: Final = UNKNOWN_MAX + party_quota.PLAIN_MAX + party_quota.LINGERING_MAX + HEADS_MIN
HANDSHAKE_S: Final = 5.0
HEAD_S: Final = 5.0
HANG_UP_S: Final = 0.3
HANG_UP_READS_MAX: Final = 8
PATIENCE_S: Final = 20.0
REQUEST_S_MAX: Final = 3_600.0
"""However much it earns: the largest body takes 19 KB/s, a range of evidence 5 KB/s."""

LINGER_MS: Final = 30
"""How long a worker stays with a party's connection after an answer."""

REQUESTS_IN_A_ROW: Final = 256
"""Then the worker turns to others that wait."""

STRANGER_PATIENCE_S: Final = 3.0
IDLE_S: Final = 120
KEPT_MAX: Final = 512
"""Connections that stay open after an answer: a peer has one for each channel that both share."""

HEADER_BYTES_MAX: Final = 16_384
BACKLOG: Final = 64
STOP_S: Final = 2
CUT_OFF_S: Final = 0.2


class PeerConnection(server.HTTPConnection):
    """One connection; the handshake is its first business."""

    RequestHandlerClass: Callable[..., server.HTTPRequest] = HttpRequest

    def __init__(self, owner: "PeerServer", sock: ssl.SSLSocket, _makefile: object) -> None:
        self._patience = Patience(owner.monotonic_ms, HANDSHAKE_S)
        self._is_shaken = False
        self.seat: Seat | None = None
        super().__init__(owner, sock, self._file)

    def _file(self, sock: socket.socket, mode: str, _size: int) -> object:
        return (Reader if "r" in mode else Writer)(sock, self._patience)

    @override
    def communicate(self) -> bool:
        """Shake hands if that is to be done, then read and answer requests.

        A party's next request is awaited here for a moment, since the pool of connections
        looks at each only a hundred times a second, and an act takes six requests.
        """
        if self.seat is None:
            with self.server.unknown(self.remote_addr or "") as has_room:
                if not has_room or not self._shake():
                    return False
                party = self.server.party_of(self.ssl_env[CERTIFICATE])
                if party is None:
                    return self._one_request()
                self.seat = Seat(party)
            if not self.server.turns.take(self.seat):
                return bool(self.server.can_add_keepalive_connection)
        try:
            return self._requests_of_party(self.seat)
        finally:
            self.server.turns.leave(self.seat)

    def begin_head(self) -> None:
        """Give the time that the head of a request may take."""
        seconds = HEAD_S if self.seat else STRANGER_PATIENCE_S
        self._patience.begin(seconds, seconds)

    def begin_answer(self, request: HttpRequest) -> bool:
        """Give the time that the rest may take, if it is the turn of a request; else keep it."""
        seat = self.seat
        if seat is None:
            return True  # a stranger, who gets an answer without a body being read
        if not seat.is_asked:
            seat.ask(request.held_bytes(), is_hotline=request.is_hotline())
        is_turn: bool = seat.is_answered or self.server.turns.take(seat)
        self.RequestHandlerClass = HttpRequest if is_turn else lambda *_: request
        if is_turn:
            self._patience.begin(PATIENCE_S, REQUEST_S_MAX)
        return is_turn

    def is_readable(self) -> bool:
        """Return whether something is to be done without anything coming."""
        is_parked = self.seat is not None and self.seat.is_parked
        return is_parked or self.rfile.has_data() or bool(self.socket.pending())

    @override
    def close(self) -> None:
        """Close both ways; what was not sent by now is not sent."""
        if self.seat is not None:
            self.server.turns.leave(self.seat)
        self._patience.begin(0)
        with suppress(OSError, ValueError):
            self.wfile.close()
        with suppress(OSError, ValueError):  # a worker that meets one here would end all
            super().close()

    def _requests_of_party(self, seat: Seat) -> bool:
        for _ in range(REQUESTS_IN_A_ROW):
            if not self._one_request() and not seat.is_parked:
                return False
            if seat.is_parked or not self._goes_on(seat):
                return True
        return True

    def _goes_on(self, seat: Seat) -> bool:
        """Whether another request begins within a moment, and nobody else of the party waits."""
        queue: Turns = self.server.turns
        return queue.linger(seat) and self._has_more() and queue.take(seat)

    def _has_more(self) -> bool:
        if self.socket.pending():
            return True
        poller = select.poll()  # select.select is limited to 1,024 files
        poller.register(self.socket, select.POLLIN)
        return bool(poller.poll(LINGER_MS))

    def _one_request(self) -> bool:
        return bool(super().communicate())  # type: ignore[no-untyped-call] # cheroot has no types

    def _shake(self) -> bool:
        if self._is_shaken:
            return True
        try:
            self.socket.settimeout(HANDSHAKE_S)
            self.socket.do_handshake()
        except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
            self.server.tell("wire.handshake", {"why": getattr(error, "reason", "") or "broken"})
            self._hang_up()
            return False
        shown = self.socket.getpeercert(binary_form=True)
        print_ = hashlib.sha256(shown).hexdigest() if shown else ""
        self.ssl_env = {CERTIFICATE: print_, "wsgi.url_scheme": "https", "HTTPS": "on"}
        self._is_shaken = True
        return True

    def _hang_up(self) -> None:
        """Let the caller read why, before the connection is reset under what it still sends."""
        plain = socket.socket  # the methods below TLS
        with suppress(OSError):
            self.socket.settimeout(HANG_UP_S)
            plain.shutdown(self.socket, socket.SHUT_WR)
            for _ in range(HANG_UP_READS_MAX):
                if not plain.recv(self.socket, HEADER_BYTES_MAX):
                    return


class LateTls:
    """Wraps accepted sockets without shaking hands yet."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self.context = context

    def bind(self, sock: socket.socket) -> socket.socket:
        """Return the listening socket as it is."""
        return sock

    def wrap(self, sock: socket.socket) -> tuple[ssl.SSLSocket, dict[str, str]]:
        """Return the socket with TLS on it; the worker shakes hands."""
        try:
            wrapped = self.context.wrap_socket(
                sock, server_side=True, do_handshake_on_connect=False
            )
        except OSError as error:
            raise errors.FatalSSLAlert(*error.args) from error
        return wrapped, {CERTIFICATE: ""}

    def get_environ(self) -> dict[str, str]:
        """Return nothing: each connection knows its own."""
        return {}

    def makefile(self, sock: socket.socket, mode: str = "r", bufsize: int = -1) -> object:
        """Is never used: `PeerConnection` makes its own."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the listener needs of the process.

    Attributes:
        party_of: certificate fingerprint to party, or None for a stranger.
        tell: writes a line of the log.
        monotonic_ms: milliseconds that never go back.
    """

    party_of: Callable[[str], str | None]
    tell: Tell
    monotonic_ms: Callable[[], int]


class PeerServer(resilience.SteadyServer):
    """The listener.  `prepare` binds, `serve` runs until `stop`."""

    ConnectionClass = PeerConnection
    watched_max = KEPT_MAX

    def __init__(
        self,
        address: tuple[str, int],
        app: Callable[..., Any],
        context: ssl.SSLContext,
        surroundings: Surroundings,
    ) -> None:
        """Set up a listener that is not bound yet.

        Args:
            address: host and port; port 0 lets the system choose, see `bind_addr` after.
            app: the WSGI application.
            context: what it shows and whom it believes; see `use`.
            surroundings: what it needs of the process.
        """
        super().__init__(
            address,
            app,
            numthreads=THREADS,
            server_name="comity",
            request_queue_size=BACKLOG,
            timeout=IDLE_S,
            shutdown_timeout=STOP_S,
        )
        self.keep_alive_conn_limit = KEPT_MAX
        self.max_request_header_size = HEADER_BYTES_MAX
        self.max_request_body_size = limits.REQUEST_BYTES_MAX
        self.ssl_adapter = LateTls(context)
        self.party_of = surroundings.party_of
        self.tell = surroundings.tell
        self.monotonic_ms = surroundings.monotonic_ms
        self.turns = Turns()
        self._is_ending = False
        self._unknown: Counter[str] = Counter()
        self._unknown_lock = threading.Lock()

    def use(self, context: ssl.SSLContext) -> None:
        """Show and believe something else from the next connection on."""
        self.ssl_adapter.context = context

    @contextmanager
    def unknown(self, address: str) -> Iterator[bool]:
        """Take one of the few places of callers without a party; False if there is none."""
        with self._unknown_lock:
            has_room = (
                self._unknown.total() < UNKNOWN_MAX
                and self._unknown[address] < UNKNOWN_PER_ADDRESS_MAX
            )
            if has_room:
                self._unknown[address] += 1
        try:
            yield has_room
        finally:
            if has_room:
                with self._unknown_lock:
                    self._unknown[address] -= 1
                    self._unknown += Counter()  # forget who has left

    @override
    def process_conn(self, conn: PeerConnection) -> None:
        """Let a worker go on with a connection; one of a party waits for its turn."""
        if conn.seat is not None:
            if not self.turns.take_or_wait(conn.seat, partial(self._go_on, conn)):
                conn.close()
        elif self.requests.qsize < BACKLOG:
            self.requests.put(conn)
        else:
            conn.close()

    def _go_on(self, conn: PeerConnection) -> None:
        if self._is_ending:
            conn.close()
        else:
            self.requests.put(conn)

    @override
    def put_conn(self, conn: PeerConnection) -> None:
        """Take a connection back from a worker."""
        if self.ready and conn.is_readable():
            self.process_conn(conn)
        else:
            super().put_conn(conn)

    @property
    @override
    def can_add_keepalive_connection(self) -> bool:
        """Whether one more connection may stay open."""
        idle = self._connections._num_connections  # noqa: SLF001 -- cheroot counts no others
        return bool(self.ready and idle + self.turns.waiting() < KEPT_MAX)

    @override
    def stop(self) -> None:
        """End; whoever waits for its turn is cut off, and what is answered gets two seconds."""
        self._is_ending = True
        self.turns.end()
        workers = list(self.requests._threads)  # noqa: SLF001 -- cheroot ends reading alone: one that writes would go on
        ended = threading.Event()
        threading.Thread(target=_cut_off, args=(workers, ended), daemon=True).start()
        try:
            super().stop()
        finally:
            ended.set()

    @override
    def error_log(self, msg: str = "", level: int = 20, traceback: bool = False) -> None:
        """Count what cheroot complains of; its text may hold what a peer sent."""
        self.tell("wire.server", {"level": level})


def _cut_off(workers: list[Any], ended: threading.Event) -> None:
    wait_s: float = STOP_S
    while not ended.wait(wait_s):
        wait_s = CUT_OFF_S
        for connection in [worker.conn for worker in workers]:
            if connection is not None:
                with suppress(OSError):
                    socket.socket.shutdown(connection.socket, socket.SHUT_RDWR)


def stop(listener: wsgi.Server) -> None:
    """Stop a listener; what is being answered gets two seconds."""
    with suppress(OSError):
        listener.stop()
