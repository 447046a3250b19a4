"""Bodies over 64 KiB, by hash: in a folder, in S3, or in memory.

    bodies/staged/<sha256>        bytes from the start of one that is still coming
    bodies/kept/<sha256>          whole, its hash checked; in S3 `<prefix>/<sha256>`

A body is staged on this machine in either case, so that a transfer goes on where it broke
off, and becomes kept in one step: a rename, or an upload that S3 shows only when whole.
What `stage` and `commit` return from is on stable storage.

Source: protocol rule 15; the contract is tests/contract/bodies.py.
Floor: adapters.
"""

import errno
import hashlib
import os
import re
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final, override

import obstore
from obstore.store import LocalStore, from_url

from comity.kernel import limits
from comity.kernel.fault import Fault, quoted

_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})


class MemoryBodies:
    """Bodies in memory, for the simulation and for tests."""

    def __init__(self) -> None:
        self._staged: dict[str, bytearray] = {}
        self._kept: dict[str, bytes] = {}

    def stage(self, sha256: str, offset: int, data: bytes) -> None:
        """See `comity.node.ports.Bodies`."""
        if _require_sha256(sha256) in self._kept:
            return
        staged = self._staged.setdefault(sha256, bytearray())
        _require_no_gap(sha256, offset, len(staged))
        staged[offset : offset + len(data)] = data

    def staged_bytes(self, sha256: str) -> int:
        """See `comity.node.ports.Bodies`."""
        return len(self._staged.get(sha256, b""))

    def commit(self, sha256: str) -> bool:
        """See `comity.node.ports.Bodies`."""
        if sha256 in self._kept:
            return True
        data = bytes(self._staged.pop(sha256, b""))
        if hashlib.sha256(data).hexdigest() != sha256:
            return False
        self._kept[sha256] = data
        return True

    def size_bytes(self, sha256: str) -> int | None:
        """See `comity.node.ports.Bodies`."""
        return len(self._kept[sha256]) if sha256 in self._kept else None

    def read(self, sha256: str, start: int, end: int) -> bytes:
        """See `comity.node.ports.Bodies`."""
        if sha256 not in self._kept:
            raise _missing(sha256)
        return self._kept[sha256][start:end]

    def drop(self, sha256: str) -> None:
        """See `comity.node.ports.Bodies`."""
        self._staged.pop(sha256, None)
        self._kept.pop(sha256, None)

    def all(self) -> list[str]:
        """See `comity.node.ports.Bodies`."""
        return sorted(self._kept)


class _StagedBodies(ABC):
    """What folder and S3 share: staging in files, and reading through obstore."""

    def __init__(self, staged: Path, objects: Any) -> None:  # noqa: ANN401 -- obstore's stores have no common class
        self._staged = staged
        self._objects = objects
        with _disk():
            staged.mkdir(mode=0o700, parents=True, exist_ok=True)

    def stage(self, sha256: str, offset: int, data: bytes) -> None:
        """See `comity.node.ports.Bodies`."""
        _require_no_gap(sha256, offset, self.staged_bytes(sha256))
        if self.size_bytes(sha256) is not None:
            return
        part = self._part(sha256)
        with _disk():
            is_new = not part.exists()
            descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                written = 0
                while written < len(data):
                    written += os.pwrite(descriptor, data[written:], offset + written)
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
            if is_new:
                _sync_folder(self._staged)

    def staged_bytes(self, sha256: str) -> int:
        """See `comity.node.ports.Bodies`."""
        with suppress(FileNotFoundError):
            return self._part(sha256).stat().st_size
        return 0

    def commit(self, sha256: str) -> bool:
        """See `comity.node.ports.Bodies`."""
        part = self._part(sha256)
        if self.size_bytes(sha256) is not None:
            return True
        if not part.exists():
            return False
        with part.open("rb") as file:
            is_whole = hashlib.file_digest(file, "sha256").hexdigest() == sha256
        if is_whole:
            with _disk():
                self._place(part, sha256)
        part.unlink(missing_ok=True)
        return is_whole

    @abstractmethod
    def _place(self, part: Path, sha256: str) -> None:
        """Make a staged file a kept body, durably and in one step."""

    def size_bytes(self, sha256: str) -> int | None:
        """See `comity.node.ports.Bodies`."""
        try:
            return int(obstore.head(self._objects, _require_sha256(sha256))["size"])
        except FileNotFoundError:
            return None

    def read(self, sha256: str, start: int, end: int) -> bytes:
        """See `comity.node.ports.Bodies`."""
        size = self.size_bytes(sha256)
        if size is None:
            raise _missing(sha256)
        end = min(end, size)
        if start >= end:
            return b""
        return bytes(obstore.get_range(self._objects, sha256, start=start, end=end))

    def drop(self, sha256: str) -> None:
        """See `comity.node.ports.Bodies`."""
        self._part(sha256).unlink(missing_ok=True)
        with suppress(FileNotFoundError):
            obstore.delete(self._objects, sha256)

    def all(self) -> list[str]:
        """See `comity.node.ports.Bodies`."""
        rows = (row["path"] for batch in obstore.list(self._objects) for row in batch)
        return sorted(name for name in rows if _SHA256.fullmatch(name))

    def _part(self, sha256: str) -> Path:
        return self._staged / _require_sha256(sha256)


