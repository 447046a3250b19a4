"""The officers' listener."""

import gc
import socket
import struct
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from comity.boot.officers import OfficersServer
from comity.surfaces.web.wsgi import StartResponse

PIECE = b"x" * 1_000_000


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

    server = OfficersServer(("127.0.0.1", 0), large, threads=1)
    server.prepare()
    thread = threading.Thread(target=server.serve, daemon=True)
    thread.start()
    yield server
    server.stop()
    thread.join(5)


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


def test_connections_that_ask_nothing_keep_no_thread(server: OfficersServer) -> None:
    """Browsers open spare ones; with one thread and three of them a page is still answered."""
    server.timeout = 3_600
    with ExitStack() as lines:
        for _ in range(3):
            lines.enter_context(socket.create_connection(server.bind_addr))
        reader = lines.enter_context(socket.create_connection(server.bind_addr, 60))
        reader.sendall(b"GET / HTTP/1.1\r\nHost: comity.test\r\n\r\n")
        assert reader.recv(1_000).startswith(b"HTTP/1.1 200")
