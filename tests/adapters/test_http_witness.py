"""The line to a witness: whatever answers there, it takes a bounded time and a bounded size."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from comity.adapters import http_witness
from comity.adapters.http_witness import HttpWitnesses
from comity.kernel import limits
from comity.kernel.fault import Fault
from comity.node.base.rows import Witness

DRIP_S = 0.05
SIZE = b"HTTP/1.1 409 Conflict\r\ncontent-type: text/x.tlog.size\r\ncontent-length: 2\r\n\r\n7\n"


@contextmanager
def answering(answer: bytes, *, drip_s: float = 0.0) -> Iterator[Witness]:
    """Be a witness that answers one call with these bytes, at once or one by one."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=_serve, args=(listening, answer, drip_s))
        thread.start()
        port = listening.getsockname()[1]
        yield Witness("w", (), f"http://127.0.0.1:{port}/of/w/", ("live",))
        thread.join()


def _serve(listening: socket.socket, answer: bytes, drip_s: float) -> None:
    caller, _ = listening.accept()
    with caller:
        caller.recv(65_536)
        step = 1 if drip_s else len(answer) + 1
        try:
            for at in range(0, len(answer), step):
                caller.sendall(answer[at : at + step])
                time.sleep(drip_s)
        except OSError:
            return  # the caller has had enough


def test_what_a_witness_answers_is_given_as_it_is() -> None:
    """Its status decides, whatever that is; it sends nobody elsewhere."""
    line = HttpWitnesses()
    with answering(SIZE) as one:
        answer = line.add_checkpoint(one, b"old 0\n")
    assert (answer.status, answer.body, answer.media_type) == (409, b"7\n", "text/x.tlog.size")
    moved = b"HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:9/\r\ncontent-length: 0\r\n\r\n"
    with answering(moved) as one:
        assert line.add_checkpoint(one, b"old 0\n").status == 302


@pytest.mark.parametrize("head", [b"", SIZE.replace(b": 2\r", b": 400\r")])
def test_one_that_sends_byte_by_byte_is_out_of_reach(
    head: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In its headers or in its body: whoever asks it waits no longer than for any answer."""
    monkeypatch.setattr(http_witness, "PATIENCE_S", 0.4)
    slow = SIZE[:-2] + b" " * 400 if head else b"HTTP/1.1 200 OK\r\nx-slow: " + b"a" * 400
    began = time.monotonic()
    with answering(head + slow, drip_s=DRIP_S) as one, pytest.raises(Fault) as caught:
        HttpWitnesses().add_checkpoint(one, b"old 0\n")
    assert caught.value.code == "node.witness.unreachable"
    assert time.monotonic() - began < 10 * DRIP_S + 2


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\ncontent-length: 100000000\r\n\r\n" + b"x" * limits.NOTE_BYTES_MAX * 2,
        b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n" + b"x" * limits.NOTE_BYTES_MAX * 2,
    ],
)
def test_an_answer_that_is_too_large_is_not_read(answer: bytes) -> None:
    """A note and its signatures are small."""
    with answering(answer) as one, pytest.raises(Fault) as caught:
        HttpWitnesses().add_checkpoint(one, b"old 0\n")
    assert caught.value.code == "node.witness.malformed-answer"


@pytest.mark.parametrize("answer", [b"", b"SSH-2.0-x\r\n", SIZE[:-1]])
def test_what_is_no_answer_is_out_of_reach(answer: bytes) -> None:
    """Nothing at all, another protocol, or one that breaks off."""
    with answering(answer) as one, pytest.raises(Fault) as caught:
        HttpWitnesses().add_checkpoint(one, b"old 0\n")
    assert caught.value.code == "node.witness.unreachable"


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/", "http://127.0.0.1:nine/", "https:///"])
def test_an_address_at_which_nobody_is_is_out_of_reach(url: str) -> None:
    """Or that is none."""
    with pytest.raises(Fault) as caught:
        HttpWitnesses().add_checkpoint(Witness("w", (), url, ("live",)), b"")
    assert caught.value.code == "node.witness.unreachable"
