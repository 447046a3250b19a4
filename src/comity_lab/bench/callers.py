"""`bench callers`: what a paired State and an officer notice of callers who only take places.

    connection  a new connection of a paired card, with its handshakes and one question
    page        the desk of an officer
    act         an act appended here, until the other side has signed for it

Each alone, then with a thousand silent and a thousand dripping callers of a hundred addresses.

Floor: lab.
"""

import argparse
import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from comity.adapters.http_peer import HttpPeers, Surroundings
from comity.boot import home as homes
from comity.demo.pair_of_nodes import PairOfNodes, Side
from comity.demo.story import FR, SY
from comity.kernel.ijson import Json
from comity.node.base.ports import Request
from comity.node.desk import sign_in_links
from comity.surfaces.cli.context import EXIT_OK, Program, Subparsers, add_json, at_least
from comity_lab.bench import processes, record
from comity_lab.bench.callers_swarm import Swarm, Targets
from comity_lab.bench.desk_reader import Reader
from comity_lab.bench.worker import Worker

CONNECTION_MS: Final = 1_000
PAGE_MS: Final = 2_000
ACT_MS: Final = 5_000
MEMORY_MB: Final = 64
_P95: Final = 0.95
_ALARM: Final = "surfaces.listener.pressed"
_SETTLED_S: Final = 15.0
_ALARM_S: Final = 150.0

type Tell = Callable[[str], None]
type Samples = dict[str, list[float]]


def add(kinds: Subparsers) -> None:
    """Add `bench callers`."""
    parser = kinds.add_parser(
        "callers",
        help="what callers who only take places cost those who are served",
        description="Two real nodes over loopback; one is called by silent and by dripping "
        "callers of 100 addresses, and serves its partner and its officers meanwhile.",
    )
    parser.add_argument(
        "--callers", type=at_least(1), default=1_000, metavar="N", help="of each kind (1,000)"
    )
    parser.add_argument(
        "--rounds", type=at_least(1), default=40, metavar="N", help="samples of each figure (40)"
    )
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep the homes and logs in DIR")
    add_json(parser)
    record.add_append(parser)
    parser.set_defaults(run=_run)


def _run(program: Program, options: argparse.Namespace) -> int:
    with record.folder_of(options.keep) as folder, PairOfNodes(folder) as nodes:
        value = run(nodes, options.callers, options.rounds, program.note)
    program.show(value, text(value))
    record.append(options, "callers", value)
    return EXIT_OK


def run(nodes: PairOfNodes, callers: int, rounds: int, tell: Tell) -> dict[str, Json]:
    """Pair two nodes, let both serve, and measure alone and beside callers."""
    nodes.set_up()
    asked = nodes.sides[SY]
    link = _link(asked)
    nodes.start_all()
    pid = asked.process.pid if asked.process else 0
    with _desks(nodes, link) as desks:
        tell(f"Two nodes serve; {rounds} samples of each figure.")
        alone = _sampled(desks, rounds)
        before_mb = processes.family_mb(pid)
        tell(f"The same beside {callers} silent and {callers} dripping callers.")
        with Swarm(Targets(asked.peer_port, asked.port, callers)) as swarm:
            time.sleep(_SETTLED_S)
            beside = _sampled(desks, rounds)
            open_now, opened = swarm.opened()
            after_mb = processes.family_mb(pid)
            named_s = _named_s(nodes)
    return {
        "callers": 2 * callers,
        "lines_open": open_now,
        "lines_opened": opened,
        **{f"{name}_alone_p95_ms": round(_p95(found), 1) for name, found in alone.items()},
        **{f"{name}_p95_ms": round(_p95(found), 1) for name, found in beside.items()},
        "more_mb": round(after_mb - before_mb, 1),
        "alarm_after_s": None if named_s is None else round(named_s),
    }


def _link(side: Side) -> str:
    """Return the token of a one-time link for the officer of a side."""
    with homes.opened(side.home, side.environment) as found:
        return sign_in_links.add(found.home.node, side.state.officer)[0]


@contextmanager
def _desks(nodes: PairOfNodes, link: str) -> Iterator[dict[str, Callable[[], float]]]:
    """Give what measures each figure once, in ms."""
    side, asked = nodes.sides[FR], nodes.sides[SY]
    with (
        homes.opened(side.home, side.environment) as found,
        Worker(side, f"{nodes.arrangement}/live", SY) as worker,
        Reader(asked.port) as reader,
    ):
        reader.sign_in(link)
        around = found.network.surroundings()
        worker.call("warm")
        yield {
            "connection": lambda: _connected_ms(around),
            "page": lambda: reader.get("/").took_ms,
            "act": lambda: worker.call("receipts", 1)["receipt_ms"][0],
        }


def _connected_ms(around: Surroundings) -> float:
    """Return how long a new connection takes, until the first answer."""
    peers = HttpPeers(around)
    began = time.perf_counter()
    peers.call(SY, Request("GET", "/start"))
    took_s = time.perf_counter() - began
    peers.close()
    return took_s * 1_000


def _sampled(desks: dict[str, Callable[[], float]], rounds: int) -> Samples:
    return {name: [one() for _ in range(rounds)] for name, one in desks.items()}


def _named_s(nodes: PairOfNodes) -> float | None:
    """Return how long it takes from now until `doctor` names the callers; None if it does not."""
    began = time.monotonic()
    while time.monotonic() - began < _ALARM_S:
        if _ALARM in nodes.attempt(SY, "doctor").out:
            return time.monotonic() - began
        time.sleep(1)
    return None


def _p95(samples: list[float]) -> float:
    return sorted(samples)[math.ceil(len(samples) * _P95) - 1]


def text(value: dict[str, Json]) -> str:
    """Return the figures in sentences."""
    limits = (("connection", CONNECTION_MS), ("page", PAGE_MS), ("act", ACT_MS))
    open_now, ever = value["lines_open"], value["lines_opened"]
    lines = [f"{value['callers']} callers: {open_now} lines open at the end, {ever} in all"]
    lines += [
        f"{name}: {value[f'{name}_p95_ms']} ms (p95), alone {value[f'{name}_alone_p95_ms']} ms; "
        f"limit {limit} ms"
        for name, limit in limits
    ]
    lines.append(f"memory: {value['more_mb']} MB more; limit {MEMORY_MB} MB")
    after = value["alarm_after_s"]
    lines.append(
        "doctor does not name them" if after is None else f"doctor names them after {after} s"
    )
    return "\n".join(lines)
