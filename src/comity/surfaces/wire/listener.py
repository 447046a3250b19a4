"""The peers' listener: cheroot's threads, with handshakes and patience of our own.

    accept -> worker thread: handshake (5 s) -> requests, each with a deadline that grows
    with the bytes that came, so that a slow line is served and a dripping one is not

cheroot would shake hands in its accepting thread, where one silent caller keeps all others
waiting.  Here a worker does it, few callers at once may be without a party, and of those few
from one address.

Floor: surfaces.
"""

import _pyio  # type: ignore[import-not-found] # cheroot's readers are made of it
import hashlib
import select
import socket
import ssl
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Final, override

from cheroot import errors, makefile, server, wsgi

from comity.kernel import limits
from comity.kernel.fault import Fault
from comity.surfaces.wire import refusals
from comity.surfaces.wire.app import CERTIFICATE, Tell
from comity.surfaces.wire.patience import Patience, PatientIO

THREADS: Final = 16
UNKNOWN_MAX: Final = 6
"""Workers that may be busy with callers whose certificate is not known yet, or strange."""

UNKNOWN_PER_ADDRESS_MAX: Final = 3
HANDSHAKE_S: Final = 5.0
HANG_UP_S: Final = 0.3
HANG_UP_READS_MAX: Final = 8
PATIENCE_S: Final = 20.0
LINGER_MS: Final = 30
"""How long a worker stays with a party's connection after an answer."""

REQUESTS_IN_A_ROW: Final = 256
"""Then the worker turns to others that wait."""

STRANGER_PATIENCE_S: Final = 3.0
IDLE_S: Final = 120
KEPT_MAX: Final = 512
"""Connections that stay open after an answer: a peer has one for each channel that both share."""

HEADER_BYTES_MAX: Final = 16_384
_BUFFER_BYTES: Final = 65_536
BACKLOG: Final = 64
CODES: Final = {
    "408": "surfaces.wire.slow",
    "413": "surfaces.wire.too-large",
    "414": "surfaces.wire.too-large",
    "500": "surfaces.wire.internal",
}


class _Reader(makefile.StreamReader):
    raw: PatientIO
    _read_buf: bytes
    _read_pos: int

    def __init__(self, sock: socket.socket, patience: Patience) -> None:
        _pyio.BufferedReader.__init__(self, PatientIO(sock, "r", patience), _BUFFER_BYTES)
        self.bytes_read = 0

    @override
    def read(self, *args: Any) -> Any:
        """Read; a large piece straight into its place, since TLS gives 16 KiB at a time."""
        size = args[0] if args else -1
        if size <= _BUFFER_BYTES:
            return super().read(*args)  # type: ignore[no-untyped-call] # cheroot has no types
        held = self._read_buf[self._read_pos : self._read_pos + size]
        self._read_pos += len(held)
        piece = bytearray(size)
        piece[: len(held)] = held
        at = len(held)
        with memoryview(piece) as view:
            while at < size and (count := self.raw.readinto(view[at:])):
                at += count
        del piece[at:]
        self.bytes_read += at
        return piece


