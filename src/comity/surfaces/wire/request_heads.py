"""The head of a request: what it wants of the listener, and what it is told if it is none.

Floor: surfaces.
"""

from contextlib import suppress
from typing import Final, override

from comity.kernel.fault import Fault
from comity.node.base.channel_records import HEADER, HOTLINE_HEADERS
from comity.surfaces.wire import refusals, resilience, routes, strict_http

_CHANNEL_HEADER: Final = HEADER.title().encode()
_LENGTH_DIGITS_MAX: Final = 12
_CODES: Final = {
    "408": "surfaces.wire.slow",
    "413": "surfaces.wire.too-large",
    "414": "surfaces.wire.too-large",
    "500": "surfaces.wire.internal",
}


class HttpRequest(strict_http.Request):
    """A request whose malformations are told in the three lines of every other answer."""

    @override
    def parse_request(self) -> None:
        """Read the head, unless that was done and the request waited for its turn."""
        if not self.ready:
            self.conn.begin_head()
            super().parse_request()

    @override
    def respond(self) -> None:
        """Answer, if it is its turn."""
        if self.conn.begin_answer(self):
            super().respond()
            self.conn.wfile.flush()

    def held_bytes(self) -> int:
        """Return how much of the body or the answer is held at once, at most."""
        declared = self.inheaders.get(b"Content-Length", b"")
        is_sized = declared.isdigit() and len(declared) <= _LENGTH_DIGITS_MAX
        is_plain = not self.chunked_read and b"Content-Encoding" not in self.inheaders
        length = int(declared) if is_sized and is_plain else None
        method, path = self.method.decode("latin-1"), self.path.decode("latin-1")
        return routes.held_bytes(method, path, length)

    def is_hotline(self) -> bool:
        """Return whether its sender says so: it then takes one of their places of the hotline."""
        return bool(self.inheaders.get(_CHANNEL_HEADER) == HOTLINE_HEADERS[HEADER].encode())

    @override
    def send_headers(self) -> None:
        """Let the head leave with the body: one record of TLS, and one wake-up of who waits."""
        resilience.drop_rest(self)
        with self.conn.wfile.held():
            super().send_headers()

    @override
    def simple_response(self, status: object, msg: str = "") -> None:
        number, _, phrase = str(status).partition(" ")
        code = _CODES.get(number, "surfaces.wire.malformed")
        fault = Fault(
            code=code,
            what=f"The request was not understood: {msg.strip() or phrase}",
            fix="Correct the request and send it again.",
        )
        self.close_connection = True
        answer = refusals.render(fault)
        head = (
            f"HTTP/1.1 {number} {phrase}\r\ncontent-length: {len(answer.body)}\r\n"
            f"content-type: {answer.media_type}\r\nconnection: close\r\n\r\n"
        )
        with suppress(OSError):
            self.conn.wfile.write(head.encode("ascii", "replace") + answer.body)
