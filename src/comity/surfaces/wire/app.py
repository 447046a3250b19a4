r"""The WSGI application of the peers' listener.

    who calls?     the certificate of the connection, looked up among the cards in force
    may they now?    their purse (protocol rule 24); strangers share one
    what then?     the table of routes; a fault becomes a status and three lines of text

Nothing a peer sends stops the node: what nobody foresaw is counted, logged without any
content, and answered 500.  Each request and each answer carries `comity-time-ms`, from
which the other side measures how far the two clocks are apart.

Floor: surfaces.
"""

import re
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from functools import partial
from http import HTTPStatus
from typing import Any, Final

from comity.joint.arrangement import channel as channels
from comity.kernel.fault import Fault
from comity.node.base import channel_records, rules_version, serving
from comity.node.base.channel_records import HEADER, HOTLINE_HEADERS
from comity.node.base.context import Node
from comity.node.base.ports import Parts, Request, Response
from comity.node.exchange import budget, rules_difference, signing_guard
from comity.node.exchange.budget import PARTY, STRANGERS, Budget, Cost, Purse
from comity.surfaces.wire import body, refusals, routes
from comity.surfaces.wire.reserve import Reserve
from comity.surfaces.wire.routes import Call, Exchange

CERTIFICATE: Final = "comity.certificate_sha256"
"""Where the listener puts the fingerprint of the caller's certificate, or ""."""

TIME: Final = "comity-time-ms"
_SAID_TIME: Final = "HTTP_COMITY_TIME_MS"
HOTLINE_RANK: Final = channels.rank(channels.HOTLINE)
_CHANNEL: Final = "HTTP_COMITY_CHANNEL"
_MS: Final = re.compile(r"[0-9]{1,15}", re.ASCII)
SHARE_BYTES: Final = 4 << 20
"""Of the disk's reserve: how much the hotline of one party may use."""

NOBODY: Final = ""
"""The party of everybody whose certificate is on no card in force."""

type StartResponse = Callable[[str, list[tuple[str, str]]], object]
type Tell = Callable[[str, Mapping[str, str | int]], None]
"""(event, fields): a line of the log; never content, never a secret."""


@dataclass(frozen=True, slots=True)
class Ports:
    """What the application needs besides the node.

    Attributes:
        party_of: certificate fingerprint to party, or None for a stranger.
        tell: writes a line of the log.
        heard: called with each party that asked something: its side of the line is up.
        changed: called with a party when its request may have changed what the channels that it
            is in wait for.
        monotonic_ms: milliseconds that never go back.
        processor_us: processor time of this thread, microseconds.
        require_room: (bytes, whether for the hotline): Fault `node.store.full` if the disk
            has no room for them beside its reserve.
        share_bytes: how much of the reserve the hotline of one party may use.
        budget: of each party.
        strangers: of everybody else together.
    """

    party_of: Callable[[str], str | None]
    tell: Tell
    heard: Callable[[str], None]
    changed: Callable[[str], None]
    monotonic_ms: Callable[[], int]
    processor_us: Callable[[], int]
    require_room: Callable[[int, bool], None]
    share_bytes: Callable[[], int] = lambda: SHARE_BYTES
    budget: Budget = PARTY
    strangers: Budget = STRANGERS


@dataclass(slots=True)
class Counts:
    """What was answered, for the operator: `{(party, status): requests}`."""

    answers: Counter[tuple[str, int]] = field(default_factory=Counter)
    unforeseen: int = 0


class _Leaving:
    """An answer, and what is done once it has left."""

    def __init__(self, parts: list[bytes], after: Callable[[], None]) -> None:
        self._parts = parts
        self._after = after

    def __iter__(self) -> Iterator[bytes]:
        """Give its parts."""
        return iter(self._parts)

    def close(self) -> None:
        """Do what comes after; the server calls it, as PEP 3333 says."""
        self._after()


