"""What processes cost: processor time and memory, as the kernel counts them.

Floor: lab.
"""

import os
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final

TICKS_PER_S: Final = os.sysconf("SC_CLK_TCK")
_SCHEDULED: Final = 2
"""The clock of a process that the scheduler keeps, in nanoseconds: CPUCLOCK_SCHED of Linux."""


def family(pid: int) -> list[int]:
    """Return a process, what it has started and still runs, and what that has."""
    own: list[str] = []
    for thread in Path(f"/proc/{pid}/task").glob("*"):  # each has children of its own
        with suppress(OSError):
            own += (thread / "children").read_text().split()
    return [pid, *(one for child in own for one in family(int(child)))]


def family_mb(pid: int) -> float:
    """Return the proportional set size of a process and all that it started, in MiB."""
    return sum(map(pss_mb, family(pid)))


def cpu_s(pids: Iterable[int]) -> float:
    """Return processor seconds of processes, their threads and ended children included.

    What a process itself took is exact: a page may take less than a tick.  What its ended children
    took is known in ticks only.
    """
    return sum(_own_s(pid) + _children_s(pid) for pid in pids)


def _own_s(pid: int) -> float:
    return time.clock_gettime((~pid << 3) | _SCHEDULED)  # as clock_getcpuclockid(3) spells it


def _children_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(int(fields[at]) for at in (13, 14)) / TICKS_PER_S


def pss_mb(pid: int) -> float:
    """Return the proportional set size of a process in MiB; 0 for one that has ended."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0.0
    for line in text.splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0
