"""What processes cost: processor time and memory, as the kernel counts them.

Floor: lab.
"""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

TICKS_PER_S: Final = os.sysconf("SC_CLK_TCK")


def cpu_s(pids: Iterable[int]) -> float:
    """Return processor seconds of processes, their threads and ended children included."""
    ticks = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += sum(int(fields[at]) for at in (11, 12, 13, 14))
    return ticks / TICKS_PER_S


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
