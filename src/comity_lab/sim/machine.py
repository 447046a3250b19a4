"""One State's machine: what survives its process, and the process while there is one.

    machine.start(peers)      a process begins over what the disk holds
    machine.end(mode)         it is gone, and with a loss of power what was not synced
    machine.backup()          the database as it is now
    machine.restore(backup)   an old database, the high-water file as it is, or not
    machine.go_back(backup)   an old database under the process, which lives on

Floor: lab.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final, override

from comity.adapters.alarms import StandingAlarms
from comity.adapters.memory import MemoryStore, Tables, copy_of, memory_disk
from comity.adapters.memory_blobs import MemoryBodies
from comity.adapters.memory_disk import MemoryDisk, Moment
from comity.adapters.memory_highwater import WRITTEN, MemoryHighWater
from comity.boot.rooms import ROOMS
from comity.kernel.fault import Fault
from comity.node.base.context import Node
from comity.node.base.ports import Peers
from comity_lab.sim import faults
from comity_lab.sim.faults import Crash
from comity_lab.sim.suite import SeededKeys

BEGIN_MS: Final = 1_764_000_000_000


@dataclass(slots=True)
class Instant:
    """The true time, which no node knows."""

    at_ms: int = BEGIN_MS


@dataclass(slots=True)
class SimClock:
    """A node's clock: the true time and how far it is off."""

    instant: Instant
    skew_ms: int = 0

    def now_ms(self) -> int:
        """Return milliseconds since 1970 UTC."""
        return self.instant.at_ms + self.skew_ms


class SimBodies(MemoryBodies):
    """Bodies that pass the points of a disk."""

    def __init__(self, hit: Callable[[str], None]) -> None:
        super().__init__()
        self._hit = hit

    @override
    def stage(self, sha256: str, offset: int, data: bytes | bytearray, by: str = "") -> None:
        self._hit(faults.BODY_STAGED)
        super().stage(sha256, offset, data, by)

    @override
    def commit(self, sha256: str, by: str = "") -> bool:
        is_kept = super().commit(sha256, by)
        self._hit(faults.BODY_KEPT)
        return is_kept


@dataclass(frozen=True, slots=True)
class Backup:
    """A copy of a database, and of the high-water file beside it."""

    at_ms: int
    disk: MemoryDisk[Tables]
    highwater: bytes | None


