"""The wire to the other nodes: HTTP over TLS 1.3, one kept connection for each party and thread.

    call -> contact of the party's card -> connection (kept, or new and its certificate
    compared) -> request -> answer, within limits of size and time

Built on http.client: nothing here wants redirects, proxies, cookies, pools or codings.

Source: protocol rules 2, 19 and 24; RFC 9110.
Floor: adapters.
"""

import http.client
import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Final, override

from comity.adapters import deadline
from comity.adapters.tls import server_name
from comity.joint.arrangement.certificate import split_endpoint
from comity.kernel.fault import Fault, quoted
from comity.node.base.ports import Parts, Request, Response
from comity.node.exchange.contacts import Contact, fingerprint

CONNECT_S: Final = 5.0
ANSWER_S: Final = 30.0
RATE_BYTES_PER_S_MIN: Final = 8_192
ANSWER_BYTES_MAX: Final = 24 << 20
"""A bundle of 256 entries of 65,535 bytes, with room."""

MEDIA_TYPES: Final = frozenset(
    {
        "application/json",
        "application/octet-stream",
        "application/vnd.comity.delivery",
        "application/vnd.tlog.note",
        "text/plain",
        "text/x.tlog.mirror-info",
        "text/x.tlog.size",
    }
)
TIME: Final = "comity-time-ms"
SKEW: Final = "comity-skew-ms"
"""Added to each answer: how far the peer's clock is ahead of this one, milliseconds."""

_TIME: Final = re.compile(r"[0-9]{1,15}")
_REDIRECTS: Final = range(300, 400)
_ALERT: Final = "ALERT"
"""In the reason of an error that the other side told; all others are our own finding."""

_OF_CERTIFICATE: Final = frozenset({"CERTIFICATE", "CA"})
"""Words of an alert that says that our certificate is not believed; others are of other things."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the wire needs of the process.

    Attributes:
        contact: where a party is reached now; Fault `node.peer.unknown`.
        contexts: what this node may show in an arrangement, newest first; other objects when
            its cards changed.  An older one is shown to a peer that knows no newer card yet.
        now_ms: the clock, for the skew.
        monotonic_ms: milliseconds that never go back, for patience.
        skewed: called with (party, skew in ms) after each answer.
    """

    contact: Callable[[str], Contact]
    contexts: Callable[[str], Sequence[ssl.SSLContext]]
    now_ms: Callable[[], int]
    monotonic_ms: Callable[[], int]
    skewed: Callable[[str, int], None]


class HttpPeers:
    """The peers of one node; safe to call from many threads."""

    def __init__(self, surroundings: Surroundings) -> None:
        self._around = surroundings
        self._kept = threading.local()
        self._open: set[_Connection] = set()
        self._lock = threading.Lock()

    def call(self, party: str, request: Request) -> Response:
        """Send a request and wait for its answer.

        A kept connection that the peer has closed meanwhile is replaced once: every request
        of the protocol may be repeated.

        Raises:
            Fault: `node.peer.unknown`, `node.peer.unreachable`, `node.peer.timeout`,
                `node.peer.certificate`, `node.peer.turned-away`, `node.peer.malformed-answer`.
        """
        contact = self._around.contact(party)
        with _told(contact):
            connection = self._kept_for(contact)
            if connection is not None:
                with suppress(ConnectionError, http.client.BadStatusLine, ssl.SSLEOFError):
                    return self._exchange(connection, request)
            return self._anew(contact, request)

    def close(self) -> None:
        """Close every connection; a call after that opens one anew."""
        with self._lock:
            connections, self._open = self._open, set()
        for connection in connections:
            connection.close()

    def _kept_for(self, contact: Contact) -> "_Connection | None":
        """Return this thread's connection if it still is the right one and in order."""
        connection = self._by_party().get(contact.party)
        contexts = self._around.contexts(contact.arrangement)
        if connection is None or connection.is_for(contact, contexts):
            return connection
        self._forget(connection)
        return None

    def _by_party(self) -> "dict[str, _Connection]":
        by_party: dict[str, _Connection] = self._kept.__dict__.setdefault("by_party", {})
        return by_party

    def _forget(self, connection: "_Connection") -> None:
        self._by_party().pop(connection.contact.party, None)
        with self._lock:
            self._open.discard(connection)
        connection.close()

    def _anew(self, contact: Contact, request: Request) -> Response:
        contexts = self._around.contexts(contact.arrangement)
        for context in contexts[:-1]:
            with suppress(ssl.SSLError):  # turned away: the peer knows an older card of ours
                return self._open_with(contact, context, request)
        return self._open_with(contact, contexts[-1], request)

    def _open_with(self, contact: Contact, context: ssl.SSLContext, request: Request) -> Response:
        connection = _Connection(contact, context, self._around.monotonic_ms)
        connection.connect()
        self._by_party()[contact.party] = connection
        with self._lock:
            self._open.add(connection)
        try:
            return self._exchange(connection, request)
        except ConnectionError:
            connection.raise_alert()
            raise

    def _exchange(self, connection: "_Connection", request: Request) -> Response:
        try:
            return self._answered(connection, request)
        except BaseException:
            self._forget(connection)  # half an answer may still stand in it
            raise

    def _answered(self, connection: "_Connection", request: Request) -> Response:
        contact = connection.contact
        connection.begin()
        connection.send_request(request, _headers(request, self._around.now_ms()))
        sent_ms = self._around.now_ms()  # a large body may be long on a slow line
        connection.begin()
        raw = connection.getresponse()
        headers = {name.lower(): value for name, value in raw.getheaders()}
        _require_ours(contact, raw.status, headers)
        body = _read(contact, raw)
        skew_ms = int(headers[TIME]) - (sent_ms + self._around.now_ms()) // 2
        self._around.skewed(contact.party, skew_ms)
        headers[SKEW] = str(skew_ms)
        media_type = headers.get("content-type", "")
        return Response(raw.status, body, media_type, headers)


