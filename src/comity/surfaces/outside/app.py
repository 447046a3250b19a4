"""The WSGI application of the third listener: who calls, whether they may, and which door.

    GET  /enter/<link>    who is invited; POST uses the link, once, and gives a cookie
    POST /leave           ends the session of a cookie
    GET  /style.css       for these pages, and /icon.svg
    /…                    doors: the longest prefix that fits says the scope and the application

    address -> its budget -> session (token, certificate or cookie) -> its budget -> scope -> door

Nothing here knows officers: no cookie, name, session or page of theirs.  A form counts only if
the browser says that it came from a page of this listener; the cookie goes with no other
(SameSite=Strict).

Floor: surfaces.
"""

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Final

from django.http import parse_cookie

from comity.domestic.outside.session import CERTIFICATE, ENTER, TOKEN, Session
from comity.kernel.fault import Fault, quoted
from comity.node.base.buckets import Buckets, Rate
from comity.node.base.context import Node
from comity.node.base.scope import PRESENCE
from comity.node.base.strangers import network
from comity.node.desk import outside
from comity.surfaces.outside import asked, page, reply
from comity.surfaces.outside.reply import Application, Reply, StartResponse

SHOWN: Final = "comity.certificate_sha256"
"""Where the listener puts the SHA-256 of the client's certificate, or ""."""

VISIT: Final = "comity.outside"
"""Where a door finds whose request it is: a `Session`."""

ADDRESS: Final = Rate(capacity=600, per_s=10)
"""Requests of one address, whoever is behind it."""

STRANGER: Final = Rate(capacity=30, per_s=0.2)
"""Of them, those that show no session or a wrong one."""

CALLERS_MAX: Final = 8_192
SEATS_MAX: Final = 2
"""Requests of one session that are answered at once."""

BODY_BYTES_MAX: Final = 65_536
FORM_BYTES_MAX: Final = 1_024
_MEBIBYTE: Final = 1 << 20
_HOUR_S: Final = 3_600
_READS: Final = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, slots=True)
class Door:
    """What a room serves to those who are no officers.

    Attributes:
        scope: that a session needs.
        application: WSGI; `environ[VISIT]` is the session.
        body_bytes_max: of one request.
    """

    scope: str
    application: Application
    body_bytes_max: int = BODY_BYTES_MAX


@dataclass(frozen=True, slots=True)
class Ports:
    """What the application needs of the process.

    Attributes:
        tell: writes a line of the log: an event, and fields without content.
        failed: told of an error that nobody foresaw.
        monotonic_ms: milliseconds that never go back.
    """

    tell: Callable[[str, Mapping[str, str | int]], None]
    failed: Callable[[BaseException], None]
    monotonic_ms: Callable[[], int]


def presence(node: Node) -> Door:
    """Return the door that only says who somebody is and what they may do."""

    def answered(environ: dict[str, Any], start: StartResponse) -> Iterable[bytes]:
        session: Session = environ[VISIT]
        if environ["PATH_INFO"] != "/":
            raise asked.unknown(environ)
        asked.require_method(environ, _READS)
        if asked.is_program(environ):
            return page.presence_json(node, session)(environ, start)
        return page.presence(page.language_of(environ), node, session)(environ, start)

    return Door(PRESENCE.name, answered)


