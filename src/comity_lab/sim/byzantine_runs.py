"""Runs with one liar: strategies drawn from the seed, among honest work and restores.

    result = run(seed=7)             drawn strategies
    result = run(7, ["fork-equal"])  these

Floor: lab.
"""

import json
import random
import time
from base64 import b64decode
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Final

from comity.acts.record import Addressee, Office
from comity.joint.request import acts as request_acts
from comity.kernel.fault import Fault
from comity.node.base.rows import LOG_OFFERED
from comity.node.exchange import append, hold_alarm, logs
from comity.node.exchange.append import Appended, Candidate
from comity_lab.sim import byzantine_checks, rest, succession
from comity_lab.sim.byzantine import Liar
from comity_lab.sim.byzantine_guard import Guard
from comity_lab.sim.faults import BrokenError
from comity_lab.sim.invariants import Watch
from comity_lab.sim.machine import Backup
from comity_lab.sim.officers import Officers
from comity_lab.sim.strategies import DRAWN, SCENES, STRATEGIES
from comity_lab.sim.suite import RealAlgorithms, StubAlgorithms
from comity_lab.sim.world import CHANNELS, PARTIES, World, make_world

_VECTORS: Final = Path(__file__).parents[3] / "vectors" / "acts"
EVENTS: Final = (30, 70)
LIES: Final = (3, 6)
REST_ROUNDS: Final = 8
SCENE_ROUNDS: Final = 3
_NO_SCENE: Final = 0.5
REAL_EVERY: Final = 50
_REVOKING: Final = frozenset({"revoke-everything", "revoked-for-one"})
SLOW_S: Final = 5.0
"""A single step over this is a break: what a liar costs is bounded."""


@dataclass(frozen=True, slots=True)
class ByzantineResult:
    """What came of one seed.

    Attributes:
        seed: of the run.
        lies: strategies in their order.
        tags: of acts that no decision admitted.
        shown: what honest States showed of lies that they answer.
        convictions: how many honest nodes hold.
        slowest_s: the longest step, seconds of real time.
        error: what did not hold, or "".
    """

    seed: int
    lies: tuple[str, ...]
    tags: frozenset[str]
    shown: frozenset[str]
    convictions: int
    slowest_s: float
    error: str = ""


