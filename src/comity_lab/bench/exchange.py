"""`bench exchange`: two real nodes over loopback, beside the floors of the same run.

Floor: lab.
"""

import os
import statistics
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Final

from comity.demo.pair_of_nodes import PairOfNodes, Side
from comity.kernel.ijson import Json
from comity.node.exchange.append import Appended
from comity_lab import server_databases
from comity_lab.bench import load
from comity_lab.bench.floors import Floors
from comity_lab.bench.load import Desk
from comity_lab.bench.processes import cpu_s, family_mb, pss_mb
from comity_lab.bench.worker import Worker

GROUP: Final = 64
"""Acts in one commit: what officers and gateways of a busy hour would share."""

BACKLOG_MAX: Final = 2_000
WARM_UP: Final = 256
HOTLINE_ACTS: Final = 100
ALONE: Final = 150
PAUSE_S: Final = 0.03
FIRST_LOOK_S: Final = 0.008
"""Until the first look for a receipt: looking takes part of a core from those who work for it.  No
receipt has come back sooner yet."""
LOOK_S: Final = 0.000_5
"""Between two looks after that: what they add to one act alone, at most."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What one run measured.

    Attributes:
        acts: sent and signed for.
        seconds: from the first append until the last was signed for.
        cpu_ms_per_act: of all processes together.
        rss_mb: proportional set size of each node's processes.
        latencies_ms: from append to the receipt, one act at a time.
        hotline_ms: likewise in the hotline: while `live` is idle, and while it is flooded.
        single_per_s: acts a second, each released by itself.
        bytes_per_act: by which both homes grew, databases and files.
    """

    acts: int
    seconds: float
    cpu_ms_per_act: float
    rss_mb: dict[str, float]
    latencies_ms: list[float]
    hotline_ms: tuple[list[float], list[float]] | None = None
    single_per_s: float = 0.0
    bytes_per_act: float = 0.0

    @property
    def acts_per_s(self) -> float:
        """Acts signed for by the peer, in a second."""
        return self.acts / self.seconds


def run(
    nodes: PairOfNodes,
    seconds: float,
    acts_max: int,
    tell: Callable[[str], None],
    *,
    hotline: bool = False,
    group: int = GROUP,
) -> Figures:
    """Send acts for a while, then one at a time.

    Args:
        nodes: paired and serving.
        seconds: how long acts are appended.
        acts_max: stop after this many, or 0.
        tell: prints progress.
        hotline: whether another process says acts in the hotline meanwhile, one at a time.
        group: acts in one commit; then, for a third of the time, each is released by itself.
    """
    (asker, side), (peer, _other) = nodes.sides.items()
    channel = f"{nodes.arrangement}/live"
    with ExitStack() as held:
        beside = Beside(held, side, nodes.arrangement, peer) if hotline else None
        desk = held.enter_context(load.desk(side, channel, peer))
        _warm_up(desk)
        latencies = [alone(desk) for _ in range(ALONE)]
        tell(f"One act alone: {statistics.median(latencies):.1f} ms to the receipt.")
        single_per_s = _singly(desk, seconds / 3, acts_max)
        tell(f"Released one by one: {single_per_s:.0f} acts a second.")
        grown_before = sum(map(_bytes_of, nodes.sides.values()))
        processes = {party: one.process.pid for party, one in nodes.sides.items() if one.process}
        before_s = cpu_s([*processes.values(), os.getpid()])
        began, start = time.perf_counter(), desk.size()
        if beside:
            beside.begin()
        _flood(desk, seconds, acts_max, tell, group)
        hotline_ms = beside.end() if beside else None
        acts = desk.size() - start
        desk.wait(desk.size(), 300)
        spent_s = time.perf_counter() - began
        used_s = cpu_s([*processes.values(), os.getpid()]) - before_s
        rss_mb = {party: family_mb(pid) for party, pid in processes.items()}
        rss_mb[asker] += pss_mb(os.getpid())
        grown = sum(map(_bytes_of, nodes.sides.values())) - grown_before
    cpu_ms = used_s * 1_000 / acts
    return Figures(acts, spent_s, cpu_ms, rss_mb, latencies, hotline_ms, single_per_s, grown / acts)


def _bytes_of(side: Side) -> int:
    """Return what a home takes, with its database."""
    files = (path for path in side.home.rglob("*") if path.is_file())
    held = sum(path.stat().st_size for path in files)
    return held + (server_databases.size(side.database) if side.database else 0)


def _singly(desk: Desk, seconds: float, acts_max: int) -> float:
    """Return how many acts a second are signed for where each has a commit of its own."""
    began, start = time.perf_counter(), desk.size()
    _flood(desk, seconds, acts_max, lambda _line: None, 1)
    desk.wait(desk.size(), 300)
    return (desk.size() - start) / (time.perf_counter() - began)


