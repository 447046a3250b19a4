"""What may happen next in one run: to the exchange, to people, to machines, to the world.

Floor: lab.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from comity.node.exchange import freeze, outbox, signing_guard
from comity.node.exchange.pump import Pair
from comity.node.room.release import send
from comity_lab.sim import (
    cosigning,
    deciding,
    drill,
    faults,
    guarded,
    outside,
    rest,
    restoring,
    succession,
)
from comity_lab.sim.accidents import Accidents, meanwhile
from comity_lab.sim.faults import Crash
from comity_lab.sim.invariants import Watch
from comity_lab.sim.machine import Backup, Machine
from comity_lab.sim.mix import Mix
from comity_lab.sim.officers import Officers
from comity_lab.sim.world import World

HOUR_MS: Final = 3_600_000
DAY_MS: Final = 24 * HOUR_MS
SKEW_MS: Final = (-7 * DAY_MS, -HOUR_MS, -30_000, 0, 0, 0, 45_000, 400_000, DAY_MS)
BACKUPS_KEPT: Final = 4
_FAILING_START: Final = 0.2
_MONTH: Final = 0.1
"""How likely a wait is one of a month."""


@dataclass(slots=True)
class Story:
    """One run: a world, its people, its accidents.

    Attributes:
        world: in which it happens.
        watch: that looks at it.
        officers: who work in it.
        mix: of events.
        backups: by party, oldest first.
        rotations_left: how many cards may still be made.
        revocations_left: how often one may still be revoked.
        steps: how many events there were.
        depth: whether another thread's work is done within this one's.
        months_left: how often a month may still pass; cards are valid for two years.
        generations_left: how often a log may still be begun anew.
        disasters_left: how often all machines at once may still be restored.
    """

    world: World
    watch: Watch
    officers: Officers
    mix: Mix
    backups: dict[str, list[Backup]] = field(default_factory=dict)
    rotations_left: int = 6
    revocations_left: int = 6
    months_left: int = 3
    generations_left: int = 3
    disasters_left: int = 2
    steps: int = 0
    _pairs: dict[tuple[str, int], list[Pair]] = field(default_factory=dict)
    depth: int = 0
    _keys: int = 0

    def __post_init__(self) -> None:
        """Put the accidents into the machines."""
        chance = random.Random(f"accidents {self.world.seed}")  # noqa: S311 -- it must be repeated
        for machine in self.world.machines.values():
            machine.on_point = Accidents(self, chance)
            machine.between = self._between

    def _between(self, machine: Machine, name: str) -> None:
        meanwhile(self, machine, name)

    def step(self, *, is_dropped: bool = False) -> None:
        """Let one event happen, or none where it is dropped, and hold what must hold after it."""
        world = self.world
        world.instant.at_ms += self._pause_ms()
        names = list(self.mix.weights)
        (name,) = world.chance.choices(names, list(self.mix.weights.values()))
        if not is_dropped:
            self.happen(name)
        self.steps += 1
        self.watch.after_event()

    def happen(self, name: str, party: str = "") -> None:
        """Let an event of this name happen to a party, or to one that is drawn."""
        world = self.world
        party = party or world.chance.choice(world.parties)
        machine = world.machines[party]
        needs_process = name not in _WITHOUT_PROCESS
        if needs_process and machine.node is None:
            name = "start"
        world.note(f"{name} {party}")
        with world.care(f"{name} {party}"):
            EVENTS[name](self, machine)

    def _pause_ms(self) -> int:
        draw = self.world.chance.random()
        if draw < 0.9:  # noqa: PLR2004 -- most events follow soon
            return 1 + self.world.chance.randrange(1_500)
        return 1 + self.world.chance.randrange(90_000)

    # -- the exchange ------------------------------------------------------------------

    def round(self, machine: Machine) -> None:
        """Do one round of one pair."""
        self.round_of(machine, self.world.chance.choice(self.pairs(machine)))

    def round_of(self, machine: Machine, pair: Pair) -> None:
        """Do one round of this pair."""
        node = machine.up()
        ahead = node.session.of(outbox.Sent).pending.get(
            (self.world.origin(machine.party), pair.party), 0
        )
        self.world.round(machine.party, pair)
        assert ahead >= 0

    def pairs(self, machine: Machine) -> list[Pair]:
        """Return the pairs of a process."""
        key = (machine.party, machine.boots)
        if key not in self._pairs:
            self._pairs[key] = self.world.pairs(machine.party)
        return self._pairs[key]

    def forget_pairs(self) -> None:
        """Look anew which channels there are: one was opened."""
        self._pairs.clear()

    # -- people ------------------------------------------------------------------------

    def ask(self, machine: Machine) -> None:
        """Ask, mostly one thing on `live`."""
        chance = self.world.chance
        name = "hotline" if chance.random() < 0.15 else "live"  # noqa: PLR2004 -- few are urgent
        body = chance.choices(("", "small", "following", "large"), (6, 3, 1, 0.2))[0]
        self.officers.ask(machine.party, name, 1 + int(chance.random() < 0.1), body)  # noqa: PLR2004 -- some two at once

    def batch(self, machine: Machine) -> None:
        """Ask many things in one transaction."""
        (count,) = self.world.chance.choices((3, 12, 120, 256), (20, 5, 1, 1))
        if count > 100:  # noqa: PLR2004 -- as the state's name says
            self.world.saw("batch.over-a-hundred")
        self.officers.ask(machine.party, "live", count)

    def respond(self, machine: Machine) -> None:
        """Do something with a matter."""
        self.officers.respond(machine.party)

    def open(self, machine: Machine) -> None:
        """Open a matter of another room."""
        self.officers.open(machine.party)

    def desk(self, machine: Machine) -> None:
        """Send a request through the desk, now and then the same command twice."""
        if self.world.chance.random() < 0.7:  # noqa: PLR2004 -- the rest repeats
            self._keys += 1
        self.officers.ask_at_desk(machine.party, f"key-{self._keys}")

    def approvals(self, machine: Machine) -> None:
        """Change how many officers must approve, or approve what waits."""
        if self.world.chance.random() < 0.3:  # noqa: PLR2004 -- mostly work goes on
            send.set_approvals(machine.up(), self.world.chance.choice((1, 2)))
        self.officers.approve_at_desk(machine.party)

    def rotate(self, machine: Machine) -> None:
        """Make a new card."""
        if self.rotations_left > 0 and machine.party not in self.watch.restored:
            self.rotations_left -= 1
            self.officers.rotate(machine.party)
            if self.is_alone(machine):
                self.world.saw("card.entered-while-offline")

    def is_alone(self, machine: Machine) -> bool:
        """Whether some peer of a machine is down or out of its reach."""
        cut = self.world.network.cut_requests | self.world.network.cut_replies
        others = [one for one in self.world.machines.values() if one is not machine]
        return any(one.node is None or (machine.party, one.party) in cut for one in others)

    def revoke(self, machine: Machine) -> None:
        """Revoke the last card but one."""
        if machine.party not in self.watch.restored and self.revocations_left > 0:
            self.revocations_left -= 1
            self.officers.revoke(machine.party)

    def unknown(self, machine: Machine) -> None:
        """Write what another version of the program writes."""
        is_garbage = self.world.chance.random() < 0.5  # noqa: PLR2004 -- either
        self.officers.say_unknown(machine.party, is_garbage=is_garbage)

    def succeed(self, machine: Machine) -> None:
        """End a log and begin the next generation; backups of its owner are of no use then."""
        if machine.party not in self.watch.restored and self.generations_left > 0:
            self.generations_left -= 1
            self.backups[machine.party] = []
            reason = self.world.chance.choice(succession.REASONS)
            succession.begin(self.world, machine.party, self.world.channel(), reason)

    def accept(self, machine: Machine) -> None:
        """Accept what others began anew."""
        succession.accept(self.world, machine)

    # -- machines ----------------------------------------------------------------------

    def start(self, machine: Machine) -> None:
        """Start a process that is down; now and then it fails at once."""
        share = self.mix.point_failure
        if share and self.world.chance.random() < _FAILING_START:
            self.mix.point_failure = 1.0
        try:
            if machine.node is None and self.world.start(machine.party):
                self.watch.restarted(machine.party)
        finally:
            self.mix.point_failure = share

    def kill(self, machine: Machine) -> None:
        """End a process, or the machine under it."""
        mode = self.world.chance.choice((faults.KILL, faults.POWER, faults.TORN))
        self.world.crashed(Crash(machine.party, mode, "idle"))
        self._maybe_start(machine)

    def _maybe_start(self, machine: Machine) -> None:
        if self.world.chance.random() < 0.7:  # noqa: PLR2004 -- the rest stays down for a while
            self.start(machine)

    def backup(self, machine: Machine) -> None:
        """Copy the database."""
        kept = self.backups.setdefault(machine.party, [])
        kept.append(machine.backup())
        del kept[:-BACKUPS_KEPT]

    def fill(self, machine: Machine) -> None:
        """Fill the disk, or free it."""
        machine.is_full = not machine.is_full
        self.world.saw("disk.full" if machine.is_full else "disk.full-and-free-again")
        if not machine.is_full and machine.is_failed and machine.node is not None:
            machine.end()
            self.start(machine)

    # -- the world ---------------------------------------------------------------------

    def arrive(self, _machine: Machine) -> None:
        """Let something arrive that was on its way."""
        due = self.world.network.due()
        if due:
            late = self.world.chance.choice(due)
            self.world.network.late.remove(late)
            self.world.saw("late.delivered")
            if late.to in self.watch.restored:
                self.world.saw("late.delivered-to-restored")
            response = self.world.network.deliver(late.sender, late.to, late.request)
            if response.status >= 400:  # noqa: PLR2004 -- HTTP refusals
                self.world.saw("late.refused")

    def cut(self, machine: Machine) -> None:
        """Take a line down, in one direction or both."""
        network, chance = self.world.network, self.world.chance
        other = chance.choice([p for p in self.world.parties if p != machine.party])
        kind = chance.choice(("requests", "replies", "both"))
        if kind == "both":
            network.cut(machine.party, other)
            network.cut(other, machine.party)
            self.world.saw("line.cut-both-ways")
        else:
            network.cut(machine.party, other, replies=kind == "replies")
            self.world.saw("line.asymmetric")

    def heal(self, _machine: Machine) -> None:
        """Put every line back."""
        self.world.network.heal()

    def jump(self, machine: Machine) -> None:
        """Let a clock jump."""
        machine.clock.skew_ms = self.world.chance.choice(SKEW_MS)
        self.world.saw("clock.jumped")

    def decide(self, machine: Machine) -> None:
        """Decide that signing goes on, or set the clock right."""
        for party in sorted(machine.up().session.of(signing_guard.Clocks).skew_ms):
            freeze.decide_clock(machine.up(), party, "alice")

    def wait(self, _machine: Machine) -> None:
        """Let hours or days pass."""
        self.world.instant.at_ms += self.world.chance.choice((HOUR_MS, 6 * HOUR_MS, DAY_MS))
        if self.world.chance.random() < _MONTH and self.months_left:
            self.months_left -= 1
            self.world.instant.at_ms += 31 * DAY_MS
            self.world.saw("offline.a-month")

    def operate(self, _machine: Machine) -> None:
        """Let operators do what nodes ask for."""
        rest.operate(self.world)


type Event = Callable[[Story, Machine], None]

EVENTS: Final[dict[str, Event]] = {
    "round": Story.round,
    "ask": Story.ask,
    "batch": Story.batch,
    "respond": Story.respond,
    "open": Story.open,
    "desk": Story.desk,
    "approvals": Story.approvals,
    "hotline": drill.hotline,
    "rotate": Story.rotate,
    "revoke": Story.revoke,
    "unknown": Story.unknown,
    "succeed": Story.succeed,
    "accept": Story.accept,
    "start": Story.start,
    "kill": Story.kill,
    "backup": Story.backup,
    "restore-database": restoring.restore_database,
    "restore-machine": restoring.restore_machine,
    "restore-lost": restoring.restore_lost,
    "restore-all": restoring.restore_all,
    "damage": restoring.damage,
    "fill": Story.fill,
    "arrive": Story.arrive,
    "cut": Story.cut,
    "heal": Story.heal,
    "jump": Story.jump,
    "decide": Story.decide,
    "wait": Story.wait,
    "operate": Story.operate,
    "overtaken": drill.overtaken,
    "standby": restoring.go_back,
    "excused": drill.excused,
    "dialogue": drill.dialogue,
    "freeze": deciding.freeze_log,
    "thaw": deciding.thaw_logs,
    "give-up": deciding.give_up,
    "take-back": deciding.take_back,
    "destroy": deciding.destroy,
    "open-channel": deciding.open_channel,
    "rotate-channel": deciding.rotate_channel,
    "end-channel": deciding.end_channel,
    **drill.CALLS,
    "witness": outside.turn,
    "witness-line": outside.change,
    "guarded": guarded.image,
    "clocks-ahead": cosigning.clocks_ahead,
}

_WITHOUT_PROCESS: Final = frozenset(
    {
        "start", "kill", "restore-database", "restore-machine", "restore-lost", "restore-all",
        "damage", "fill",
        "arrive", "cut", "heal", "jump", "wait", "operate", "backup", "witness-line", "guarded",
    }
)  # fmt: skip