class Outside:
    """The application; one for the listener, called from many threads."""

    def __init__(self, node: Node, doors: Mapping[str, Door], ports: Ports) -> None:
        """Open doors.

        Args:
            node: ours.
            doors: by prefix of their addresses, `/` the first page.
            ports: of the process.
        """
        self._node = node
        self._doors = MappingProxyType(dict(doors))
        self._ports = ports
        self._requests = Buckets(CALLERS_MAX)
        self._strangers = Buckets(CALLERS_MAX)
        self._bytes = Buckets(CALLERS_MAX)
        self._seats: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._cookie = f"__Host-comity_outside_{node.party}"

    def __call__(self, environ: dict[str, Any], start: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        return reply.with_headers(self._answered)(environ, start)

    def _answered(self, environ: dict[str, Any], start: StartResponse) -> Iterable[bytes]:
        headers: dict[str, str] = {}
        try:
            return self._served(environ, start, headers)
        except Fault as fault:
            found = fault
        except Exception as error:  # noqa: BLE001 -- nothing that is sent here ends a thread
            self._ports.failed(error)
            found = _FAILED
        if found.code not in reply.STATUS:
            self._ports.tell("outside.fault", {"code": found.code})
            found = _FAILED
        if asked.is_program(environ):
            return reply.problem(found, headers)(environ, start)
        return page.fault(page.language_of(environ), found, headers)(environ, start)

    def _served(
        self, environ: dict[str, Any], start: StartResponse, headers: dict[str, str]
    ) -> Iterable[bytes]:
        self._charge_address(environ, headers)
        path = str(environ["PATH_INFO"])
        if path in page.FILES:
            asked.require_method(environ, _READS, headers)
            return page.file(path)(environ, start)
        if path.startswith(ENTER):
            return self._enter(environ, path.removeprefix(ENTER), headers)(environ, start)
        kind, session = self._session(environ, headers)
        return self._visited(environ, start, (kind, session), headers)

    def _visited(
        self,
        environ: dict[str, Any],
        start: StartResponse,
        who: tuple[str, Session],
        headers: dict[str, str],
    ) -> Iterable[bytes]:
        """Answer a request of a session."""
        kind, session = who
        self._charge_session(session, headers)
        if kind == outside.COOKIE and environ["REQUEST_METHOD"] not in _READS:
            self._require_own_form(environ)
        if environ["PATH_INFO"] == "/leave" and kind == outside.COOKIE:
            asked.require_method(environ, frozenset({"POST"}), headers)
            asked.require_body(environ, FORM_BYTES_MAX)
            outside.leave(self._node, session)
            return page.left(page.language_of(environ), {"Set-Cookie": self._set_cookie("", 0)})(
                environ, start
            )
        return self._through_door(environ, start, session, headers)

    def _through_door(
        self,
        environ: dict[str, Any],
        start: StartResponse,
        session: Session,
        headers: dict[str, str],
    ) -> Iterable[bytes]:
        door = self._door(environ, session)
        size_bytes = asked.require_body(environ, door.body_bytes_max)
        self._sit_down(session, headers)
        self._charge_bytes(session, size_bytes)
        try:
            answer = door.application({**environ, VISIT: session}, start)
        except BaseException:
            self._get_up(session, 0)
            raise
        return _Leaving(answer, partial(self._get_up, session))

    def _sit_down(self, session: Session, headers: dict[str, str]) -> None:
        """Take one of the few places of a session: whoever is slow keeps no other waiting."""
        with self._lock:
            is_full = self._seats[session.id] >= SEATS_MAX
            if not is_full:
                self._seats[session.id] += 1
        asked.require_no_wait(int(is_full), headers)

    def _get_up(self, session: Session, size_bytes: int) -> None:
        with self._lock:
            self._seats[session.id] -= 1
            self._seats += Counter()  # forget who has left
        self._charge_bytes(session, size_bytes)

    def _enter(self, environ: dict[str, Any], link: str, headers: dict[str, str]) -> Reply:
        asked.require_method(environ, _READS | {"POST"}, headers)
        language = page.language_of(environ)
        try:
            if environ["REQUEST_METHOD"] in _READS:
                return page.invitation(
                    language, self._node, outside.require_unused(self._node, link)
                )
            self._require_own_form(environ)
            asked.require_body(environ, FORM_BYTES_MAX)
            session, cookie = outside.enter(self._node, link)
        except Fault as fault:
            self._count_stranger(environ, fault, headers)
            raise
        age_s = max(0, session.until_ms - self._node.clock.now_ms()) // 1_000
        led = {"Location": self._first(session), "Set-Cookie": self._set_cookie(cookie, age_s)}
        return Reply(HTTPStatus.SEE_OTHER, reply.HTML, headers=led)

    def _first(self, session: Session) -> str:
        """Return where a session begins: its page, or the first door that it opens."""
        fitting = (at for at, one in self._doors.items() if one.scope in session.scopes)
        return min(fitting, key=len, default="/")

    def _session(self, environ: Mapping[str, Any], headers: dict[str, str]) -> tuple[str, Session]:
        """Return whose request it is, and how they showed that.

        Raises:
            Fault: `outside.access.missing`, `outside.access.wrong`, `outside.budget.spent`.
        """
        kind, secret = self._shown(environ)
        try:
            if not secret:
                raise _MISSING
            return kind, outside.authenticate(self._node, kind, secret)
        except Fault as fault:
            headers["WWW-Authenticate"] = "Bearer"
            self._count_stranger(environ, fault, headers)
            raise

    def _shown(self, environ: Mapping[str, Any]) -> tuple[str, str]:
        scheme, _, token = str(environ.get("HTTP_AUTHORIZATION", "")).partition(" ")
        if scheme:
            return TOKEN, asked.token(scheme.lower(), token.strip())
        if environ.get(SHOWN):
            return CERTIFICATE, str(environ[SHOWN])
        return outside.COOKIE, parse_cookie(str(environ.get("HTTP_COOKIE", ""))).get(
            self._cookie, ""
        )

    def _door(self, environ: Mapping[str, Any], session: Session) -> Door:
        path = str(environ["PATH_INFO"])
        fitting = [one for one in self._doors if path.startswith(one)]
        if not fitting:
            raise asked.unknown(environ)
        door = self._doors[max(fitting, key=len)]
        if door.scope not in session.scopes:
            raise Fault(
                code="outside.scope.lacking",
                what=f"This session has no scope {quoted(door.scope)}.",
                fix="Ask the officer who admitted you for a session with that scope.",
            )
        return door

    def _charge_address(self, environ: Mapping[str, Any], headers: dict[str, str]) -> None:
        caller, now_ms = (
            network(str(environ.get("REMOTE_ADDR", ""))),
            self._ports.monotonic_ms(),
        )
        asked.require_no_wait(self._requests.spend(caller, ADDRESS, 1, now_ms), headers)

    def _charge_session(self, session: Session, headers: dict[str, str]) -> None:
        now_ms = self._ports.monotonic_ms()
        rate = Rate(session.requests, session.requests / 60)
        asked.require_no_wait(self._requests.spend(session.id, rate, 1, now_ms), headers)
        wait_s = self._bytes.wait_s(session.id, _bytes_of(session), now_ms)
        asked.require_no_wait(wait_s, headers)

    def _charge_bytes(self, session: Session, size_bytes: int) -> None:
        now_ms = self._ports.monotonic_ms()
        self._bytes.charge(session.id, _bytes_of(session), size_bytes, now_ms)

    def _count_stranger(
        self, environ: Mapping[str, Any], fault: Fault, headers: dict[str, str]
    ) -> None:
        """Count a try; after many of them the next learns nothing but to wait."""
        caller, now_ms = (
            network(str(environ.get("REMOTE_ADDR", ""))),
            self._ports.monotonic_ms(),
        )
        self._ports.tell("outside.refused", {"code": fault.code})
        asked.require_no_wait(self._strangers.spend(caller, STRANGER, 1, now_ms), headers)

    def _require_own_form(self, environ: Mapping[str, Any]) -> None:
        if environ.get("HTTP_ORIGIN") != self._node.outside.origin:
            raise Fault(
                code="outside.form.foreign",
                what="This form did not come from a page of this listener.",
                fix="Open the page here again and send its form.",
            )

    def _set_cookie(self, cookie: str, age_s: int) -> str:
        return (
            f"{self._cookie}={cookie}; Max-Age={age_s}; Path=/; Secure; HttpOnly; SameSite=Strict"
        )


class _Leaving:
    """An answer of a door, and what is done once it has left, whole or not."""

    def __init__(self, answer: Iterable[bytes], after: Callable[[int], None]) -> None:
        self._answer = answer
        self._after = after
        self._size_bytes = 0

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._answer:
            self._size_bytes += len(piece)
            yield piece

    def close(self) -> None:
        """Close the answer and count its bytes; the server calls it, as PEP 3333 says."""
        try:
            if hasattr(self._answer, "close"):
                self._answer.close()
        finally:
            self._after(self._size_bytes)


def _bytes_of(session: Session) -> Rate:
    capacity = session.mebibytes * _MEBIBYTE
    return Rate(capacity, capacity / _HOUR_S)


_MISSING: Final = Fault(
    code="outside.access.missing",
    what="This request shows no session.",
    fix="Send the token as `Authorization: Bearer TOKEN`, or show the client certificate.",
)
_FAILED: Final = Fault(
    code="outside.program.failed",
    what="Something is wrong on this side.",
    fix="Try again in a minute; tell the officer who admitted you if it happens again.",
)
