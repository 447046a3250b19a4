"""Devices that a library rings: a server shaped like ntfy takes what comes, on this machine."""

import importlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, override

import pytest

from comity.adapters.notify_hooks import NotifyHooks, unredirected
from comity.kernel.fault import Fault

pytest.importorskip("apprise", reason="an extra")

RUNG = b'{"type":"ring.rung","data":{"ring":"7","officer":"li","code":"AB1D-EFGH"}}'
TEST = b'{"type":"test","data":{"code":"AB1D-EFGH"}}'


class Ntfy(ThreadingHTTPServer):
    """Takes messages for topics; sends whoever comes for `moved` to a topic of its own."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Asked)
        self.taken: list[dict[str, Any]] = []


class _Asked(BaseHTTPRequestHandler):
    @override
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def do_POST(self) -> None:
        """Take a message."""
        data = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        server = self.server
        assert isinstance(server, Ntfy)
        message = json.loads(data)
        server.taken.append(message)
        is_moved = message.get("topic") == "moved"
        self.send_response(307 if is_moved else 200)
        if is_moved:
            self.send_header("Location", f"http://127.0.0.1:{server.server_port}/elsewhere")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")


@pytest.fixture
def ntfy() -> Iterator[Ntfy]:
    """Return a server that takes messages."""
    server = Ntfy()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


def sent(ntfy: Ntfy, topic: str, body: bytes, *schemes: str) -> int:
    """Ring a topic of that server."""
    line = NotifyHooks(schemes or ("ntfy",))
    return line.post(f"ntfy://127.0.0.1:{ntfy.server_port}/{topic}", {}, body)


def test_a_ring_brings_number_and_code_and_nothing_else(ntfy: Ntfy) -> None:
    """No State, no officer, no matter; a test brings its code, in both languages."""
    assert sent(ntfy, "night", RUNG) == 200
    assert sent(ntfy, "night", TEST) == 200
    rung, tested = (one["message"] for one in ntfy.taken)
    assert "Ring 7, code AB1D-EFGH." in rung
    assert "响铃编号 7" in rung
    assert "li" not in rung.replace("ring", "").split()
    assert "This is a test. Code AB1D-EFGH." in tested


def test_a_scheme_that_the_operator_did_not_name_is_not_known(ntfy: Ntfy) -> None:
    """The first bar: it is refused before anything is called, and the library knows no other."""
    with pytest.raises(Fault) as caught:
        sent(ntfy, "night", RUNG, "slack")
    assert caught.value.code == "adapters.notify.scheme"
    assert "slack" in caught.value.fix
    assert ntfy.taken == []
    assert sent(ntfy, "night", RUNG) == 200
    library = importlib.import_module("apprise").Apprise()
    assert not library.add(f"json://127.0.0.1:{ntfy.server_port}/")


def test_no_redirect_is_followed_whatever_the_address_asks(ntfy: Ntfy) -> None:
    """The second bar: who is sent on has not delivered, and says so."""
    assert sent(ntfy, "moved?redirect=yes", RUNG) == 502
    assert [one["topic"] for one in ntfy.taken] == ["moved"]
    assert unredirected("ntfy://h/t?redirect=yes&a=1") == "ntfy://h/t?a=1&redirect=no"


def test_a_host_inside_is_called_only_where_the_operator_allows_it() -> None:
    """As a webhook: else whoever has a device could call what only machines of this State reach."""
    with pytest.raises(Fault) as caught:
        NotifyHooks(("ntfy",)).post("ntfy://10.1.2.3/night", {}, RUNG)
    assert caught.value.code == "node.webhook.inside"
