"""`bench partners`: one real node with few partners and with many, in turns.

    start    from `serve` until every head is cosigned by whose turn it is
    idle     processor time, memory and threads of the node while nothing happens
    alone    one act, from append to the receipt
    hotline  the same in the hotline of one partner, while all others catch up
    callers  all partners speak at once after an absence; until all their heads are cosigned

Floor: lab.
"""

import argparse
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from comity.adapters import clock
from comity.demo.pair_of_nodes import PairOfNodes, Side, State
from comity.demo.ports import free_port
from comity.kernel.ijson import Json
from comity.surfaces.cli.context import (
    DAY_S,
    EXIT_OK,
    Program,
    Subparsers,
    add_json,
    at_least,
    seconds,
)
from comity_lab.bench import partners_crowd, processes, record
from comity_lab.bench.partners_crowd import Crowd
from comity_lab.bench.worker import Worker

FEW: Final = 12
_ALONE: Final = 60
_HOTLINE: Final = 100
_BACKLOG: Final = 32
_AWAY_S: Final = 66.0
"""Longer than a heartbeat: every head is due again."""

START_S: Final = 70
SETTLE_S: Final = 60
IDLE_PERCENT: Final = 10
MEMORY_MB: Final = 250
THREADS: Final = 80
RATIO: Final = 1.3

type Tell = Callable[[str], None]
type Figures = dict[str, float]


def add(kinds: Subparsers) -> None:
    """Add `bench partners`."""
    parser = kinds.add_parser(
        "partners",
        help="what many partners cost a node",
        description="One real node with 12 partners and one with many, in turns; all partners "
        "of a node answer in one process over loopback.",
    )
    parser.add_argument(
        "--partners", type=at_least(FEW + 1), default=192, metavar="N", help="that are many (192)"
    )
    parser.add_argument(
        "--seconds", type=seconds(1, DAY_S), default=120.0, metavar="S",
        help="of idleness that are measured (120)",
    )  # fmt: skip
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep the homes and logs in DIR")
    add_json(parser)
    record.add_append(parser)
    parser.set_defaults(run=_run)


def _run(program: Program, options: argparse.Namespace) -> int:
    with record.folder_of(options.keep) as folder:
        value = run(folder, options.partners, options.seconds, program.note)
    program.show(value, text(value))
    record.append(options, "partners", value)
    return EXIT_OK


def run(folder: Path, many: int, idle_s: float, tell: Tell) -> dict[str, Json]:
    """Measure both, and return the figures of each with their ratios."""
    found = {count: _measured(folder, count, idle_s, tell) for count in (FEW, many)}
    few, more = found[FEW], found[many]
    per = {count: one["idle_percent"] / count for count, one in found.items()}
    return {
        "few": FEW,
        "many": many,
        **{f"few_{name}": round(value, 3) for name, value in few.items()},
        **{f"many_{name}": round(value, 3) for name, value in more.items()},
        "idle_ratio": round(per[many] / per[FEW], 2),
        "alone_ratio": round(more["alone_p50_ms"] / few["alone_p50_ms"], 2),
        "hotline_ratio": round(more["hotline_busy_p99_ms"] / more["hotline_p99_ms"], 2),
    }


def _measured(folder: Path, count: int, idle_s: float, tell: Tell) -> Figures:
    """Measure a node with so many partners."""
    hub = State(f"hub{count}", f"hub{count}", {"en": "Hub"}, ("moj", {"en": "Justice"}), "alice")
    with PairOfNodes(folder, [hub]) as nodes:
        nodes.make()
        side = nodes.sides[hub.party]
        tell(f"A node pairs with {count} partners.")
        with Crowd(side.home, side.environment, free_port(), count) as crowd:
            first = crowd.call("first")
            return _served(nodes, side, crowd, (count, str(first)), idle_s, tell)


