"""States with a node each, paired, on memory stores and a wire that is a function call.

    fr, sn = paired(folder, "fr", "sn")
    deliver(fr, sn)          # each pumps until nothing is left to send

Floor: tests.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from comity.adapters.alarms import StandingAlarms
from comity.adapters.entropy import SystemEntropy
from comity.adapters.keyfiles import KeyFiles
from comity.adapters.memory_highwater import MemoryHighWater
from comity.adapters.suite import RealSuite
from comity.adapters.vault import of_key
from comity.boot.rooms import ROOMS
from comity.domestic.officer import role
from comity.joint.arrangement.card import Agency
from comity.kernel.fault import Fault
from comity.node.base import profile, register_records
from comity.node.base.context import Node
from comity.node.base.keymaker import RootKey
from comity.node.base.ports import Request, Response
from comity.node.base.profile import Profile
from comity.node.base.rows import Officer
from comity.node.base.scope import PRESENCE, Outside, by_name
from comity.node.desk import officer_admin
from comity.node.exchange import (
    blob_ranges,
    blobs,
    handshake,
    keep,
    keep_delivery,
    pairing,
    publish,
    pump,
    start,
)
from comity.node.room import local_log, officers
from comity.rooms.request import request_list
from comity.rooms.request.request_list import Line
from comity.rooms.share import consumers
from comity.surfaces.wire import refusals, routes
from comity.surfaces.wire.routes import Call, Exchange
from support.apart import ApartBodies, ApartStore

BEGIN_MS = 1_764_000_000_000

EXCHANGE = Exchange(
    add_checkpoint=keep.add_checkpoint,
    add_entries=lambda node, party, body: keep.add_entries(node, party, io.BytesIO(body).read),
    add_bodies=blobs.add_bodies,
    add_delivery=keep_delivery.add_delivery,
    put_range=blob_ranges.put_range,
    head=blob_ranges.head,
    get_range=blob_ranges.get_range,
    checkpoint=publish.checkpoint,
    tile=publish.tile,
    start=start.answer,
    receive_cards=handshake.receive,
)


@dataclass
class SetClock:
    """A clock that stands until it is moved."""

    at_ms: int = BEGIN_MS

    def now_ms(self) -> int:
        """Return what it was set to."""
        return self.at_ms


@dataclass
class CallPeers:
    """Peers that are called as functions.

    Attributes:
        own: the party that calls.
        nodes: by party; one that is missing is out of reach.
    """

    own: str
    nodes: dict[str, Node] = field(default_factory=dict)

    def call(self, party: str, request: Request) -> Response:
        """Send a request as the wire does."""
        if party not in self.nodes:
            raise Fault(code="node.peer.unreachable", what=f"{party} is out of reach.", fix="Wait.")
        try:
            route, found = routes.find(request.method, request.path)
            call = Call(self.nodes[party], self.own, request.whole(), found)
            return route.answer(EXCHANGE, call)
        except Fault as fault:
            return refusals.render(fault)


@dataclass
class State:
    """One State of a test.

    Attributes:
        node: its node.
        maker: makes its keys.
        clock: its clock.
        peers: whom it reaches.
        tokens: by officer.
    """

    node: Node
    maker: KeyFiles
    clock: SetClock
    peers: CallPeers
    tokens: dict[str, str] = field(default_factory=dict)

    def officer(self, name: str, *also: str) -> Officer:
        """Return an officer who has signed in, added, with roles beside the default, if none is."""
        if name not in self.tokens:
            roles = (*role.DEFAULT, *also)
            self.tokens[name] = officer_admin.add(self.node, name, "police", roles=roles)
        return officers.authenticate(self.node, name, self.tokens[name])

    def listed(self, name: str = "ann") -> tuple[Line, ...]:
        """Return the first lines of an officer's list."""
        return request_list.page(self.node, self.officer(name)).lines


def state(folder: Path, party: str) -> State:
    """Return a State with an empty home."""
    entropy, clock, peers = SystemEntropy(), SetClock(), CallPeers(party)
    store = ApartStore()
    maker = KeyFiles(folder / party / "keys", of_key(bytes(32), entropy), entropy)
    node = Node(
        party=party,
        store=store,
        bodies=ApartBodies(store),
        peers=peers,
        keys=maker,
        suite=RealSuite(),
        highwater=MemoryHighWater(),
        clock=clock,
        entropy=entropy,
        alarms=StandingAlarms(lambda *_: None),
        step=lambda _name: None,
        rooms=ROOMS,
        outside=Outside(f"https://guests.{party}.example", by_name(PRESENCE, consumers.SCOPE)),
    )
    local_log.prove(node)
    (folder / party / "keys").mkdir(parents=True, exist_ok=True)
    police = Agency("police", {"en": "Police"})
    names = {"en": party.upper()}
    profile.found(node, maker, Profile(names, (police,), f"https://{party}.example:8443"))
    return State(node, maker, clock, peers)


def paired(folder: Path, *parties: str) -> list[State]:
    """Return States that have paired, each reaching the others."""
    states = [state(folder, party) for party in parties]
    pair(folder, states)
    return states


def pair(folder: Path, states: Sequence[State]) -> str:
    """Pair States by offer, accept, confirm and code; return the arrangement's id."""
    parties = [one.node.party for one in states]
    first, *others = states
    arrangement = pairing.new_arrangement_id(first.node)
    roots = [
        one.maker.make_root(
            folder / f"{one.node.party}-{arrangement}.root", one.node.party, arrangement
        )
        for one in states
    ]
    offer = pairing.offer(first.node, first.maker, roots[0], parties)
    accepts = [
        pairing.accept(one.node, one.maker, root, offer)
        for one, root in zip(others, roots[1:], strict=True)
    ]
    confirm = pairing.confirm(first.node, accepts)
    code = pairing.preview(first.node, confirm).code
    for one in states:
        pairing.save(one.node, confirm, code)
        one.peers.nodes |= {other.node.party: other.node for other in states if other is not one}
    return arrangement


def opened_root(folder: Path, one: State, arrangement: str) -> RootKey:
    """Return the root key that a State made when it paired."""
    return one.maker.open_root(folder / f"{one.node.party}-{arrangement}.root")


def first_arrangement(one: State) -> str:
    """Return the id of the first arrangement of a State."""
    with one.node.store.read() as tx:
        return register_records.arrangements(tx)[0].id


def deliver(*states: State, rounds: int = 4) -> None:
    """Let every State do its rounds until nothing is left to send."""
    for _ in range(rounds):
        for one in states:
            one.clock.at_ms += 1_000
            with one.node.store.read() as tx:
                pairs = pump.pairs(tx, one.node.party)
            for each in pairs:
                pump.next_round_ms(one.node, each, one.clock.at_ms)