class Beside:
    """A process that says acts in another channel, one at a time, while `live` is used or not."""

    def __init__(
        self, held: ExitStack, side: Side, arrangement: str, peer: str, name: str = "hotline"
    ) -> None:
        """Measure while nothing else happens."""
        self._worker = held.enter_context(Worker(side, f"{arrangement}/{name}", peer))
        self._worker.call("warm")
        self._idle = self._worker.call("receipts", HOTLINE_ACTS)["receipt_ms"]
        self._busy: list[float] = []
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._measure, daemon=True)

    def begin(self) -> None:
        """Measure on, until `end`."""
        self._thread.start()

    def end(self) -> tuple[list[float], list[float]]:
        """Return what was measured before and since `begin`."""
        self._is_over.set()
        self._thread.join(60)
        return self._idle, self._busy

    def _measure(self) -> None:
        while not self._is_over.is_set():
            self._busy += self._worker.call("receipts", 5)["receipt_ms"]


def _warm_up(desk: Desk) -> None:
    """Append, and wait until the peer has read it too: the first act alone waits for nothing else.

    What is signed for may not be read yet: behind 256 acts one more waits a fifth of a second.
    """
    last = desk.append(WARM_UP)[-1]
    desk.wait(desk.size(), 60)
    _wait_for_receipt(desk, last)


def alone(desk: Desk) -> float:
    """Say one act; return the milliseconds until its receipt."""
    time.sleep(PAUSE_S)
    began = time.perf_counter()
    appended = desk.append(1)[0]
    time.sleep(FIRST_LOOK_S)
    _wait_for_receipt(desk, appended)
    return (time.perf_counter() - began) * 1_000


def _wait_for_receipt(desk: Desk, appended: Appended) -> None:
    while not desk.has_receipt(appended):
        time.sleep(LOOK_S)


def _flood(
    desk: Desk, seconds: float, acts_max: int, tell: Callable[[str], None], group: int
) -> None:
    """Append in groups, never more ahead of the peer than a bounded backlog."""
    began = told = time.monotonic()
    sent = 0
    while time.monotonic() - began < seconds and not (acts_max and sent >= acts_max):
        desk.append(group)
        sent += group
        while desk.size() - desk.cosigned() > BACKLOG_MAX:
            time.sleep(0.002)
        if time.monotonic() - told > 5:  # noqa: PLR2004 -- seconds between two lines
            told = time.monotonic()
            tell(f"{sent} acts appended, {sent / (told - began):.0f} a second.")


def _hotline(figures: Figures) -> dict[str, Json]:
    if figures.hotline_ms is None:
        return {}
    idle, busy = (_at(sorted(one), 0.95) for one in figures.hotline_ms)
    return {
        "hotline_idle_p95_ms": round(idle, 2),
        "hotline_busy_p95_ms": round(busy, 2),
        "hotline_ratio": round(busy / idle, 2),
        "hotline_busy_acts": len(figures.hotline_ms[1]),
    }


def _at(ordered: list[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def to_json(figures: Figures, floors: Floors) -> dict[str, Json]:
    """Return the figures with the floors beside them."""
    ordered = sorted(figures.latencies_ms)
    return {
        **_hotline(figures),
        "acts": figures.acts,
        "acts_per_s": round(figures.acts_per_s, 1),
        "floor_acts_per_s": round(floors.acts_per_s, 1),
        "floor_seal_per_s": round(floors.seal_per_s, 1),
        "floor_open_per_s": round(floors.open_per_s, 1),
        "ratio": round(figures.acts_per_s / floors.acts_per_s, 3),
        "commit_per_s": round(floors.commit_per_s, 1),
        "p50_ms": round(statistics.median(ordered), 2),
        "floor_alone_ms": round(floors.alone_ms, 2),
        "alone_ratio": round(statistics.median(ordered) / floors.alone_ms, 2),
        "p99_ms": round(_at(ordered, 0.99), 2),
        "cpu_ms_per_act": round(figures.cpu_ms_per_act, 3),
        "floor_cpu_ms_per_act": round(floors.cpu_ms, 3),
        "cpu_ratio": round(figures.cpu_ms_per_act / floors.cpu_ms, 2),
        "single_per_s": round(figures.single_per_s, 1),
        "single_ratio": round(figures.single_per_s / figures.acts_per_s, 3),
        "bytes_per_act": round(figures.bytes_per_act),
        "rss_mb": {party: round(mb, 1) for party, mb in figures.rss_mb.items()},
        "seconds": round(figures.seconds, 1),
    }
