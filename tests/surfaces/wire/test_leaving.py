"""How an answer leaves, and what of the connection stays, over real TLS on the loopback."""

from collections.abc import Iterator

import pytest
from surfaces.wire.stage import Stage, post, serving

NAME = "0" * 64


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    """One listener for the tests that do not change it."""
    with serving(Stage()) as up:
        yield up


def test_connections_of_many_channels_are_kept(stage: Stage) -> None:
    """Many at once, each of a sender of its own: no handshake is done twice."""
    callers = [stage.peers() for _ in range(40)]
    kept = [{post(one, "/add-entries", b"").status: one._kept.by_party["b"]} for one in callers]

    assert kept == [
        {post(one, "/add-entries", b"").status: one._kept.by_party["b"]} for one in callers
    ]
    assert all(one._kept.by_party["b"].sock is not None for one in callers)


def test_an_answer_is_one_record(stage: Stage) -> None:
    """Head and body leave together: who waits wakes once, and a bare head leaves too."""
    with stage.raw() as sock:
        for method, path in (("GET", "/health"), ("HEAD", f"/body/{NAME}")):
            sock.sendall(f"{method} {path} HTTP/1.1\r\nhost: b\r\n\r\n".encode())
            head, _, body = sock.recv(1 << 16).partition(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200 ")
            assert body.startswith(b"ok ") == (method == "GET")
