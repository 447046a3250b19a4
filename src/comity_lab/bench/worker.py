"""A process of officers beside one pair of nodes, which does one thing at a time when asked.

    warm     a first burst, so that caches are filled
    group    512 acts in groups of 64, and waits until they are cosigned and receipted
    alone    acts one at a time, nobody waited for
    deliver  one act at a time, until it is cosigned
    proof    of acts anywhere in the log
    status   the operator's report
    append   so many acts in groups, whether the peer is there or not
    settle   waits until everything is cosigned and receipted
    heads    waits until every head of this node is cosigned since a moment
    backlog  appends so many acts in the same channel of every arrangement

One process opens one home, hence one worker for each pair.

Floor: lab.
"""

import random
import time
from collections.abc import Callable
from dataclasses import replace
from multiprocessing.connection import Connection
from typing import Final, Self

from comity.adapters import clock
from comity.boot import child_processes
from comity.demo.pair_of_nodes import Side
from comity.kernel.fault import Fault
from comity.node.exchange import keep, status
from comity.node.exchange.logs import own_log
from comity.node.room import proof
from comity_lab.bench import heads, load
from comity_lab.bench.load import Desk

type Samples = dict[str, list[float]]

GROUP: Final = 64
BURST: Final = 512
ONE_BY_ONE: Final = 24
PAUSE_S: Final = 0.02
SETTLE_S: Final = 120.0


class Worker:
    """The process, as seen from the one that measures."""

    def __init__(self, side: Side, channel: str, peer: str) -> None:
        context = child_processes.Context()
        self._line, far = context.Pipe()
        home = replace(side, process=None)  # a process cannot be handed to another one
        self._process = context.Process(target=_work, args=(far, home, channel, peer), daemon=True)

    def __enter__(self) -> Self:
        self._process.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._line.send(("end", 0))
        self._process.join(10)

    @property
    def pid(self) -> int:
        """Its process."""
        assert self._process.pid is not None
        return self._process.pid

    def call(self, task: str, value: float = 0) -> Samples:
        """Let it do a task; return its samples by name of the figure, times in ms.

        Raises:
            Fault: `lab.bench.failed`.
        """
        self._line.send((task, value))
        answer = self._line.recv()
        if isinstance(answer, str):
            raise Fault(
                code="lab.bench.failed",
                what=f"The task {task} failed: {answer}",
                fix="Read the logs of both nodes in the folder given with --keep.",
            )
        assert isinstance(answer, dict)
        return answer


def _work(line: "Connection[object, object]", side: Side, channel: str, peer: str) -> None:
    with load.desk(side, channel, peer) as desk:
        tasks: dict[str, Callable[[Desk, float], Samples]] = {
            "warm": _warm,
            "group": _group,
            "alone": _alone,
            "deliver": _deliver,
            "proof": _proof,
            "status": _status,
            "append": _append,
            "settle": _settle,
            "receipts": _receipts,
            "heads": _heads,
            "backlog": _backlog,
        }
        while True:
            asked = line.recv()
            assert isinstance(asked, tuple)
            if asked[0] not in tasks:
                return
            try:
                line.send(tasks[asked[0]](desk, asked[1]))
            except Fault as fault:
                line.send(str(fault))


def _warm(desk: Desk, _value: float) -> Samples:
    desk.append(GROUP)
    return _settle(desk, SETTLE_S)


