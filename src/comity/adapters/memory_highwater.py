"""A high-water file in memory, with the failures of a real disk: for the simulation.

    high_water = MemoryHighWater(step=stop_here)
    high_water.fail_sync = "lost"            the next fsync fails, its bytes are gone
    later = high_water.reopened(power_lost=True)

The same journal as the real one runs over it; only the device differs.  Deterministic.

Floor: adapters.
"""

from collections.abc import Callable
from typing import Final

from comity.adapters.entropy import SystemEntropy
from comity.adapters.highwater import JournalHighWater
from comity.adapters.highwater_state import born
from comity.node.base.ports import Entropy

WRITTEN = "highwater.written"
"""Bytes are in the system's cache: a kill keeps them, a loss of power may not."""
SYNCED = "highwater.synced"
"""Bytes are on stable storage."""

_ENTROPY: Final = SystemEntropy()


def _zeros(size_bytes: int) -> bytes:
    """Give the first file of a test an id that is the same each time."""
    return bytes(size_bytes)


_BORN: Final = born(_zeros)


class MemoryDevice:
    """Bytes that are durable, and bytes that are only written.

    Attributes:
        durable: what a loss of power leaves.
        written: what a kill leaves; begins with `durable`, unless it was replaced.
        set_aside_count: how often damage was put aside.
    """

    def __init__(self, durable: bytes | None, step: Callable[[str], None]) -> None:
        self.durable = durable
        self.written = durable
        self.fail_sync = ""
        self.is_syncing = True
        self.set_aside_count = 0
        self._changes = 0
        self._step = step

    def hold(self) -> bool:
        """Nobody else is there."""
        return True

    def stamp(self) -> object:
        """Return the number of changes."""
        return None if self.written is None else self._changes

    def load(self) -> bytes | None:
        """Return what is written."""
        return self.written

    def read(self, offset: int, size_bytes: int) -> bytes:
        """Return bytes of what is written."""
        return (self.written or b"")[offset : offset + size_bytes]

    def append(self, data: bytes) -> None:
        """Write, then sync, with a step after each."""
        if self.fail_sync == "full":
            self.fail_sync = ""
            raise OSError(28, "No space left on device")
        self._write((self.written or b"") + data)

    def replace(self, data: bytes) -> None:
        """Rename is atomic: before the sync either content may survive, here the old one."""
        self._write(data)

    def set_aside(self) -> None:
        """Count it."""
        self.set_aside_count += 1

    def _write(self, data: bytes) -> None:
        before = self.written
        self.written = data
        self._changes += 1
        self._step(WRITTEN)
        if self.fail_sync:
            self.written = before if self.fail_sync == "lost" else data
            self.fail_sync = ""
            raise OSError(5, "Input/output error")
        if self.is_syncing:
            self.durable = data
        self._step(SYNCED)


class MemoryHighWater(JournalHighWater):
    """A `HighWater` whose disk a test commands.

    Args:
        data: durable bytes to begin with; the default is a new, intact file; None is a
            file that is missing.
        step: called with `WRITTEN` and `SYNCED`; raising there is a crash at that point.
        entropy: chance, for the id of the file that comes after a lost one.
    """

    def __init__(
        self,
        data: bytes | None = _BORN,
        step: Callable[[str], None] = lambda _: None,
        entropy: Entropy = _ENTROPY,
    ) -> None:
        self.device = MemoryDevice(data, step)
        super().__init__(self.device, entropy)

    def reopened(
        self,
        *,
        power_lost: bool = False,
        torn_bytes: int = 0,
        step: Callable[[str], None] = lambda _: None,
    ) -> "MemoryHighWater":
        """Return the file as the next process finds it.

        Args:
            power_lost: only durable bytes are left; else written ones too.
            torn_bytes: with a loss of power, how many unsynced bytes reached the disk.
            step: for the next process.
        """
        durable, written = self.device.durable, self.device.written
        if not power_lost:
            return MemoryHighWater(written, step, self._entropy)
        if torn_bytes and durable is not None and written and written.startswith(durable):
            return MemoryHighWater(written[: len(durable) + torn_bytes], step, self._entropy)
        return MemoryHighWater(durable, step, self._entropy)