def _served(
    nodes: PairOfNodes,
    side: Side,
    crowd: Crowd,
    whom: tuple[int, str],
    idle_s: float,
    tell: Tell,
) -> Figures:
    count, arrangement = whom
    party, peer = side.state.party, partners_crowd.names(1)[0]
    found: Figures = {}
    nodes.start(party)
    tell(f"All {count} speak at once.")
    crowd.call("go", count)
    nodes.stop(party)
    with Worker(side, f"{arrangement}/live", peer) as live:
        time.sleep(_AWAY_S)
        began_s = clock.SystemClock().now_ms() / 1_000
        nodes.start(party)
        (found["start_s"],) = live.call("heads", began_s)["heads_s"]
        tell(
            f"Every head is cosigned {found['start_s']:.0f} s after the start; now nothing happens."
        )
        found |= _idle(side, idle_s)
        tell(f"{found['idle_percent']:.1f} % of a core; {found['memory_mb']:.0f} MiB.")
        live.call("warm")
        found["alone_p50_ms"] = statistics.median(live.call("receipts", _ALONE)["receipt_ms"])
        crowd.call("rest")
        time.sleep(_AWAY_S)
        found["callers_s"] = crowd.call("go", count)
        found |= _hotline(side, crowd, live, whom)
        found["threads_after"] = _threads(side)
        found["memory_after_mb"] = _memory(side)
    return found


def _idle(side: Side, idle_s: float) -> Figures:
    pid = side.process.pid if side.process else 0
    began_s, used_s = time.monotonic(), processes.cpu_s(processes.family(pid))
    time.sleep(idle_s)
    spent_s = processes.cpu_s(processes.family(pid)) - used_s
    return {
        "idle_percent": 100 * spent_s / (time.monotonic() - began_s),
        "memory_mb": _memory(side),
        "threads": _threads(side),
    }


def _memory(side: Side) -> float:
    return processes.family_mb(side.process.pid) if side.process else 0.0


def _threads(side: Side) -> int:
    pid = side.process.pid if side.process else 0
    return sum(len([*Path(f"/proc/{one}/task").iterdir()]) for one in processes.family(pid))


def _hotline(side: Side, crowd: Crowd, live: Worker, whom: tuple[int, str]) -> Figures:
    """Measure the hotline of one partner while nothing happens, and while all others catch up."""
    count, arrangement = whom
    peer = partners_crowd.names(1)[0]
    with Worker(side, f"{arrangement}/hotline", peer) as hotline:
        hotline.call("warm")
        quiet = hotline.call("receipts", _HOTLINE)["receipt_ms"]
        crowd.call("rest")
        crowd.call("go", 1)
        live.call("backlog", _BACKLOG)
        with _caught_up(crowd, count):
            busy = hotline.call("receipts", _HOTLINE)["receipt_ms"]
    return {"hotline_p99_ms": max(quiet), "hotline_busy_p99_ms": max(busy)}


@contextmanager
def _caught_up(crowd: Crowd, count: int) -> Iterator[None]:
    """Let all others come back meanwhile."""
    thread = threading.Thread(target=crowd.call, args=("go", count), daemon=True)
    thread.start()
    yield
    thread.join()


def text(value: dict[str, Json]) -> str:
    """Return the figures in sentences."""
    few, many = value["few"], value["many"]

    def both(name: str) -> str:
        return f"{value[f'many_{name}']} with {many}, {value[f'few_{name}']} with {few}"

    return "\n".join(
        (
            f"start: every head cosigned after {both('start_s')} seconds; limit {START_S}",
            f"idle: {both('idle_percent')} percent of a core; limit {IDLE_PERCENT}",
            f"idle per partner: {value['idle_ratio']} times; limit {RATIO}",
            f"memory: {both('memory_mb')} MiB; limit {MEMORY_MB}",
            f"memory after all that follows: {both('memory_after_mb')} MiB",
            f"threads: {both('threads')}, afterwards {both('threads_after')}; limit {THREADS}",
            (
                f"one act alone: {both('alone_p50_ms')} ms (p50), {value['alone_ratio']} times; "
                f"limit {RATIO}"
            ),
            (
                f"hotline: {both('hotline_p99_ms')} ms (p99); while all others catch up "
                f"{both('hotline_busy_p99_ms')}, {value['hotline_ratio']} times; limit 1"
            ),
            f"all callers at once: settled after {both('callers_s')} seconds; limit {SETTLE_S}",
        )
    )
