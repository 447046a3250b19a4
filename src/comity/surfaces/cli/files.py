"""Files that a command reads and writes for a person: each error with its path.

Floor: surfaces.
"""

import errno
import os
import shlex
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import BinaryIO, Final

from comity.kernel.fault import Fault, path_quoted
from comity.kernel.printable import printable
from comity.kernel.problem import Malformed, Place, Unfit
from comity.surfaces.cli import file_kinds, output

STANDARD: Final = "-"
"""Standard input or output, where a file is named."""

_SECRET: Final = 0o600
_OTHERS_READ: Final = 0o666
"""As the umask says, as of any file."""

_SHOWN_CHARS: Final = 70
"""Of a line in which something is wrong."""


def typed(path: Path) -> str:
    """Return a path as it is typed in a command that a message tells to type."""
    return shlex.quote(str(path))


def standard_input() -> BinaryIO:
    """Return standard input, as bytes.

    Raises:
        Fault: `surfaces.file.unreadable`.
    """
    if sys.stdin is None:  # as Python has it after `<&-`
        raise unreadable(Path(STANDARD), OSError(errno.EBADF, "standard input is closed"))
    return sys.stdin.buffer


def read_lines(path: Path, size_bytes_max: int) -> str:
    """Return the lines of a text file, or of standard input for `-`.

    Raises:
        Fault: `surfaces.file.unreadable`, `surfaces.file.too-large`, `surfaces.file.not-text`.
    """
    data = read(path, size_bytes_max)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Fault(
            code="surfaces.file.not-text",
            what=f"{path_quoted(path)} is not text in UTF-8.",
            fix="Give a text file with one entry a line; of files, their hashes: `comity hash`.",
        ) from error


def read(path: Path, size_bytes_max: int) -> bytes:
    """Return the content of a file, or of standard input for `-`.

    Raises:
        Fault: `surfaces.file.unreadable`, `surfaces.file.too-large`.
    """
    is_file = str(path) != STANDARD
    try:
        with path.open("rb") if is_file else nullcontext(standard_input()) as file:
            data = file.read(size_bytes_max + 1)
    except OSError as error:
        raise unreadable(path, error) from error
    if len(data) > size_bytes_max:
        raise Fault(
            code="surfaces.file.too-large",
            what=f"The file {path_quoted(path)} has more than {size_bytes_max} bytes.",
            fix="See that it is the file that was meant: none that is read here is that long.",
        )
    return data


def unreadable(path: Path, error: OSError) -> Fault:
    """Return the fault of a file that cannot be read."""
    fix = "Check the path and who may read it."
    if isinstance(error, IsADirectoryError):
        fix = "Name a file in that folder."
    elif isinstance(error, FileNotFoundError | NotADirectoryError):
        fix = "Check the path: nothing is there."
    return Fault(
        code="surfaces.file.unreadable",
        what=f"The file {path_quoted(path)} cannot be read: {error.strerror}.",
        fix=fix,
    )


@contextmanager
def reading(path: Path, size_bytes_max: int) -> Iterator[bytes]:
    """Give the content of a file; what is wrong in it is told with its path.

    Raises:
        Fault: as `read`; `surfaces.file.not-text`.
        Malformed: as `naming`.
        Unfit: as `naming`.
    """
    data = read(path, size_bytes_max)
    file_kinds.require_text(path, data)
    with naming(str(path), data):
        yield data


@contextmanager
def naming(name: str, data: bytes) -> Iterator[None]:
    """Tell of a text by the name that it was given by, while it is read.

    Args:
        name: path of a file, or what else the command line says.
        data: what stands there.

    Raises:
        Malformed: with the name, and the line as it stands there.
        Unfit: with the name.
    """
    try:
        yield
    except Malformed as fault:
        raise fault.named(name, _pointed_at(data, fault.place)) from fault
    except Unfit as fault:
        raise Unfit(fault.code, name, fault.problems) from fault


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """Give a file that is read piece by piece.

    Raises:
        Fault: `surfaces.file.unreadable`.
    """
    try:
        with path.open("rb") as file:
            yield file
    except OSError as error:
        raise unreadable(path, error) from error


