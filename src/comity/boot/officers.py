"""The officers' listener: plain HTTP for pages, API and feed, on loopback or behind a proxy.

A thread answers one request after another, each once its head and a small body are whole; a
stream leaves them as soon as its head is answered (ADR 0022), so that neither open pages nor
callers who begin to ask and do not end keep a thread; nor do readers who take nothing.

Floor: boot.
"""

import errno
import os
import select
import socket
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Final, override

from cheroot import server

from comity.adapters import clock
from comity.boot import connection_handover, log, request_heads
from comity.boot.connection_handover import Line
from comity.boot.request_heads import Reader, Writer
from comity.boot.streams import Stream, Streams
from comity.surfaces.web.desk import LEND
from comity.surfaces.web.wsgi import Application
from comity.surfaces.wire import resilience, strict_http

THREADS: Final = 8
SHUTDOWN_S: Final = 2
BACKLOG: Final = 64
"""Callers whom the system takes before we do: beyond, each waits a second for their next try."""

_FIRST_BYTES: Final = len("HEAD /feed/")
_PROGRAMS: Final = (b"api/", b"feed/")
"""Programs are answered by the process that serves: few of them wait for a core."""
_NOWHERE: Final = ("127.0.0.1", 0)
_READS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
LINES_MAX: Final = 500
"""Connections that stay open between requests: a browser holds up to six, and has a line of its
own for a page that asks again.  One that is idle costs a file descriptor, and for ten seconds."""


class OfficersConnection(server.HTTPConnection):
    """A connection whose reader may hang up in the middle of an answer, or keep it as a stream.

    Attributes:
        stream: what it becomes once its head is answered, or None.
        is_ours: whether it stays with this process, whatever is asked.
        came_back: whether another process handed it back.
    """

    stream: Stream | None = None
    is_ours = False
    came_back = False
    _is_lent = False
    _head = request_heads.NONE
    RequestHandlerClass = strict_http.Request
    rfile: Reader
    wfile: Writer

    def __init__(
        self, owner: "OfficersServer", sock: socket.socket, _makefile: object = None
    ) -> None:
        self._places = owner.readers
        super().__init__(owner, sock, self._file)

    def _file(self, sock: socket.socket, mode: str, size_bytes: int) -> object:
        """Return what reads a connection, within a patience, or what writes to it."""
        return Reader(sock, size_bytes) if "r" in mode else Writer(sock, size_bytes, self._places)

    def wait_for_head(self) -> bool:
        """Return whether a thread may go on; else something comes before it is asked again.

        Raises:
            TimeoutError: the head of a request takes too long.
        """
        if self.rfile.has_data():
            return True
        self._head = request_heads.look(self.socket, self._head, clock.monotonic_ms())
        return self._head is request_heads.NONE

    def is_silent(self) -> bool:
        """Whether nothing has come yet that could be read."""
        if self.rfile.has_data():
            return False
        poller = select.poll()  # select.select is limited to 1,024 files
        poller.register(self.socket, select.POLLIN)
        return not poller.poll(0)

    def asks_page(self) -> bool:
        """Whether a page is asked for: read, by a person, and known by its first bytes."""
        return _is_page(self._first())

    def asks_else(self) -> bool:
        """Whether something is asked for that is no page."""
        first = self._first()
        return bool(first) and not _is_page(first)

    def has_read_ahead(self) -> bool:
        """Whether more was read of it than what was answered."""
        return bool(self.rfile.has_data())

    def hand(self, line: Line) -> bool:
        """Give it to another process; return whether that has it now."""
        if not line.hand(self.socket, self._ahead()):
            return False
        with suppress(OSError, ValueError):
            self.wfile.close()
        self.rfile.close()
        self.socket.close()  # and no more: whoever has it now goes on
        return True

    def read_ahead(self, ahead: bytes) -> None:
        """Begin with what another process has read of it."""
        self.rfile.read_ahead(ahead)

    def _ahead(self) -> bytes:
        return bytes(self.rfile.peek(1)) if self.has_read_ahead() else b""

    def _first(self) -> bytes:
        """Return how what is asked begins; nothing where the caller has hung up."""
        if self.has_read_ahead():
            return self._ahead()
        try:
            found: bytes = self.socket.recv(_FIRST_BYTES, socket.MSG_PEEK)
        except OSError:
            return b""
        return found

    @override
    def communicate(self) -> bool:
        """Answer a request; return whether this connection is to be read from again."""
        self.rfile.begin()
        self.wfile.begin()
        keeps_open = bool(super().communicate())  # type: ignore[no-untyped-call] # cheroot has no types
        if self.stream is None:
            return keeps_open
        self._is_lent = True
        self.server.streams.lend(self.stream, self.socket, self._end)
        return False

    @override
    def close(self) -> None:
        """Close it, unless it is lent."""
        if not self._is_lent:
            self._end()

    def _end(self) -> None:
        """Close both ways; what a reader that left did not take is dropped.

        cheroot leaves the writer open, which then tries to send what is left whenever it is
        collected, on a socket that was closed long ago.
        """
        with suppress(OSError, ValueError):
            self.wfile.close()
        with suppress(OSError, ValueError):  # a thread that meets one here would end the listener
            super().close()