@dataclass(slots=True)
class Machine:
    """A State's machine.

    Attributes:
        party: whose it is.
        keys: private keys; they survive everything.
        clock: its clock.
        chance: its source of randomness.
        on_point: asked at each point whether, and how, it fails.
        between: called at each step of a node, outside any transaction: what other threads
            of the process do meanwhile.
        disk: the database.
        highwater: the file outside the home.
        bodies: large bodies.
        is_full: whether the disk refuses writes.
        node: the process, or None.
        boots: how many processes there were.
        is_failed: whether a write failed and the process must be started again.
        alarms_told: codes and last words of the alarms told since somebody looked.
        waiting_anew: how many acts waited to be appended anew when somebody looked.
    """

    party: str
    keys: SeededKeys
    clock: SimClock
    chance: random.Random
    on_point: faults.OnPoint = faults.nothing_fails
    between: Callable[["Machine", str], None] = lambda _machine, _name: None
    disk: MemoryDisk[Tables] = field(default_factory=memory_disk)
    highwater: MemoryHighWater = field(default_factory=MemoryHighWater)
    bodies: SimBodies = field(init=False)
    is_full: bool = False
    node: Node | None = None
    boots: int = 0
    is_failed: bool = False
    alarms_told: set[str] = field(default_factory=set)
    waiting_anew: int = 0

    def __post_init__(self) -> None:
        """Put the hooks into the disk."""
        self.bodies = SimBodies(self._body)
        self._hook()

    def up(self) -> Node:
        """Return the node of the process that runs."""
        assert self.node is not None, f"{self.party} is down"
        return self.node

    def entropy(self, size_bytes: int) -> bytes:
        """Return random bytes from the seed."""
        return self.chance.randbytes(size_bytes)

    def start(self, peers: Peers) -> Node:
        """Begin a process over what the disk holds."""
        self.boots += 1
        self.is_failed = False
        self.highwater = self.highwater.reopened(step=self._highwater)
        self.node = Node(
            party=self.party,
            store=MemoryStore(self.disk),
            bodies=self.bodies,
            peers=peers,
            keys=self.keys,
            suite=self.keys.algorithms.suite,
            highwater=self.highwater,
            clock=self.clock,
            entropy=self.entropy,
            alarms=StandingAlarms(self._told),
            step=self._step,
            rooms=ROOMS,
        )
        return self.node

    def _told(self, code: str, what: str) -> None:
        self.alarms_told |= {code, what.rpartition(" ")[2]}

    def end(self, mode: str = faults.KILL) -> int:
        """End the process; return how many commits were lost."""
        self.node = None
        lost = 0
        if mode != faults.KILL:
            lost = self.disk.lose_power()
            torn = 1 + self.chance.randrange(64) if mode == faults.TORN else 0
            self.highwater = self.highwater.reopened(power_lost=True, torn_bytes=torn)
        return lost

    def backup(self) -> Backup:
        """Copy the database and the high-water file; the process goes on."""
        return Backup(self.clock.instant.at_ms, copy_of(self.disk), self.highwater.device.durable)

    def small_bodies(self) -> set[str]:
        """Return the hashes of the small bodies that its disk and its high-water file hold."""
        beside = (
            body.sha256
            for origin in self.highwater.marks()
            for body in self.highwater.kept_bodies(origin)
        )
        return {str(key[0]) for key in self.disk.tables.bodies.keys("")} | set(beside)

    def restore(self, backup: Backup, *, highwater: str) -> None:
        """Put an old database in the place of the one on the disk; no process runs.

        Args:
            backup: from before.
            highwater: `kept` (it lies outside the home), `old` (of the backup, as with an
                image of the machine) or `lost`.
        """
        assert self.node is None
        is_synced = self.disk.is_synced
        self.put(backup.disk)
        self.disk.is_synced = is_synced
        if highwater == "old":
            self.highwater = MemoryHighWater(backup.highwater, entropy=self.entropy)
        elif highwater == "lost":
            self.highwater = MemoryHighWater(None, entropy=self.entropy)

    def go_back(self, backup: Backup) -> None:
        """Go over to a standby whose database is behind; the process lives on."""
        is_synced = self.disk.is_synced
        self.disk = copy_of(backup.disk)
        self.disk.is_synced = is_synced
        self._hook()
        self.node = replace(self.up(), store=MemoryStore(self.disk))

    def put(self, disk: MemoryDisk[Tables]) -> None:
        """Put a copy of a database in the place of the one on the disk."""
        assert self.node is None
        self.disk = copy_of(disk)
        self._hook()

    def _hook(self) -> None:
        self.disk.on_commit = self._commit

    def _step(self, name: str) -> None:
        self._hit(name)
        boot = self.boots
        self.between(self, name)
        if self.node is None or self.boots != boot:
            raise Crash(self.party, faults.KILL, name)

    def _commit(self, moment: Moment, _change_count: int) -> None:
        if self.node is None:
            return
        if moment == "before" and self.is_full:
            raise faults.full()
        self._hit(faults.COMMIT_BEFORE if moment == "before" else faults.COMMIT_AFTER)

    def _body(self, point: str) -> None:
        if self.is_full and point == faults.BODY_STAGED:
            raise faults.full()
        self._hit(point)

    def _highwater(self, point: str) -> None:
        if point == WRITTEN and self.is_full:
            self._fail_highwater("lost")
        else:
            self._hit(point)

    def _fail_highwater(self, how: str) -> None:
        self.highwater.device.fail_sync = how
        self.is_failed = True

    def _hit(self, point: str) -> None:
        """Pass a point, or fail there."""
        mode = self.on_point(self.party, point)
        if not mode:
            return
        if mode in faults.ENDING:
            raise Crash(self.party, faults.POWER if mode == faults.BACK else mode, point)
        if point == WRITTEN:
            self._fail_highwater("lost" if mode == faults.FSYNC else "kept")
            return
        fault = self._write_fault(mode, point)
        if fault is not None:
            raise fault

    def _write_fault(self, mode: str, point: str) -> Fault | None:
        if mode == faults.FULL and point in {faults.COMMIT_BEFORE, faults.BODY_STAGED}:
            return faults.full()
        if mode == faults.FSYNC and point in faults.WRITES:
            self.is_failed = True
            return faults.failed()
        return None
