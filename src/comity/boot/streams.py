"""Open connections on which a page is told to ask again: server-sent events without content.

    page      GET /events/stream            its head is answered by a thread of the listener,
                                            which lends the connection to here and goes on
    thread    one, however many are lent    woken by what wakes the pumps, by what officers do
                                            on the pages, and every 15 seconds
    stream    asks, in its page's name, what the page itself would ask; where the answer is not
              304 it says `new`, and where the page would be led away it says `end` and ends

So a stream knows nothing that its officer may not know, and ends with their session or their role.
It costs no thread, and never waits: a reader that takes nothing is dropped.

Events: https://html.spec.whatwg.org/multipage/server-sent-events.html

Floor: boot.
"""

import io
import socket
import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from django.db import connections

from comity.adapters import clock
from comity.boot import log
from comity.surfaces.web.desk import LEND
from comity.surfaces.web.wsgi import Application

STREAMS_MAX: Final = 256
"""Of one process; who finds no room asks every five seconds."""

OFFICER_MAX: Final = 8
"""Of one officer: they have a few browsers, and locks nobody out."""

BEAT_MS: Final = 15_000
GATHER_S: Final = 0.2
"""What happens together is looked at together."""

REST: Final = 4
"""Times as long as a look took no other begins: streams take a fifth of the time at most."""

UNANSWERED_MS: Final = 30_000
"""After so long without a sign from the reader's machine the system ends the connection."""

BEAT: Final = b":\n\n"
END: Final = b"event: end\ndata: end\n\n"

type Close = Callable[[], None]


@dataclass(slots=True, eq=False)
class Stream:
    """One connection that is lent.

    Attributes:
        officer: whose page it is.
        environ: WSGI environment of the question that it asks.
        tag: of what the page has.
        connection: the socket, which does not wait.
        is_chunked: whether the answer is in chunks (HTTP/1.1).
        close: ends the connection.
    """

    officer: str
    environ: dict[str, Any]
    tag: str
    connection: socket.socket | None = None
    is_chunked: bool = True
    close: Close = lambda: None

    def send(self, text: bytes) -> bool:
        """Send a piece; return whether it could be, at once and whole."""
        assert self.connection is not None
        frame = b"%x\r\n%b\r\n" % (len(text), text) if self.is_chunked else text
        try:
            return self.connection.send(frame) == len(frame)
        except OSError:
            return False

    def is_there(self) -> bool:
        """Whether the reader has not hung up."""
        assert self.connection is not None
        try:
            return self.connection.recv(1, socket.MSG_PEEK) != b""
        except BlockingIOError:
            return True
        except OSError:
            return False