@contextmanager
def said_of(path: Path, *codes: str) -> Iterator[None]:
    """Tell of a file by its path while it is read.

    Args:
        path: of the file.
        codes: how codes about the file begin, where more is done than to read it.

    Raises:
        Fault: what is raised within, with the path before it.
    """
    try:
        yield
    except Fault as fault:
        if codes and not fault.code.startswith(codes):
            raise
        what = f"{path_quoted(path)}: {fault.what}"
        raise Fault(code=fault.code, what=what, fix=fault.fix) from fault


def _pointed_at(data: bytes, place: Place) -> str:
    """Return a line of a text, and below it a mark under the place."""
    lines = data.decode("utf-8", "replace").split("\n", place.line)
    line = printable(lines[place.line - 1].rstrip("\r")) if place.line <= len(lines) else ""
    at = place.column - 1
    begins = max(0, at - _SHOWN_CHARS // 2)
    shown = line[begins : begins + _SHOWN_CHARS].replace("\t", " ")
    return f"  {place.line} | {shown}\n  {' ' * len(str(place.line))} | {' ' * (at - begins)}^"


def begins_with(path: Path, data: bytes) -> bool:
    """Return whether a file begins so; one that cannot be read does not."""
    try:
        with path.open("rb") as file:
            return file.read(len(data)) == data
    except OSError:
        return False


def write(path: Path, data: bytes, *, secret: bool = False) -> None:
    """Write a file that is not there yet.

    Args:
        path: of the file.
        data: the whole of it.
        secret: whether it opens an entry or says what one says: then its owner alone reads it.

    Raises:
        Fault: `surfaces.file.exists`, `surfaces.file.unwritable`.
    """
    write_lines(path, [data], secret=secret)


def write_lines(path: Path, parts: Iterable[bytes], *, secret: bool = False) -> None:
    """Write a file that is not there yet, part by part; what fails half way leaves none.

    Raises:
        Fault: as `write`.
    """
    if str(path) == STANDARD:
        for part in parts:
            output.write_bytes(part)
        return
    mode = _SECRET if secret else _OTHERS_READ
    try:
        with open(path, "xb", opener=lambda name, how: os.open(name, how, mode)) as file:
            _fill(file, path, parts)
    except FileExistsError as error:
        raise Fault(
            code="surfaces.file.exists",
            what=f"The file {path_quoted(path)} is there already.",
            fix="Name another file after -o; nothing is overwritten.",
        ) from error
    except OSError as error:
        raise Fault(
            code="surfaces.file.unwritable",
            what=f"The file {path_quoted(path)} cannot be written: {error.strerror}.",
            fix="Check the folder and the space on its disk.",
        ) from error


def private(name: str, how: int) -> int:
    """Open a file that its owner alone reads, as `opener` of `open`: it says what was sealed."""
    return os.open(name, how, _SECRET)


def _fill(file: BinaryIO, path: Path, parts: Iterable[bytes]) -> None:
    try:
        file.writelines(parts)
        file.flush()
    except BaseException:  # Ctrl-C too: half a file would be taken for the whole
        path.unlink()
        raise


def require_writable(path: Path) -> None:
    """Refuse a path that cannot be written, before any work is done; nothing is left there.

    Raises:
        Fault: as `write`.
    """
    if str(path) == STANDARD:
        return
    write(path, b"")
    path.unlink()


def require_absent(path: Path) -> None:
    """Refuse a path at which something is, before any work is done.

    Raises:
        Fault: `surfaces.file.exists`.
    """
    if str(path) != STANDARD and path.exists():
        raise Fault(
            code="surfaces.file.exists",
            what=f"The file {path_quoted(path)} is there already.",
            fix="Name another file after -o; nothing is overwritten.",
        )
