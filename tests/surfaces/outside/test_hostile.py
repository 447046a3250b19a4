"""Hostile callers of the third listener: silent, slow, endless, malformed, taking nothing.

None keeps another waiting, and none costs memory.
"""

import resource
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest
from support import guests, pair
from support.guests import At
from support.pair import World
from surfaces.web import stage

from comity.boot import outside_server
from comity.domestic.officer import role
from comity.domestic.outside.session import TOKEN
from comity.node.base.buckets import Rate

MEBIBYTE = 1 << 20
SOON_S = 3.0
HEAD = b"GET / HTTP/1.1\r\nHost: localhost\r\n"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Two States, of which Freedonia has an officer."""
    with pair.closing():
        found = stage.world_of(tmp_path_factory.mktemp("guests"), "fr", "sy")
        stage.have_officer(found.node("fr"), "ann", role.CASE_OFFICER)
        yield found


@pytest.fixture
def at(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[At]:
    """A listener that takes many connections of one address: those here stand for many."""
    many = Rate(10_000, 10_000)
    monkeypatch.setattr(outside_server, "OPENED", many)
    monkeypatch.setattr(outside_server, "OPENED_IN_ALL", many)
    monkeypatch.setattr(outside_server, "PER_ADDRESS_MAX", 10_000)
    with guests.serving(world.node("fr"), tmp_path) as found:
        yield found


def token(at: At) -> str:
    """Return the token of a guest."""
    with at.node.store.read() as tx:
        ann = tx.officer("ann")
    assert ann is not None
    return guests.admit(at.node, ann, TOKEN).secret


def answers_soon(at: At, secret: str) -> bool:
    """Whether a guest is answered while others do what they do."""
    began = time.monotonic()
    return at.call("/", token=secret).status == 200 and time.monotonic() - began < SOON_S


def memory_mib() -> float:
    """Return how much memory this process has taken at most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_024


def last(line: socket.socket) -> bytes:
    """Return what a connection says until it ends."""
    found = b""
    with suppress(OSError):
        while piece := line.recv(65_536):
            found += piece
    return found


def test_those_who_say_nothing_keep_nobody_waiting(at: At) -> None:
    """More of them than there are workers, before the handshake and after it."""
    secret = token(at)
    with ExitStack() as held:
        for _ in range(100):
            held.enter_context(at.plain())
        for _ in range(20):
            held.enter_context(at.line())
        assert answers_soon(at, secret)


def test_more_connections_than_it_keeps_let_the_next_in(at: At) -> None:
    """Those that were silent for longest are closed."""
    secret = token(at)
    with ExitStack() as held:
        first = held.enter_context(at.plain())
        for _ in range(outside_server.CONNECTIONS_MAX + 20):
            held.enter_context(at.plain())
        assert answers_soon(at, secret)
        first.settimeout(SOON_S)
        assert last(first) == b""


def test_half_heads_and_slow_bodies_keep_no_worker(at: At) -> None:
    """Heads and small bodies are awaited without a worker, and not for long."""
    secret = token(at)
    with ExitStack() as held:
        slow = []
        for _ in range(3 * outside_server.THREADS):
            for begun in (HEAD, b"POST /enter/x HTTP/1.1\r\nContent-Length: 900\r\n\r\nab"):
                line = held.enter_context(at.line())
                line.sendall(begun)
                slow.append(line)
        assert answers_soon(at, secret)
        until = time.monotonic() + outside_server.REQUEST_S + 8
        for line in slow[:4]:
            line.settimeout(max(0.1, until - time.monotonic()))
            with suppress(OSError):
                while line.recv(1_000):
                    pass
            assert time.monotonic() < until


def test_one_who_drips_is_cut_off(at: At) -> None:
    """A byte now and then does not prolong it."""
    with at.line() as line:
        line.sendall(HEAD)
        began = time.monotonic()
        with suppress(OSError):
            while time.monotonic() - began < 3 * outside_server.REQUEST_S:
                line.sendall(b"x")
                time.sleep(0.2)
        assert time.monotonic() - began < outside_server.REQUEST_S + 3