class FolderBodies(_StagedBodies):
    """Bodies as files of a folder."""

    def __init__(self, folder: Path) -> None:
        """Open or make the folder.

        Raises:
            Fault: `adapters.disk.full`, `adapters.disk.failed`.
        """
        self._kept = folder / "kept"
        with _disk():
            self._kept.mkdir(mode=0o700, parents=True, exist_ok=True)
        super().__init__(folder / "staged", LocalStore(self._kept))

    @override
    def _place(self, part: Path, sha256: str) -> None:
        part.replace(self._kept / sha256)
        _sync_folder(self._kept)

    @override
    def drop(self, sha256: str) -> None:
        super().drop(sha256)
        _sync_folder(self._kept)


class S3Bodies(_StagedBodies):
    """Bodies as objects of an S3 store; those that are coming are staged in a folder."""

    def __init__(self, url: str, staged: Path) -> None:
        """Open the store.

        Args:
            url: `s3://bucket/prefix`; credentials come as obstore reads them (AWS_*).
            staged: folder on this machine.
        """
        super().__init__(staged, from_url(url))

    @override
    def _place(self, part: Path, sha256: str) -> None:
        obstore.put(self._objects, sha256, part, chunk_size=limits.FETCH_RANGE_BYTES_MAX * 2)


def _require_sha256(sha256: str) -> str:
    if not _SHA256.fullmatch(sha256):
        raise Fault(
            code="adapters.body.name",
            what=f"The body name {quoted(sha256)} is not 64 lower-case hexadecimal digits.",
            fix="Name a body by its SHA-256.",
        )
    return sha256


def _require_no_gap(sha256: str, offset: int, staged: int) -> None:
    if not 0 <= offset <= staged:
        raise Fault(
            code="adapters.body.gap",
            what=f"Bytes of body {sha256} came for offset {offset}; {staged} bytes are held.",
            fix=f"Send the body from byte {staged}.",
        )


def _missing(sha256: str) -> Fault:
    return Fault(
        code="adapters.body.missing",
        what=f"The body {sha256} is not kept here.",
        fix="Wait until it has come, or ask its author for it.",
    )


@contextmanager
def _disk() -> Iterator[None]:
    """Turn what a disk says into a fault."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise Fault(
                code="adapters.disk.full",
                what=f"The disk under {quoted(str(error.filename or 'the bodies'))} is full.",
                fix="Free space; nothing was accepted that could not be kept.",
            ) from error
        raise Fault(
            code="adapters.disk.failed",
            what=f"The disk under the bodies failed: {error.strerror or 'unknown error'}.",
            fix="Run `comity doctor` and check the disk.",
        ) from error


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
