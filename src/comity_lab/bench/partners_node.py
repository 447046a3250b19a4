"""One partner of `bench partners`: a whole node over memory, with real keys and real lines.

Floor: lab.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from comity.adapters import clock
from comity.adapters.alarms import StandingAlarms
from comity.adapters.entropy import SystemEntropy
from comity.adapters.http_peer import HttpPeers
from comity.adapters.keyfiles import KeyFiles
from comity.adapters.memory import MemoryStore, memory_disk
from comity.adapters.memory_blobs import MemoryBodies
from comity.adapters.memory_highwater import MemoryHighWater
from comity.adapters.suite import RealSuite
from comity.adapters.vault import of_key
from comity.boot.network import Network
from comity.boot.rooms import ROOMS
from comity.joint.arrangement.card import Agency
from comity.node.base import profile
from comity.node.base.context import Node
from comity.node.base.profile import Profile
from comity.node.exchange import contacts, pairing, pump
from comity.node.room import local_log
from comity.surfaces.cli.context import Home, Settings


@dataclass(slots=True)
class Bell:
    """What a node rings once something has come that its rounds go on with."""

    heard: Callable[[], None] = lambda: None

    def ring(self, _channel: str) -> None:
        """Tell whoever does its rounds."""
        self.heard()


@dataclass(frozen=True, slots=True)
class Partner:
    """One partner.

    Attributes:
        node: over memory.
        network: whom it knows.
        peers: its lines.
        shows: its own certificates, DER.
        bell: of the node.
    """

    node: Node
    network: Network
    peers: HttpPeers
    shows: tuple[bytes, ...]
    bell: Bell


def paired(hub: Home, folder: Path, name: str, port: int) -> Partner:
    """Return a new partner that has paired with a home."""
    entropy = SystemEntropy()
    keys = KeyFiles(folder / name / "keys", of_key(bytes(32), entropy), entropy)
    (folder / name / "keys").mkdir(parents=True)
    store = MemoryStore(memory_disk())
    endpoint = f"https://127.0.0.1:{port}"
    network = Network(store, Settings(name, {"en": name.upper()}, endpoint=endpoint), keys, {})
    peers = HttpPeers(network.surroundings())
    node = Node(
        party=name,
        store=store,
        bodies=MemoryBodies(),
        peers=peers,
        keys=keys,
        suite=RealSuite(),
        highwater=MemoryHighWater(),
        clock=clock.SystemClock(),
        entropy=entropy,
        alarms=StandingAlarms(lambda *_: None),
        step=lambda _name: None,
        rooms=ROOMS,
        wake=(bell := Bell()).ring,
    )
    local_log.prove(node)
    police = Agency("police", {"en": "Police"})
    profile.found(node, keys, Profile({"en": name.upper()}, (police,), endpoint))
    arrangement = pairing.new_arrangement_id(hub.node)
    hub_root = hub.keymaker.make_root(
        folder / f"hub-{arrangement}.root", hub.node.party, arrangement
    )
    root = keys.make_root(folder / f"{name}.root", name, arrangement)
    offer = pairing.offer(hub.node, hub.keymaker, hub_root, [hub.node.party, name])
    confirm = pairing.confirm(hub.node, [pairing.accept(node, keys, root, offer)])
    code = pairing.preview(hub.node, confirm).code
    pairing.save(hub.node, confirm, code)
    pairing.save(node, confirm, code)
    network.refresh()
    pump.begin(node)
    with store.read() as tx:
        known = contacts.load(tx, name, node.clock.now_ms(), {})
    return Partner(node, network, peers, known.shown(), bell)
