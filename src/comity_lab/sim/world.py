"""A world from one seed: machines, their clocks, the network, and what happens to them.

    world = make_world(seed=7, parties=("fr", "sn"))
    world.say(...)                       see `comity_lab.sim.officers`
    world.pump("fr")                     one round with every peer
    world.settle()                       heal everything and pump until nothing is left to do

Everything that could differ between two runs comes from the seed: times, ids, keys,
entropy, accidents.  Each event adds a line to a running hash, so that two runs can be
compared.

Floor: lab.
"""

import hashlib
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from comity.adapters.memory import Tables, copy_of
from comity.adapters.memory_disk import MemoryDisk
from comity.joint.arrangement.card import Agency
from comity.kernel.fault import Fault
from comity.node.base import profile, register_records
from comity.node.base.context import Node
from comity.node.base.profile import Profile
from comity.node.exchange import pairing, pump, witness_memory
from comity.node.exchange.pump import Pair
from comity_lab.sim import faults
from comity_lab.sim.faults import Crash
from comity_lab.sim.ledger import Ledger
from comity_lab.sim.machine import Backup, Instant, Machine, SimClock
from comity_lab.sim.network import Network, SimPeers
from comity_lab.sim.sometimes import STATES
from comity_lab.sim.suite import Algorithms, SeededKeys, StubAlgorithms

if TYPE_CHECKING:
    from comity_lab.sim.outside import Outside

PARTIES: Final = ("fr", "sn", "ke")
CHANNELS: Final = ("live", "hotline")

type Tell = Callable[[str], None]


def _silent(_line: str) -> None:
    """Print nothing."""


def _unseen(_machine: Machine, _head: bytes) -> None:
    """Let a head pass unseen."""


def _no_witness(_party: str) -> None:
    """Nobody is shown anything."""