class OfficersGateway(strict_http.Gateway):
    """One request, whose page may keep its connection as a stream."""

    def __init__(self, req: Any) -> None:  # noqa: ANN401 -- of cheroot, which has no types
        self._promised: Stream | None = None
        super().__init__(req)

    @override
    def get_environ(self) -> dict[str, Any]:  # type: ignore[override] # as above
        """Return the environment, with what keeps the connection."""
        found: dict[str, Any] = super().get_environ()  # type: ignore[no-untyped-call] # as above
        return {**found, LEND: self._keep}

    @override
    def respond(self) -> None:
        """Answer; what an officer did may be news to others."""
        streams: Streams = self.req.server.streams
        try:
            self._answer()
            if self._promised is not None:
                self._promised.is_chunked = self.req.chunked_write
                self.req.chunked_write = False  # no last chunk: the answer goes on
                self.req.conn.stream = self._promised
        finally:
            if self._promised is not None and self.req.conn.stream is None:
                streams.forget(self._promised)
        if self.env["REQUEST_METHOD"] not in _READS:
            self.req.server.news()

    def _answer(self) -> None:
        """Send what the application answers, and close it, whether it could be sent or not.

        cheroot leaves an answer without a body open if its head finds no reader any more, and
        with it the line to the database on which it was made.  It sends a body after the head
        that HEAD asks for, too: whoever keeps the connection, such as a proxy, would read that as
        the answer to what is asked next, by anybody (RFC 9112 section 6.3).  Likewise it would
        read what is left of a body that came in chunks as what is asked next: nothing here reads
        such a body, and the connection ends with its answer.
        """
        self.req.close_connection = self.req.close_connection or self.req.chunked_read
        answer = self.req.server.wsgi_app(self.env, self.start_response)
        try:
            resilience.drop_rest(self.req)
            pieces = () if self.env["REQUEST_METHOD"] == "HEAD" else filter(None, answer)
            for piece in pieces:
                self.write(piece)
            self.req.ensure_headers_sent()
        finally:
            if hasattr(answer, "close"):
                answer.close()

    def _keep(self, officer: str, address: str, tag: str, headers: Mapping[str, str]) -> bool:
        """Keep the connection as a stream, if there is room; see `LEND`."""
        streams: Streams = self.req.server.streams
        self._promised = streams.promise(officer, address, tag, {**self.env, **headers})
        return self._promised is not None