def test_an_endless_head_and_an_endless_body_cost_no_memory(at: At) -> None:
    """A head has 16 KiB; a body that nobody asked for is not read."""
    before = memory_mib()
    for begun in (HEAD + b"X: ", b"POST / HTTP/1.1\r\nContent-Length: 999999999999\r\n\r\n"):
        with at.line() as line:
            sent = 0
            with suppress(OSError):
                line.sendall(begun)
                while sent < 64 * MEBIBYTE:
                    line.sendall(b"x" * MEBIBYTE)
                    sent += MEBIBYTE
            assert sent < 32 * MEBIBYTE
    assert memory_mib() - before < 24


def test_those_who_take_nothing_keep_no_worker(at: At) -> None:
    """What a stranger is sent finds room in the system's buffers."""
    secret = token(at)
    with ExitStack() as held:
        for _ in range(4 * outside_server.THREADS):
            line = held.enter_context(at.line())
            line.sendall(HEAD + b"\r\n")
        assert answers_soon(at, secret)


def test_a_session_that_takes_slowly_has_two_workers_at_most(at: At) -> None:
    """Others are answered meanwhile; so is that one, that it is to wait."""
    greedy, other = token(at), token(at)
    asked = b"GET /echo/large HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
    with ExitStack() as held:
        for _ in range(2 * outside_server.THREADS):
            line = held.enter_context(at.line())
            line.sendall(asked + greedy.encode() + b"\r\n\r\n")
        assert answers_soon(at, other)


@pytest.mark.parametrize(
    ("said", "status"),
    [
        (b"GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nContent-Length: +5\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nContent-Length : 5\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nContent-Length: 1_0\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\n folded: x\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nX: a\x00b\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nX: a\nY: b\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", b"400"),
        (b"GET http://evil.example/ HTTP/1.1\r\n\r\n", b"400"),
        (b"GET / HTTP/2.0\r\n\r\n", b"400"),
        (b"\x16\x03\x01 nonsense\r\n\r\n", b"400"),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", b"411"),
        (b"POST / HTTP/1.1\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n", b"417"),
        (b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\n\r\n", b"4"),
    ],
)
def test_what_can_be_read_in_two_ways_is_refused(at: At, said: bytes, status: bytes) -> None:
    """One spelling of a request: no proxy and no cache reads it otherwise; then it hangs up."""
    with at.line() as line:
        line.sendall(said)
        line.settimeout(5)
        assert last(line).startswith(b"HTTP/1.1 " + status)


def test_plain_http_and_garbage_end_the_connection_alone(at: At) -> None:
    """What is no handshake ends nothing else."""
    secret = token(at)
    for said in (HEAD + b"\r\n", b"\x00" * 2_000, b"\x16\x03\x01\xff\xff" + b"\x01" * 2_000):
        with at.plain() as line:
            line.sendall(said)
            line.settimeout(8)
            last(line)
    assert answers_soon(at, secret)


def test_one_address_opens_so_many_connections_and_no_more(world: World, tmp_path: Path) -> None:
    """Those beyond are closed at once, and one that closes makes room."""
    with guests.serving(world.node("fr"), tmp_path) as at, ExitStack() as held:
        open_ = [held.enter_context(at.plain()) for _ in range(outside_server.PER_ADDRESS_MAX)]
        time.sleep(0.3)
        over = held.enter_context(at.plain())
        over.settimeout(5)
        assert last(over) == b""
        for line in open_:
            line.close()
        time.sleep(0.5)
        assert at.call("/").status == 401


def test_a_handshake_is_of_today(at: At) -> None:
    """TLS 1.3 alone."""
    old = at.context()
    old.minimum_version = ssl.TLSVersion.TLSv1_2
    old.maximum_version = ssl.TLSVersion.TLSv1_2
    with at.plain() as plain, pytest.raises(ssl.SSLError):
        old.wrap_socket(plain, server_hostname="localhost")
