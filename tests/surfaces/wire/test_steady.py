"""What would stop a listener, let it spin or fill its memory."""

import errno
import socket
import ssl
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from io import BytesIO
from types import SimpleNamespace
from typing import Any, cast, override

import pytest
from cheroot import server
from support.http_line import CALL, asks, is_closed
from surfaces.wire.stage import Stage, wait_for

from comity.adapters import clock
from comity.surfaces.wire import resilience
from comity.surfaces.wire.resilience import SteadyServer


class Listener(SteadyServer):
    """A listener that counts what it complains of."""

    watched_max = 64
    monotonic_ms = staticmethod(clock.monotonic_ms)

    def __init__(self) -> None:
        def hello(_environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
            start("200 OK", [("content-type", "text/plain"), ("content-length", "2")])
            return [b"ok"]

        super().__init__(("127.0.0.1", 0), hello, numthreads=2)
        self.complaints = 0

    @override
    def error_log(self, *_: object, **_named: object) -> None:
        """Count."""
        self.complaints += 1

    def call(self, lines: ExitStack) -> socket.socket:
        """Return a new connection to it."""
        return lines.enter_context(socket.create_connection(self.bind_addr, 20))


class Full:
    """Stands for a listening socket whose process has no descriptor left."""

    def __init__(self, real: socket.socket) -> None:
        self._real = real
        self.is_full = True

    def __getattr__(self, name: str) -> object:
        return getattr(self._real, name)

    def accept(self) -> tuple[socket.socket, object]:
        """Accept, if there is one.

        Raises:
            OSError: there is none.
        """
        if self.is_full:
            raise OSError(errno.EMFILE, "Too many open files")
        return self._real.accept()


@contextmanager
def serving() -> Iterator[Listener]:
    """Serve for the length of a `with`."""
    listener = Listener()
    listener.prepare()
    thread = threading.Thread(target=listener.serve, daemon=True)
    thread.start()
    try:
        yield listener
    finally:
        listener.stop()
        thread.join(5)
    assert not thread.is_alive()


def test_who_waits_is_answered_while_no_descriptor_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """Accepting fails at once: neither is the log filled with that, nor anybody kept waiting."""
    monkeypatch.setattr(resilience, "FREED", 0)
    with serving() as listener, ExitStack() as lines:
        line = listener.call(lines)
        assert asks(line)
        full = Full(listener.socket)
        listener.socket = cast("socket.socket", full)
        late = listener.call(lines)
        assert all(asks(line) for _ in range(20))
        wait_for(lambda: listener.complaints > 3)
        assert listener.complaints < 200
        full.is_full = False
        assert asks(late)


def test_the_longest_idle_ones_make_room_where_no_descriptor_is_left() -> None:
    """What they hold is what is missing."""
    with serving() as listener, ExitStack() as lines:
        idle = listener.call(lines)
        assert asks(idle)
        listener.socket = cast("socket.socket", Full(listener.socket))
        listener.call(lines)
        assert is_closed(idle)


def test_who_is_idle_stays_while_there_is_room() -> None:
    """None is closed before as many wait as may."""
    with serving() as listener, ExitStack() as lines:
        listener.watched_max = 8
        idle: list[socket.socket] = []
        for _ in range(7):
            idle.append(listener.call(lines))
            assert asks(idle[-1])
        assert all(asks(line) for line in idle)


def test_who_asks_as_room_is_made_is_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are idle no more, and is not the room."""
    monkeypatch.setattr(resilience, "FREED", 0)
    with serving() as listener, ExitStack() as lines:
        asking = [listener.call(lines) for _ in range(4)]
        assert all(asks(line) for line in asking)
        full = Full(listener.socket)
        listener.socket = cast("socket.socket", full)
        late = listener.call(lines)
        wait_for(lambda: listener.complaints > 0)
        monkeypatch.setattr(resilience, "FREED", 8)
        for line in asking:
            line.sendall(CALL)
        assert all(line.recv(1_000).startswith(b"HTTP/1.1 200") for line in asking)
        full.is_full = False
        assert asks(late)


def test_an_idle_connection_ends_though_the_clock_is_set_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A machine whose clock is set back by an hour would keep it for an hour."""
    now_s = clock.SystemClock().now_ms() / 1_000
    with serving() as listener, ExitStack() as lines:
        listener.timeout = 1
        line = listener.call(lines)
        assert asks(line)
        monkeypatch.setattr(time, "time", lambda: now_s - 3_600)
        assert is_closed(line)


def test_a_body_that_nobody_reads_is_not_held(stage: Stage) -> None:
    """A stranger has no card, and their 403 costs no memory, however much they send."""
    size, piece = 24 << 20, bytes(1 << 16)
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    tracemalloc.start()
    try:
        with (
            socket.create_connection(("127.0.0.1", stage.port), 20) as plain,
            context.wrap_socket(plain) as line,
        ):
            head = f"POST /add-entries HTTP/1.1\r\nHost: x\r\nContent-Length: {size}\r\n\r\n"
            line.sendall(head.encode())
            for _ in range(size // len(piece)):
                line.sendall(piece)
            assert line.recv(1_000).startswith(b"HTTP/1.1 403")
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < size // 4


@pytest.mark.parametrize(
    ("size", "comes", "left"),
    [(0, 0, 0), (9, 9, 0), (1_000, 1_000, 0), (1_001, 1_001, 1_001), (9, 3, 6)],
)
def test_a_connection_ends_on_which_a_body_was_left(
    monkeypatch: pytest.MonkeyPatch, size: int, comes: int, left: int
) -> None:
    """What is left would be read as what is asked next; a body that is too long is left."""
    monkeypatch.setattr(resilience, "DROPPED_BYTES_MAX", 1_000)
    rest = server.KnownLengthRFile(BytesIO(bytes(comes)), size)
    request = SimpleNamespace(close_connection=False, chunked_read=False, rfile=rest)
    resilience.drop_rest(request)

    assert rest.remaining == left
    assert request.close_connection == (left > 0)
