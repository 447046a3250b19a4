"""A listener and its callers on the loopback, with real TLS and use cases that only echo."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, cast

from support.pair import World

from comity.adapters import clock, tls, tlscert
from comity.adapters.http_peer import HttpPeers
from comity.adapters.http_peer import Surroundings as PeerSurroundings
from comity.adapters.memory import MemoryStore, memory_disk
from comity.adapters.tls import Chain
from comity.boot.rooms import ROOMS
from comity.kernel.fault import Fault
from comity.node.base.context import Node
from comity.node.base.ports import Parts, Peers, Request, Response
from comity.node.exchange import signing_guard
from comity.node.exchange.budget import PARTY, Budget
from comity.node.exchange.contacts import Contact, parties_by_fingerprint
from comity.surfaces.wire import bind, listener, routes
from comity.surfaces.wire.app import Ports, Wire
from comity.surfaces.wire.routes import Exchange

DAY_MS = 86_400_000
ARRANGEMENT = "aaaaaaaaaaaaaaaaaaaaaaaaay"


def fresh_key(from_days: int = -1, to_days: int = 1) -> Chain:
    """Return a TLS key that is good today, or from and to other days from now."""
    now_ms = clock.SystemClock().now_ms()
    key = tlscert.make("127.0.0.1", now_ms + from_days * DAY_MS, now_ms + to_days * DAY_MS)
    return Chain(key.chain_pem(b"test"), b"test", key.certificate)


def bare_node(party: str, woken: Callable[[str], None] = lambda _channel: None) -> Node:
    """Return a node of which only party, clock and waking may be used."""
    nothing = cast("Any", None)
    return Node(
        party=party,
        store=nothing,
        bodies=nothing,
        peers=nothing,
        keys=nothing,
        suite=nothing,
        highwater=nothing,
        clock=clock.SystemClock(),
        entropy=nothing,
        alarms=nothing,
        step=nothing,
        rooms=ROOMS,
        wake=woken,
    )


def echo(*arguments: object, asks: bool = False) -> Response:
    """Answer with what the use case was given, the node left out."""
    assert not asks, "no test asks for a delivery of who echoes"
    given = tuple(b"".join(one.each()) if isinstance(one, Parts) else one for one in arguments)
    return Response(200, repr(given[1:]).encode(), headers={"x-size": str(len(arguments))})


def echoing() -> Exchange:
    """Return use cases that echo."""
    return Exchange(*[cast("Any", echo)] * 11)


@dataclass
class Stage:
    """What a test has at hand.

    Attributes:
        key: of the server, party `b`.
        older: of its cards before, which still count.
        caller: of the party `a`, whose card is in force.
        exchange: what is called.
        told: lines of the log.
        contacts: cards in force at the server.
    """

    key: Chain = field(default_factory=fresh_key)
    older: list[Chain] = field(default_factory=list)
    caller: Chain = field(default_factory=fresh_key)
    exchange: Exchange = field(default_factory=echoing)
    budget: Budget = PARTY
    told: list[str] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    changes: int = 0
    woken: list[str] = field(default_factory=list)
    room_bytes: int = 1 << 40
    port: int = 0
    contacts: list[Contact] = field(default_factory=list)
    skews: list[int] = field(default_factory=list)
    callers: list[HttpPeers] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.contacts.append(
            Contact("a", ARRANGEMENT, "https://127.0.0.1:1", (self.caller.certificate,))
        )
        ports = Ports(
            party_of=self.party_of,
            tell=lambda event, fields: self.told.append(f"{event} {dict(fields)}"),
            heard=self.heard.append,
            changed=self._changed,
            monotonic_ms=clock.monotonic_ms,
            processor_us=clock.processor_us,
            require_room=self._require_room,
            budget=self.budget,
        )
        node = replace(bare_node("b", self.woken.append), store=MemoryStore(memory_disk()))
        self.app = Wire(node, self.exchange, ports)
        around = listener.Surroundings(
            party_of=self.party_of,
            tell=ports.tell,
            monotonic_ms=clock.monotonic_ms,
        )
        self.server = listener.PeerServer(("127.0.0.1", 0), self.app, self.context(), around)

    def party_of(self, shown: str) -> str | None:
        """Return whose certificate that is."""
        return parties_by_fingerprint(self.contacts).get(shown)

    def context(self) -> ssl.SSLContext:
        """Return the server's context for the cards in force."""
        trusted = [der for contact in self.contacts for der in contact.certificates]
        return tls.server_context([self.key, *self.older], trusted)

    def peers(self, *keys: Chain, expected: Chain | None = None) -> HttpPeers:
        """Return the wire of a caller that expects a certificate of party `b`."""
        shown = (expected or self.key).certificate
        contact = Contact("b", ARRANGEMENT, f"https://127.0.0.1:{self.port}", (shown,))
        peers = peers_of(contact, *(keys or (self.caller,)), skewed=self.skews.append)
        self.callers.append(peers)
        return peers

    def raw(self, key: Chain | None = None) -> ssl.SSLSocket:
        """Return a connected socket that has done no more than shake hands."""
        context = tls.client_context(key or self.caller)
        return context.wrap_socket(
            socket.create_connection(("127.0.0.1", self.port), 5),
            server_hostname=tls.server_name(self.key.certificate),
        )

    def _require_room(self, size_bytes: int, is_hotline: bool) -> None:  # noqa: FBT001 -- as the port says
        if size_bytes > self.room_bytes and not is_hotline:
            raise Fault(code="node.store.full", what="The disk is full.", fix="Free space.")

    def _changed(self, _party: str) -> None:
        self.changes += 1


