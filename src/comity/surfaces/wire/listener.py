"""The peers' listener: cheroot's threads, with handshakes and patience of our own.

    accept -> handshake (5 s), without a worker -> worker thread: head of a request (5 s)
    -> its turn -> answer, with a deadline that grows with the bytes that came, so that a slow
    line is served and a dripping one is not

cheroot would shake hands in its accepting thread, where one silent caller keeps all others
waiting.  Here a handshake goes on whenever more of it comes, so that who says nothing costs a
descriptor for five seconds; strangers are bound by address, and where they fill the places they
leave first.  Few workers answer callers without a party.  Of the workers a party holds few, and
waits for its turn without one: see `party_quota`.

Floor: surfaces.
"""

import socket
import ssl
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, override

from cheroot import errors, wsgi

from comity.kernel import limits
from comity.node.base import strangers
from comity.node.base.buckets import Rate
from comity.node.base.strangers import Bounds, Strangers
from comity.surfaces.wire import party_quota, resilience
from comity.surfaces.wire.app import CERTIFICATE, Tell
from comity.surfaces.wire.party_quota import Turns
from comity.surfaces.wire.peer_connection import LEAVING, OPENED, PeerConnection
from comity.surfaces.wire.strict_http import HEAD_BYTES_MAX, Gateway

UNKNOWN_MAX: Final = 6
"""Workers that may be busy with callers whose certificate is strange."""

UNKNOWN_PER_ADDRESS_MAX: Final = 3
HEADS_MIN: Final = 8
"""Workers that are left for heads and for the hotline, whatever all others do."""

THREADS: Final = UNKNOWN_MAX + party_quota.PLAIN_MAX + party_quota.LINGERING_MAX + HEADS_MIN
STRANGERS: Final = Bounds(per_address_max=32, opened=Rate(capacity=60, per_s=5))
"""Connections before a party is known; an address from which a party called is not bound."""

IDLE_S: Final = 120
KEPT_MAX: Final = 512
"""Connections that stay open after an answer: a peer has one for each channel that both share."""

BACKLOG: Final = 64
STOP_S: Final = 2
CUT_OFF_S: Final = 0.2


class LateTls:
    """Wraps accepted sockets without shaking hands yet."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self.context = context

    def bind(self, sock: socket.socket) -> socket.socket:
        """Return the listening socket as it is."""
        return sock

    def wrap(self, sock: socket.socket) -> tuple[ssl.SSLSocket, dict[str, str]]:
        """Return the socket with TLS on it; hands are shaken as the caller speaks."""
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
        self.gateway = Gateway
        self.max_request_header_size = HEAD_BYTES_MAX
        self.max_request_body_size = limits.REQUEST_BYTES_MAX
        self.ssl_adapter = LateTls(context)
        self.party_of = surroundings.party_of
        self.tell = surroundings.tell
        self.monotonic_ms = surroundings.monotonic_ms
        self.turns = Turns()
        self._is_ending = False
        self._strangers = Strangers(STRANGERS)
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
        if conn.state == LEAVING:
            if conn.has_left():
                conn.close()
            else:
                super().put_conn(conn)
        elif conn.state == OPENED:
            self._shake(conn)
        elif conn.seat is not None:
            if not self.turns.take_or_wait(conn.seat, partial(self._go_on, conn)):
                conn.close()
        elif self.requests.qsize < BACKLOG:
            self.requests.put(conn)
        else:
            conn.close()

    def forget(self, conn: PeerConnection) -> None:
        """Let the address of a connection open another."""
        if conn.is_counted:
            conn.is_counted = False
            self._strangers.leave(conn.remote_addr or "")

    def _shake(self, conn: PeerConnection) -> None:
        """Go on with a handshake, in the thread that watches: no worker waits for a caller."""
        address = conn.remote_addr or ""
        if not conn.is_counted:
            conn.is_counted = self._strangers.enter(address, self.monotonic_ms())
        if not conn.is_counted:
            self.tell("wire.strangers", {"address": strangers.network(address)})
            self.unserved.note(address)
            conn.close()
            return
        try:
            is_done = conn.shake()
        except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
            self.tell("wire.handshake", {"why": getattr(error, "reason", "") or "broken"})
            conn.hang_up()
            is_done = False
        if is_done and conn.seat is not None:
            self.forget(conn)
            self._strangers.know(address)
        super().put_conn(conn)

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