@dataclass(slots=True)
class _Run:
    """One run."""

    liar: Liar
    guard: Guard
    watch: Watch
    officers: Officers
    lies: list[str]
    scenes: list[str]
    backups: dict[str, Backup]
    restored: set[str] = field(default_factory=set)
    slowest_s: float = 0.0

    @property
    def world(self) -> World:
        """The world."""
        return self.liar.world

    def live(self, count: int) -> int:
        """Let things happen, the lies among them, then hold what must hold."""
        self.rest(2)
        when = sorted(self.liar.chance.randrange(count) for _ in self.lies)
        plan = list(zip(when, self.lies, strict=True))
        for number in range(count):
            self.world.instant.at_ms += self.liar.chance.choice((200, 2_000, 20_000))
            while plan and plan[0][0] == number:
                self._timed(lambda: self._lie(plan.pop(0)[1]))
            self._timed(self._event)
            self.watch.after_event()
        self._end_lies()
        self.rest(REST_ROUNDS)
        self._accept_offered()
        self._begin_anew()
        self._play_scenes()
        before = self._ask_each_other()
        self.rest(REST_ROUNDS)
        self._require_arrived(before)
        if self.guard.broken:
            raise BrokenError(self.guard.broken[0])
        return byzantine_checks.check(self.liar)

    def _play_scenes(self) -> None:
        """Let the others answer lies step by step; all work after each."""
        for name in self.scenes:
            STRATEGIES[name](self.liar)
        for scene in self.liar.scenes:
            for _ in scene:
                self.rest(SCENE_ROUNDS)

    def _timed(self, do: Callable[[], None]) -> None:
        began = time.perf_counter()
        do()
        took_s = time.perf_counter() - began
        self.slowest_s = max(self.slowest_s, took_s)
        if took_s > SLOW_S:
            raise BrokenError(f"one step took {took_s:.1f} s")

    def _lie(self, name: str) -> None:
        self.world.note(f"lie {name}")
        self._as_liar(lambda: STRATEGIES[name](self.liar))

    def _as_liar(self, do: Callable[[], object]) -> None:
        """Do something with the liar's node, which may choke on its own garbage."""
        try:
            do()
        except Exception as error:  # noqa: BLE001 -- only honest nodes must not
            self.world.note(f"liar: {type(error).__name__} {error}"[:300])

    def _event(self) -> None:
        chance, party = self.liar.chance, self.liar.chance.choice(self.world.parties)
        kind = chance.choices(
            ("pump", "ask", "respond", "open", "backup", "restore", "honest-again"),
            (60, 12, 12, 3, 3, 2, 4),
        )[0]
        self.world.note(f"{kind} {party}")
        if kind == "honest-again" and self.liar.answers:
            del self.liar.answers[chance.choice(sorted(self.liar.answers))]
        elif kind in ("backup", "restore"):
            self._disk(kind, party)
        elif party == self.liar.party:
            if not self.liar.is_silent:
                self._as_liar(lambda: self._work(kind, party))
        else:
            self._work(kind, party)

    def _work(self, kind: str, party: str) -> None:
        if kind == "pump":
            self.pump(party)
            return
        with self.world.care(f"{kind} {party}"):
            if kind == "ask":
                body = self.liar.chance.choice(("", "", "small", "large"))
                self.officers.ask(
                    party, self.liar.chance.choice(("live", "live", "hotline")), 1, body
                )
            elif kind == "respond":
                self.officers.respond(party)
            elif kind == "open":
                self.officers.open(party)

    def _disk(self, kind: str, party: str) -> None:
        """Honest machines are restored too, with the file outside the home as it is."""
        if party == self.liar.party or _REVOKING.intersection(self.lies):
            return  # heads that the revocation takes back would not be believed once more
        machine = self.world.machines[party]
        if kind == "backup":
            self.backups[party] = machine.backup()
        elif party in self.backups:
            machine.end()
            for key in [key for key in self.liar.convicting if key[0] == party]:
                del self.liar.convicting[key]  # it forgets what it was shown since
            self.restored.add(party)
            self.world.restore(machine, self.backups[party], highwater="kept")
            self.watch.note_restore(party, highwater="kept")
            if not self.world.start(party):
                raise BrokenError(f"{party} does not start after a restore")

    def pump(self, party: str) -> None:
        """Do one round with every peer."""
        self.guard.calls = 0
        self.world.pump(party)

    def rest(self, rounds: int) -> None:
        """Let everybody work until nothing is left to do."""
        for _ in range(rounds):
            self.world.instant.at_ms += rest.ROUND_MS
            for party in self.world.parties:
                if party != self.liar.party:
                    self._timed(lambda party=party: self.pump(party))  # type: ignore[misc] # bound now
                elif not self.liar.is_silent:
                    self._timed(lambda: self._as_liar(lambda: self.pump(self.liar.party)))

    def _accept_offered(self) -> None:
        """Let honest officers accept what the liar's read aloud, whoever offers it.

        What is read after that may name a later one.
        """
        while self.world.generations and self._is_any_accepted():
            self.rest(REST_ROUNDS)

    def _is_any_accepted(self) -> bool:
        """Accept what is offered; return whether anything was."""
        before = self._opened()
        for party in self.liar.honest:
            succession.accept(self.world, self.world.machines[party])
        return self._opened() != before

    def _opened(self) -> list[tuple[str, str]]:
        """The logs of honest machines that are not only offered."""
        tables = [self.world.machines[party].disk.tables for party in self.liar.honest]
        logs = [log for one in tables for log in one.logs.rows("")]
        return [(log.origin, log.state) for log in logs if log.state != LOG_OFFERED]

    def _begin_anew(self) -> None:
        """Let an officer begin anew a log that was brought back and cannot be read again.

        Its database was put back, and what it said since comes from the liar's mirror; but it had
        seen an act of the register whose text the liar showed once and shows no more.  Of two
        parties nobody else has that text, and who waits for it says nothing more in the channel.
        """
        if len(self.liar.honest) > 1:
            return  # the other honest party has what one has read
        for party in self.restored.intersection(self.liar.honest):
            for name in CHANNELS:
                if self._waits_for_a_text(party, self.world.channel(name)):
                    succession.begin(self.world, party, self.world.channel(name))
                    self.rest(REST_ROUNDS)
                    liar = self.world.machines[self.liar.party]
                    self._as_liar(lambda liar=liar: succession.accept(self.world, liar))  # type: ignore[misc] # bound now
                    self.rest(REST_ROUNDS)

    def _waits_for_a_text(self, party: str, channel: str) -> bool:
        """Whether an own log waits for another's that waits for a text, as the operator is told."""
        node = self.world.node(party)
        with node.store.read() as tx:
            own = logs.own_log(tx, channel)
            lied = [log for log in tx.logs(channel) if log.party == self.liar.party]
        told = [
            node.session.of(hold_alarm.Waits).waits.get(log.origin, ("", ""))[1] for log in lied
        ]
        is_behind = (
            own.understood < own.size and own.origin in node.session.of(hold_alarm.Waits).waits
        )
        return is_behind and any(text.endswith("waits for its document.") for text in told)

    def _end_lies(self) -> None:
        self.liar.answers.clear()
        self.world.machines[self.liar.party].clock.skew_ms = 0

    def _ask_each_other(self) -> list[Appended]:
        """Let honest States speak to each other, and the liar call on the hotline."""
        said: list[Appended] = []
        for party in self.liar.honest:
            others = [p for p in self.liar.honest if p != party] or [self.liar.party]
            said += [self._ask(party, name, others) for name in ("live", "hotline")]
        return said

    def _ask(self, party: str, name: str, others: Sequence[str]) -> Appended:
        node = self.world.node(party)
        saying = request_acts.Saying(node.act_id(), Office("police"))
        to = tuple(Addressee(other) for other in others)
        asked = request_acts.Asked("preservation", "urgent", ("one",))
        act = request_acts.submitted(saying, party, to, asked)
        self.world.ledger.released(act)
        try:
            (result,) = append.append(node, self.world.channel(name), [Candidate(act)])
        except Fault as fault:
            raise BrokenError(f"{party} cannot speak on {name}: {fault.code}") from fault
        assert isinstance(result, Appended)
        return result

    def _require_arrived(self, said: Sequence[Appended]) -> None:
        """Acts between honest States after the lies are read, and signed for."""
        for one in said:
            author = one.origin.partition("/")[0]
            for party in self.liar.honest:
                if party != author:
                    self._require_received(one, author, party)

    def _require_received(self, one: Appended, author: str, party: str) -> None:
        for holder in (author, party):
            with self.world.node(holder).store.read() as tx:
                row = tx.act(author, one.act.id)
                channel = one.origin.split("/")[2]
                receipt = tx.first_receipt(
                    self.world.origin(party, channel), one.origin, one.index + 1
                )
            if row is None or receipt is None:
                raise BrokenError(f"{holder} does not see that {party} received {one.origin}")


