"""The network between simulated nodes: it loses, repeats, delays and reorders.

    network.send("fr", "sn", request)      what `peers.call` does
    network.deliver("fr", "sn", request)   straight into the other node's handlers
    network.cut("fr", "sn", replies=True)  requests pass and replies are lost
    network.responders["sn"] = answer      somebody else answers for a party

A call is synchronous: the handler runs in the caller's stack.

Source: reliability, section 3, faults 30 to 36.
Floor: lab.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from comity.kernel.fault import Fault
from comity.node.base.ports import Request, Response
from comity.node.exchange import signing_guard
from comity.surfaces.wire import refusals, routes
from comity.surfaces.wire.routes import Call
from comity_lab.sim.faults import KILL, Crash
from comity_lab.sim.machine import Instant, Machine

EXCHANGE: Final = routes.real()
DELAYED_MAX: Final = 64

type Responder = Callable[[str, Request], Response]
"""(who asks, request) -> the answer of somebody who is not a node of ours."""
type Watch = Callable[[str, str, Request], None]
"""Called with (from, to, request) when bytes leave a node."""
type WatchReply = Callable[[str, str, Request, Response], None]
"""Called with (from, to, request, response) when an answer leaves a node."""


@dataclass(slots=True)
class Weather:
    """How likely each accident of one call is; each from 0 to 1.

    Attributes:
        lost_request: it never arrives.
        lost_reply: it arrives, the answer does not.
        repeated: it arrives twice at once.
        again_later: it arrives, and once more later.
        delayed: the caller gives up, and it arrives later.
        garbled: somebody between answers with a page.
        latency_ms_max: of a call.
    """

    lost_request: float = 0.0
    lost_reply: float = 0.0
    repeated: float = 0.0
    again_later: float = 0.0
    delayed: float = 0.0
    garbled: float = 0.0
    latency_ms_max: int = 20


@dataclass(frozen=True, slots=True)
class Late:
    """A request that is still on its way."""

    sender: str
    to: str
    request: Request
    due_ms: int


def _ignore(_sender: str, _to: str, _request: Request) -> None:
    """Look away."""


def _ignore_reply(_sender: str, _to: str, _request: Request, _response: Response) -> None:
    """Look away."""


@dataclass(slots=True)
class Network:
    """All lines between the machines of one world.

    Attributes:
        machines: by party.
        instant: the true time.
        chance: decides what happens to a call.
        saw: told the name of a rare state.
        weather: accidents.
        cut_requests: `(from, to)` whose requests are lost.
        cut_replies: `(from, to)` whose requests pass and whose answers are lost.
        late: requests on their way.
        responders: who answers instead of a machine.
        watch: told of each request that leaves a node.
        watch_reply: told of each answer that leaves a node.
        calls: how many there were.
    """

    machines: dict[str, Machine]
    instant: Instant
    chance: random.Random
    saw: Callable[[str], None]
    weather: Weather = field(default_factory=Weather)
    cut_requests: set[tuple[str, str]] = field(default_factory=set)
    cut_replies: set[tuple[str, str]] = field(default_factory=set)
    late: list[Late] = field(default_factory=list)
    responders: dict[str, Responder] = field(default_factory=dict)
    watch: Watch = _ignore
    watch_reply: WatchReply = _ignore_reply
    calls: int = 0

    def cut(self, sender: str, to: str, *, replies: bool = False) -> None:
        """Take a line down in one direction."""
        (self.cut_replies if replies else self.cut_requests).add((sender, to))

    def heal(self) -> None:
        """Put every line back; what is on its way stays so."""
        self.cut_requests.clear()
        self.cut_replies.clear()

    def send(self, sender: str, to: str, request: Request) -> Response:
        """Carry a call, or lose it somewhere.

        Raises:
            Fault: `peer.unreachable`, `peer.timeout`.
        """
        self.calls += 1
        self.watch(sender, to, request)
        self.instant.at_ms += 1 + self.chance.randrange(self.weather.latency_ms_max)
        line = (sender, to)
        if line in self.cut_requests:
            raise _unreachable(to)
        fate = self._fate()
        if fate == "lost-request":
            raise _unreachable(to)
        if fate == "delayed":
            self._later(sender, to, request)
            raise _timeout(to)
        if fate == "garbled":
            self.saw("line.garbled")
            return Response(200, b"<html>Sign in to the guest network</html>", "text/html")
        response = self.deliver(sender, to, request)
        if fate == "repeated":
            self.saw("line.repeated")
            response = self.deliver(sender, to, request)
        if fate == "again-later":
            self._later(sender, to, request)
        if line in self.cut_replies or fate == "lost-reply":
            self.saw("line.reply-lost")
            raise _timeout(to)
        return response

    def deliver(self, sender: str, to: str, request: Request) -> Response:
        """Let a request arrive.

        Raises:
            Fault: `peer.unreachable` if nobody is there, or no longer.
        """
        if to in self.responders:
            return self.responders[to](sender, request)
        machine = self.machines[to]
        node, boot = machine.node, machine.boots
        if node is None:
            raise _unreachable(to)
        try:
            route, found = routes.find(request.method, request.path)
            response = route.answer(EXCHANGE, Call(node, sender, request, found))
        except Fault as fault:
            response = refusals.render(fault)
        except Crash as crash:
            if crash.party != to:
                raise
            machine.end(crash.mode)
            self.saw(f"crash.receiver-{crash.mode}")
            raise _unreachable(to) from crash
        if machine.node is None or machine.boots != boot:
            raise _unreachable(to)
        self.watch_reply(sender, to, request, response)
        return response

    def due(self) -> list[Late]:
        """Return what may arrive now."""
        return [late for late in self.late if late.due_ms <= self.instant.at_ms]

    def _fate(self) -> str:
        draw, weather = self.chance.random(), self.weather
        for name, share in (
            ("lost-request", weather.lost_request),
            ("lost-reply", weather.lost_reply),
            ("repeated", weather.repeated),
            ("again-later", weather.again_later),
            ("delayed", weather.delayed),
            ("garbled", weather.garbled),
        ):
            if draw < share:
                return name
            draw -= share
        return ""

    def _later(self, sender: str, to: str, request: Request) -> None:
        if len(self.late) < DELAYED_MAX:
            wait_ms = self.chance.choice((5, 500, 5_000, 90_000, 4_000_000))
            due_ms = self.instant.at_ms + self.chance.randrange(wait_ms) + 1
            self.late.append(Late(sender, to, request, due_ms))


@dataclass(frozen=True, slots=True)
class SimPeers:
    """The `Peers` of one process."""

    network: Network
    machine: Machine
    boot: int

    def call(self, party: str, request: Request) -> Response:
        """Send a request and wait for its answer."""
        own = self.machine.party
        sent_ms = self.machine.clock.now_ms()
        try:
            response = self.network.send(own, party, request.whole())
        finally:
            if self.machine.node is None or self.machine.boots != self.boot:
                raise Crash(own, KILL, "call")  # it ended while it waited
        if response.media_type != "text/html" and party in self.network.machines:
            came_ms = self.machine.clock.now_ms()
            theirs_ms = self.network.machines[party].clock.now_ms()
            skew_ms = theirs_ms - (sent_ms + came_ms) // 2
            self.machine.up().session.of(signing_guard.Clocks).skew_ms[party] = skew_ms
        return response


def _unreachable(party: str) -> Fault:
    return Fault(
        code="node.peer.unreachable",
        what=f"{party} cannot be reached.",
        fix="Wait; this node tries again by itself.",
    )


def _timeout(party: str) -> Fault:
    return Fault(
        code="node.peer.timeout",
        what=f"{party} did not answer in time.",
        fix="Wait; this node tries again by itself.",
    )
