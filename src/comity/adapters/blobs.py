"""Bodies over 64 KiB, by hash, in a folder; those in S3 and in memory are beside.

    bodies/staged/<sha256>[.<by>] bytes from the start of one that is still coming, from a party
    bodies/kept/<sha256>          whole, its hash checked; in S3 see `s3_blobs`

    bodies/staged/.new-…          one that is being sealed here, whose hash is not known yet; or
                                  all of one that came, while its hash is looked at

A body is staged on this machine in either case, so that a transfer goes on where it broke
off, and becomes kept in one step: a rename, or an upload that S3 shows only when whole.
What is staged outlives the process; a power cut may take the last 64 MiB of it, which are
then sent again.  What `commit` and `keep` return from is on stable storage.

A body is hashed while it comes, so that at its end nothing is read a second time; see
`comity.adapters.blob_files`.

Source: protocol rule 15; the contract is tests/contract/bodies.py.
Floor: adapters.
"""

import errno
import fcntl
import hashlib
import os
import tempfile
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, override

from comity.adapters import blob_names
from comity.adapters.blob_files import Coming, Syncing, digest_of, sync, write_at
from comity.adapters.durable_file import sync_folder
from comity.kernel.fault import Fault, quoted
from comity.node.base.background import Background

_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
_NEW: Final = ".new-"
_FORGET_BYTES: Final = 1 << 20
"""Who reads so much at once reads on; what follows is read from the disk in any case."""

_COMING_MAX: Final = 64
"""Bodies whose hash is carried on while they come; of others it is computed at their end."""

_THREADS: Final = 4
"""That hash and sync: two bodies that come at once do not wait for each other."""