class _Connection(http.client.HTTPConnection):
    """One connection, whose certificate was compared before anything was sent."""

    def __init__(
        self, contact: Contact, context: ssl.SSLContext, monotonic_ms: Callable[[], int]
    ) -> None:
        self.contact = contact
        self._context = context
        self._monotonic_ms = monotonic_ms
        self._until_ms = 0.0
        self.alert: ssl.SSLError | None = None
        self._name = server_name(contact.certificates[0])
        self._address = split_endpoint(contact.endpoint)
        super().__init__(*self._address, timeout=CONNECT_S)
        self.response_class = deadline.response_class(self)  # type: ignore[assignment] # any callable will do

    def is_for(self, contact: Contact, contexts: Sequence[ssl.SSLContext]) -> bool:
        """Return whether neither card nor address has changed since."""
        return self.contact == contact and self._context in contexts

    @override
    def connect(self) -> None:
        """Open the connection and compare the certificate.

        Raises:
            Fault: `node.peer.certificate`.
        """
        raw = socket.create_connection(self._address, CONNECT_S)
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            self.sock = self._context.wrap_socket(raw, server_hostname=self._name)
        except BaseException:
            raw.close()
            raise
        shown = self.sock.getpeercert(binary_form=True) or b""
        if shown not in self.contact.certificates:
            self.close()
            raise _other_certificate(self.contact, shown)

    def send_request(self, request: Request, headers: dict[str, str]) -> None:
        """Send a request; if the peer hangs up meanwhile, listen for what it says."""
        try:
            if request.parts is None:
                self.request(request.method, request.path, request.body or None, headers)
            else:
                self._send_parts(request, request.parts, headers)
        except ConnectionError:
            self._listen_for_alert()
            raise

    def _send_parts(self, request: Request, parts: Parts, headers: dict[str, str]) -> None:
        """Send a large body; records of TLS share packets, which halves what both sides do."""
        sized = {**headers, "content-length": str(parts.size_bytes)}
        if self.sock is None:  # the peer closed it after its last answer
            self.connect()
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 0)
        self.request(request.method, request.path, parts.each(), sized)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # sends what waits

    def raise_alert(self) -> None:
        """Raise what the peer said before it hung up on us, if it said something.

        In TLS 1.3 a server judges our certificate after our first bytes left, so that writing
        may break before its alert is read.
        """
        if self.alert is not None:
            raise self.alert

    def _listen_for_alert(self) -> None:
        with suppress(OSError):
            self.sock.settimeout(CONNECT_S)
            try:
                self.sock.recv(1)
            except ssl.SSLError as error:
                self.alert = error

    def begin(self) -> None:
        """Begin to be patient with one exchange."""
        self._until_ms = self._monotonic_ms() + ANSWER_S * 1_000
        if self.sock is not None:
            self.sock.settimeout(ANSWER_S)

    def left_s(self) -> float:
        """Return the seconds that are left of this exchange.

        Raises:
            TimeoutError: if none is.
        """
        left_ms = self._until_ms - self._monotonic_ms()
        if left_ms <= 0:
            raise TimeoutError("timed out")
        return left_ms / 1_000

    def earn(self, size_bytes: int) -> None:
        """Add the time that so many bytes buy: a slow line is no fault, a dripping one is."""
        self._until_ms += size_bytes * 1_000 / RATE_BYTES_PER_S_MIN


