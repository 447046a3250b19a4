"""Files that grow while a body comes or is sealed: written, hashed and synced side by side.

    take(part) ─┬─ written, while the next part comes
                ├─ hashed
                └─ every 32 MiB: given to the disk, and forgotten by the kernel

What the disk has the kernel is told to forget: evidence may be larger than memory and would
push the database out of it, and on a virtual machine memory that must first be got from its
host makes a write five times as dear.

Floor: adapters.
"""

import hashlib
import os
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

SYNC_BYTES: Final = 32 << 20


class Syncing:
    """Tells the disk to keep what a file has grown by, while more comes."""

    def __init__(self, pool: ThreadPoolExecutor, path: Path) -> None:
        self._pool = pool
        self._path = path
        self._given = 0
        self._under_way: Future[None] | None = None

    def grown(self, size_bytes: int) -> None:
        """Go on where it is worth it; at most one stretch is under way."""
        if size_bytes - self._given >= SYNC_BYTES:
            self.wait()
            self._under_way = self._pool.submit(sync, self._path)
            self._given = size_bytes

    def wait(self) -> None:
        """Return when nothing is under way; raise what went wrong."""
        if self._under_way is not None:
            self._under_way.result()
        self._under_way = None


class Coming:
    """A body that comes part by part; one thread at a time.

    Attributes:
        size_bytes: written, or about to be.
    """

    def __init__(self, pool: ThreadPoolExecutor, path: Path, offset: int) -> None:
        """Go on at an offset of a file that exists; what is beyond it is written anew.

        Its hash is carried on where it is from the first byte of an empty file.
        """
        self.size_bytes = offset
        self._pool = pool
        self._path = path
        self._is_hashed = offset == path.stat().st_size == 0
        self._digest: Any = hashlib.sha256()
        self._under_way: list[Future[None]] = []
        self._syncing = Syncing(pool, path)

    def take(self, part: bytes | bytearray) -> None:
        """Write the next part, and return before it is written.  It must not change meanwhile.

        Raises:
            OSError: one of the parts before it was not.
        """
        self._settle()
        self._under_way = [self._pool.submit(_write, self._path, part, self.size_bytes)]
        if self._is_hashed:
            self._under_way.append(self._pool.submit(self._digest.update, part))
        self.size_bytes += len(part)
        self._syncing.grown(self.size_bytes)

    def wait(self) -> None:
        """Return when every part is written.

        Raises:
            OSError: one of them was not.
        """
        self._settle()
        self._syncing.wait()

    def moved(self, path: Path) -> None:
        """Go on under another name; nothing is under way."""
        self._path = path

    def digest(self) -> str:
        """Return the SHA-256 of the whole file, hex; it is read again only if it must be."""
        self.wait()
        if self._is_hashed and self.size_bytes == self._path.stat().st_size:
            return str(self._digest.hexdigest())
        return digest_of(self._path)

    def _settle(self) -> None:
        under_way, self._under_way = self._under_way, []
        for one in under_way:
            one.result()


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file, hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_at(descriptor: int, data: bytes | bytearray, offset: int) -> None:
    """Write all of it."""
    view = memoryview(data)
    written = 0
    while written < len(view):
        written += os.pwrite(descriptor, view[written:], offset + written)


def _write(path: Path, data: bytes | bytearray, offset: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
    try:
        write_at(descriptor, data, offset)
    finally:
        os.close(descriptor)


def sync(path: Path) -> None:
    """Return when the disk has a file; the kernel forgets it."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
    finally:
        os.close(descriptor)