def peers_of(contact: Contact, *keys: Chain, skewed: Callable[[int], None]) -> HttpPeers:
    """Return a wire that knows one party and shows these keys, newest first."""
    contexts = [tls.client_context(key) for key in keys]
    return HttpPeers(
        PeerSurroundings(
            contact=lambda _: contact,
            contexts=lambda _: contexts,
            now_ms=clock.SystemClock().now_ms,
            monotonic_ms=clock.monotonic_ms,
            skewed=lambda _, skew_ms: skewed(skew_ms),
        )
    )


@contextmanager
def serving(stage: Stage) -> Iterator[Stage]:
    """Serve for the length of a `with`."""
    stage.port = bind.bind(stage.server, bind.PEERS)
    thread = threading.Thread(target=stage.server.serve, daemon=True)
    thread.start()
    try:
        yield stage
    finally:
        listener.stop(stage.server)
        thread.join(10)
        for peers in stage.callers:
            peers.close()


def post(peers: HttpPeers, path: str, body: bytes, **headers: str) -> Response:
    """Send a body to party `b`."""
    spelled = {name.replace("_", "-"): value for name, value in headers.items()}
    return peers.call("b", Request("POST", path, body, spelled))


def wait_for(is_so: Callable[[], bool]) -> None:
    """Wait up to five seconds for something to be so."""
    for _ in range(500):
        if is_so():
            return
        time.sleep(0.01)
    raise AssertionError("it did not come about in five seconds")


@contextmanager
def through_the_wire(
    world: World, between: Callable[[HttpPeers], Peers] = lambda peers: peers
) -> Iterator[World]:
    """Let what a State `a` asks of `b` go through real TLS and the real routes.

    Args:
        world: of both, with a channel.
        between: what `a` calls by in place of the bare client.
    """
    a, b = world.states["a"], world.states["b"]
    with serving(Stage(exchange=routes.real())) as stage:
        stage.app._node = b.node
        endpoint = f"https://127.0.0.1:{stage.port}"
        contact = Contact("b", ARRANGEMENT, endpoint, (stage.key.certificate,))
        contexts = [tls.client_context(stage.caller)]
        around = PeerSurroundings(
            contact=lambda _: contact,
            contexts=lambda _: contexts,
            now_ms=a.clock.now_ms,
            monotonic_ms=clock.monotonic_ms,
            skewed=a.node.session.of(signing_guard.Clocks).skew_ms.__setitem__,
        )
        peers = HttpPeers(around)
        world.replace_node("a", replace(a.node, peers=between(peers)))
        yield world
        peers.close()