@contextmanager
def _told(contact: Contact) -> Iterator[None]:
    """Turn what a network says into faults of a peer."""
    try:
        yield
    except TimeoutError as error:
        raise _timeout(contact) from error
    except (ssl.SSLEOFError, ssl.SSLZeroReturnError) as error:
        raise _unreachable(contact, "the connection broke off") from error
    except ssl.SSLError as error:
        if _ALERT not in (error.reason or ""):
            raise _malformed(contact, f"it is not TLS ({_words(error)})") from error
        raise _turned_away(contact, error) from error
    except (http.client.IncompleteRead, http.client.RemoteDisconnected) as error:
        raise _unreachable(contact, "the answer broke off") from error
    except http.client.HTTPException as error:
        raise _malformed(contact, f"it is not HTTP ({type(error).__name__})") from error
    except OSError as error:
        raise _unreachable(contact, error.strerror or type(error).__name__) from error


def _headers(request: Request, now_ms: int) -> dict[str, str]:
    return {**request.headers, TIME: str(now_ms)}


def _require_ours(contact: Contact, status: int, headers: Mapping[str, str]) -> None:
    media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    if status in _REDIRECTS:
        raise _malformed(contact, f"it sends us elsewhere (status {status})")
    if media_type not in MEDIA_TYPES:
        raise _malformed(contact, f"its media type is {quoted(media_type)}")
    if not _TIME.fullmatch(headers.get(TIME, "")):
        raise _malformed(contact, f"it has no header {TIME}, so no node of ours wrote it")


def _read(contact: Contact, raw: http.client.HTTPResponse) -> bytes:
    length = raw.length
    if length is not None and length > ANSWER_BYTES_MAX:
        raise _malformed(contact, f"it is larger than {ANSWER_BYTES_MAX} bytes")
    body = raw.read(ANSWER_BYTES_MAX + 1)
    if len(body) > ANSWER_BYTES_MAX:
        raise _malformed(contact, f"it is larger than {ANSWER_BYTES_MAX} bytes")
    if raw.length:
        raise http.client.IncompleteRead(body, raw.length)
    return body


def _unreachable(contact: Contact, why: str) -> Fault:
    return Fault(
        code="node.peer.unreachable",
        what=f"{contact.party} cannot be reached at {quoted(contact.endpoint)}: {why}.",
        fix="Wait: the node tries again by itself. Check the line and the address if it lasts.",
    )


def _timeout(contact: Contact) -> Fault:
    return Fault(
        code="node.peer.timeout",
        what=f"{contact.party} did not answer in time at {quoted(contact.endpoint)}.",
        fix="Wait: the node tries again by itself. Ask the peer's operator if it lasts.",
    )


def _other_certificate(contact: Contact, shown: bytes) -> Fault:
    expected = " or ".join(contact.fingerprints())
    return Fault(
        code="node.peer.certificate",
        what=f"{contact.endpoint} shows the certificate {fingerprint(shown)}; "
        f"the card of {contact.party} says {expected}.",
        fix="Ask the peer for its newest card. If it has none, somebody else answers there: "
        "a portal, a proxy or an attacker.",
    )


def _turned_away(contact: Contact, error: ssl.SSLError) -> Fault:
    if not _OF_CERTIFICATE.intersection((error.reason or "").split("_")):
        return _malformed(contact, f"it ended the TLS handshake ({_words(error)})")
    return Fault(
        code="node.peer.turned-away",
        what=f"{contact.party} ended the TLS handshake at {quoted(contact.endpoint)}: it holds no "
        f"card in force with the certificate that this node shows ({_words(error)}).",
        fix="Give the peer this node's newest card as a file: `comity carry export` here, then "
        "`comity carry import` there.",
    )


def _words(error: ssl.SSLError) -> str:
    return (error.reason or "no reason given").replace("_", " ").lower()


def _malformed(contact: Contact, why: str) -> Fault:
    return Fault(
        code="node.peer.malformed-answer",
        what=f"The answer from {quoted(contact.endpoint)} is not one of {contact.party}: {why}.",
        fix="Check what answers at that address: a portal or a proxy may stand in between.",
    )
