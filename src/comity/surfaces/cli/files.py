"""Files that a command reads and writes for a person: each error with its path.

Floor: surfaces.
"""

from collections.abc import Iterable
from pathlib import Path

from comity.kernel.fault import Fault, quoted


def read(path: Path, size_bytes_max: int) -> bytes:
    """Return the content of a file.

    Raises:
        Fault: `surfaces.file.unreadable`, `surfaces.file.too-large`.
    """
    try:
        with path.open("rb") as file:
            data = file.read(size_bytes_max + 1)
    except OSError as error:
        raise Fault(
            code="surfaces.file.unreadable",
            what=f"The file {quoted(str(path))} cannot be read: {error.strerror}.",
            fix="Check the path and who may read it.",
        ) from error
    if len(data) > size_bytes_max:
        raise Fault(
            code="surfaces.file.too-large",
            what=f"The file {quoted(str(path))} has more than {size_bytes_max} bytes.",
            fix="Name the file that the other program wrote, not another one.",
        )
    return data


def begins_with(path: Path, data: bytes) -> bool:
    """Return whether a file begins so; one that cannot be read does not."""
    try:
        with path.open("rb") as file:
            return file.read(len(data)) == data
    except OSError:
        return False


def write(path: Path, data: bytes) -> None:
    """Write a file that is not there yet.

    Raises:
        Fault: `surfaces.file.exists`, `surfaces.file.unwritable`.
    """
    write_lines(path, [data])


def write_lines(path: Path, parts: Iterable[bytes]) -> None:
    """Write a file that is not there yet, part by part.

    Raises:
        Fault: as `write`.
    """
    try:
        with path.open("xb") as file:
            file.writelines(parts)
    except FileExistsError as error:
        raise Fault(
            code="surfaces.file.exists",
            what=f"The file {quoted(str(path))} is there already.",
            fix="Name another file after -o; nothing is overwritten.",
        ) from error
    except OSError as error:
        raise Fault(
            code="surfaces.file.unwritable",
            what=f"The file {quoted(str(path))} cannot be written: {error.strerror}.",
            fix="Check the folder and the space on its disk.",
        ) from error


def require_writable(path: Path) -> None:
    """Refuse a path that cannot be written, before any work is done; nothing is left there.

    Raises:
        Fault: as `write`.
    """
    write(path, b"")
    path.unlink()


def require_absent(path: Path) -> None:
    """Refuse a path at which something is, before any work is done.

    Raises:
        Fault: `surfaces.file.exists`.
    """
    if path.exists():
        raise Fault(
            code="surfaces.file.exists",
            what=f"The file {quoted(str(path))} is there already.",
            fix="Name another file after -o; nothing is overwritten.",
        )