class OfficersServer(resilience.SteadyServer):
    """The listener of one node's officers.

    Args:
        address: host and port; port 0 takes any that is free.
        app: the WSGI application.
        threads: how many requests are answered at once.

    Attributes:
        streams: connections that were lent.
        readers: places of threads that wait for readers.
        beside: takes a connection on which something is asked to another process, or does not.
        told: called when something may be new for open pages.
    """

    beside: Callable[[OfficersConnection], bool] = staticmethod(lambda _connection: False)
    told: Callable[[], None] = staticmethod(lambda: None)
    ConnectionClass = OfficersConnection
    keep_alive_conn_limit = LINES_MAX
    watched_max = LINES_MAX
    monotonic_ms = staticmethod(clock.monotonic_ms)

    def __init__(self, address: tuple[str, int], app: Application, threads: int = THREADS) -> None:
        super().__init__(
            address,
            app,
            numthreads=threads,
            server_name="comity",
            request_queue_size=BACKLOG,
            shutdown_timeout=SHUTDOWN_S,
        )
        self.gateway = OfficersGateway
        self.max_request_header_size = strict_http.HEAD_BYTES_MAX
        self.readers = threading.BoundedSemaphore(request_heads.READERS_MAX)
        self.streams = Streams(app)

    @override
    def process_conn(self, conn: OfficersConnection) -> None:
        """Let a thread answer a connection, once it has asked something.

        Browsers open connections before they need them.  cheroot would let a thread wait on each
        for ten seconds, and the eight spare ones of a few officers would keep everybody waiting.
        """
        try:
            is_asking = not conn.is_silent() and conn.wait_for_head()
        except TimeoutError:
            self.unserved.note(conn.remote_addr or "")
            conn.close()
            return
        if not is_asking:
            self.put_conn(conn)  # watched with those that are kept open
        elif not self.beside(conn):
            super().process_conn(conn)

    def news(self) -> None:
        """Let open pages be looked at, of this process and of others."""
        self.streams.woken.set()
        self.told()

    def take_back(self, connection: socket.socket, ahead: bytes) -> None:
        """Go on with a connection that another process hands back."""
        connection.settimeout(self.timeout)
        made = self.ConnectionClass(self, connection)
        made.came_back, made.ssl_env = True, {}
        made.read_ahead(ahead)
        made.remote_addr, made.remote_port = _peer(connection)
        if self.ready:
            self.process_conn(made)
        else:
            made.close()

    @override
    def error_log(self, msg: str = "", level: int = 20, traceback: bool = False) -> None:
        """Count what cheroot complains of; its text may hold what a caller sent."""
        log.tell("officers.server", {"level": level})

    @override
    def stop(self) -> None:
        """End every stream, then stop; what is being answered gets two seconds."""
        self.streams.close(SHUTDOWN_S)
        super().stop()


class PageServer(OfficersServer):
    """What answers in a page process: its connections come by a line, and no others.

    Args:
        line: to the process that serves.
        address: where that listens.
        app: the WSGI application.
    """

    def __init__(self, line: Line, address: tuple[str, int], app: Application) -> None:
        super().__init__(address, app)
        self._line = line
        self.beside = self._give_back

    def _give_back(self, connection: OfficersConnection) -> bool:
        return connection.asks_else() and connection.hand(self._line)

    @override
    def bind(self, family: int, type: int, proto: int = 0) -> None:
        """Listen on the line."""
        self.socket = _Handed(self._line, self)


class _Handed:
    """Stands for a listening socket: what is accepted is what is handed over."""

    def __init__(self, line: Line, server: PageServer) -> None:
        self._line = line
        self._server = server

    def fileno(self) -> int:
        return self._line.fileno()

    def settimeout(self, _seconds: float) -> None:
        pass

    def listen(self, _backlog: int) -> None:
        pass

    def getsockname(self) -> tuple[str, int]:
        return _NOWHERE

    def close(self) -> None:
        pass

    def accept(self) -> tuple[socket.socket, tuple[str, int]]:
        """Return a connection; carry a word out.

        Raises:
            BlockingIOError: no connection came.
        """
        try:
            word = self._line.hear()
        except EOFError:
            os._exit(0)  # the serving process has ended without a word
        if word is not None and word.connection is not None:
            return word.connection, _peer(word.connection)
        if word is not None and word.kind == connection_handover.NEWS:
            self._server.news()
        elif word is not None and word.kind == connection_handover.PULSE:
            self._line.say(connection_handover.PULSE)
        elif word is not None and word.kind == connection_handover.END:
            threading.Thread(target=self._server.stop, name="stop").start()
        raise BlockingIOError(errno.EAGAIN, "no connection")


def _peer(connection: socket.socket) -> tuple[str, int]:
    """Return the address of who calls; of one who has left already none is known."""
    try:
        host, port = connection.getpeername()[:2]
    except OSError:
        return _NOWHERE
    return str(host), int(port)


def _is_page(first: bytes) -> bool:
    return (
        first.startswith((b"GET /", b"HEAD /"))
        and len(first) >= _FIRST_BYTES
        and not first.partition(b"/")[2].startswith(_PROGRAMS)
    )
