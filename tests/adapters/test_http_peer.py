"""What a caller believes of what answers."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest
from surfaces.wire import stage as staging

from comity.adapters import http_peer, tls
from comity.adapters.http_peer import HttpPeers
from comity.adapters.tls import Chain
from comity.kernel.fault import Fault
from comity.node.base.ports import Request
from comity.node.exchange.contacts import Contact

KEY, CALLER = staging.fresh_key(), staging.fresh_key()
TIME = "comity-time-ms: 1\r\n"


@contextmanager
def answering(*answers: bytes, drip_s: float = 0.0, caller: Chain = CALLER) -> Iterator[HttpPeers]:
    """Give a caller whose peer reads one request a connection and writes these bytes."""
    context = tls.server_context([KEY], [caller.certificate])
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=_serve, args=(listening, context, answers, drip_s))
        thread.start()
        endpoint = f"https://127.0.0.1:{listening.getsockname()[1]}"
        contact = Contact("b", staging.ARRANGEMENT, endpoint, (KEY.certificate,))
        peers = staging.peers_of(contact, caller, skewed=lambda _: None)
        try:
            yield peers
        finally:
            peers.close()
            with suppress(OSError):
                listening.shutdown(socket.SHUT_RDWR)
            thread.join(10)


def _serve(
    listening: socket.socket, context: ssl.SSLContext, answers: tuple[bytes, ...], drip_s: float
) -> None:
    for answer in answers:
        try:
            raw, _ = listening.accept()
        except OSError:
            return
        with suppress(OSError), context.wrap_socket(raw, server_side=True) as sock:
            sock.recv(65_536)
            step = 1 if drip_s else len(answer)
            for at in range(0, len(answer), step):
                sock.sendall(answer[at : at + step])
                time.sleep(drip_s)


def _fault(act: Callable[[], object]) -> Fault:
    with pytest.raises(Fault) as caught:
        act()
    return caught.value


def _answer(headers: str, body: bytes = b"", status: str = "200 OK") -> bytes:
    length = f"content-length: {len(body)}\r\n"
    return f"HTTP/1.1 {status}\r\n{length}{headers}\r\n".encode() + body


@pytest.mark.parametrize(
    ("answer", "word"),
    [
        (_answer("content-type: text/html\r\n" + TIME, b"<h1>Welcome, guest</h1>"), "media type"),
        (_answer("location: https://portal.example/\r\n", status="302 Found"), "elsewhere"),
        (_answer("content-type: text/plain\r\n", b"ok"), "no node of ours"),
        (_answer(f"content-type: text/plain\r\n{http_peer.TIME}: soon\r\n"), "no node of ours"),
        (b"SSH-2.0-OpenSSH\r\n\r\n", "not HTTP"),
        (
            b"HTTP/1.1 200 OK\r\ncontent-length: 99999999\r\ncontent-type: text/plain\r\n"
            + TIME.encode()
            + b"\r\n",
            "larger than",
        ),
    ],
)
def test_what_no_node_wrote_is_not_taken_for_an_answer(answer: bytes, word: str) -> None:
    """A portal, a proxy or another program is named as such, and its text goes nowhere."""
    with answering(answer) as peers:
        fault = _fault(lambda: peers.call("b", Request("GET", "/start")))

    assert fault.code == "node.peer.malformed-answer"
    assert word in fault.what


@pytest.mark.parametrize(("from_days", "to_days"), [(-2, -1), (1, 2)])
def test_the_dates_of_a_certificate_are_not_asked(from_days: int, to_days: int) -> None:
    """The card's validity counts, with its grace for clocks that are apart (3.3.6, 3.4.9)."""
    whole = _answer("content-type: text/plain\r\n" + TIME, b"ok")
    with answering(whole, caller=staging.fresh_key(from_days, to_days)) as peers:
        assert peers.call("b", Request("GET", "/start")).body == b"ok"


def test_a_broken_answer_is_no_answer() -> None:
    """An answer that ends early leaves unknown whether the request arrived."""
    whole = _answer("content-type: text/plain\r\n" + TIME, b"0123456789")
    with answering(whole[:-4]) as peers:
        assert _fault(lambda: peers.call("b", Request("GET", "/start"))).code == (
            "node.peer.unreachable"
        )


def test_a_connection_that_the_peer_closed_is_opened_anew() -> None:
    """A kept connection that was closed while idle costs a second try and no fault."""
    whole = _answer("content-type: text/plain\r\n" + TIME, b"ok")
    with answering(whole, whole) as peers:
        assert peers.call("b", Request("GET", "/start")).body == b"ok"
        time.sleep(0.1)
        assert peers.call("b", Request("GET", "/start")).body == b"ok"


def test_an_answer_that_drips_times_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """A peer that sends a byte now and then cannot hold the sender for ever."""
    monkeypatch.setattr(http_peer, "ANSWER_S", 0.4)
    whole = _answer("content-type: text/plain\r\n" + TIME, b"ok")
    with answering(whole, drip_s=0.05) as peers:
        began = time.monotonic()
        fault = _fault(lambda: peers.call("b", Request("GET", "/start")))

    assert fault.code == "node.peer.timeout"
    assert time.monotonic() - began < 15  # an answer has thirty seconds elsewhere


def test_nobody_listening_is_said_with_the_address() -> None:
    """A peer that is down is named with the address that was tried."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        endpoint = f"https://127.0.0.1:{listening.getsockname()[1]}"
    contact = Contact("b", staging.ARRANGEMENT, endpoint, (KEY.certificate,))
    peers = staging.peers_of(contact, CALLER, skewed=lambda _: None)
    fault = _fault(lambda: peers.call("b", Request("GET", "/start")))

    assert fault.code == "node.peer.unreachable"
    assert endpoint in fault.what


def test_proxies_of_the_environment_are_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """No variable of the machine leads the wire through somebody else."""
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    with answering(_answer("content-type: text/plain\r\n" + TIME, b"ok")) as peers:
        assert peers.call("b", Request("GET", "/start")).body == b"ok"
