"""S3 stores of a test: one that works, and some that do not answer as they should."""

import http.server
import socket
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http import HTTPStatus
from typing import override

import pytest
from moto.server import ThreadedMotoServer

BUCKET = "evidence"
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "a",
    "AWS_SECRET_ACCESS_KEY": "b",
    "AWS_REGION": "us-east-1",
    "AWS_ALLOW_HTTP": "true",
}


@contextmanager
def server() -> Iterator[str]:
    """Serve S3 with one bucket, on this machine; give its address."""
    served = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    served.start()
    host, port = served.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    made = urllib.request.Request(f"{endpoint}/{BUCKET}", method="PUT")  # noqa: S310 -- our own server
    urllib.request.urlopen(made, timeout=60).close()  # noqa: S310 -- as above
    try:
        yield endpoint
    finally:
        served.stop()


def point_at(monkeypatch: pytest.MonkeyPatch, endpoint: str) -> dict[str, str]:
    """Let obstore find a store by the environment, and return that environment."""
    environment = {**CREDENTIALS, "AWS_ENDPOINT_URL": endpoint}
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return environment


@contextmanager
def silent() -> Iterator[str]:
    """Listen, and never answer."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


def refusing() -> str:
    """Return an address at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return f"http://127.0.0.1:{listening.getsockname()[1]}"


@contextmanager
def answering(status: HTTPStatus, drip_seconds: float = 0.0) -> Iterator[str]:
    """Answer everything with a status; a drip lets its headers come byte by byte."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def _answer(self) -> None:
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.flush_headers()
            with suppress(OSError):  # who asks has gone
                for _ in range(100 if drip_seconds else 0):
                    self.wfile.write(b"X")
                    time.sleep(drip_seconds)
                self.wfile.write(b"X: x\r\n\r\n" if drip_seconds else b"\r\n")

        do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = _answer  # noqa: N815 -- as http.server asks

        @override
        def log_message(self, format: str, *args: object) -> None:
            """Tell nothing."""

    made = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=made.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{made.server_address[1]}"
    finally:
        made.shutdown()
        made.server_close()