def _group(desk: Desk, _value: float) -> Samples:
    wall, cpu = [], []
    for _ in range(BURST // GROUP):
        began, spent = time.perf_counter(), time.process_time()
        desk.append(GROUP)
        cpu.append((time.process_time() - spent) * 1_000 / GROUP)
        wall.append((time.perf_counter() - began) * 1_000 / GROUP)
    _settle(desk, SETTLE_S)
    return {"append_group_cpu_ms": cpu, "append_group_ms": wall, "acts": [float(BURST)]}


def _alone(desk: Desk, _value: float) -> Samples:
    wall, cpu = [], []
    for _ in range(ONE_BY_ONE):
        time.sleep(PAUSE_S)
        began, spent = time.perf_counter(), time.process_time()
        desk.append(1)
        cpu.append((time.process_time() - spent) * 1_000)
        wall.append((time.perf_counter() - began) * 1_000)
    _settle(desk, SETTLE_S)
    return {"append_alone_cpu_ms": cpu, "append_alone_ms": wall}


def _receipts(desk: Desk, count: float) -> Samples:
    """One act at a time, from append to the receipt."""
    wall = []
    for _ in range(int(count)):
        time.sleep(PAUSE_S)
        began = time.perf_counter()
        appended = desk.append(1)[0]
        while not desk.has_receipt(appended):
            time.sleep(0.001)
        wall.append((time.perf_counter() - began) * 1_000)
    return {"receipt_ms": wall}


def _deliver(desk: Desk, _value: float) -> Samples:
    wall = []
    for _ in range(ONE_BY_ONE):
        time.sleep(PAUSE_S)
        began = time.perf_counter()
        index = desk.append(1)[0].index
        while desk.cosigned() <= index:
            time.sleep(0.0005)
        wall.append((time.perf_counter() - began) * 1_000)
    _settle(desk, SETTLE_S)
    return {"delivery_ms": wall}


def _proof(desk: Desk, _value: float) -> Samples:
    chance = random.SystemRandom()
    with desk.node.store.read() as tx:
        log = own_log(tx, desk.channel)
        newest = tx.newest_cosignature(log.origin, desk.peer)
        assert newest is not None
        places = [chance.randrange(newest.size) for _ in range(ONE_BY_ONE)]
    found: Samples = {}
    for name in ("proof", "proof_again"):  # nobody read these pages before, and somebody did
        wall, cpu = [], []
        for at in places:
            if name == "proof":  # nor verified this head: one head covers most of a short log
                keep.lines_by.cache_clear()
            began, spent = time.perf_counter(), time.process_time()
            proof.make(desk.node, f"{log.origin}#{at}")
            cpu.append((time.process_time() - spent) * 1_000)
            wall.append((time.perf_counter() - began) * 1_000)
        found |= {f"{name}_cpu_ms": cpu, f"{name}_ms": wall}
    return found


def _status(desk: Desk, _value: float) -> Samples:
    wall = []
    for _ in range(3):
        began = time.perf_counter()
        status.report(desk.node)
        wall.append((time.perf_counter() - began) * 1_000)
    return {"status_ms": wall}


def _append(desk: Desk, count: float) -> Samples:
    for _ in range(int(count) // GROUP):
        desk.append(GROUP)
    return {}


def _settle(desk: Desk, seconds: float) -> Samples:
    """Wait until the peer has signed for everything and its receipt has come back."""
    desk.wait(desk.size(), seconds)
    end = time.monotonic() + seconds
    while not _is_receipted(desk):
        if time.monotonic() > end:
            raise Fault(
                code="lab.bench.stuck",
                what="No receipt came back for what the peer has signed for.",
                fix="Read the logs of both nodes in the folder given with --keep.",
            )
        time.sleep(0.005)
    return {}


def _is_receipted(desk: Desk) -> bool:
    with desk.node.store.read() as tx:
        own = own_log(tx, desk.channel)
        others = [log for log in tx.logs(desk.channel) if log.party == desk.peer]
        return any(tx.first_receipt(log.origin, own.origin, own.size) for log in others)


def _heads(desk: Desk, since_s: float) -> Samples:
    """Return how long after a moment every head of this node was cosigned."""
    while not heads.are_cosigned(desk.node, since_s):
        if clock.SystemClock().now_ms() / 1_000 - since_s > SETTLE_S:
            raise Fault(
                code="lab.bench.stuck",
                what="Some heads of this node were not cosigned.",
                fix="Read the logs of the node in the folder given with --keep.",
            )
        time.sleep(0.1)
    return {"heads_s": [clock.SystemClock().now_ms() / 1_000 - since_s]}


def _backlog(desk: Desk, count: float) -> Samples:
    name = desk.channel.rpartition("/")[2]
    with desk.node.store.read() as tx:
        others = {log.channel: log.party for log in tx.logs() if not log.own}
    for channel, party in others.items():
        if channel.endswith(f"/{name}") and channel != desk.channel:
            replace(desk, channel=channel, peer=party).append(int(count))
    return {}
