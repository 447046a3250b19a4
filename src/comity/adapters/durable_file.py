"""Files that are there, whole, after a loss of power.

Floor: adapters.
"""

import errno
import fcntl
import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Final

_WITHOUT_LINKS: Final = frozenset({errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK})
"""What a file system says that has one name for a file, such as that of a memory stick."""


def give(descriptor: int, like: Path) -> None:
    """Give a new file to whom another belongs, where it is root that made it.

    As SQLite does with its own: a command that root runs in the home of a service would else
    leave there what the service cannot read.  Some file systems have no owners to give.
    """
    if os.geteuid() == 0:
        with suppress(OSError):
            owner = like.stat()
            os.fchown(descriptor, owner.st_uid, owner.st_gid)


def write_atomically(path: Path, data: bytes) -> None:
    """Put the bytes at the path, all or nothing, durably, readable by its owner alone.

    Raises:
        OSError: the old file, or none, is still there.
    """
    beside = path.with_name(path.name + ".new")
    file = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(file, "wb") as stream:
            give(file, path if path.exists() else path.parent)
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        beside.replace(path)
    except OSError:
        beside.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def write_new(path: Path, data: bytes) -> bool:
    """Put bytes at a path where nothing is, all or nothing, durably; False where something is.

    Of two processes that do so at once one does it.  The file is readable by the owner alone.

    Raises:
        OSError: nothing new is there.
    """
    file, name = tempfile.mkstemp(prefix=f"{path.name}.", suffix=".new", dir=path.parent)
    beside = Path(name)
    try:
        with os.fdopen(file, "wb") as stream:
            give(file, path.parent)
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        _give_name(beside, path)
    except FileExistsError:
        return False
    finally:
        beside.unlink(missing_ok=True)
    sync_folder(path.parent)
    return True


def _give_name(beside: Path, path: Path) -> None:
    """Give a file a name that no other has.

    Raises:
        FileExistsError: another one has it.
    """
    try:
        path.hardlink_to(beside)
    except OSError as error:
        if error.errno not in _WITHOUT_LINKS:
            raise
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
        beside.replace(path)


def sync_folder(path: Path) -> None:
    """Make names in a folder durable.

    Raises:
        OSError: they may not be.
    """
    folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


class FileDevice:
    """A file and its lock file.  Every change is atomic or appended, and durable."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock: int | None = None
        self._file: int | None = None

    def hold(self) -> bool:
        """Take the lock, for the life of the process."""
        if self._lock is not None:
            return True
        lock = os.open(f"{self._path}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        give(lock, self._path if self._path.exists() else self._path.parent)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            return False
        self._lock = lock
        return True

    def stamp(self) -> object:
        """Return inode and size."""
        try:
            found = self._path.stat()
        except FileNotFoundError:
            return None
        return found.st_ino, found.st_size

    def load(self) -> bytes | None:
        """Return the whole file."""
        try:
            return self._path.read_bytes()
        except FileNotFoundError:
            return None

    def read(self, offset: int, size_bytes: int) -> bytes:
        """Return bytes of the file."""
        with self._path.open("rb") as file:
            file.seek(offset)
            return file.read(size_bytes)

    def append(self, data: bytes) -> None:
        """One write and one fdatasync."""
        if self._file is None:
            self._file = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC)
        written = os.write(self._file, data)
        if written != len(data):
            raise OSError(errno.ENOSPC, f"only {written} of {len(data)} bytes were written")
        os.fdatasync(self._file)

    def replace(self, data: bytes) -> None:
        """Write beside, fsync, rename, fsync the folder."""
        write_atomically(self._path, data)
        self.close_file()

    def set_aside(self) -> None:
        """Copy the file to the first free `.damaged-N`: not every file system has links."""
        number = 1
        while (target := Path(f"{self._path}.damaged-{number}")).exists():
            number += 1
        write_atomically(target, self._path.read_bytes())

    def close_file(self) -> None:
        """Forget the open file: another one has its name now."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def close(self) -> None:
        """Release file and lock."""
        self.close_file()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None
