"""Killing nodes and senders at random times, from a seed, while acts are sent.

    for each side a thread:   launch -> perhaps kill while it starts -> ready -> work -> kill
    for each side a sender:   appends; killed now and then

Floor: lab.
"""

import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Final

from comity.demo.commands import Running
from comity.demo.pair_of_nodes import PairOfNodes
from comity.kernel.fault import Fault
from comity_lab.chaos import databases
from comity_lab.line import Line

STARTUP_SHARE: Final = 0.3
"""Of all kills, those that hit a node while it starts."""

STARTUP_S: Final = 1.5
WORK_S: Final = (0.2, 1.8)
SENDER_S: Final = (4.0, 12.0)
BY_HAND_S: Final = 5.0
LINE_S: Final = (3.0, 20.0)
STARTS_MAX: Final = 20
"""Of a node, one after the other, while the line to its database is cut."""


@dataclass(slots=True)
class Shown:
    """What one side has shown to its officers.

    Attributes:
        sent: ids of acts whose append returned.
        received: `{size: root}`: how many entries the peer had signed for, as was seen.
    """

    sent: list[str] = field(default_factory=list)
    received: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Limits:
    """When the storm ends.

    Attributes:
        kills: of nodes, at least.
        acts: sent, at least.
        seconds: it ends after these, whatever was reached.
    """

    kills: int
    acts: int
    seconds: float