class StagedBodies(ABC):
    """What folder and S3 share: a body comes, or is sealed, in files of this machine."""

    def __init__(self, staged: Path) -> None:
        self._staged = staged
        self._coming: dict[str, Coming] = {}
        self._ending: dict[str, Future[bool]] = {}
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(_THREADS, "comity-bodies")
        with _disk():
            staged.mkdir(mode=0o700, parents=True, exist_ok=True)
            _take_up_deserted(staged)

    def stage(self, sha256: str, offset: int, data: bytes | bytearray, by: str = "") -> None:
        """See `comity.node.base.ports.Bodies`."""
        name = blob_names.staged_name(sha256, by)
        # Asked before the lock: the answer may come from afar, and others stage meanwhile.
        if not by and not self._joins_on(name, offset) and self.size_bytes(sha256) is not None:
            return
        with self._lock, _disk():
            coming = self._coming.get(name)
            if coming is None or coming.size_bytes != offset:
                coming = self._go_on(name, offset)
            with self._forgetting(name):
                coming.take(data)

    def _joins_on(self, name: str, offset: int) -> bool:
        with self._lock:
            coming = self._coming.get(name)
            return coming is not None and coming.size_bytes == offset

    def _go_on(self, name: str, offset: int) -> Coming:
        """Go on with a body elsewhere than where it stood."""
        blob_names.require_no_gap(name, offset, self._settled_bytes(name))
        self._coming.pop(name, None)
        while len(self._coming) >= _COMING_MAX:
            first = next(iter(self._coming))
            self._settled_bytes(first)
            self._coming.pop(first)
        part = self._staged / name
        if not part.exists():
            part.touch(0o600)
            sync_folder(self._staged)
        self._coming[name] = Coming(self._pool, part, offset)
        return self._coming[name]

    @contextmanager
    def _forgetting(self, name: str) -> Iterator[None]:
        """After a disk that failed the file alone says how far a body came."""
        try:
            yield
        except OSError:
            self._coming.pop(name, None)
            raise

    def _settled_bytes(self, name: str) -> int:
        coming = self._coming.get(name)
        if coming is not None:
            with self._forgetting(name):
                coming.wait()
        with suppress(FileNotFoundError):
            return (self._staged / name).stat().st_size
        return 0

    def staged_bytes(self, sha256: str, by: str = "") -> int:
        """See `comity.node.base.ports.Bodies`."""
        with self._lock, _disk():
            return self._settled_bytes(blob_names.staged_name(sha256, by))

    def commit(self, sha256: str, by: str = "") -> bool:
        """See `comity.node.base.ports.Bodies`."""
        name = blob_names.staged_name(sha256, by)
        is_kept = self.size_bytes(sha256) is not None
        if is_kept and not by:
            return True
        with self._lock:
            under_way = self._ending.get(name)
            mine = self._ending.setdefault(name, Future())
        if under_way is not None:  # by the other line of that party: both brought all of it
            return under_way.result()
        try:
            mine.set_result(self._ended(name, sha256, is_kept=is_kept))
        except BaseException as error:
            mine.set_exception(error)
            raise
        finally:
            with self._lock:
                del self._ending[name]
        return mine.result()

    def _ended(self, name: str, sha256: str, *, is_kept: bool) -> bool:
        """Keep what is staged if its hash is right; what is hashed is what is kept.

        Its sender may go on meanwhile, in another thread, with whatever bytes: so it is taken
        out of the way first, and put back where this fails.
        """
        with _disk():
            part, coming, descriptor = self._taken_away(name)
            if descriptor is None:
                return False
            try:
                is_whole = (coming.digest() if coming else digest_of(part)) == sha256
                if is_whole and not is_kept:
                    sync(part)
                    self._place(part, sha256)
            except BaseException:
                self._put_back(part, name)
                raise
            finally:
                os.close(descriptor)
            part.unlink(missing_ok=True)
        return is_whole

    def _taken_away(self, name: str) -> tuple[Path, Coming | None, int | None]:
        """Rename what is staged; return it, how it came, and what holds it, or None if nothing is.

        A process that begins meanwhile leaves it, since it is held, see `_take_up_deserted`.
        """
        part = self._staged / f"{_NEW}{name}"
        with self._lock:
            coming = self._coming.pop(name, None)
            if coming is not None:
                coming.wait()
            try:
                descriptor = os.open(self._staged / name, os.O_RDONLY | os.O_CLOEXEC)
            except FileNotFoundError:
                return part, None, None
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            (self._staged / name).replace(part)
            if coming is not None:
                coming.moved(part)
        return part, coming, descriptor

    def _put_back(self, part: Path, name: str) -> None:
        with self._lock, suppress(OSError):
            self._settled_bytes(name)
            self._coming.pop(name, None)
            part.replace(self._staged / name)

    def unstage(self, sha256: str, by: str) -> None:
        """See `comity.node.base.ports.Bodies`."""
        name = blob_names.staged_name(sha256, by)
        with self._lock, _disk():
            self._settled_bytes(name)
            self._coming.pop(name, None)
            (self._staged / name).unlink(missing_ok=True)

    def begin(self) -> "_FileSink":
        """See `comity.node.base.ports.Bodies`."""
        return _FileSink(self._staged, self._pool, self.keep_file)

    def keep_file(self, path: Path, sha256: str) -> None:
        """Make a whole file, which is on stable storage, a kept body."""
        if self.size_bytes(sha256) is None:
            self._place(path, sha256)
        path.unlink(missing_ok=True)

    @abstractmethod
    def _place(self, part: Path, sha256: str) -> None:
        """Make a staged file a kept body, durably and in one step."""

    @abstractmethod
    def size_bytes(self, sha256: str) -> int | None:
        """See `comity.node.base.ports.Bodies`."""

    def drop(self, sha256: str) -> None:
        """See `comity.node.base.ports.Bodies`."""
        with self._lock, _disk():
            for part in self._staged.glob(f"{blob_names.require_sha256(sha256)}*"):
                self._coming.pop(part.name, None)
                part.unlink(missing_ok=True)
        self._remove(sha256)

    @abstractmethod
    def _remove(self, sha256: str) -> None:
        """Destroy a kept body, if there is one."""


