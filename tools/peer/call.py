"""Asking the other node: TLS 1.3 both ways, with certificates from cards alone (wire 7.1, 7.2)."""

import ssl
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from socket import create_connection
from urllib.parse import urlsplit

from tools.peer.card import Card
from tools.peer.clock import now_ms
from tools.peer.text import Malformed, number, sha256

SECONDS = 20
ANSWER_MAX = 25_165_824


class Unreachable(Exception):  # noqa: N818 -- a state of the line
    """No answer that can be read."""


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    media: str
    body: bytes
    skew_ms: int

    def refusal(self) -> str:
        """The three lines of 7.6.1, in one."""
        return f"{self.status} {self.body[:500].decode(errors='replace')!r}"


def context(*, server: bool, own: tuple[Path, Path], trusted: list[bytes]) -> ssl.SSLContext:
    """TLS 1.3 with this certificate and key, that trusts these and nothing else."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER if server else ssl.PROTOCOL_TLS_CLIENT)
    made.minimum_version = ssl.TLSVersion.TLSv1_3
    made.check_hostname = False
    made.verify_mode = ssl.CERT_OPTIONAL if server else ssl.CERT_REQUIRED
    made.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    for one in trusted:
        made.load_verify_locations(cadata=one)
    made.load_cert_chain(*own)
    if server:
        made.num_tickets = 0
    return made


class Line:
    """The way to the node of the other party, at the endpoint of its card."""

    def __init__(self, tls: ssl.SSLContext, card: Callable[[], Card]) -> None:
        self.tls, self.card = tls, card

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> Answer:
        """One request; refuses an answer of who is not expected, or that names no time (7.2.3)."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        before, expected = now_ms(), self.card().tls
        parts = urlsplit(self.card().endpoint)
        at = (parts.hostname or "", parts.port or 443)
        try:
            plain = create_connection(at, SECONDS)
            named = sha256(expected).hex()[:56]
            with self.tls.wrap_socket(plain, server_hostname=named) as socket:
                if socket.getpeercert(binary_form=True) != expected:
                    raise Unreachable("another certificate than on the card (7.1.3)")
                line = HTTPConnection(*at)
                line.sock = socket
                line.request(method, path, body or None, {"comity-time-ms": str(before), **sent})
                answer = line.getresponse()
                data = answer.read(ANSWER_MAX + 1)
                told = number(answer.getheader("comity-time-ms") or "")
                media = (answer.getheader("content-type") or "").partition(";")[0]
        except (OSError, HTTPException, Malformed) as problem:
            raise Unreachable(f"{method} {path}: {problem}") from problem
        if len(data) > ANSWER_MAX:
            raise Unreachable("the answer is too long (7.2.7)")
        return Answer(answer.status, media, data, told - (before + now_ms()) // 2)
