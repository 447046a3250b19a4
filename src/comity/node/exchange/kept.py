"""A kept body as a file that is read.

Floor: node.
"""

from typing import Final

from comity.kernel.fault import Fault
from comity.node.context import Node

AHEAD_BYTES: Final = 4 << 20
"""Read at once where little is asked for: the bodies may be far away."""

_FROM_END: Final = 2


class Kept:
    """A body of the bodies store."""

    def __init__(self, node: Node, sha256: str, size_bytes: int) -> None:
        self._node = node
        self._sha256 = sha256
        self._size_bytes = size_bytes
        self._at = 0
        self._held = (0, memoryview(b""))

    def read(self, size_bytes: int, /) -> bytes:
        """Return up to that many bytes; none only at the end.

        Raises:
            Fault: of the bodies store.
        """
        end = min(self._size_bytes, self._at + size_bytes)
        start, held = self._held
        if not start <= self._at < start + len(held):
            if end <= self._at:
                return b""
            until = min(self._size_bytes, max(end, self._at + AHEAD_BYTES))
            start, held = self._held = (self._at, memoryview(self._read(self._at, until)))
        data = bytes(held[self._at - start : end - start])
        self._at += len(data)
        return data

    def _read(self, start: int, end: int) -> bytes:
        data = self._node.bodies.read(self._sha256, start, end)
        if len(data) < end - start:
            raise Fault(
                code="node.body.short",
                what=f"The body {self._sha256[:16]}… ends at byte {start + len(data)} of "
                f"{self._size_bytes}.",
                fix="Run `comity fsck`: the file was cut; it can come again from the other side.",
            )
        return data

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Move as `io.IOBase.seek` does; return the position."""
        self._at = self._size_bytes + offset if whence == _FROM_END else offset
        return self._at