@dataclass(slots=True)
class World:
    """All of one run.

    Attributes:
        seed: from which everything follows.
        arrangement: id of the one that all parties share.
        machines: by party, in the arrangement's order.
        instant: the true time.
        network: between them.
        chance: decides what happens next.
        ledger: what left and what was shown.
        reached: names of the rare states that were reached.
        tell: called with each line of the trace.
        events: how many happened.
        generations: what is read over the telephone of entry 0, by origin.
        gone: small bodies of which a restore took the last copy.
        were_clocks_ahead: whether all clocks were ahead of the true time for a while.
        forgotten_times: `{(origin, mirror)}` of cosignatures that an image of a machine lost, until
            it has compared with their author.
        fallen_times: those whose times fell before that, which nobody promised not to.
        outside: the witness of one State, or None.
        show_witness: lets the thread of a State's witness have a turn.
        head_shown: called with each head that a witness is shown.
    """

    seed: int
    arrangement: str
    machines: dict[str, Machine]
    instant: Instant
    network: Network
    chance: random.Random
    ledger: Ledger
    reached: set[str] = field(default_factory=set)
    tell: Tell = _silent
    events: int = 0
    generations: dict[str, str] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    were_clocks_ahead: bool = False
    forgotten_times: set[tuple[str, str]] = field(default_factory=set)
    fallen_times: set[tuple[str, str]] = field(default_factory=set)
    outside: "Outside | None" = None
    show_witness: Callable[[str], None] = _no_witness
    head_shown: Callable[[Machine, bytes], None] = _unseen
    _digest: "hashlib._Hash" = field(default_factory=hashlib.sha256)

    @property
    def parties(self) -> tuple[str, ...]:
        """The parties in their order."""
        return tuple(self.machines)

    @property
    def trace_hash(self) -> str:
        """The hash of everything that happened."""
        return self._digest.hexdigest()

    def channel(self, name: str = "live") -> str:
        """Return the path of a channel."""
        return register_records.channel_path(self.arrangement, name)

    def origin(self, party: str, name: str = "live", generation: int = 1) -> str:
        """Return the name of a log."""
        return f"{party}/{self.arrangement}/{name}/{generation}"

    def node(self, party: str) -> Node:
        """Return the node of a party that is up."""
        return self.machines[party].up()

    def up(self) -> list[Machine]:
        """Return the machines whose process runs."""
        return [one for one in self.machines.values() if one.node is not None]

    def saw(self, name: str) -> None:
        """Note that a rare state was reached."""
        assert name in STATES, name
        self.reached.add(name)

    def note(self, line: str) -> None:
        """Add a line to the trace."""
        self.events += 1
        text = f"{self.events} {self.instant.at_ms} {line}"
        self._digest.update(text.encode() + b"\n")
        self.tell(text)

    def sum_up(self) -> None:
        """Add to the trace what every machine holds."""
        for machine in self.machines.values():
            for log in machine.disk.tables.logs.rows(""):
                parts = (log.origin.encode(), str(log).encode(), *log.frontier)
                self._digest.update(b"".join(parts))

    @contextmanager
    def care(self, what: str) -> Iterator[None]:
        """Do something to a node: a fault is an outcome, and a crash ends the machine."""
        try:
            yield
        except Fault as fault:
            self.note(f"{what}: {fault.code}")
        except Crash as crash:
            self.crashed(crash)
            self.note(f"{what}: crash of {crash.party}, {crash.mode} at {crash.point}")

    def crashed(self, crash: Crash) -> None:
        """Let a machine end as a crash says."""
        machine = self.machines[crash.party]
        if machine.node is not None:
            machine.end(crash.mode)
            self.saw(f"crash.{crash.mode}")

    def restore(self, machine: Machine, backup: Backup, *, highwater: str) -> None:
        """Put an old database back, see `Machine.restore`, and note what no machine holds now."""
        with self._losing(machine):
            machine.restore(backup, highwater=highwater)

    def go_back(self, machine: Machine, backup: Backup) -> None:
        """Go over to a standby that is behind, see `Machine.go_back`, and note the same."""
        with self._losing(machine):
            machine.go_back(backup)

    @contextmanager
    def _losing(self, machine: Machine) -> Iterator[None]:
        before = machine.small_bodies()
        yield
        self.gone |= before.difference(*(one.small_bodies() for one in self.machines.values()))

    def start(self, party: str) -> bool:
        """Start a party's node; return whether it runs."""
        machine = self.machines[party]
        assert machine.node is None
        sizes = _own_sizes(machine)
        try:
            machine.start(SimPeers(self.network, machine, machine.boots + 1))
            pump.begin(machine.up())
            self.show_witness(party)
            if _own_sizes(machine) > sizes:
                self.saw("highwater.brought-back-entries")
        except Fault as fault:
            machine.end()
            self.note(f"start {party}: {fault.code}")
            return False
        except Crash as crash:
            machine.end(crash.mode)
            self.saw("crash.while-starting")
            self.note(f"start {party}: {crash.mode} at {crash.point}")
            return False
        return True

    def pairs(self, party: str) -> list[Pair]:
        """Return the channels and peers of a party that is up."""
        node = self.node(party)
        with node.store.read() as tx:
            return pump.pairs(tx, party)

    def round(self, party: str, pair: Pair) -> int:
        """Do one round; return how long the next may wait."""
        node = self.node(party)
        if (
            node.session.of(witness_memory.Asked).awaited.keys()
            - node.session.of(witness_memory.Asked).witnessed
        ):
            self.show_witness(party)  # its thread tries again each second
        return pump.next_round_ms(node, pair, node.clock.now_ms())

    def pump(self, *parties: str) -> None:
        """Do a round of every pair of these parties, or of all that are up."""
        for party in parties or self.parties:
            if self.outside is not None and self.machines[party].node is not None:
                with self.care(f"witness {party}"):
                    self.show_witness(party)
            for pair in self.pairs(party) if self.machines[party].node else ():
                if self.machines[party].node is None:
                    break
                with self.care(f"round {party} {pair.channel} {pair.party}"):
                    self.round(party, pair)


