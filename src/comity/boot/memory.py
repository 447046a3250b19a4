"""Memory that is freed goes back to the machine.

glibc keeps for each of up to eight times as many threads as there are cores a heap of its own,
and gives freed pieces back from the end of a heap alone.  A node that catches up takes and drops
requests of 10 MB in many threads: 24 MB were in use and 84 MB were held.  One heap, and large
pieces by mmap whatever came before, hold what is in use and little more.  Python's threads take
turns anyway, so that one heap costs them nothing that could be measured.

Evidence passes in pieces of up to 4 MiB, thousands one after the other: these come from the
heap, and its end is not given back between two of them.  Each by mmap, a third of the processor
time of a node that takes evidence went into pages that were fresh again.

Modules, addresses and templates stay as long as the process: 270,000 objects, through which
Python's collector went in the middle of some page, 0.17 s each time.  Once pages are shown, what
is there is left out of what it looks at.

Source: mallopt(3); the module `gc` of Python.
Floor: boot.
"""

import ctypes
import gc
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from typing import Final

M_TRIM_THRESHOLD: Final = -1
M_MMAP_THRESHOLD: Final = -3
M_ARENA_MAX: Final = -8

ARENAS: Final = 1
TRIM_BYTES: Final = 16 << 20
MMAP_BYTES: Final = 5 << 20
"""Above the pieces of evidence.  Given, so that glibc does not raise it to the largest piece
that was ever freed."""


def bound() -> None:
    """Ask the C library for that, before threads begin; one that is not glibc is left as it is."""
    with suppress(OSError, AttributeError):
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(M_ARENA_MAX, ARENAS)
        mallopt(M_TRIM_THRESHOLD, TRIM_BYTES)
        mallopt(M_MMAP_THRESHOLD, MMAP_BYTES)


SETTLED_AT: Final = frozenset({1, 200})
"""Pages by which most is loaded: addresses at the first, most templates some time later.  Not at
each: what is dropped afterwards in a circle would never be collected."""


def settling(page_seen: Callable[[], object]) -> Callable[[], None]:
    """Return the same, which settles what is loaded once so many pages were seen."""
    seen = count(1)

    def noted() -> None:
        page_seen()
        if next(seen) in SETTLED_AT:
            settle()

    return noted


def settle() -> None:
    """Drop what nobody uses, and let the collector leave alone what is left.

    What is left is freed all the same as soon as nothing refers to it.
    """
    gc.collect()
    gc.freeze()
