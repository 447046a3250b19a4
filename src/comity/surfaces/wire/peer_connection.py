"""One connection of the peers' listener: hands are shaken, requests read and answered, all in time.

    opened -> shaken -> a request, an answer, ... -> closed
           -> leaving: the caller reads why hands were not shaken

Floor: surfaces.
"""

import hashlib
import math
import select
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final, override

from cheroot import server

from comity.surfaces.wire.app import CERTIFICATE
from comity.surfaces.wire.party_quota import Seat, Turns
from comity.surfaces.wire.patience import Patience
from comity.surfaces.wire.request_heads import HttpRequest
from comity.surfaces.wire.streams import Reader, Writer

HANDSHAKE_S: Final = 5.0
HEAD_S: Final = 5.0
DRAINED_BYTES_MAX: Final = 65_536
"""What a caller who failed may still send, while they read why."""

PATIENCE_S: Final = 20.0
REQUEST_S_MAX: Final = 3_600.0
"""However much it earns: the largest body takes 19 KB/s, a range of evidence 5 KB/s."""

LINGER_MS: Final = 30
"""How long a worker stays with a party's connection after an answer."""

REQUESTS_IN_A_ROW: Final = 256
"""Then the worker turns to others that wait."""

STRANGER_PATIENCE_S: Final = 3.0

OPENED: Final = "opened"
SHAKEN: Final = "shaken"
LEAVING: Final = "leaving"


class PeerConnection(server.HTTPConnection):
    """One connection; the handshake is its first business.

    Attributes:
        state: whether hands are shaken, or it only ends.
        until_ms: when it is closed if it is not further by then.
        seat: of the party whose it is.
        is_counted: whether it is one of those that its address may have.
    """

    is_counted = False
    RequestHandlerClass: Callable[..., server.HTTPRequest] = HttpRequest

    def __init__(self, owner: Any, sock: ssl.SSLSocket, _makefile: object) -> None:  # noqa: ANN401 -- `PeerServer`, which makes them
        self._patience = Patience(owner.monotonic_ms, HANDSHAKE_S)
        self._drained_bytes = 0
        self.until_ms: float = owner.monotonic_ms() + HANDSHAKE_S * 1_000
        self.state = OPENED
        self.seat: Seat | None = None
        super().__init__(owner, sock, self._file)

    @property
    def is_stranger(self) -> bool:
        """Whether it is of no party, as far as is known."""
        return self.seat is None

    def shake(self) -> bool:
        """Go on with the handshake; return whether it is done.  Nothing is waited for.

        Raises:
            OSError: it fails, or takes too long.
        """
        if self.server.monotonic_ms() > self.until_ms:
            raise TimeoutError("timed out")
        self.socket.settimeout(0)
        try:
            self.socket.do_handshake()
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return False
        shown = self.socket.getpeercert(binary_form=True)
        print_ = hashlib.sha256(shown).hexdigest() if shown else ""
        self.ssl_env = {CERTIFICATE: print_, "wsgi.url_scheme": "https", "HTTPS": "on"}
        party = self.server.party_of(print_)
        self.seat = Seat(party) if party is not None else None
        self.state, self.until_ms = SHAKEN, math.inf
        return True

    def hang_up(self) -> None:
        """Say no more; the caller reads why before the connection ends under what they send."""
        self.state = LEAVING
        self.until_ms = self.server.monotonic_ms() + HANDSHAKE_S * 1_000
        with suppress(OSError):
            socket.socket.shutdown(self.socket, socket.SHUT_WR)  # below TLS

    def has_left(self) -> bool:
        """Drop what a caller still sends; return whether they have left, or sent too much."""
        try:
            self.socket.settimeout(0)
            piece = socket.socket.recv(self.socket, DRAINED_BYTES_MAX)  # below TLS
        except BlockingIOError:
            return False
        except (OSError, ValueError):
            return True
        self._drained_bytes += len(piece)
        return not piece or self._drained_bytes > DRAINED_BYTES_MAX

    def _file(self, sock: socket.socket, mode: str, _size: int) -> object:
        return (Reader if "r" in mode else Writer)(sock, self._patience)

    @override
    def communicate(self) -> bool:
        """Read and answer requests.

        A party's next request is awaited here for a moment, since the pool of connections
        looks at each only a hundred times a second, and an act takes six requests.
        """
        if self.seat is None:
            with self.server.unknown(self.remote_addr or "") as has_room:
                return has_room and self._one_request()
        try:
            return self._requests_of_party(self.seat)
        finally:
            self.server.turns.leave(self.seat)

    def begin_head(self) -> None:
        """Give the time that the head of a request may take."""
        seconds = HEAD_S if self.seat else STRANGER_PATIENCE_S
        self._patience.begin(seconds, seconds)

    def begin_answer(self, request: HttpRequest) -> bool:
        """Give the time that the rest may take, if it is the turn of a request; else keep it."""
        seat = self.seat
        if seat is None:
            return True  # a stranger, who gets an answer without a body being read
        if not seat.is_asked:
            seat.ask(request.held_bytes(), is_hotline=request.is_hotline())
        is_turn: bool = seat.is_answered or self.server.turns.take(seat)
        self.RequestHandlerClass = HttpRequest if is_turn else lambda *_: request
        if is_turn:
            self._patience.begin(PATIENCE_S, REQUEST_S_MAX)
        return is_turn

    def is_readable(self) -> bool:
        """Return whether something is to be done without anything coming."""
        is_parked = self.seat is not None and self.seat.is_parked
        return is_parked or self.rfile.has_data() or bool(self.socket.pending())

    @override
    def close(self) -> None:
        """Close both ways; what was not sent by now is not sent."""
        self.server.forget(self)
        if self.seat is not None:
            self.server.turns.leave(self.seat)
        self._patience.begin(0)
        with suppress(OSError, ValueError):
            self.wfile.close()
        with suppress(OSError, ValueError):  # a worker that meets one here would end all
            super().close()

    def _requests_of_party(self, seat: Seat) -> bool:
        for _ in range(REQUESTS_IN_A_ROW):
            if not self._one_request() and not seat.is_parked:
                return False
            if seat.is_parked or not self._goes_on(seat):
                return True
        return True

    def _goes_on(self, seat: Seat) -> bool:
        """Whether another request begins within a moment, and nobody else of the party waits."""
        queue: Turns = self.server.turns
        return queue.linger(seat) and self._has_more() and queue.take(seat)

    def _has_more(self) -> bool:
        if self.socket.pending():
            return True
        poller = select.poll()  # select.select is limited to 1,024 files
        poller.register(self.socket, select.POLLIN)
        return bool(poller.poll(LINGER_MS))

    def _one_request(self) -> bool:
        return bool(super().communicate())  # type: ignore[no-untyped-call] # cheroot has no types