class _Writer(makefile.StreamWriter):
    _write_buf: bytearray

    def __init__(self, sock: socket.socket, patience: Patience) -> None:
        _pyio.BufferedWriter.__init__(self, PatientIO(sock, "w", patience), 65_536)
        self.bytes_written = 0
        self._is_held = False

    @override
    def write(self, *args: Any) -> int:
        """Write, or hold back what the next piece takes along."""
        if not self._is_held:
            return int(super().write(*args))  # type: ignore[no-untyped-call] # cheroot has no types
        self._write_buf.extend(args[0])
        self.bytes_written += len(args[0])
        return len(args[0])

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold back what is written meanwhile, until the next piece or `flush`."""
        self._is_held = True
        try:
            yield
        finally:
            self._is_held = False


class _HttpRequest(server.HTTPRequest):
    """A request whose malformations are told in the three lines of every other answer."""

    @override
    def respond(self) -> None:
        super().respond()
        self.conn.wfile.flush()

    @override
    def send_headers(self) -> None:
        """Let the head leave with the body: one record of TLS, and one wake-up of who waits."""
        with self.conn.wfile.held():
            super().send_headers()

    @override
    def simple_response(self, status: object, msg: str = "") -> None:
        number, _, phrase = str(status).partition(" ")
        code = CODES.get(number, "surfaces.wire.malformed")
        fault = Fault(
            code=code,
            what=f"The request was not understood: {msg.strip() or phrase}",
            fix="Correct the request and send it again.",
        )
        self.close_connection = True
        answer = refusals.render(fault)
        head = (
            f"HTTP/1.1 {number} {phrase}\r\ncontent-length: {len(answer.body)}\r\n"
            f"content-type: {answer.media_type}\r\nconnection: close\r\n\r\n"
        )
        with suppress(OSError):
            self.conn.wfile.write(head.encode("ascii", "replace") + answer.body)


class PeerConnection(server.HTTPConnection):
    """One connection; the handshake is its first business."""

    RequestHandlerClass = _HttpRequest

    def __init__(self, owner: "PeerServer", sock: ssl.SSLSocket, _makefile: object) -> None:
        self._patience = Patience(owner.monotonic_ms, HANDSHAKE_S)
        self._is_shaken = False
        self._is_party = False
        super().__init__(owner, sock, self._file)

    def _file(self, sock: socket.socket, mode: str, _size: int) -> object:
        return (_Reader if "r" in mode else _Writer)(sock, self._patience)

    @override
    def communicate(self) -> bool:
        """Shake hands if that is to be done, then read and answer requests.

        A party's next request is awaited here for a moment, since the pool of connections
        looks at each only a hundred times a second, and an act takes six requests.
        """
        if self._is_party:
            return self._requests_of_party()
        with self.server.unknown(self.remote_addr or "") as has_room:
            if not has_room or not self._shake():
                return False
            self._is_party = self.server.is_party(self.ssl_env[CERTIFICATE])
            return self._one_request(PATIENCE_S if self._is_party else STRANGER_PATIENCE_S)

    @override
    def close(self) -> None:
        """Close both ways; what was not sent by now is not sent."""
        self._patience.begin(0)
        with suppress(OSError, ValueError):
            self.wfile.close()
        super().close()

    def _requests_of_party(self) -> bool:
        for _ in range(REQUESTS_IN_A_ROW):
            if not self._one_request(PATIENCE_S):
                return False
            if not self._has_more():
                return True
        return True

    def _has_more(self) -> bool:
        """Whether another request begins within a moment."""
        if self.socket.pending():
            return True
        poller = select.poll()  # select.select is limited to 1,024 files
        poller.register(self.socket, select.POLLIN)
        return bool(poller.poll(LINGER_MS))

    def _one_request(self, seconds: float) -> bool:
        self._patience.begin(seconds)
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


class _Tls:
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
        is_party: whether a fingerprint is on a card in force.
        tell: writes a line of the log.
        monotonic_ms: milliseconds that never go back.
    """

    is_party: Callable[[str], bool]
    tell: Tell
    monotonic_ms: Callable[[], int]


class PeerServer(wsgi.Server):
    """The listener.  `prepare` binds, `serve` runs until `stop`."""

    ConnectionClass = PeerConnection

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
            shutdown_timeout=2,
            accepted_queue_size=4 * THREADS,
            accepted_queue_timeout=1,
        )
        self.keep_alive_conn_limit = KEPT_MAX
        self.max_request_header_size = HEADER_BYTES_MAX
        self.max_request_body_size = limits.REQUEST_BYTES_MAX
        self.ssl_adapter = _Tls(context)
        self.is_party = surroundings.is_party
        self.tell = surroundings.tell
        self.monotonic_ms = surroundings.monotonic_ms
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
    def error_log(self, msg: str = "", level: int = 20, traceback: bool = False) -> None:
        """Count what cheroot complains of; its text may hold what a peer sent."""
        self.tell("wire.server", {"level": level})


def bind(listener: wsgi.Server, flag: str) -> int:
    """Bind a listener and return its port.

    Raises:
        Fault: `surfaces.port.busy`.
    """
    host, port = listener.bind_addr
    try:
        _try(host, port)
        listener.prepare()
    except OSError as error:
        raise Fault(
            code="surfaces.port.busy",
            what=f"Nothing can listen on {host}:{port}: {error.strerror or error}.",
            fix=f"Stop the other program there, or choose another port with {flag}.",
        ) from error
    return int(listener.bind_addr[1])


def _try(host: str, port: int) -> None:
    """Bind for a moment: cheroot would leave its socket open, and its error is put together."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((host, port))


def stop(listener: wsgi.Server) -> None:
    """Stop a listener; what is being answered gets two seconds."""
    with suppress(OSError):
        listener.stop()
