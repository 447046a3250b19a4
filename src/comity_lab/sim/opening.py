"""What opens is remembered: it follows from the bytes of an entry and from a key alone.

A world opens each of its entries some ten times: at every party, when a database was put back, and
at each rest.  That took a quarter of a run.

Floor: lab.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Final

from comity.acts import codec
from comity.seal import run

_KEPT: Final = 16_384
"""Some five times what the longest run asks for."""


@contextmanager
def remembered() -> Iterator[None]:
    """Open and parse the same bytes once, within this."""
    made, parse = run.Run, codec.parse
    run.Run = lru_cache(_KEPT)(made)  # type: ignore[misc, assignment] # what it takes can be hashed
    codec.parse = lru_cache(_KEPT)(parse)
    try:
        yield
    finally:
        run.Run, codec.parse = made, parse  # type: ignore[misc] # as it was
