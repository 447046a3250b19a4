"""The officers' listener."""

import contextlib
import errno
import gc
import socket
import struct
import sys
import threading
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import cheroot.server
import pytest
from support.http_line import CALL, asks, is_closed

from comity.boot import request_heads
from comity.boot.officers import OfficersConnection, OfficersServer
from comity.surfaces.web.wsgi import Application, StartResponse

PIECE = b"x" * 1_000_000


@contextmanager
def serving(app: Application) -> Iterator[OfficersServer]:
    """Serve something with one thread for the length of a `with`."""
    server = OfficersServer(("127.0.0.1", 0), app, threads=1)
    server.prepare()
    thread = threading.Thread(target=server.serve, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.stop()
        thread.join(5)


@pytest.fixture
def answered() -> threading.Event:
    """Set when the page has ended, as it was meant to or not."""
    return threading.Event()


@pytest.fixture
def server(answered: threading.Event) -> Iterator[OfficersServer]:
    """A listener whose one page is larger than any buffer between it and its reader."""

    def large(_environ: dict[str, Any], start: StartResponse) -> Iterator[bytes]:
        start("200 OK", [("content-type", "text/plain")])
        try:
            for _ in range(50):
                yield PIECE
        finally:
            answered.set()

    with serving(large) as server:
        yield server


def test_a_reader_who_leaves_in_the_middle_leaves_nothing_behind(
    server: OfficersServer, answered: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reader who hangs up in the middle of an answer costs the node nothing, then or later."""
    complaints: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", complaints.append)
    with socket.create_connection(server.bind_addr) as reader:
        reader.sendall(b"GET / HTTP/1.1\r\nHost: comity.test\r\n\r\n")
        assert reader.recv(1_000)
        reader.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    assert answered.wait(20)
    server.stop()  # its threads let go of what they served last
    gc.collect()
    assert not complaints


class Led:
    """An answer without a body.

    Attributes:
        closed: set when it is closed.
    """

    def __init__(self) -> None:
        self.closed = threading.Event()

    def __iter__(self) -> Iterator[bytes]:
        return iter(())

    def close(self) -> None:
        """Close it."""
        self.closed.set()


def test_an_answer_that_finds_no_reader_is_closed() -> None:
    """A browser that hangs up before it is led on leaves no line to the database open."""
    asked, left, led = threading.Event(), threading.Event(), Led()

    def late(_environ: dict[str, Any], start: StartResponse) -> Led:
        asked.set()
        assert left.wait(20)
        start("303 See Other", [("location", "/"), ("content-length", "0")])
        return led

    with serving(late) as server:
        with socket.create_connection(server.bind_addr) as reader:
            reader.sendall(b"GET / HTTP/1.1\r\nHost: comity.test\r\n\r\n")
            assert asked.wait(20)
            reader.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        left.set()
        assert led.closed.wait(20)


def test_connections_that_ask_nothing_keep_no_thread(server: OfficersServer) -> None:
    """Browsers open spare ones; with one thread and three of them a page is still answered."""
    server.timeout = 3_600
    with ExitStack() as lines:
        for _ in range(3):
            lines.enter_context(socket.create_connection(server.bind_addr))
        reader = lines.enter_context(socket.create_connection(server.bind_addr, 60))
        reader.sendall(b"GET / HTTP/1.1\r\nHost: comity.test\r\n\r\n")
        assert reader.recv(1_000).startswith(b"HTTP/1.1 200")


def _asked(server: OfficersServer, lines: ExitStack, begun: bytes, count: int) -> bytes:
    """Begin as many requests, and then ask one whole."""
    for _ in range(count):
        lines.enter_context(socket.create_connection(server.bind_addr)).sendall(begun)
    reader = lines.enter_context(socket.create_connection(server.bind_addr, 60))
    reader.sendall(b"GET / HTTP/1.1\r\nHost: comity.test\r\n\r\n")
    return reader.recv(1_000)


def test_half_a_request_keeps_no_thread(server: OfficersServer) -> None:
    """With one thread and many who begin to ask, whoever asks is answered."""
    server.timeout = 3_600
    with ExitStack() as lines:
        begun = b"GET / HTTP/1.1\r\nHost: comity.te"
        assert _asked(server, lines, begun, 40).startswith(b"HTTP/1.1 200")


def test_a_request_that_comes_in_pieces_is_answered(server: OfficersServer) -> None:
    """A line that is slow gives a head by and by, and is not read in vain meanwhile."""
    with socket.create_connection(server.bind_addr, 60) as reader:
        for piece in (b"G", b"ET / HT", b"TP/1.1\r\nHost: comity.test\r\n", b"\r", b"\n"):
            reader.sendall(piece)
            time.sleep(0.05)
        assert reader.recv(1_000).startswith(b"HTTP/1.1 200")


def test_a_head_that_drips_is_cut_off() -> None:
    """It has five seconds in all, however often a byte comes."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(b"GET")
        half = request_heads.look(ours, request_heads.NONE, 1_000)
        theirs.sendall(b" ")
        later = request_heads.look(ours, half, 5_900)
        assert later == request_heads.Half(4, 1_000)
        theirs.sendall(b"/")
        with pytest.raises(TimeoutError):
            request_heads.look(ours, later, 6_001)
        theirs.sendall(b" HTTP/1.1\r\n\r\n")
        assert request_heads.look(ours, later, 5_950) is request_heads.NONE
        assert ours.recv(100).startswith(b"GET")


def test_a_body_that_drips_lets_its_thread_go(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is waited for in one request is bounded, however often a byte comes."""
    monkeypatch.setattr(request_heads, "PATIENCE_S", 0.3)
    ours, theirs = socket.socketpair()
    ended = threading.Event()

    def drip() -> None:
        while not ended.wait(0.02):
            theirs.sendall(b"x")

    with ours, theirs:
        ours.settimeout(10)
        reader = request_heads.Reader(ours, 100)
        reader.begin()
        dripping = threading.Thread(target=drip)
        dripping.start()
        with pytest.raises(TimeoutError):
            reader.readline()
        reader.begin()
        assert reader.raw.read(1) == b"x", "the next one has its own"
        ended.set()
        dripping.join()


def test_the_answer_to_a_head_is_its_head_alone() -> None:
    """What else came on that line would be read as the answer to what is asked next."""

    def page(environ: dict[str, Any], start: StartResponse) -> list[bytes]:
        body = environ["PATH_INFO"].encode()
        start("200 OK", [("content-length", str(len(body)))])
        return [body]

    with serving(page) as server, socket.create_connection(server.bind_addr, 20) as reader:
        lines = reader.makefile("rb")
        for method, path, told in (("HEAD", "/one", b""), ("GET", "/two", b"/two")):
            reader.sendall(f"{method} {path} HTTP/1.1\r\nHost: comity.test\r\n\r\n".encode())
            assert lines.readline() == b"HTTP/1.1 200 OK\r\n"
            while lines.readline() != b"\r\n":
                pass
            assert lines.read(len(told)) == told


def test_a_body_in_chunks_is_not_read_as_the_next_request() -> None:
    """Nobody is answered what nobody asked."""

    def page(environ: dict[str, Any], start: StartResponse) -> list[bytes]:
        start("200 OK", [("content-length", "4")])
        return [environ["PATH_INFO"].encode()]

    with serving(page) as server, socket.create_connection(server.bind_addr, 20) as reader:
        hidden = b"GET /two HTTP/1.1\r\nHost: comity.test\r\n\r\n"
        reader.sendall(
            b"POST /one HTTP/1.1\r\nHost: comity.test\r\nTransfer-Encoding: chunked\r\n\r\n"
            + b"%x\r\n%b\r\n0\r\n\r\n" % (len(hidden), hidden)
        )
        told = b""
        with contextlib.suppress(ConnectionResetError):  # what is left was never read
            while part := reader.recv(1_000):
                told += part
    assert told.count(b"HTTP/1.1") == 1
    assert told.endswith(b"/one")


def _hello(_environ: dict[str, Any], start: StartResponse) -> list[bytes]:
    start("200 OK", [("content-type", "text/plain"), ("content-length", "2")])
    return [b"ok"]


def test_callers_who_say_nothing_are_bounded() -> None:
    """Each costs a descriptor: the longest idle ones go, and who asks is answered."""
    with serving(_hello) as server, ExitStack() as lines:
        server.watched_max, server.timeout = 4, 3_600
        silent = [
            lines.enter_context(socket.create_connection(server.bind_addr, 20)) for _ in range(8)
        ]
        assert all(is_closed(line) for line in silent[:4])
        assert asks(lines.enter_context(socket.create_connection(server.bind_addr, 20)))


def test_a_connection_that_cannot_be_watched_or_closed_ends_no_listener(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Cheroot would end the worker that meets it, and the whole listener with that."""
    with serving(_hello) as server, socket.create_connection(server.bind_addr, 20) as kept:
        assert asks(kept)

        def gone(self: OfficersConnection) -> bool:
            self.socket.close()
            return True

        def broken(_self: OfficersConnection) -> None:
            raise OSError(errno.EBADF, "Bad file descriptor")

        with monkeypatch.context() as patch:
            patch.setattr(OfficersConnection, "communicate", gone)
            patch.setattr(cheroot.server.HTTPConnection, "close", broken)
            kept.sendall(CALL)
            assert is_closed(kept)
        with socket.create_connection(server.bind_addr, 20) as later:
            assert asks(later)


def test_a_body_that_nobody_reads_is_not_held() -> None:
    """Who has no session may send as much as they like: it is dropped, and cut off at a size."""
    size, piece = 24 << 20, bytes(1 << 16)
    tracemalloc.start()
    try:
        with (
            serving(_hello) as server,
            socket.create_connection(server.bind_addr, 20) as line,
        ):
            line.sendall(f"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {size}\r\n\r\n".encode())
            for _ in range(size // len(piece)):
                line.sendall(piece)
            assert line.recv(1_000).startswith(b"HTTP/1.1 200")
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < size // 4
