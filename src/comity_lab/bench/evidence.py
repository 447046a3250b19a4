"""`bench evidence`: one large file from one node to the other, beside what people do today.

    sealed     hashed, sealed, kept and appended by the sender's officer
    held       the whole body is on the receiver's stable storage, its hash checked
    opened     decrypted into a file, and the hash of the plaintext compared

Beside it each part of this alone, on the same machine in the same run: the floor.  Then once
more over a line that is cut in the middle, while the sender is killed.

Floor: lab.
"""

import os
import shutil
import signal
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from comity.demo.pair_of_nodes import PairOfNodes
from comity.kernel.fault import Fault
from comity.kernel.ijson import Json
from comity_lab.bench import chain, evidence_floor
from comity_lab.bench.chain import Chain
from comity_lab.bench.evidence_desk import Desk
from comity_lab.bench.evidence_floor import Costs
from comity_lab.bench.processes import cpu_s, family, pss_mb
from comity_lab.line import Line

CUT_BYTES_MAX: Final = 512 << 20
"""Of the file that is sent over the line that is cut."""

_PART_BYTES: Final = 4 << 20
_STAGED_S: Final = 120.0
_SAMPLE_S: Final = 0.2
"""Each look costs the processes that are looked at some milliseconds."""

SEALED, HELD, OPENED = "sealed", "held", "opened"


@dataclass(frozen=True, slots=True)
class Plan:
    """What is measured.

    Attributes:
        size_bytes: of the file.
        is_cut: whether the line is cut in a second pass.
    """

    size_bytes: int
    is_cut: bool = True


@dataclass(frozen=True, slots=True)
class Cut:
    """What a cut cost.

    Attributes:
        size_bytes: of the body.
        held_bytes: at the receiver when the line was cut and the sender killed.
        passed_bytes: over the line in all, with TLS and headers.
        held_s: from the restart until the whole body was held.
    """

    size_bytes: int
    held_bytes: int
    passed_bytes: int
    held_s: float

    @property
    def again_bytes(self) -> int:
        """What passed beyond the body."""
        return self.passed_bytes - self.size_bytes


@dataclass(slots=True)
class Stages:
    """When each stage was over, and what it cost.

    Attributes:
        pids: of each node.
        at_s: seconds since the start, by stage.
        spent_s: processor seconds of each node in each stage.
    """

    pids: Mapping[str, Sequence[int]]
    at_s: dict[str, float] = field(default_factory=dict)
    spent_s: dict[str, dict[str, float]] = field(default_factory=dict)
    _began: float = field(default_factory=time.perf_counter)
    _before: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._before = self._spent()

    def end(self, stage: str) -> None:
        """Note the end of a stage."""
        self.at_s[stage] = time.perf_counter() - self._began
        now = self._spent()
        self.spent_s[stage] = {party: now[party] - self._before[party] for party in now}
        self._before = now

    def _spent(self) -> dict[str, float]:
        return {party: cpu_s(pids) for party, pids in self.pids.items()}


@dataclass(frozen=True, slots=True)
class Figures:
    """What one run measured.

    Attributes:
        size_bytes: of the file.
        stages: sealed, held, opened.
        peak_mb: the most memory that each node's processes took.
        load: of the machine before and after, as the kernel averages it over a minute.
        chain: beside it.
        floor: what each part alone costs.
        cut: or None.
    """

    size_bytes: int
    stages: Stages
    peak_mb: Mapping[str, float]
    load: tuple[float, float]
    chain: Chain
    floor: Costs
    cut: Cut | None


@dataclass(slots=True)
class _Memory:
    """The most memory that processes took, looked at five times a second."""

    pids: Mapping[str, Sequence[int]]
    peak_mb: dict[str, float] = field(default_factory=dict)
    is_over: bool = False

    def watch(self) -> None:
        """Look until it is over."""
        while not self.is_over:
            for party, pids in self.pids.items():
                taken = sum(pss_mb(pid) for pid in pids)
                self.peak_mb[party] = max(taken, self.peak_mb.get(party, 0.0))
            time.sleep(_SAMPLE_S)


def run(nodes: PairOfNodes, plan: Plan, tell: Callable[[str], None]) -> Figures:
    """Measure.

    Args:
        nodes: paired, not serving.
        plan: what is measured.
        tell: prints progress.
    """
    load = os.getloadavg()[0]
    file = nodes.folder / "evidence.bin"
    tell("The floor: each part alone.")
    floor = evidence_floor.measure(nodes.folder, plan.size_bytes)
    write(file, plan.size_bytes)
    tell("Beside it: sha256sum, age, copy, age, sha256sum.")
    beside = chain.measure(nodes.folder, file)
    tell(f"The chain took {beside.seconds:.1f} s; now two nodes.")
    for party in nodes.sides:
        nodes.start(party)
    stages, peak_mb = _whole(nodes, file)
    tell(", ".join(f"{stage} at {at_s:.1f} s" for stage, at_s in stages.at_s.items()))
    cut = _cut(nodes, min(plan.size_bytes, CUT_BYTES_MAX), tell) if plan.is_cut else None
    loads = (load, os.getloadavg()[0])
    return Figures(plan.size_bytes, stages, peak_mb, loads, beside, floor, cut)


def write(file: Path, size_bytes: int) -> None:
    """Write random bytes, and wait until the disk has them."""
    with file.open("wb") as out:
        for at in range(0, size_bytes, _PART_BYTES):
            out.write(os.urandom(min(_PART_BYTES, size_bytes - at)))
        out.flush()
        os.fsync(out.fileno())


