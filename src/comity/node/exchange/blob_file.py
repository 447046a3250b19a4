"""A kept body as a file that is read, ahead of whoever reads on.

Floor: node.
"""

from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final

from comity.kernel.fault import Fault
from comity.node.base.context import Node

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
        self._reader: ThreadPoolExecutor | None = None  # its thread ends with it
        self._next: tuple[int, int, Future[bytes] | None] = (0, 0, None)

    def read(self, size_bytes: int, /) -> bytes:
        """Return up to that many bytes; none only at the end.

        Raises:
            Fault: of the bodies store.
        """
        end = min(self._size_bytes, self._at + size_bytes)
        if end <= self._at:
            return b""
        data = self._little(end) if size_bytes < AHEAD_BYTES else self._much(end)
        self._at += len(data)
        return data

    def _much(self, end: int) -> bytes:
        """Read a large piece; as much after it is read while this one is worked on."""
        start, until, coming = self._next
        is_it = coming is not None and (start, until) == (self._at, end)
        data = coming.result() if coming and is_it else self._read(self._at, end)
        until = min(self._size_bytes, end + len(data))
        self._next = (end, until, None)
        if end < until:
            self._reader = self._reader or ThreadPoolExecutor(1, "comity-kept")
            self._next = (end, until, self._reader.submit(self._read, end, until))
        return data

    def _little(self, end: int) -> bytes:
        start, held = self._held
        if not start <= self._at < start + len(held):
            until = min(self._size_bytes, self._at + AHEAD_BYTES)
            start, held = self._held = (self._at, memoryview(self._read(self._at, until)))
        return bytes(held[self._at - start : end - start])

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

    def tell(self) -> int:
        """Return the position."""
        return self._at

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Move as `io.IOBase.seek` does; return the position."""
        self._at = self._size_bytes + offset if whence == _FROM_END else offset
        return self._at
