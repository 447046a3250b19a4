"""Reading the files that a person names, and writing those that he received.

Floor: surfaces.
"""

import argparse
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from io import FileIO
from pathlib import Path
from typing import Final

from comity.joint.request import acts
from comity.kernel.fault import Fault, quoted
from comity.node.context import Node
from comity.node.desk import bodies as desk_bodies
from comity.node.desk import reading
from comity.node.desk.bodies import HELD, Opened
from comity.node.desk.files import AttachmentLine, Written
from comity.node.desk.request import Attachment
from comity.surfaces.cli import progress
from comity.surfaces.cli.context import Home, Program
from comity.surfaces.cli.progress import Advance

_NOT_IN_NAMES: Final = re.compile(r"[^\w.-]+")
_NAME_CHARS_MAX: Final = 80

_BAR_BYTES_MIN: Final = 32 << 20

FILE_BYTES_MAX: Final = 16 << 20
"""Of a request file or an answer file, without its attachments."""


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
            raise Fault(
                code="surfaces.file.unreadable",
                what=f"The file {quoted(str(self.path))} cannot be read: {error.strerror}.",
                fix="Check the path and who may read it.",
            ) from error

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


def save(
    program: Program,
    home: Home,
    options: argparse.Namespace,
    carried: Mapping[str, Sequence[Opened]],
) -> None:
    """Write attachments into the folder that `--save` names, and tell where they are.

    Raises:
        Fault: as `save_attachments`.
    """
    total = sum(attachment_bytes(bodies) for bodies in carried.values())
    with bar_of_bytes("Opening", total, options) as advance:
        written = save_attachments(home.node, options.save, carried, advance)
    for path in written:
        program.note(f"Wrote {path}.")


def bar_of_bytes(
    label: str, total: int, options: argparse.Namespace
) -> AbstractContextManager[Advance]:
    """Return a bar, where there is enough to wait for."""
    is_short = total < _BAR_BYTES_MIN
    return progress.bar(label, total, quiet=options.json or is_short, in_bytes=True)


def save_attachments(
    node: Node,
    folder: Path,
    carried: Mapping[str, Sequence[Opened]],
    advance: Advance = lambda _: None,
) -> list[Path]:
    """Write attachments; return where.  Never over a file that exists.

    Args:
        node: ours.
        folder: made if it is not there.
        carried: bodies by the id of their act.
        advance: called with bytes as they are written.

    Raises:
        Fault: `surfaces.attachment.unwritable`, `seal.payload.damaged`,
            `surfaces.attachment.other-hash`.
    """
    written: list[Path] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for act_id, bodies in carried.items():
            for name, body, sha256 in _attachments(act_id, bodies):
                path = folder / name
                _save(node, path, body, sha256, advance)
                written.append(path)
    except OSError as error:
        raise Fault(
            code="surfaces.attachment.unwritable",
            what=f"An attachment cannot be written into {quoted(str(folder))}: {error.strerror}.",
            fix="Name an empty folder that you may write to.",
        ) from error
    return written


def _save(node: Node, path: Path, body: Opened, sha256: str, advance: Advance) -> None:
    """Write one under its name when it was opened to its end and has the hash that was told."""
    with path.open("xb", buffering=0) as file:
        try:
            _require(path, sha256, desk_bodies.copy(node, body, _Told(file, advance)))
        except BaseException:
            path.unlink(missing_ok=True)
            raise


def _require(path: Path, told: str, found: str) -> None:
    if told not in ("", found):
        raise Fault(
            code="surfaces.attachment.other-hash",
            what=f"The attachment {quoted(path.name)} has the SHA-256 {found}; "
            f"its author says {quoted(told)}.",
            fix="Ask its author to correct the act; nothing was written.",
        )


class _Told:
    """A file whose writing is told."""

    def __init__(self, file: FileIO, advance: Advance) -> None:
        self._file = file
        self._advance = advance

    def write(self, data: bytes | bytearray, /) -> None:
        """Take all the bytes."""
        view = memoryview(data)
        while view:
            count = self._file.write(view)
            self._advance(count)
            view = view[count:]


def attachment_bytes(carried: Iterable[Opened]) -> int:
    """Return how many bytes the attachments have that are held."""
    return sum(one.size_bytes or 0 for one in carried if is_attachment(one))


def is_attachment(body: Opened) -> bool:
    """Return whether a body is an attachment that is held."""
    return body.blob.role.partition(":")[0] == acts.ROLE_ATTACHMENT and body.state == HELD


def _attachments(act_id: str, bodies: Sequence[Opened]) -> list[tuple[str, Opened, str]]:
    """Return name of a file, body, and SHA-256 as its author told it or "", for each."""
    found: list[tuple[str, Opened, str]] = []
    for body in filter(is_attachment, bodies):
        number = body.blob.role.partition(":")[2]
        told = reading.told_of(bodies, number)
        name = _file_name(act_id, number, str(told.get("name", "")))
        found.append((name, body, str(told.get("sha256", ""))))
    return found


def _file_name(act_id: str, number: str, name: str) -> str:
    """Return a name that is the other side's only in letters that cannot lead elsewhere."""
    safe = _NOT_IN_NAMES.sub("_", name).lstrip(".")[-_NAME_CHARS_MAX:] or "attachment"
    return f"{act_id[:8]}-{number}-{safe}"


def _inside(folder: Path, line: AttachmentLine) -> Path:
    target = (folder / line.path).resolve()
    if target.is_relative_to(folder):
        return target
    raise Fault(
        code="surfaces.attachment.outside",
        what=f"The attachment {quoted(line.path)} lies outside the folder of the file.",
        fix="Copy it beside the file; nothing was sent.",
    )
