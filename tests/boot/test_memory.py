"""What a serving process frees, the machine gets back."""

import subprocess
import sys

from comity.boot import memory

_PROGRAM = """
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from comity.boot import memory

def resident_mb():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 >> 20

def catch_up():
    entries = [bytes(3_400) for _ in range(4_096)]
    joined = b"".join(entries)
    kept.append(bytes(2_000))
    del entries, joined

memory.bound()
kept, before = [], resident_mb()
workers = [ThreadPoolExecutor(1) for _ in range(8)]
for _ in range(3):
    for worker in workers:
        worker.submit(catch_up).result()
print(resident_mb() - before)
"""

LEFT_MB_MAX = 40
"""Of 28 MB that one thread holds at once; without `bound` it is 80 and more."""


def test_what_threads_took_and_dropped_goes_back() -> None:
    """Requests of some 28 MB in eight threads, one after another, leave little behind."""
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM], capture_output=True, check=True, timeout=60
    )
    assert int(done.stdout) < LEFT_MB_MAX


_LOADED = """
import gc
from comity.boot import memory

called = []
seen = memory.settling(lambda: called.append(True))
kept = [[number] for number in range(100_000)]
counts = [len(gc.get_objects())]
for _ in range(max(memory.SETTLED_AT) + 10):
    seen()
    counts.append(len(gc.get_objects()))
later = [[number] for number in range(1_000)]
seen()
print(counts[0], counts[1], counts[-1], len(gc.get_objects()), len(called))
"""

SETTLED_MAX = 1_000


def test_what_is_loaded_is_not_gone_through_again_once_pages_are_shown() -> None:
    """The collector leaves alone what was there at the first page, and sees what comes later."""
    done = subprocess.run([sys.executable, "-c", _LOADED], capture_output=True, check=True)
    before, first, last, later, called = map(int, done.stdout.split())
    assert before > 100_000
    assert first < SETTLED_MAX
    assert last < SETTLED_MAX
    assert later >= last + 1_000
    assert called == max(memory.SETTLED_AT) + 11
