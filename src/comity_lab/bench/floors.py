"""What the same machine can do at most: bare cryptography, and the durable commit alone.

    seal    one process seals an entry to two parties …
    open    … while another opens one, on the same cores; the slower of the two is the floor
    commit  an entry and its body of 2 KiB in one durable transaction, one after the other
    alone   one act alone, see `floor_alone`

Floor: lab.
"""

import multiprocessing
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from comity_lab.bench import floor_alone
from comity_lab.bench.bare import Commits, Seal


@dataclass(frozen=True, slots=True)
class Floors:
    """Rates of the bare calls.

    Attributes:
        seal_per_s: entries sealed to two parties, while another process opened.
        open_per_s: entries opened, while another process sealed.
        commit_per_s: durable commits of one act's bytes.
        alone_ms: one act alone, the middle of many.
        cpu_ms: processor time of sealing an entry and of opening one: what others take of the
            machine does not count in it.
    """

    seal_per_s: float
    open_per_s: float
    commit_per_s: float
    alone_ms: float
    cpu_ms: float

    @property
    def acts_per_s(self) -> float:
        """The slower of sealing and opening."""
        return min(self.seal_per_s, self.open_per_s)


def measure(folder: Path, seconds: float) -> Floors:
    """Measure all floors; takes about twice as many seconds."""
    context = multiprocessing.get_context("spawn")
    results = context.Queue()
    workers = [
        context.Process(target=_worker, args=(name, seconds, results)) for name in ("seal", "open")
    ]
    for worker in workers:
        worker.start()
    told = [results.get(timeout=seconds + 60) for _ in workers]
    rates: dict[str, float] = {name: rate for name, rate, _ in told}
    cpu_ms = sum(ms for _, _, ms in told)
    for worker in workers:
        worker.join()
    with Commits(folder / "floor.sqlite3") as commits:
        commit_per_s = _rate(commits.commit, seconds / 2)
    alone_ms = floor_alone.measure_ms(folder)
    return Floors(rates["seal"], rates["open"], commit_per_s, alone_ms, cpu_ms)


def _worker(
    name: str, seconds: float, results: "multiprocessing.Queue[tuple[str, float, float]]"
) -> None:
    seal = Seal()
    began, spent = time.perf_counter(), time.process_time()
    rate = _rate(seal.seal if name == "seal" else seal.open, seconds)
    share = (time.process_time() - spent) / (time.perf_counter() - began)
    results.put((name, rate, 1_000 * share / rate))


def _rate(work: Callable[[], None], seconds: float) -> float:
    began = time.perf_counter()
    count = 0
    while (spent := time.perf_counter() - began) < seconds:
        for _ in range(50):
            work()
        count += 50
    return count / spent
