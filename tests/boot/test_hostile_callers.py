"""Hostile callers of the officers' and of the peers' listener: each costs what is bound."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Any

import pytest
from surfaces.wire.stage import Stage
from surfaces.wire.stage import serving as serving_peers

from comity.boot import officers, request_heads
from comity.boot.officers import OfficersServer
from comity.surfaces.web.wsgi import StartResponse
from comity.surfaces.wire import strict_http

ASKS = b"GET / HTTP/1.1\r\nHost: comity.test\r\n\r\n"
PIECE = b"x" * 1_000_000
ENDLESS = 64


def page(environ: dict[str, Any], start: StartResponse) -> Iterator[bytes]:
    """A page of few bytes, or one of many; what is sent is read."""
    environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    start("200 OK", [("content-type", "text/plain")])
    yield from [PIECE] * ENDLESS if environ["PATH_INFO"] == "/large" else [b"hello"]


@contextmanager
def serving_officers() -> Iterator[OfficersServer]:
    """Serve a page as a node does."""
    server = OfficersServer(("127.0.0.1", 0), page)
    server.prepare()
    thread = threading.Thread(target=server.serve, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.stop()
        thread.join(5)


@contextmanager
def officers_line() -> Iterator[socket.socket]:
    """A line to the officers' listener."""
    with serving_officers() as server, socket.create_connection(server.bind_addr, 20) as line:
        yield line


@contextmanager
def peers_line() -> Iterator[socket.socket]:
    """A line of a stranger to the peers' listener, hands shaken."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with (
        serving_peers(Stage()) as stage,
        socket.create_connection(("127.0.0.1", stage.port), 20) as plain,
        context.wrap_socket(plain) as line,
    ):
        yield line


type Door = Callable[[], AbstractContextManager[socket.socket]]

BOTH = pytest.mark.parametrize("door", [officers_line, peers_line])


@BOTH
@pytest.mark.parametrize("begun", [b"GET / HTTP/1.1\r\nX-Endless: ", b"GET /"])
def test_a_head_without_end_is_not_read(door: Door, begun: bytes) -> None:
    """A field, or an address, that never ends: nobody takes more of it than a head may have."""
    with door() as line:
        sent = 0
        try:
            line.sendall(begun)
            while sent < 200 * strict_http.HEAD_BYTES_MAX:
                sent += line.send(b"x" * 65_536)
        except OSError:
            return
        pytest.fail(f"{sent} bytes were taken")


@BOTH
@pytest.mark.parametrize(
    "fields",
    [
        b"Content-Length: 1\r\nContent-Length: 2\r\n",
        b"Content-Length: +5\r\n",
        b"Content-Length: -1\r\n",
        b"Content-Length : 5\r\n",
        b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        b" X-Folded: 1\r\n",
    ],
)
def test_a_head_of_two_meanings_is_refused(door: Door, fields: bytes) -> None:
    """It is answered with 400, and nothing that follows is read as a request."""
    with door() as line:
        line.sendall(b"POST / HTTP/1.1\r\nHost: b\r\n" + fields + b"\r\nhello" + ASKS)
        said = b""
        try:
            while piece := line.recv(4_096):
                said += piece
        except OSError:
            pass
    assert said.startswith(b"HTTP/1.1 400")
    assert said.count(b"HTTP/1.1") == 1


def _answer(server: OfficersServer) -> bytes:
    with socket.create_connection(server.bind_addr, 20) as line:
        line.sendall(ASKS)
        return line.recv(1_000)


def test_forms_that_drip_keep_no_thread() -> None:
    """More of them than there are threads; a page is answered as if there were none."""
    with serving_officers() as server, ExitStack() as lines:
        for _ in range(4 * officers.THREADS):
            line = lines.enter_context(socket.create_connection(server.bind_addr, 20))
            line.sendall(b"POST / HTTP/1.1\r\nHost: b\r\nContent-Length: 9000\r\n\r\nhe")
        began = time.monotonic()
        assert _answer(server).startswith(b"HTTP/1.1 200")
        assert time.monotonic() - began < request_heads.HEAD_S / 2


def test_a_form_that_comes_slowly_is_taken() -> None:
    """A slow line is no hostile one: piece by piece, and then it is answered."""
    with officers_line() as line:
        line.sendall(b"POST / HTTP/1.1\r\nHost: b\r\nContent-Length: 12\r\n\r\n")
        for piece in (b"hell", b"o wo", b"rld!"):
            time.sleep(0.1)
            line.sendall(piece)
        assert line.recv(1_000).startswith(b"HTTP/1.1 200")


def test_a_body_that_is_larger_than_what_is_held_is_taken() -> None:
    """A thread reads what is beyond the system's buffers."""
    size = 3 * request_heads.BODY_HELD_MAX + 7
    with officers_line() as line:
        line.sendall(b"POST / HTTP/1.1\r\nHost: b\r\nContent-Length: %d\r\n\r\n" % size)
        line.sendall(b"x" * size)
        assert line.recv(1_000).startswith(b"HTTP/1.1 200")


def test_readers_who_take_nothing_do_not_keep_a_page_waiting() -> None:
    """More of them than there are threads ask for what no buffer holds."""
    with serving_officers() as server, ExitStack() as lines:
        readers = [
            lines.enter_context(socket.create_connection(server.bind_addr, 30))
            for _ in range(4 * officers.THREADS)
        ]
        for line in readers:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
            line.sendall(b"GET /large HTTP/1.1\r\nHost: b\r\n\r\n")
        time.sleep(0.5)
        began = time.monotonic()
        assert _answer(server).startswith(b"HTTP/1.1 200")
        assert time.monotonic() - began < request_heads.SEND_S


def test_a_caller_who_hangs_up_in_a_small_body_is_let_go() -> None:
    """The rest never comes, and nobody looks for it again and again."""
    with officers_line() as line:
        line.sendall(b"POST / HTTP/1.1\r\nHost: b\r\nContent-Length: 12\r\n\r\nhe")
        line.shutdown(socket.SHUT_WR)
        while line.recv(1_000):
            pass