@dataclass(slots=True)
class Storm:
    """One storm over a pair of nodes.

    Attributes:
        nodes: set up, not yet serving.
        limits: when it ends.
        seed: of every random time.
        lines: by party, to its database; none where it is SQLite.
        cuts: by what did not arrive.
        kills: by what was hit.
        shown: by party.
        faults: codes that senders and commands met meanwhile.
    """

    nodes: PairOfNodes
    limits: Limits
    seed: int
    lines: Mapping[str, Line] = field(default_factory=dict)
    cuts: Counter[str] = field(default_factory=Counter)
    kills: Counter[str] = field(default_factory=Counter)
    shown: dict[str, Shown] = field(default_factory=dict)
    faults: Counter[str] = field(default_factory=Counter)
    _over: threading.Event = field(default_factory=threading.Event)
    _errors: list[BaseException] = field(default_factory=list)

    def run(self, tell: Callable[[int], None], example: Path) -> float:
        """Rage until kills and acts are reached; both nodes serve afterwards.

        Args:
            tell: called with the number of node kills so far, once in a while.
            example: a request that is sent through the command line now and then.

        Returns:
            Seconds it took.

        Raises:
            Fault: `demo.serve.failed` if a node does not come back.
        """
        began = time.monotonic()
        self.shown = {party: Shown() for party in self.nodes.sides}
        work: list[tuple[Callable[..., None], tuple[object, ...]]] = []
        for party in self.nodes.sides:
            work += [(self._kill_node, (party,)), (self._kill_sender, (party,))]
        work.append((self._by_hand, (example,)))
        work += [(self._cut, (party, line)) for party, line in self.lines.items()]
        threads = [
            threading.Thread(target=self._guarded, args=(act, *given), daemon=True)
            for act, given in work
        ]
        for thread in threads:
            thread.start()
        while not self._errors and not self._is_reached(time.monotonic() - began):
            time.sleep(0.2)
            tell(self.node_kills())
        self._over.set()
        for thread in threads:
            thread.join(60)
        if self._errors:
            raise self._errors[0]
        return time.monotonic() - began

    def node_kills(self) -> int:
        """Return how many nodes were killed."""
        return sum(count for what, count in self.kills.items() if what != "sender")

    def sent(self) -> int:
        """Return how many acts were shown as sent."""
        return sum(len(shown.sent) for shown in self.shown.values())

    def _is_reached(self, seconds: float) -> bool:
        enough = self.node_kills() >= self.limits.kills and self.sent() >= self.limits.acts
        return enough or seconds > self.limits.seconds

    def _guarded(self, act: Callable[..., None], *given: object) -> None:
        try:
            act(*given)
        except BaseException as error:  # noqa: BLE001 -- the main thread raises it
            self._errors.append(error)

    def _kill_node(self, party: str) -> None:
        chance = Random(f"{self.seed} node {party}")  # noqa: S311 -- times are no secret
        while not self._over.is_set():
            process = self.nodes.launch(party)
            if chance.random() < STARTUP_SHARE:
                self._over.wait(chance.uniform(0, STARTUP_S))
                is_up = self.nodes.sides[party].ready.exists()
            else:
                process = self._ready(party)
                is_up = True
                self._over.wait(chance.uniform(*WORK_S))
            if self._over.is_set():
                break
            if process.poll() is not None:
                process = self._ready(party)  # it ended by itself
            process.kill()
            process.wait()
            self.kills["serving" if is_up else "starting"] += 1
        self._ready(party)

    def _ready(self, party: str) -> Running:
        """Return once a node serves; one that found no database is started again, as a service is.

        Raises:
            Fault: `demo.serve.failed`, with what it said.
        """
        for tries in range(STARTS_MAX):
            try:
                self.nodes.wait_ready(party)
                break
            except Fault as fault:
                if not self.lines or "node.store.unreachable" not in fault.what:
                    raise
                if tries == STARTS_MAX - 1:
                    raise
                self.faults["node.store.unreachable"] += 1
                self.nodes.launch(party)
        process = self.nodes.sides[party].process
        assert process is not None
        return process

    def _cut(self, party: str, line: Line) -> None:
        chance = Random(f"{self.seed} line {party}")  # noqa: S311 -- as above
        while not self._over.wait(chance.uniform(*LINE_S)):
            self.cuts[databases.disturb(line, chance)] += 1
        line.mend()

    def _kill_sender(self, party: str) -> None:
        chance = Random(f"{self.seed} sender {party}")  # noqa: S311 -- as above
        while not self._over.is_set():
            with self._sender(party) as sender:
                self._over.wait(chance.uniform(*SENDER_S))
                if not self._over.is_set():
                    sender.kill()
                    self.kills["sender"] += 1

    @contextmanager
    def _sender(self, party: str) -> Iterator[subprocess.Popen[str]]:
        side = self.nodes.sides[party]
        peer = next(other for other in self.nodes.sides if other != party)
        channel = f"{self.nodes.arrangement}/live"
        words = [sys.executable, "-m", "comity_lab.chaos.sender", str(side.home), channel]
        with subprocess.Popen(  # noqa: S603 -- our own module
            [*words, side.state.agency[0], peer],
            env=side.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as sender:
            assert sender.stdin is not None
            readers = [
                threading.Thread(target=self._hear, args=(party, sender)),
                threading.Thread(target=self._hear_faults, args=(sender,)),
            ]
            for reader in readers:
                reader.start()
            yield sender
            sender.stdin.close()
            for reader in readers:
                reader.join()

    def _hear(self, party: str, sender: subprocess.Popen[str]) -> None:
        assert sender.stdout is not None
        shown = self.shown[party]
        for line in sender.stdout:
            match line.split():
                case ["sent", act_id] if line.endswith("\n"):
                    shown.sent.append(act_id)
                case ["received", size, root] if line.endswith("\n"):
                    shown.received[int(size)] = root
                case _:
                    pass  # the sender was killed in the middle of a line

    def _hear_faults(self, sender: subprocess.Popen[str]) -> None:
        assert sender.stderr is not None
        for line in sender.stderr:
            self.faults[line.partition(":")[0]] += 1

    def _by_hand(self, example: Path) -> None:
        """Send a request as a person types it, now from one side and now from the other."""
        while not self._over.wait(BY_HAND_S):
            for party, side in self.nodes.sides.items():
                peer = next(other for other in self.nodes.sides if other != party)
                words = ("request", "send", str(example), "--as", side.state.officer, "--to", peer)
                try:
                    sent = self.nodes.run(party, *words)
                except Fault as fault:
                    self.faults[fault.code] += 1
                else:
                    self.shown[party].sent.append(str(sent["act"]))