def make_world(
    seed: int,
    parties: Sequence[str] = PARTIES[:2],
    algorithms: Algorithms | None = None,
    tell: Tell = _silent,
) -> World:
    """Return nodes that have paired and that run.

    Args:
        seed: from which everything follows.
        parties: two or three.
        algorithms: stub unless given.
        tell: called with each line of the trace.
    """
    world = _unpaired(seed, parties, algorithms or StubAlgorithms(), tell)
    for party, machine in world.machines.items():
        machine.start(SimPeers(world.network, machine, machine.boots + 1))
        police = Agency("police", {"en": "Police"})
        said = Profile({"en": party.upper()}, (police,), f"https://{party}.example:8443")
        profile.found(machine.up(), machine.keys, said)
    world.arrangement = _pair(world)
    return world


def _unpaired(seed: int, parties: Sequence[str], algorithms: Algorithms, tell: Tell) -> World:
    chance = random.Random(f"world {seed}")  # noqa: S311 -- it must be repeated
    instant = Instant()
    machines = {party: _machine(seed, party, instant, algorithms) for party in parties}
    reached: set[str] = set()
    network = Network(
        machines,
        instant,
        random.Random(f"network {seed}"),  # noqa: S311 -- it must be repeated
        reached.add,
    )
    world = World(seed, "", machines, instant, network, chance, Ledger(), reached, tell)
    network.saw = world.saw
    return world


@dataclass(frozen=True, slots=True)
class Paired:
    """Machines as they stand after pairing: to begin many worlds alike at little cost.

    Attributes:
        seed: of the world.
        arrangement: its id.
        disks: by party.
        chances: state of each machine's source of randomness.
    """

    seed: int
    arrangement: str
    disks: Mapping[str, MemoryDisk[Tables]]
    chances: Mapping[str, Any]


def paired(world: World) -> Paired:
    """Return how the machines of a world that was just made stand."""
    machines = world.machines.items()
    return Paired(
        world.seed,
        world.arrangement,
        {party: copy_of(machine.disk) for party, machine in machines},
        {party: machine.chance.getstate() for party, machine in machines},
    )


def world_of(before: Paired) -> World:
    """Return the world that was made, made anew; with stub algorithms."""
    world = _unpaired(before.seed, tuple(before.disks), StubAlgorithms(), _silent)
    world.arrangement = before.arrangement
    for party, machine in world.machines.items():
        machine.put(before.disks[party])
        machine.start(SimPeers(world.network, machine, machine.boots + 1))
        machine.chance.setstate(before.chances[party])
    return world


def _own_sizes(machine: Machine) -> int:
    return sum(log.size for log in machine.disk.tables.logs.rows("") if log.own)


def _machine(seed: int, party: str, instant: Instant, algorithms: Algorithms) -> Machine:
    chance = random.Random(f"machine {seed} {party}")  # noqa: S311 -- it must be repeated
    keys = SeededKeys(party, chance.randbytes(32), algorithms)
    return Machine(party, keys, SimClock(instant), chance)


def _pair(world: World) -> str:
    """Let the parties pair: offer, accept, confirm, code."""
    machines = list(world.machines.values())
    first, *others = machines
    arrangement = pairing.new_arrangement_id(first.up())
    roots = [one.keys.make_root(Path(arrangement), one.party, arrangement) for one in machines]
    offer = pairing.offer(first.up(), first.keys, roots[0], world.parties)
    accepts = [
        pairing.accept(one.up(), one.keys, root, offer)
        for one, root in zip(others, roots[1:], strict=True)
    ]
    confirm = pairing.confirm(first.up(), accepts)
    code = pairing.preview(first.up(), confirm).code
    for one in machines:
        pairing.save(one.up(), confirm, code)
    return arrangement


__all__ = ("CHANNELS", "PARTIES", "World", "faults", "make_world")
