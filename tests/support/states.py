"""States with a node each, paired, on memory stores and a wire that is a function call.

    fr, sn = paired(folder, "fr", "sn")
    deliver(fr, sn)          # each pumps until nothing is left to send

States that have paired are made once by each process, and copied: their keys and the id of
their arrangement are then the same in every test.  `pair` makes new ones.

Floor: tests.
"""

import atexit
import copy
import io
import shutil
import tempfile
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from comity.adapters.alarms import StandingAlarms
from comity.adapters.entropy import SystemEntropy
from comity.adapters.keyfiles import KeyFiles
from comity.adapters.memory import copy_of
from comity.adapters.memory_highwater import MemoryHighWater
from comity.adapters.suite import RealSuite
from comity.adapters.vault import of_key
from comity.boot.home import SCOPES
from comity.boot.rooms import ROOMS
from comity.domestic.officer import role
from comity.joint.arrangement.card import Agency
from comity.kernel.fault import Fault
from comity.node.base import profile, register_records
from comity.node.base.context import Node
from comity.node.base.keymaker import RootKey
from comity.node.base.ports import Request, Response, Store
from comity.node.base.profile import Profile
from comity.node.base.rows import Officer
from comity.node.base.scope import Outside, by_name
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
        outside=Outside(f"https://guests.{party}.example", by_name(*SCOPES)),
    )
    local_log.prove(node)
    (folder / party / "keys").mkdir(parents=True, exist_ok=True)
    police = Agency("police", {"en": "Police"})
    names = {"en": party.upper()}
    profile.found(node, maker, Profile(names, (police,), f"https://{party}.example:8443"))
    return State(node, maker, clock, peers)


def paired(folder: Path, *parties: str) -> list[State]:
    """Return States that have paired, each reaching the others."""
    return copies(folder, parties)[0]


def copies(folder: Path, parties: Sequence[str]) -> tuple[list[State], str]:
    """Return States that have paired, each reaching the others, and their arrangement's id."""
    made = _made(tuple(parties))
    return made.copies(folder), made.arrangement


@dataclass(frozen=True, slots=True)
class Made:
    """States that have paired, with which nothing is done but to copy them.

    Attributes:
        folder: of their key files.
        states: on memory.
        arrangement: its id.
    """

    folder: Path
    states: list[State]
    arrangement: str

    def copies(self, folder: Path) -> list[State]:
        """Return copies of them, each reaching the others."""
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        twins = [twin(one, folder, _copied(one.node.store)) for one in self.states]
        reach(twins)
        return twins


def made(build: Callable[[Path], list[State]]) -> Made:
    """Build States in a folder of their own, and pair them."""
    folder = Path(tempfile.mkdtemp(prefix="comity-states-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    states = build(folder)
    return Made(folder, states, pair(folder, states))


@cache
def _made(parties: tuple[str, ...]) -> Made:
    return made(lambda folder: [state(folder, party) for party in parties])


def _copied(store: Store) -> ApartStore:
    assert isinstance(store, ApartStore)
    twin = ApartStore()
    twin.disk = copy_of(store.disk)
    return twin


def twin(one: State, folder: Path, store: Store) -> State:
    """Return a copy of a State, on copies of its key files and its rows."""
    node = one.node
    assert isinstance(node.highwater, MemoryHighWater)
    assert isinstance(node.alarms, StandingAlarms)
    assert not node.alarms.standing()
    assert isinstance(node.bodies, ApartBodies)
    maker, clock, peers = copy.copy(one.maker), SetClock(one.clock.at_ms), CallPeers(node.party)
    maker._folder, maker._turn = folder / node.party / "keys", threading.RLock()
    maker._signers, maker._identities = dict(maker._signers), dict(maker._identities)
    bodies = ApartBodies(store if isinstance(store, ApartStore) else ApartStore())
    bodies._kept |= node.bodies._kept
    held = local_log.prove(
        replace(
            node,
            store=store,
            bodies=bodies,
            peers=peers,
            keys=maker,
            highwater=MemoryHighWater(node.highwater.device.durable),
            clock=clock,
            alarms=StandingAlarms(lambda *_: None),
            session=copy.deepcopy(node.session),
        )
    )
    return State(held, maker, clock, peers)


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
    reach(states)
    return arrangement


def reach(states: Sequence[State]) -> None:
    """Let each State reach the others."""
    for one in states:
        one.peers.nodes |= {other.node.party: other.node for other in states if other is not one}


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
