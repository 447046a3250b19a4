"""Looking for a history that breaks, in seeds that nobody chose, and making it short.

    first = drawn(commit, day)                       where a run of the check begins
    for found in searched(first, events, until_s, processes): ...
    short = shortest(seed, events, budget)           without the events that do not matter

An event that is dropped draws what it would have drawn of its name and does nothing: what comes
after it may go another way, and whatever still breaks is a history too.

Floor: lab.
"""

import hashlib
import itertools
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Final

from comity_lab.sim import runs
from comity_lab.sim.parallel import Task
from comity_lab.sim.runs import Result

DRAWN: Final = 1 << 30
"""Seeds that are drawn lie below this, and above `DRAWN_FROM`: no list of the tree has them."""
DRAWN_FROM: Final = 10_000_000
RUNS_MAX: Final = 200
"""Of one history, while it is made short."""

type Runs = Callable[[int, int, frozenset[int]], Result]


@dataclass(frozen=True, slots=True)
class Short:
    """A history that breaks, made short.

    Attributes:
        seed: of the run.
        events: how many are played.
        dropped: numbers of those that do nothing, from 1.
        error: what does not hold.
    """

    seed: int
    events: int
    dropped: frozenset[int]
    error: str

    @property
    def spelled(self) -> str:
        """The words that replay it."""
        drop = f" --drop {spans(self.dropped)}" if self.dropped else ""
        return f"comity sim --seed {self.seed} --events {self.events}{drop}"


def drawn(commit: str, day: str) -> int:
    """Return the first seed of a commit on a day: others the next day, the same on the same."""
    digest = hashlib.sha256(f"{commit} {day}".encode()).digest()
    return DRAWN_FROM + int.from_bytes(digest[:8]) % (DRAWN - DRAWN_FROM)


def searched(first: int, events: int, until_s: float, processes: int) -> Iterator[Result]:
    """Give results of seeds from `first` on, until that instant of `time.monotonic`."""
    seeds = itertools.count(first)
    task = Task(runs.run_pair, runs.broken)
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        waiting: set[Future[Result]] = set()
        while waiting or time.monotonic() < until_s:
            while len(waiting) < processes and time.monotonic() < until_s:
                waiting.add(pool.submit(task, (next(seeds), events)))
            done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            for one in done:
                yield one.result()


def shortest(seed: int, events: int, play: Runs, runs_max: int = RUNS_MAX) -> Short | None:
    """Return the shortest history found that still breaks; None if this one does not.

    Args:
        seed: of a run that broke.
        events: how many it played.
        play: runs a seed with so many events, some of them dropped.
        runs_max: how often that may be called.
    """
    left = itertools.count(runs_max, -1)
    broke = play(seed, events, frozenset())
    if not broke.error:
        return None
    count = broke.events or events
    best = Short(seed, count, frozenset(), broke.error)
    kept = list(range(1, count + 1))
    size = max(count // 2, 1)
    while size and next(left) > 0:
        for start in range(0, len(kept), size):
            if next(left) <= 0:
                break
            rest = [*kept[:start], *kept[start + size :]]
            found = _without(best, rest, play)
            if found is not None:
                best, kept = found, [one for one in rest if one <= found.events]
                break
        else:
            size //= 2
    return best


def _without(best: Short, kept: Sequence[int], play: Runs) -> Short | None:
    """Return the history that has these events alone, if it breaks."""
    events = max(kept, default=0)
    dropped = frozenset(range(1, events + 1)).difference(kept)
    result = play(best.seed, events, dropped)
    return Short(best.seed, events, dropped, result.error) if result.error else None


def spans(numbers: frozenset[int]) -> str:
    """Return numbers as `3-9,12`."""
    found: list[list[int]] = []
    for number in sorted(numbers):
        if found and found[-1][-1] == number - 1:
            found[-1][1:] = [number]
        else:
            found.append([number])
    return ",".join("-".join(map(str, one)) for one in found)


def numbers(text: str) -> frozenset[int]:
    """Return what `spans` spells.

    Raises:
        ValueError: it is spelled otherwise.
    """
    pairs = (one.split("-") for one in text.split(",")) if text else ()
    return frozenset(n for ends in pairs for n in range(int(ends[0]), int(ends[-1]) + 1))
