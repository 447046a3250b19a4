"""`bench growth`: the same work on a short and on a long log, side by side in one run.

    append     acts in groups and alone: processor and wall time, no peer waited for
    delivery   one act alone, from append to cosigned; a burst: processor time of both nodes
    proof      of an act anywhere in the log, and of the same again: from the disk, and from memory
    status     what the operator asks for
    memory     of each node, and its greatest while it catches up after a pause

Both pairs of nodes are up at once and take turns, so that a loud machine is loud to both.

Floor: lab.
"""

import statistics
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from comity.demo.pair_of_nodes import PairOfNodes
from comity.kernel.ijson import Json
from comity_lab.bench import fixture
from comity_lab.bench.processes import cpu_s, family_mb, pss_mb
from comity_lab.bench.worker import Worker

RATIO_MAX: Final = 1.3
MEMORY_MB_MAX: Final = 250.0
SHORT: Final = 1_000

_TURNS: Final = 8
_PATIENCE_S: Final = 1_800.0
_SAMPLE_S: Final = 0.5

type Tell = Callable[[str], None]
type Bar = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """What is measured.

    Attributes:
        entries: of the long log.
        pause: acts appended while the peer is away; 0 leaves the catching up out.
        fsck: whether the long log's homes are checked whole.
    """

    entries: int
    pause: int = 0
    fsck: bool = False


@dataclass(frozen=True, slots=True)
class Pair:
    """One pair of nodes and the process that works on it."""

    nodes: PairOfNodes
    worker: Worker

    def pids(self) -> list[int]:
        """Return the processes that serve."""
        return [side.process.pid for side in self.nodes.sides.values() if side.process]


def run(folder: Path, plan: Plan, tell: Tell, advance: Bar) -> dict[str, Json]:
    """Measure.

    Args:
        folder: empty; takes some 12 KB an entry.
        plan: what.
        tell: prints progress.
        advance: called with entries of the fixture that are written.

    Raises:
        Fault: `lab.fixture.failed`, `lab.bench.stuck`.
    """
    with ExitStack() as stack:
        tell(f"A seeded fixture makes the logs of {SHORT} and of {plan.entries} entries.")
        sizes = {"short": SHORT, "long": plan.entries}
        pairs = {
            name: stack.enter_context(_pair(folder / name, size, advance))
            for name, size in sizes.items()
        }
        figures = _take_turns(pairs, tell)
        value = _compared(figures)
        value |= {"entries": plan.entries, "short_entries": SHORT, "fixture": True}
        value["rss_mb"] = {name: _rounded(_memory(pair)) for name, pair in pairs.items()}
        if plan.pause:
            tell(f"The peer is away for {plan.pause} acts.")
            value["catch_up"] = _catch_up(pairs["long"], plan.pause, tell)
    if plan.fsck:
        tell("Both homes are checked whole, one after the other.")
        value["fsck"] = _fsck(pairs["long"].nodes)
    return value


@contextmanager
def _pair(folder: Path, entries: int, advance: Bar) -> Iterator[Pair]:
    folder.mkdir(parents=True)
    with PairOfNodes(folder) as nodes:
        nodes.set_up()
        channel = f"{nodes.arrangement}/live"
        fixture.grow(nodes, channel, entries, advance)
        for party in nodes.sides:
            nodes.start(party)
        (_, side), (peer, _other) = nodes.sides.items()
        with Worker(side, channel, peer) as worker:
            worker.call("warm")
            yield Pair(nodes, worker)