class _FileSink:
    """A body in a file whose hash is not known yet; locked while this process lives."""

    def __init__(
        self, staged: Path, pool: ThreadPoolExecutor, keep: Callable[[Path, str], None]
    ) -> None:
        self._keep = keep
        self._digest = hashlib.sha256()
        self._size_bytes = 0
        with _disk():
            self._descriptor, name = tempfile.mkstemp(prefix=_NEW, dir=staged)
            fcntl.flock(self._descriptor, fcntl.LOCK_EX)
        self._path = Path(name)
        self._syncing = Syncing(pool, self._path)
        self._hashing = Background(self._digest.update)
        self._writing = Background(self._write)

    def write(self, data: bytes | bytearray, /) -> None:
        """See `comity.node.base.ports.Sink`."""
        self._hashing.write(data)
        with _disk():
            self._writing.write(data)

    def _write(self, data: bytes | bytearray) -> None:
        write_at(self._descriptor, data, self._size_bytes)
        self._size_bytes += len(data)
        self._syncing.grown(self._size_bytes)

    def keep(self) -> tuple[str, int]:
        """See `comity.node.base.ports.Sink`."""
        try:
            with _disk():
                self._writing.close()
                self._hashing.close()
                self._syncing.wait()
                sha256 = self._digest.hexdigest()
                sync(self._path)
                self._keep(self._path, sha256)
        except BaseException:
            self.discard()
            raise
        os.close(self._descriptor)
        return sha256, self._size_bytes

    def discard(self) -> None:
        """See `comity.node.base.ports.Sink`."""
        self._writing.end()
        self._hashing.end()
        self._path.unlink(missing_ok=True)
        os.close(self._descriptor)


def _take_up_deserted(staged: Path) -> None:
    """Drop what a process that died was sealing, and stage again what it was about to keep.

    What a living one works at is locked.  What came goes on under its name, where its party has
    not begun it anew.
    """
    for path in staged.glob(f"{_NEW}*"):
        with suppress(OSError), path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            name = path.name.removeprefix(_NEW)
            if blob_names.is_sha256(name.partition(".")[0]):
                with suppress(OSError):
                    os.link(path, staged / name)  # and never over another
            path.unlink(missing_ok=True)


class FolderBodies(StagedBodies):
    """Bodies as files of a folder."""

    def __init__(self, folder: Path) -> None:
        """Open or make the folder.

        Raises:
            Fault: `adapters.disk.full`, `adapters.disk.failed`.
        """
        self._kept = folder / "kept"
        with _disk():
            self._kept.mkdir(mode=0o700, parents=True, exist_ok=True)
        super().__init__(folder / "staged")

    @override
    def _place(self, part: Path, sha256: str) -> None:
        part.replace(self._kept / sha256)
        sync_folder(self._kept)

    @override
    def size_bytes(self, sha256: str) -> int | None:
        if not blob_names.is_sha256(sha256):
            return None
        with _disk(), suppress(FileNotFoundError):
            return (self._kept / sha256).stat().st_size
        return None

    def read(self, sha256: str, start: int, end: int) -> bytes:
        """See `comity.node.base.ports.Bodies`."""
        path = self._kept / blob_names.require_sha256(sha256)
        with _disk():
            try:
                descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
            except FileNotFoundError as error:
                raise blob_names.missing(sha256) from error
        try:
            with _disk():
                data = os.pread(descriptor, max(0, end - start), start)
                if len(data) >= _FORGET_BYTES:
                    os.posix_fadvise(descriptor, start, len(data), os.POSIX_FADV_DONTNEED)
                return data
        finally:
            os.close(descriptor)

    @override
    def _remove(self, sha256: str) -> None:
        with _disk():
            (self._kept / sha256).unlink(missing_ok=True)
            sync_folder(self._kept)

    def all(self) -> list[str]:
        """See `comity.node.base.ports.Bodies`."""
        with _disk():
            names = (path.name for path in self._kept.iterdir())
            return sorted(name for name in names if blob_names.is_sha256(name))


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