class Streams:
    """The streams of one listener.

    Attributes:
        woken: set when something may be new.
    """

    def __init__(self, app: Application) -> None:
        self.woken = threading.Event()
        self._app = app
        self._lock = threading.Lock()
        self._promised: list[Stream] = []
        self._lent: list[Stream] = []
        self._thread: threading.Thread | None = None
        self._closed = threading.Event()

    def promise(
        self, officer: str, address: str, tag: str, environ: Mapping[str, Any]
    ) -> Stream | None:
        """Return a place for a stream, or None where there is none.

        Args:
            officer: whose page it is.
            address: the path that the page would ask.
            tag: of what the page has, or "".
            environ: of the request that asks for a stream.
        """
        asked = {name: value for name, value in environ.items() if name not in _NOT_ASKED}
        asked |= {"PATH_INFO": address, "QUERY_STRING": "", "HTTP_COMITY_HIDDEN": "1"}
        made = Stream(officer, asked, tag)
        with self._lock:
            for one in [one for one in self._lent if one.officer == officer and not one.is_there()]:
                self._drop(one)
            every = [*self._promised, *self._lent]
            own = sum(one.officer == officer for one in every)
            if self._closed.is_set() or len(every) >= STREAMS_MAX or own >= OFFICER_MAX:
                return None
            self._promised.append(made)
        return made

    def forget(self, made: Stream) -> None:
        """Give a place back that was promised and not used."""
        with self._lock, suppress(ValueError):
            self._promised.remove(made)

    def lend(self, made: Stream, connection: socket.socket, close: Close) -> None:
        """Take a connection over on which the head of an answer was sent."""
        connection.setblocking(False)  # noqa: FBT003 -- the socket module's own signature
        with suppress(OSError):  # of a socket that is none of TCP
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNANSWERED_MS)
        made.connection, made.close = connection, close
        with self._lock:
            self._promised.remove(made)
            self._lent.append(made)
            if self._closed.is_set():
                self._drop(made)
            elif self._thread is None:
                self._thread = threading.Thread(target=self._run, name="streams", daemon=True)
                self._thread.start()
        self.woken.set()  # something may have come since the page was made

    def count(self) -> int:
        """Return how many are open."""
        with self._lock:
            return len(self._lent)

    def close(self, within_s: float) -> None:
        """End every stream; whoever closes the node's store next waits for the last look.

        Args:
            within_s: how long that is waited for.
        """
        with self._lock:
            self._closed.set()
            for one in list(self._lent):
                self._drop(one)
        self.woken.set()
        if self._thread is not None:
            self._thread.join(within_s)

    def _drop(self, one: Stream) -> None:
        if one in self._lent:
            self._lent.remove(one)
            with suppress(OSError):
                one.close()

    def _run(self) -> None:
        try:
            self._look_on()
        finally:
            connections.close_all()  # of this thread alone

    def _look_on(self) -> None:
        beaten_ms = clock.monotonic_ms()
        while not self._closed.is_set():
            left_ms = beaten_ms + BEAT_MS - clock.monotonic_ms()
            if self.woken.wait(max(0, left_ms) / 1_000):
                self._closed.wait(GATHER_S)
            self.woken.clear()
            began_ms = clock.monotonic_ms()
            is_beat = began_ms >= beaten_ms + BEAT_MS
            if is_beat:
                beaten_ms = began_ms
            self._look_at_all(is_beat=is_beat)
            self._closed.wait(REST * (clock.monotonic_ms() - began_ms) / 1_000)

    def _look_at_all(self, *, is_beat: bool) -> None:
        with self._lock:
            found = list(self._lent)
        for one in found:
            if self._closed.is_set():
                return
            self._look(one, is_beat=is_beat)

    def _look(self, one: Stream, *, is_beat: bool) -> None:
        """Ask for one stream, and tell its page what came of it."""
        if not one.is_there():
            goes_on = False
        else:
            said, goes_on = self._asked(one)
            text = said or (BEAT if is_beat else b"")
            goes_on = (not text or one.send(text)) and goes_on
        if not goes_on:
            with self._lock:
                self._drop(one)

    def _asked(self, one: Stream) -> tuple[bytes, bool]:
        """Return what is to be told, and whether the stream goes on."""
        try:
            status, tag = self._ask(one)
        except Exception as error:  # noqa: BLE001 -- one page's trouble ends no other's stream
            log.tell("streams.unforeseen", log.where(error))
            return b"", True
        if status == HTTPStatus.OK and tag:
            is_new, one.tag = tag != one.tag, tag
            return (b"id: %b\nevent: new\ndata: new\n\n" % tag.encode() if is_new else b""), True
        is_over = HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.INTERNAL_SERVER_ERROR
        is_led_away = is_over and status != HTTPStatus.NOT_MODIFIED
        return (END, False) if is_led_away else (b"", True)

    def _ask(self, one: Stream) -> tuple[int, str]:
        """Ask what the page would ask; return the status and the tag of the answer."""
        told: list[tuple[str, list[tuple[str, str]]]] = []

        def start(status: str, headers: list[tuple[str, str]], _error: object = None) -> None:
            told.append((status, headers))

        environ = {**one.environ, "wsgi.input": io.BytesIO(), "HTTP_IF_NONE_MATCH": one.tag}
        answer: Iterable[bytes] = self._app(environ, start)
        try:
            for _ in answer:
                pass
        finally:
            if hasattr(answer, "close"):
                answer.close()
        status, headers = told[-1]
        tags = [value for name, value in headers if name.lower() == "etag"]
        return int(status[:3]), tags[0] if tags else ""


_NOT_ASKED: Final = frozenset({LEND, "wsgi.input", "HTTP_LAST_EVENT_ID", "REQUEST_URI"})
"""What of the environment of a stream's own request is not of the question."""
