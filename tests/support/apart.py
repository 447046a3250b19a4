"""Stores in memory of which that of bodies fails a test that asks it within a write.

A store that is far away answers late or never, and whoever else writes waits as long.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, override

from comity.adapters.memory import MemoryStore, memory_disk
from comity.adapters.memory_blobs import MemoryBodies
from comity.node.base.ports import Bodies, Tx

CALLS = frozenset(name for name in vars(Bodies) if not name.startswith("_"))


class ApartStore(MemoryStore):
    """Rows in memory; it knows which thread writes."""

    def __init__(self) -> None:
        super().__init__(memory_disk())
        self.here = threading.local()

    @override
    @contextmanager
    def write(self) -> Iterator[Tx]:
        with super().write() as tx:
            self.here.is_writing = True
            try:
                yield tx
            finally:
                self.here.is_writing = False


class ApartBodies(MemoryBodies):
    """Bodies in memory, as if they were far away."""

    def __init__(self, store: ApartStore) -> None:
        super().__init__()
        self._here = store.here

    @override
    def __getattribute__(self, name: str) -> Any:
        if name in CALLS:
            is_writing = getattr(object.__getattribute__(self, "_here"), "is_writing", False)
            assert not is_writing, f"the body store is asked for `{name}` within a write"
        return super().__getattribute__(name)