def _take_turns(pairs: Mapping[str, Pair], tell: Tell) -> dict[str, dict[str, list[float]]]:
    """Let the pairs take turns; return each one's samples by name of the figure."""
    found: dict[str, dict[str, list[float]]] = {name: {} for name in pairs}
    for turn in range(_TURNS):
        for name, pair in pairs.items():
            for task in ("group", "alone", "deliver", "proof", "status"):
                before_s = cpu_s(pair.pids())
                samples = pair.worker.call(task)
                if task == "group":
                    acts = samples.pop("acts")[0]
                    served_ms = (cpu_s(pair.pids()) - before_s) * 1_000
                    samples["delivery_cpu_ms"] = [served_ms / acts]
                for figure, values in samples.items():
                    found[name].setdefault(figure, []).extend(values)
        tell(f"Turn {turn + 1} of {_TURNS}.")
    return found


def _compared(found: Mapping[str, Mapping[str, list[float]]]) -> dict[str, Json]:
    figures: dict[str, Json] = {}
    for figure, short in found["short"].items():
        low, high = statistics.median(short), statistics.median(found["long"][figure])
        figures[figure] = {
            "short": round(low, 3),
            "long": round(high, 3),
            "ratio": round(high / low, 2) if low else 0.0,
        }
    return {"figures": figures, "ratio_max": RATIO_MAX, "memory_mb_max": MEMORY_MB_MAX}


def _memory(pair: Pair) -> dict[str, float]:
    """The memory of each node's processes; the officers' process is one of the first node's."""
    processes = {party: side.process for party, side in pair.nodes.sides.items()}
    found = {party: family_mb(one.pid) if one else 0.0 for party, one in processes.items()}
    found[next(iter(found))] += pss_mb(pair.worker.pid)
    return found


def _rounded(memory: Mapping[str, float]) -> dict[str, Json]:
    return {party: round(mb, 1) for party, mb in memory.items()}


def _catch_up(pair: Pair, acts: int, tell: Tell) -> dict[str, Json]:
    """Append while the peer is away; return how it caught up and the most memory of each."""
    _, peer = pair.nodes.sides
    watch = _Watch(pair)
    pair.nodes.stop(peer)
    with watch:
        began = time.monotonic()
        pair.worker.call("append", acts)
        appended_s = time.monotonic() - began
        tell(f"{acts} acts appended in {appended_s:.0f} s; the peer comes back.")
        began = time.monotonic()
        pair.nodes.start(peer)
        pair.worker.call("settle", _PATIENCE_S)
        spent_s = time.monotonic() - began
    return {
        "acts": acts,
        "append_s": round(appended_s, 1),
        "seconds": round(spent_s, 1),
        "acts_per_s": round(acts / spent_s, 1),
        "rss_mb_max": _rounded(watch.most_mb),
    }


class _Watch:
    """Looks at the memory of both nodes twice a second."""

    def __init__(self, pair: Pair) -> None:
        self.most_mb: dict[str, float] = dict.fromkeys(pair.nodes.sides, 0.0)
        self._pair = pair
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(_SAMPLE_S):
            for party, mb in _memory(self._pair).items():
                self.most_mb[party] = max(self.most_mb[party], mb)


def _fsck(nodes: PairOfNodes) -> dict[str, Json]:
    found: dict[str, Json] = {}
    for party in nodes.sides:
        began = time.monotonic()
        told = nodes.run(party, "fsck")
        seconds = round(time.monotonic() - began, 1)
        found[party] = {
            "seconds": seconds,
            "clean": told["clean"],
            "entries": told["counts"]["entries"],
        }
    return found


def text(value: Mapping[str, Json]) -> str:
    """Return the figures as a table for people."""
    lines = [f"{'median':22} {'10^3':>9} {value['entries']:>9}   ratio (to stay under 1.3)"]
    figures = value["figures"]
    assert isinstance(figures, dict)
    for name, row in figures.items():
        assert isinstance(row, dict)
        lines.append(f"{name:22} {row['short']:>9} {row['long']:>9}   {row['ratio']}")
    lines.append(f"memory of each node, MB (to stay under 250): {value['rss_mb']}")
    lines += [f"{name}: {value[name]}" for name in ("catch_up", "fsck") if name in value]
    return "\n".join([*lines, "The long history is a seeded fixture, not an exchange."])
