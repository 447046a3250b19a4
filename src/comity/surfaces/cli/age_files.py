"""Files that `comity age` reads and writes: whole or not at all, with progress on a terminal.

    comity age decrypt -o OUT SECRET.age      OUT appears once all of it has opened

Floor: surfaces.
"""

import errno
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO, Final, cast

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TransferSpeedColumn

from comity.kernel.fault import Fault, path_quoted, quoted
from comity.surfaces.cli import files, output
from comity.surfaces.cli.files import STANDARD

PROGRESS_BYTES_MIN: Final = 32 << 20
"""Less than this is done before a bar could be read."""

KEYS_BYTES_MAX: Final = 16 << 20
MODE_PRIVATE: Final = 0o600
MODE_PUBLIC: Final = 0o666
_LINKLESS: Final = frozenset({errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK})
"""What `link` says on exFAT, on some network shares, and on sticks that carry backups."""


class Watched:
    """A file whose reading is told to a progress bar."""

    def __init__(self, file: BufferedReader, tell: Callable[[int], None]) -> None:
        self._file = file
        self._tell = tell

    def peek(self) -> bytes:
        """Return the first byte, which is read again later; none at the end."""
        return self._file.peek(1)[:1]

    def read(self, size_bytes: int, /) -> bytes:
        """Return up to that many bytes; none only at the end.

        Raises:
            Fault: `surfaces.file.unreadable`, if the disk or the pipe breaks on the way.
        """
        return self._told(self._file.read, size_bytes)

    def readline(self, size_bytes: int, /) -> bytes:
        """Return the next line with its newline, or its first `size_bytes` bytes.

        Raises:
            Fault: as `read`.
        """
        return self._told(self._file.readline, size_bytes)

    def _told(self, read: Callable[[int], bytes], size_bytes: int) -> bytes:
        try:
            data = read(size_bytes)
        except OSError as error:
            raise files.unreadable(Path(self._file.name), error) from error
        self._tell(len(data))
        return data


@contextmanager
def reading(name: str) -> Iterator[Watched]:
    """Open a file, or standard input for `-`; a large one shows its progress on a terminal.

    Raises:
        Fault: `surfaces.file.unreadable`.
    """
    if name == STANDARD:
        yield Watched(cast("BufferedReader", files.standard_input()), lambda _: None)
        return
    try:
        file = Path(name).open("rb")  # noqa: SIM115 -- closed below; only opening is caught
    except OSError as error:
        raise files.unreadable(Path(name), error) from error
    with file:
        size_bytes = os.fstat(file.fileno()).st_size
        if size_bytes < PROGRESS_BYTES_MIN or not sys.stderr.isatty():
            yield Watched(file, lambda _: None)
            return
        bar = Progress(
            "[progress.description]{task.description}",
            BarColumn(),
            DownloadColumn(),
            TransferSpeedColumn(),
            console=Console(stderr=True),
            transient=True,
        )
        with bar:
            task: TaskID = bar.add_task(Path(name).name, total=size_bytes)
            yield Watched(file, lambda count: bar.advance(task, count))


def read_keys(name: str) -> bytes:
    """Return a file of keys, or standard input for `-`.

    Raises:
        Fault: `surfaces.file.unreadable`, `surfaces.file.too-large`.
    """
    with reading(name) as file:
        data = file.read(KEYS_BYTES_MAX + 1)
    if len(data) > KEYS_BYTES_MAX:
        raise Fault(
            code="surfaces.file.too-large",
            what=f"The file of keys {quoted(name)} has more than {KEYS_BYTES_MAX} bytes.",
            fix="Name a file with one key a line.",
        )
    return data


@contextmanager
def writing(
    name: str, *, mode: int, random: Callable[[int], bytes], is_new: bool = False
) -> Iterator[BinaryIO]:
    """Write a file that appears under its name only if the block ends well.

    Args:
        name: of the file, or `-` for standard output, which cannot be taken back.
        mode: of the file, before the umask.
        random: names the temporary file.
        is_new: refuse a name at which something is.

    Raises:
        Fault: `surfaces.file.unwritable`, `surfaces.file.exists`.
    """
    if name == STANDARD:
        out = output.stream().buffer
        yield out
        out.flush()
        return
    path = Path(name)
    part = path.with_name(f".{path.name[:100]}.{random(8).hex()}.part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        _place(part, path, is_new=is_new)
    except OSError as error:
        raise _unwritable(name, error) from error
    finally:
        part.unlink(missing_ok=True)


def _place(part: Path, path: Path, *, is_new: bool) -> None:
    if not is_new:
        part.replace(path)
        return
    try:
        path.hardlink_to(part)  # unlike a rename, it never replaces
    except FileExistsError as error:
        raise _exists(path) from error
    except OSError as error:
        if error.errno not in _LINKLESS:
            raise
        _take_name(path)
        part.replace(path)


def _take_name(path: Path) -> None:
    """Make an empty file of that name, where there is none."""
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, MODE_PRIVATE))
    except FileExistsError as error:
        raise _exists(path) from error


def require_other(name_in: str, name_out: str) -> None:
    """Refuse to write over what is read.

    Raises:
        Fault: `surfaces.age.same-file`.
    """
    if STANDARD in (name_in, name_out):
        return
    path_in, path_out = Path(name_in), Path(name_out)
    if path_in.exists() and path_out.exists() and path_in.samefile(path_out):
        raise Fault(
            code="surfaces.age.same-file",
            what=f"The file {quoted(name_out)} is read by this command and would be written over.",
            fix="Name another file after -o.",
        )


def require_no_terminal(name_out: str) -> None:
    """Refuse to print bytes on a terminal.

    Raises:
        Fault: `surfaces.age.terminal`.
    """
    if name_out == STANDARD and output.stream().isatty():
        raise Fault(
            code="surfaces.age.terminal",
            what="A sealed file is not text: it would garble the terminal.",
            fix="Name a file after -o, or add --armor.",
        )


def _exists(path: Path) -> Fault:
    return Fault(
        code="surfaces.file.exists",
        what=f"The file {path_quoted(path)} is there already.",
        fix="Name another file after -o; nothing is overwritten.",
    )


def _unwritable(name: str, error: OSError) -> Fault:
    return Fault(
        code="surfaces.file.unwritable",
        what=f"The file {quoted(name)} cannot be written: {error.strerror}.",
        fix="Check the folder and the space on its disk.",
    )
