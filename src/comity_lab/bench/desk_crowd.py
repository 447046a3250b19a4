"""Many officers at once: each in a thread, asking for the next page as soon as one has come.

However short the time and slow the machine, each reads one page: no measure is empty.

Floor: lab.
"""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Final

from comity.kernel.fault import Fault
from comity_lab.bench.desk_pages import Seat, walk

_STEP_S: Final = 1.0

type Samples = dict[str, list[float]]
"""Milliseconds of each answer, by name of the page."""


@dataclass(slots=True)
class Crowd:
    """What came of it.

    Attributes:
        seconds: it took.
        samples: of all of them.
    """

    seconds: float = 0.0
    samples: Samples = field(default_factory=dict)

    @property
    def every(self) -> list[float]:
        """All samples."""
        return [one for found in self.samples.values() for one in found]


def at_once(
    seats: Sequence[Seat], seconds: float, pause_s: float, advance: Callable[[int], None]
) -> Crowd:
    """Let them read for so long.

    Args:
        seats: one officer each.
        seconds: how long.
        pause_s: that each looks at a page before they ask for the next one.
        advance: called with each second.

    Raises:
        Fault: what one of them met first.
        OSError: a line broke.
        HTTPException: likewise.
    """
    crowd = Crowd()
    lock, faults = threading.Lock(), list[Fault | OSError | HTTPException]()

    def read(seat: Seat) -> None:
        try:
            for name, took_ms in _read(seat, seconds, pause_s):
                with lock:
                    crowd.samples.setdefault(name, []).append(took_ms)
        except (Fault, OSError, HTTPException) as fault:
            faults.append(fault)

    began = time.perf_counter()
    threads = [threading.Thread(target=read, args=(seat,), daemon=True) for seat in seats]
    for thread in threads:
        thread.start()
    _wait(threads, advance)
    if faults:
        raise faults[0]
    crowd.seconds = time.perf_counter() - began
    return crowd


def _wait(threads: Sequence[threading.Thread], advance: Callable[[int], None]) -> None:
    for thread in threads:
        while thread.is_alive():
            thread.join(_STEP_S)
            advance(int(thread.is_alive()))


def _read(seat: Seat, seconds: float, pause_s: float) -> Iterator[tuple[str, float]]:
    until = time.perf_counter() + seconds
    time.sleep(seat.chance.uniform(0, min(pause_s, seconds)))  # nobody begins with the others
    while True:
        for name, ask in walk(seat):
            yield name, ask(seat).took_ms
            left = until - time.perf_counter()
            time.sleep(max(min(seat.chance.uniform(0, 2 * pause_s), left), 0))
            if time.perf_counter() >= until:
                return