def run(
    seed: int,
    lies: Sequence[str] = (),
    tell: Callable[[str], None] | None = None,
    *,
    is_real: bool | None = None,
    party_count: int = 0,
) -> ByzantineResult:
    """Run one seed; it never raises for what does not hold.

    Args:
        seed: which.
        lies: strategies by name; drawn if none is named.
        tell: called with each line of the trace.
        is_real: whether with the real suite; by the seed if None.
        party_count: 2 or 3; by the seed if 0.
    """
    chance = random.Random(f"byzantine {seed}")  # noqa: S311 -- it must be repeated
    parties = PARTIES[: party_count or chance.choice((2, 3))]
    with_real = is_real_seed(seed) if is_real is None else is_real
    world = make_world(seed, parties, RealAlgorithms() if with_real else StubAlgorithms())
    if tell is not None:
        world.tell = tell
    liar = Liar(world, chance.choice(parties), chance, malformed=malformed_vectors())
    drawn = list(lies) or chance.choices(sorted(DRAWN), k=chance.randint(*LIES))
    scenes = [] if lies else _scenes(seed)
    guard = Guard(liar)
    guard.stand()
    one = _Run(liar, guard, Watch(world, liar.party), Officers(world), drawn, scenes, {})
    error, convictions = "", 0
    try:
        convictions = one.live(chance.randint(*EVENTS))
    except (AssertionError, BrokenError) as broken:
        error = f"{type(broken).__name__}: {broken}"
    except Exception:  # noqa: BLE001 -- an honest node raised what is no fault
        guard.note_break("an honest node")
        error = guard.broken[-1]
    if guard.broken and not error:
        error = guard.broken[0]
    return ByzantineResult(
        seed,
        (*drawn, *scenes),
        frozenset(liar.lied),
        frozenset(liar.shown),
        convictions,
        one.slowest_s,
        error,
    )


def _scenes(seed: int) -> list[str]:
    """Draw one scene, or none, by a chance of its own."""
    chance = random.Random(f"scene {seed}")  # noqa: S311 -- it must be repeated
    return [] if chance.random() < _NO_SCENE else [chance.choice(sorted(SCENES))]


def run_alone(number: int) -> ByzantineResult:
    """Run one strategy twice, among three parties.

    Args:
        number: its place among the names in order.
    """
    return run(number, [sorted(STRATEGIES)[number]] * 2, is_real=False, party_count=3)


def broken(seed: int, why: str) -> ByzantineResult:
    """Return the result of a run that ended by an error of the simulation itself."""
    return ByzantineResult(seed, (), frozenset(), frozenset(), 0, 0.0, why)


def is_real_seed(seed: int) -> bool:
    """Return whether a seed runs the real suite."""
    return seed % REAL_EVERY == REAL_EVERY - 1


@lru_cache(maxsize=1)
def malformed_vectors() -> tuple[bytes, ...]:
    """Return the bad plaintexts of the repository's own vectors, if they are there."""
    found: list[bytes] = []
    for name in ("act", "receipt"):
        file = _VECTORS / f"{name}.json"
        rows = json.loads(file.read_bytes()) if file.exists() else []
        found += [b64decode(row["input_base64"]) for row in rows if "want_code" in row]
    return tuple(found)