def _whole(nodes: PairOfNodes, file: Path) -> tuple[Stages, Mapping[str, float]]:
    (asker, side), (peer, other) = nodes.sides.items()
    assert side.process
    assert other.process
    opened = nodes.folder / "opened"
    with Desk(side, peer) as sender, Desk(other, asker) as reader:
        pids = {
            asker: [*family(side.process.pid), sender.pid],
            peer: [*family(other.process.pid), reader.pid],
        }
        memory = _Memory(pids)
        watch = threading.Thread(target=memory.watch)
        watch.start()
        stages = Stages(pids)
        reader.begin("await", "1")
        sender.call("send", str(file))
        stages.end(SEALED)
        reader.end()
        stages.end(HELD)
        reader.call("open", str(opened))
        stages.end(OPENED)
        memory.is_over = True
        watch.join()
    shutil.rmtree(opened)
    file.unlink()
    return stages, memory.peak_mb


def _cut(nodes: PairOfNodes, size_bytes: int, tell: Callable[[str], None]) -> Cut:
    """Send once more, over a line that is cut in the middle while the sender is killed."""
    (asker, side), (peer, other) = nodes.sides.items()
    file = nodes.folder / "cut.bin"
    write(file, size_bytes)
    nodes.stop(asker)
    config = side.home / "config.toml"
    before = config.read_text()
    with Line(other.peer_port) as line, Desk(other, asker) as reader:
        address = f'[peer_address]\n{peer} = "https://127.0.0.1:{line.port}"'
        config.write_text(before.replace("[peer_address]", address))
        nodes.start(asker)
        with Desk(side, peer) as sender:
            sender.call("send", str(file))
            held = _staged(other.home / "bodies" / "staged", size_bytes // 2)
            sender.kill()
            nodes.stop(asker, signal.SIGKILL)
            line.cut()
        held = max(held, _staged(other.home / "bodies" / "staged", 0))
        tell(f"Cut and killed with {held >> 20} MiB held.")
        line.mend()
        began = time.perf_counter()
        nodes.start(asker)
        reader.call("await", "2")
        held_s = time.perf_counter() - began
        passed = line.passed
    config.write_text(before)
    return Cut(size_bytes, held, passed, held_s)


def _staged(folder: Path, least: int) -> int:
    """Wait until a body that is coming has so many bytes; return how many it has."""
    end = time.monotonic() + _STAGED_S
    while time.monotonic() < end:
        with suppress(FileNotFoundError):
            held = max((path.stat().st_size for path in folder.iterdir()), default=0)
            if held >= least:
                return held
        time.sleep(0.005)
    raise Fault(
        code="lab.bench.stuck",
        what="The body does not come.",
        fix="Read the logs of both nodes in the folder given with --keep.",
    )


def to_json(figures: Figures) -> dict[str, Json]:
    """Return the figures with the chain and the floor beside them."""
    beside, size = figures.chain, figures.size_bytes
    opened_s, floor_s = figures.stages.at_s[OPENED], figures.floor.seconds(size)
    value: dict[str, Json] = {
        "bytes": size,
        **{f"{stage}_s": round(at_s, 2) for stage, at_s in figures.stages.at_s.items()},
        "processor_s": {
            stage: {party: round(spent, 2) for party, spent in spent_s.items()}
            for stage, spent_s in figures.stages.spent_s.items()
        },
        "mb_per_s": round(size / 1e6 / opened_s, 1),
        "sha256sum_s": round(beside.hash_s, 2),
        "chain_s": round(beside.seconds, 2),
        "chain": {
            "sha256sum": round(beside.hash_s, 2),
            "age": round(beside.seal_s, 2),
            beside.copied_by: round(beside.copy_s, 2),
            "age -d": round(beside.open_s, 2),
            "sha256sum again": round(beside.verify_s, 2),
        },
        "copied_by": beside.copied_by,
        "ratio": round(beside.seconds / opened_s, 2),
        "floor_s": round(floor_s, 2),
        "floor_processor_s": round(figures.floor.processor_s(size), 2),
        "floor": dict(figures.floor.of(size)),
        "floor_ratio": round(beside.seconds / floor_s, 2),
        "cipher": figures.floor.cipher,
        "peak_mb": {party: round(mb, 1) for party, mb in figures.peak_mb.items()},
        "load": [round(one, 2) for one in figures.load],
    }
    if figures.cut is not None:
        value["cut"] = {
            "bytes": figures.cut.size_bytes,
            "held_bytes": figures.cut.held_bytes,
            "passed_bytes": figures.cut.passed_bytes,
            "again_bytes": figures.cut.again_bytes,
            "held_s": round(figures.cut.held_s, 2),
        }
    return value


def text(value: Mapping[str, Json]) -> str:
    """Return the figures in lines."""
    rows = (
        ("hashed, sealed and appended", "sealed_s", " s"),
        ("held by the peer, its hash checked", "held_s", " s"),
        ("opened and compared", "opened_s", " s"),
        ("processor time of each node in each", "processor_s", " s"),
        ("through both nodes", "mb_per_s", " MB/s"),
        ("sha256sum alone", "sha256sum_s", " s"),
        ("sha256sum, age, copy, age, sha256sum", "chain_s", " s"),
        ("copied by", "copied_by", ""),
        ("of these", "chain", " s"),
        ("as fast as that chain", "ratio", " times"),
        ("floor: all parts alone, on all cores", "floor_s", " s"),
        ("floor: their processor time", "floor_processor_s", " s"),
        ("floor: each part of the file alone", "floor", " s"),
        ("floor: as fast as that chain", "floor_ratio", " times"),
        ("TLS agreed on", "cipher", ""),
        ("memory of each node at most (PSS)", "peak_mb", " MB"),
        ("load of the machine, before and after", "load", ""),
        ("after a cut in the middle", "cut", ""),
    )
    return "\n".join(f"{name:42} {value[key]}{unit}" for name, key, unit in rows if key in value)