class Wire:
    """The application; one for the listener, called from many threads."""

    def __init__(self, node: Node, exchange: Exchange, ports: Ports) -> None:
        self.counts = Counts()
        self._node = node
        self._exchange = exchange
        self._ports = ports
        self._purses: dict[str, Purse] = {}
        self._reserve = Reserve(ports.require_room, ports.share_bytes, self._is_of_hotline)
        self._lock = threading.Lock()

    def __call__(self, environ: Mapping[str, Any], start: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        party = self._ports.party_of(str(environ.get(CERTIFICATE, ""))) or NOBODY
        began_us = self._ports.processor_us()
        answer, cost = self._answer(party, environ)
        cost = replace(cost, processor_us=self._ports.processor_us() - began_us)
        cost = replace(cost, size_bytes=cost.size_bytes + len(answer.body))
        with self._lock:
            self._purses[party] = budget.spend(
                self._purse(party), self._budget(party), cost, self._ports.monotonic_ms()
            )
            self.counts.answers[party, answer.status] += 1
        start(_status_line(answer.status), self._headers(answer))
        parts = [] if environ["REQUEST_METHOD"] == "HEAD" else [answer.body]
        return _Leaving(parts, partial(self._node.wake, answer.wakes)) if answer.wakes else parts

    def _answer(self, party: str, environ: Mapping[str, Any]) -> tuple[Response, Cost]:
        cost = Cost()
        try:
            wait_ms = self._wait_ms(party, environ)
            if wait_ms:
                return _over_budget(wait_ms), cost
            if environ["PATH_INFO"] == "/health":
                return self._health(), cost
            call, route, cost = self._read(party, environ)
            rank = HOTLINE_RANK if _is_hotline(environ) else serving.ORDINARY
            with self._room_for(call, route, cost), serving.as_rank(rank):
                answer = route.answer(self._exchange, call)
            if route.wakes:
                self._ports.changed(party)
        except Fault as fault:
            answer = refusals.render(fault)
        except Exception as error:  # noqa: BLE001 -- nothing a peer sends stops the node
            answer = self._unforeseen(party, error)
        return answer, cost

    def _read(self, party: str, environ: Mapping[str, Any]) -> tuple[Call, routes.Route, Cost]:
        if party == NOBODY:
            raise _stranger()
        self._ports.heard(party)
        said = str(environ.get(_SAID_TIME, ""))
        if _MS.fullmatch(said):
            signing_guard.hear_clock(self._node, party, int(said))
        path = str(environ["PATH_INFO"])
        route, found = routes.find(str(environ["REQUEST_METHOD"]), path)
        data = b""
        parts: Parts | None = None
        if route.comes_in_parts:
            parts = body.parts(environ, route.body_bytes_max)
        elif route.body_bytes_max:
            data = body.read(environ, route.body_bytes_max)
        size_bytes = parts.size_bytes if parts else len(data)
        request = Request(route.method, path, data, _request_headers(environ), parts)
        cost = Cost(
            size_bytes=size_bytes,
            entries=routes.entry_count(path, data),
            disk_bytes=size_bytes if route.changes else 0,
        )
        return Call(self._node, party, request, found), route, cost

    def _room_for(
        self, call: Call, route: routes.Route, cost: Cost
    ) -> AbstractContextManager[None]:
        if not route.changes:
            return nullcontext()
        request = call.request
        return self._reserve.held(call.party, request.path, request.body, cost.size_bytes)

    def _wait_ms(self, party: str, environ: Mapping[str, Any]) -> int:
        hotline = _is_hotline(environ)
        with self._lock:
            return budget.wait_ms(
                self._purse(party), self._budget(party), self._ports.monotonic_ms(), hotline=hotline
            )

    def _is_of_hotline(self, path: str) -> bool:
        with self._node.store.read() as tx:
            return channel_records.is_hotline(tx, path)

    def _purse(self, party: str) -> Purse:
        purse = self._purses.get(party)
        return purse or budget.full(self._budget(party), self._ports.monotonic_ms())

    def _budget(self, party: str) -> Budget:
        return self._ports.strangers if party == NOBODY else self._ports.budget

    def _health(self) -> Response:
        return Response(200, f"ok {self._node.clock.now_ms()}\n".encode("ascii"))

    def _unforeseen(self, party: str, error: Exception) -> Response:
        with self._lock:
            self.counts.unforeseen += 1
        self._ports.tell("wire.unforeseen", _where(error) | {"party": party})
        return refusals.render(
            Fault(
                code="surfaces.wire.internal",
                what="This node met an error of its own; nothing is known about the request.",
                fix="Try again later; the operator of the node has been told.",
            )
        )

    def _headers(self, answer: Response) -> list[tuple[str, str]]:
        given = dict(answer.headers)
        given.setdefault("content-length", str(len(answer.body)))
        given["content-type"] = answer.media_type
        given[TIME] = str(self._node.clock.now_ms())
        given[rules_difference.HEADER] = str(rules_version.RULES)
        given["cache-control"] = "no-store"
        return list(given.items())


def _is_hotline(environ: Mapping[str, Any]) -> bool:
    """Return whether a request says so: it may spend the reserve of its sender's own purse."""
    return environ.get(_CHANNEL) == HOTLINE_HEADERS[HEADER]


def _request_headers(environ: Mapping[str, Any]) -> dict[str, str]:
    return {
        name[5:].lower().replace("_", "-"): str(value)
        for name, value in environ.items()
        if name.startswith("HTTP_")
    }


def _status_line(status: int) -> str:
    return f"{status} {HTTPStatus(status).phrase}"


def _where(error: Exception) -> dict[str, str | int]:
    """Say what broke and where, without what was in it."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f"{trace.tb_frame.f_code.co_qualname}:{trace.tb_lineno}" if trace else ""
    return {"error": type(error).__name__, "at": place}


def _over_budget(wait_ms: int) -> Response:
    wait_s = -(-wait_ms // 1_000)
    answer = refusals.render(
        Fault(
            code="surfaces.wire.over-budget",
            what="This identity has used up what it may cost this node for now.",
            fix=f"Wait {wait_s} seconds before the next request.",
        )
    )
    return replace(answer, headers={"retry-after": str(wait_s)})


def _stranger() -> Fault:
    return Fault(
        code="surfaces.wire.stranger",
        what="The certificate of this connection is on no card that this node holds in force.",
        fix="Pair the two nodes first, or send the newer card: see `comity pair offer`.",
    )
