"""What in a home ends with the process that made it.

    .backup-…    a folder: a copy of the database, while it is sealed into a backup
    keys/….new   a file of the keys that is being written, and gets its name when it is whole

Each folder is locked while its process lives.  Of one that was killed it would hold, for as
long as the home stands, what was destroyed since: so it is dropped by the next one, and by `serve`.

Floor: boot.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

_PREFIX: Final = ".backup-"
WRITING_MS: Final = 3_600_000
"""A file that is still being written is younger."""


@contextmanager
def folder(home: Path) -> Iterator[Path]:
    """Give an empty folder, gone at the end; those of processes that were killed go first.

    Raises:
        OSError: it cannot be made.
    """
    drop_deserted(home)
    made = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=home))
    with _opened(made) as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            yield made
        finally:
            shutil.rmtree(made, ignore_errors=True)


def drop_all(home: Path, now_ms: int) -> None:
    """Drop both kinds; see `drop_deserted` and `drop_unfinished`."""
    drop_deserted(home)
    drop_unfinished(home / "keys", now_ms)


def drop_deserted(home: Path) -> None:
    """Drop the folders whose process lives no more."""
    for path in home.glob(f"{_PREFIX}*"):
        with suppress(OSError), _opened(path) as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(path, ignore_errors=True)


def drop_unfinished(keys: Path, now_ms: int) -> None:
    """Drop files of the keys that nobody writes any more; nothing refers to what has no name.

    Args:
        keys: the folder of keys.
        now_ms: by the clock of the file system.
    """
    for path in keys.glob("*.new"):
        with suppress(OSError):
            if now_ms - path.stat().st_mtime_ns // 1_000_000 > WRITING_MS:
                path.unlink()


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield descriptor
    finally:
        os.close(descriptor)
