"""Writing attachments into a folder: whole and compared, or not at all; samples in quarantine.

A sample of malware, or a program, becomes a zip that is encrypted with AES under the word
`infected`, as analysts expect it: nothing starts by a click, and no scanner deletes it.

Floor: surfaces.
"""

import argparse
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from typing import IO, Final, cast

from comity.domestic.custody import acts
from comity.domestic.custody.decide import is_sample
from comity.kernel.fault import Fault, path_quoted
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.context import Node
from comity.node.base.rows import Officer
from comity.node.desk import quarantine
from comity.node.room import act_blobs as desk_bodies
from comity.node.room import custody, matter_read
from comity.node.room.act_blobs import ATTACHMENT, HELD, Opened
from comity.node.room.custody import Item, Why
from comity.seal.stream import Target
from comity.surfaces.cli import files
from comity.surfaces.cli.context import Program
from comity.surfaces.cli.progress import Advance
from comity.surfaces.cli.request_files import bar_of_bytes

_SYNC_BYTES: Final = 32 << 20
"""What the kernel may hold of a file that is being written."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """An attachment that is to be written.

    Attributes:
        name: of the file, safe in any folder.
        size_bytes: of its plaintext.
        is_sample: whether it is written in quarantine.
        give: writes its plaintext, compared with what its author told; or says no.
    """

    name: str
    size_bytes: int
    is_sample: bool
    give: Callable[[Target], object]


def of_items(
    node: Node, officer: Officer, items: Iterable[Item], why: Why, kind: str = acts.COPIED
) -> list[Wanted]:
    """Return what an officer takes out of a request: each is a step of its chain of custody."""
    held = [item for item in items if item.body.state == HELD]
    names = quarantine.file_names(item.filed for item in held)
    return [
        _of_item(node, officer, item, name, (why, kind))
        for item, name in zip(held, names, strict=True)
    ]


def _of_item(
    node: Node, officer: Officer, item: Item, name: str, reason: tuple[Why, str]
) -> Wanted:
    why, kind = reason

    def give(target: Target) -> object:
        return custody.take(
            node,
            officer,
            item,
            target,
            why,
            kind=kind,
            quarantined=item.is_sample,
        )

    return Wanted(name, item.body.size_bytes or 0, item.is_sample, give)


def of_draft(node: Node, act_id: str, bodies: Sequence[Opened]) -> list[Wanted]:
    """Return the attachments of a draft, which nobody but this State has."""
    found: list[Wanted] = []
    for body in bodies:
        kind, _, number = body.blob.role.partition(":")
        if kind != ATTACHMENT or body.state != HELD:
            continue
        told = matter_read.told_of(bodies, number)
        name, role = str(told.get("name", "")), str(told.get("role", ""))
        found.append(
            Wanted(
                quarantine.file_name(act_id, number, name),
                body.size_bytes or 0,
                is_sample(body.blob.media_type, role, name),
                lambda target, body=body: desk_bodies.copy(node, body, target),  # type: ignore[misc] # mypy does not infer a default
            )
        )
    return found


def save(program: Program, options: argparse.Namespace, wanted: Sequence[Wanted]) -> None:
    """Write attachments into the folder that `--save` names, and tell where they are.

    Raises:
        Fault: `surfaces.attachment.unwritable`, `seal.payload.damaged`,
            `node.evidence.other-hash`.
    """
    total = sum(one.size_bytes for one in wanted)
    with bar_of_bytes("Opening", total, options) as advance:
        for path in write(options.save, wanted, advance):
            program.note(f"Wrote {path}.")


def write(
    folder: Path, wanted: Iterable[Wanted], advance: Advance = lambda _: None
) -> Iterator[Path]:
    """Write attachments; give where.  Never over a file that exists; half a file is dropped."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for one in wanted:
            path = folder / (f"{one.name}.zip" if one.is_sample else one.name)
            with open(path, "xb", buffering=0, opener=files.private) as file:
                _write(path, file, one, advance)
            yield path
    except OSError as error:
        raise Fault(
            code="surfaces.attachment.unwritable",
            what=f"An attachment cannot be written into {path_quoted(folder)}: {error.strerror}.",
            fix="Name an empty folder that you may write to.",
        ) from error


def _write(path: Path, file: FileIO, one: Wanted, advance: Advance) -> None:
    try:
        with quarantine.into(file, one.name) if one.is_sample else _plain(file) as target:
            given = one.give(_Told(target, advance))
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    if isinstance(given, Inadmissible):
        path.unlink(missing_ok=True)
        raise Fault(code=_REFUSED, what=given.what, fix=given.fix)


_REFUSED: Final = "surfaces.attachment.refused"


@contextmanager
def _plain(file: FileIO) -> Iterator[IO[bytes]]:
    durable = _Durable(file)
    yield cast("IO[bytes]", durable)
    durable.sync()


class _Durable:
    """A file that is on the disk when it is told of, and not in the kernel's memory beside it."""

    def __init__(self, file: FileIO) -> None:
        self._file = file
        self._waiting = 0

    def write(self, data: memoryview, /) -> int:
        """Take some of the bytes; return how many."""
        count = self._file.write(data) or 0
        self._waiting += count
        if self._waiting >= _SYNC_BYTES:
            self.sync()
        return count

    def sync(self) -> None:
        """Give to the disk what was written."""
        os.fsync(self._file.fileno())
        os.posix_fadvise(self._file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        self._waiting = 0


class _Told:
    """A file whose writing is told."""

    def __init__(self, file: IO[bytes], advance: Advance) -> None:
        self._file = file
        self._advance = advance

    def write(self, data: bytes | bytearray, /) -> None:
        """Take all the bytes."""
        view = memoryview(data)
        while view:
            count = cast("int | None", self._file.write(view)) or len(view)
            self._advance(count)
            view = view[count:]
