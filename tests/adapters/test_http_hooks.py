"""The line to webhooks, to a program that listens for real."""

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network
from typing import override

import pytest

from comity.adapters.http_hooks import HttpHooks
from comity.kernel.fault import Fault

PATIENCE_S = 0.5


class Program(BaseHTTPRequestHandler):
    """Answers by its path, and keeps what came."""

    got: list[tuple[str, dict[str, str], bytes]]

    def do_POST(self) -> None:
        """Take one call."""
        body = self.rfile.read(int(self.headers["content-length"]))
        self.got.append((self.path, dict(self.headers.items()), body))
        if self.path == "/hangs":
            time.sleep(4 * PATIENCE_S)
        status = int(self.path[1:]) if self.path[1:].isdigit() else 200
        self.send_response(status)
        if status == 302:
            self.send_header("location", "/200")
        self.send_header("content-length", "0")
        self.end_headers()

    @override
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def address() -> Iterator[str]:
    """Where a program listens."""
    Program.got = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Program)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def line() -> Iterator[HttpHooks]:
    """A line with little patience."""
    made = HttpHooks(patience_s=PATIENCE_S)
    yield made
    made.close()


def test_what_is_sent_arrives(address: str, line: HttpHooks) -> None:
    """The body byte for byte, and the headers."""
    assert line.post(f"{address}/200", {"webhook-id": "msg_1"}, b'{"a":1}') == 200
    ((path, headers, body),) = Program.got
    assert (path, body, headers["webhook-id"]) == ("/200", b'{"a":1}', "msg_1")
    assert headers["content-type"] == "application/json"


@pytest.mark.parametrize("status", [204, 302, 404, 410, 500])
def test_a_status_is_told_and_no_redirect_followed(
    address: str, line: HttpHooks, status: int
) -> None:
    """One call is one call."""
    assert line.post(f"{address}/{status}", {}, b"{}") == status
    assert len(Program.got) == 1


def test_a_program_that_hangs_or_is_not_there_costs_little(address: str, line: HttpHooks) -> None:
    """A fault, in no more time than there is patience."""
    began = time.monotonic()
    for url in (f"{address}/hangs", "http://127.0.0.1:9/", "https://nobody.invalid/"):
        with pytest.raises(Fault, match="Nothing answers"):
            line.post(url, {}, b"{}")
    assert time.monotonic() - began < 20 * PATIENCE_S


INSIDE = (
    *("127.0.0.2", "127.1", "2130706433", "[::]", "[::ffff:127.0.0.1]", "0"),
    *("10.0.0.1", "172.16.0.1", "192.168.0.1", "169.254.169.254", "[fe80::1]", "[fd00::1]"),
    *("100.64.0.1", "224.0.0.1", "[ff02::1]", "192.0.2.1", "[::ffff:10.0.0.1]", "[64:ff9b:1::1]"),
)


@pytest.mark.parametrize("host", INSIDE)
def test_no_address_inside_is_called(line: HttpHooks, host: str) -> None:
    """Whoever registers a webhook finds out nothing of machines that only this State reaches."""
    with pytest.raises(Fault, match="no public address"):  # else nothing would answer
        line.post(f"http://{host}:9/", {}, b"{}")


def test_a_network_that_the_operator_allows_is_called(address: str) -> None:
    """By the address that was looked at, under the name that is meant."""
    made = HttpHooks([ip_network("127.0.0.0/8")], PATIENCE_S)
    port = address.rpartition(":")[2]
    assert made.post(f"http://127.1:{port}/204", {}, b"{}") == 204
    assert Program.got[0][1]["host"] == f"127.1:{port}"
    made.close()
