"""Bodies over 64 KiB in memory, for the simulation and for tests.

Floor: adapters.
"""

import hashlib

from comity.adapters import blob_names


class MemoryBodies:
    """Bodies by hash."""

    def __init__(self) -> None:
        self._staged: dict[str, bytearray] = {}
        self._kept: dict[str, bytes] = {}

    def stage(self, sha256: str, offset: int, data: bytes | bytearray, by: str = "") -> None:
        """See `comity.node.base.ports.Bodies`."""
        name = blob_names.staged_name(sha256, by)
        if not by and sha256 in self._kept:
            return
        staged = self._staged.setdefault(name, bytearray())
        blob_names.require_no_gap(name, offset, len(staged))
        staged[offset : offset + len(data)] = data

    def staged_bytes(self, sha256: str, by: str = "") -> int:
        """See `comity.node.base.ports.Bodies`."""
        return len(self._staged.get(blob_names.staged_name(sha256, by), b""))

    def commit(self, sha256: str, by: str = "") -> bool:
        """See `comity.node.base.ports.Bodies`."""
        if not by and sha256 in self._kept:
            return True
        staged = self._staged.pop(blob_names.staged_name(sha256, by), None)
        if staged is None or hashlib.sha256(staged).hexdigest() != sha256:
            return False
        self._kept[sha256] = bytes(staged)
        return True

    def unstage(self, sha256: str, by: str) -> None:
        """See `comity.node.base.ports.Bodies`."""
        self._staged.pop(blob_names.staged_name(sha256, by), None)

    def size_bytes(self, sha256: str) -> int | None:
        """See `comity.node.base.ports.Bodies`."""
        return len(self._kept[sha256]) if sha256 in self._kept else None

    def read(self, sha256: str, start: int, end: int) -> bytes:
        """See `comity.node.base.ports.Bodies`."""
        if sha256 not in self._kept:
            raise blob_names.missing(sha256)
        return self._kept[sha256][start:end]

    def drop(self, sha256: str) -> None:
        """See `comity.node.base.ports.Bodies`."""
        for name in [name for name in self._staged if name.startswith(sha256)]:
            self._staged.pop(name)
        self._kept.pop(sha256, None)

    def all(self) -> list[str]:
        """See `comity.node.base.ports.Bodies`."""
        return sorted(self._kept)

    def begin(self) -> "_MemorySink":
        """See `comity.node.base.ports.Bodies`."""
        return _MemorySink(self)


class _MemorySink:
    """A body in memory whose hash is not known yet."""

    def __init__(self, bodies: MemoryBodies) -> None:
        self._bodies = bodies
        self._data = bytearray()

    def write(self, data: bytes | bytearray, /) -> None:
        """See `comity.node.base.ports.Sink`."""
        self._data += data

    def keep(self) -> tuple[str, int]:
        """See `comity.node.base.ports.Sink`."""
        sha256, size = hashlib.sha256(self._data).hexdigest(), len(self._data)
        self._bodies.stage(sha256, 0, bytes(self._data))
        assert self._bodies.commit(sha256)
        return sha256, size

    def discard(self) -> None:
        """See `comity.node.base.ports.Sink`."""
        self._data.clear()
