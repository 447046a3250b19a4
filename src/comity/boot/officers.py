"""The officers' listener: plain HTTP for pages, API and feed, on loopback or behind a proxy.

A thread answers one request after another; a stream leaves them as soon as its head is
answered (ADR 0022), so that open pages keep no thread.

Floor: boot.
"""

import select
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final, override

from cheroot import server, wsgi

from comity.boot.streams import Stream, Streams
from comity.surfaces.web.desk import LEND
from comity.surfaces.web.wsgi import Application

THREADS: Final = 8
SHUTDOWN_S: Final = 2
_READS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
LINES_MAX: Final = 500
"""Connections that stay open between requests: a browser holds up to six, and has a line of its
own for a page that asks again.  One that is idle costs a file descriptor, and for ten seconds."""


class OfficersConnection(server.HTTPConnection):
    """A connection whose reader may hang up in the middle of an answer, or keep it as a stream.

    Attributes:
        stream: what it becomes once its head is answered, or None.
    """

    stream: Stream | None = None
    _is_lent = False

    def is_silent(self) -> bool:
        """Whether nothing has come yet that could be read."""
        if self.rfile.has_data():
            return False
        poller = select.poll()  # select.select is limited to 1,024 files
        poller.register(self.socket, select.POLLIN)
        return not poller.poll(0)

    @override
    def communicate(self) -> bool:
        """Answer a request; return whether this connection is to be read from again."""
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
        super().close()


class OfficersGateway(wsgi.Gateway_10):
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
            streams.woken.set()

    def _answer(self) -> None:
        """Send what the application answers, and close it, whether it could be sent or not.

        cheroot leaves an answer without a body open if its head finds no reader any more, and
        with it the line to the database on which it was made.
        """
        answer = self.req.server.wsgi_app(self.env, self.start_response)
        try:
            for piece in filter(None, answer):
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


class OfficersServer(wsgi.Server):
    """The listener of one node's officers.

    Args:
        address: host and port; port 0 takes any that is free.
        app: the WSGI application.
        threads: how many requests are answered at once.

    Attributes:
        streams: connections that were lent.
    """

    ConnectionClass = OfficersConnection
    keep_alive_conn_limit = LINES_MAX

    def __init__(self, address: tuple[str, int], app: Application, threads: int = THREADS) -> None:
        super().__init__(
            address, app, numthreads=threads, server_name="comity", shutdown_timeout=SHUTDOWN_S
        )
        self.gateway = OfficersGateway
        self.streams = Streams(app)

    @override
    def process_conn(self, conn: OfficersConnection) -> None:
        """Let a thread answer a connection, once it has asked something.

        Browsers open connections before they need them.  cheroot would let a thread wait on each
        for ten seconds, and the eight spare ones of a few officers would keep everybody waiting.
        """
        if conn.is_silent():
            self.put_conn(conn)  # watched with those that are kept open
        else:
            super().process_conn(conn)

    @override
    def stop(self) -> None:
        """End every stream, then stop; what is being answered gets two seconds."""
        self.streams.close(SHUTDOWN_S)
        super().stop()
