"""Reading the files that a person names, while they are sealed.

Floor: surfaces.
"""

import argparse
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from io import FileIO
from pathlib import Path
from typing import Final

from comity.kernel.fault import Fault, path_quoted, quoted
from comity.kernel.problem import Unfit
from comity.node.room.act_words import Attachment
from comity.node.room.request_file import (
    ANSWER,
    REQUEST,
    AttachmentLine,
    Written,
    parse,
    parse_yaml,
)
from comity.surfaces.cli import files, progress
from comity.surfaces.cli.progress import Advance

_BAR_BYTES_MIN: Final = 32 << 20

FILE_BYTES_MAX: Final = 16 << 20
"""Of a request file or an answer file, without its attachments."""

_YAML: Final = frozenset({".yaml", ".yml"})

_OTHER: Final = {
    REQUEST: (
        ANSWER,
        "is an answer file: it has no type and no urgency, as what asks has.",
        "Give it to `comity request answer ID FILE`, or name a request file here.",
    ),
    ANSWER: (
        REQUEST,
        "is a request file: it asks, and says nothing of a request that there is.",
        "Name the answer file; `comity request send FILE --to PARTY` sends a request.",
    ),
}
"""`{kind that is read: (the other one, what a file of that is, what to do with it)}`."""


def read_written(path: Path, kind: str) -> Written:
    """Read a request file or an answer file: YAML by its name, else JSON.

    Args:
        path: of the file.
        kind: `request` or `answer`.

    Raises:
        Fault: `surfaces.file.*`; `surfaces.file.other-kind` for a good file of the other kind.
        Malformed: `kernel.json.malformed`, `kernel.yaml.malformed`.
        Unfit: `node.file.unfit`, with every problem.
    """
    read_as = parse_yaml if path.suffix.lower() in _YAML else parse
    with files.reading(path, FILE_BYTES_MAX) as data:
        try:
            return read_as(data, kind, path.name)
        except Unfit as unfit:
            other, what, fix = _OTHER[kind]
            try:
                found = read_as(data, other, path.name)
            except Unfit:
                raise unfit from None
            if not (found.items or found.elements or found.texts):
                raise
            raise Fault(
                code="surfaces.file.other-kind",
                what=f"The file {path_quoted(path)} {what}",
                fix=fix,
            ) from None


def files_of(path: Path, written: Written) -> list[tuple[AttachmentLine, "FileContents"]]:
    """Return the files that a request file or an answer file names; nothing is read yet.

    Args:
        path: of the file.
        written: what it says.

    Raises:
        Fault: `surfaces.attachment.outside` for one that lies, by a link, outside the folder
            of the file; `surfaces.attachment.missing` with all that cannot be read.
    """
    folder = path.resolve().parent
    missing: list[str] = []
    found: list[tuple[AttachmentLine, FileContents]] = []
    for line in written.attachments:
        target = _inside(folder, line)
        try:
            with target.open("rb") as file:
                size_bytes = os.fstat(file.fileno()).st_size
            found.append((line, FileContents(target, size_bytes)))
        except OSError as error:
            missing.append(f"{quoted(line.path)} ({error.strerror})")
    if missing:
        raise Fault(
            code="surfaces.attachment.missing",
            what=f"These attachments cannot be read: {', '.join(missing)}.",
            fix="Put them beside the file, or take them out of it; nothing was sent.",
        )
    return found


@dataclass(frozen=True, slots=True)
class FileContents:
    """A file that is sealed while it is read.

    Attributes:
        path: of the file.
        size_bytes: when it was looked at.
        advance: called with bytes as they are read.
    """

    path: Path
    size_bytes: int
    advance: Advance = lambda _: None

    @contextmanager
    def open(self) -> Iterator["FileContents._Counted"]:
        """Begin to read.

        Raises:
            Fault: `surfaces.file.unreadable`.
        """
        try:
            with self.path.open("rb", buffering=0) as file:
                yield self._Counted(file, self.advance)
        except OSError as error:
            raise files.unreadable(self.path, error) from error

    class _Counted:
        """A file whose reading is told."""

        def __init__(self, file: FileIO, advance: Advance) -> None:
            self._file = file
            self._advance = advance

        def read(self, size_bytes: int, /) -> bytes:
            """Return up to that many bytes."""
            data = self._file.read(size_bytes)
            self._advance(len(data))
            return data


@contextmanager
def attached(options: argparse.Namespace, written: Written) -> Iterator[list[Attachment]]:
    """Give the attachments that a file names, with a bar that shows how far they are sealed.

    Raises:
        Fault: as `files_of`.
    """
    found = files_of(options.file, written)
    total = sum(contents.size_bytes for _, contents in found)
    with bar_of_bytes("Sealing", total, options) as advance:
        yield [Attachment(line, replace(one, advance=advance)) for line, one in found]


def bar_of_bytes(
    label: str, total: int, options: argparse.Namespace
) -> AbstractContextManager[Advance]:
    """Return a bar, where there is enough to wait for."""
    is_short = total < _BAR_BYTES_MIN
    return progress.bar(label, total, quiet=options.json or is_short, in_bytes=True)


def _inside(folder: Path, line: AttachmentLine) -> Path:
    target = (folder / line.path).resolve()
    if target.is_relative_to(folder):
        return target
    raise Fault(
        code="surfaces.attachment.outside",
        what=f"The attachment {quoted(line.path)} lies outside the folder of the file.",
        fix="Copy it beside the file; nothing was sent.",
    )
