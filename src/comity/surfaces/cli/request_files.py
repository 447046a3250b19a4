"""Reading the files that a person names, and writing those that he received.

Floor: surfaces.
"""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from comity.joint.request import acts
from comity.kernel.fault import Fault, quoted
from comity.node.desk.bodies import HELD, Opened
from comity.node.desk.files import AttachmentLine, Written
from comity.node.desk.reading import body_json
from comity.node.desk.request import Attachment

_NOT_IN_NAMES: Final = re.compile(r"[^\w.-]+")
_NAME_CHARS_MAX: Final = 80

FILE_BYTES_MAX: Final = 16 << 20
"""Of a request file or an answer file, without its attachments."""


def read_attachments(path: Path, written: Written) -> list[Attachment]:
    """Return the attachments that a request file or an answer file names.

    Raises:
        Fault: `surfaces.attachment.outside` for one that lies, by a link, outside the folder
            of the file; `surfaces.attachment.missing` with all that cannot be read.
    """
    folder = path.resolve().parent
    missing: list[str] = []
    found: list[Attachment] = []
    for line in written.attachments:
        target = _inside(folder, line)
        try:
            found.append(Attachment(line, target.read_bytes()))
        except OSError as error:
            missing.append(f"{quoted(line.path)} ({error.strerror})")
    if missing:
        raise Fault(
            code="surfaces.attachment.missing",
            what=f"These attachments cannot be read: {', '.join(missing)}.",
            fix="Put them beside the file, or take them out of it; nothing was sent.",
        )
    return found


def save_attachments(folder: Path, carried: Mapping[str, Sequence[Opened]]) -> list[Path]:
    """Write attachments; return where.  Never over a file that exists.

    Args:
        folder: made if it is not there.
        carried: bodies by the id of their act.

    Raises:
        Fault: `surfaces.attachment.unwritable`.
    """
    written: list[Path] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for act_id, bodies in carried.items():
            for name, data in _attachments(act_id, bodies):
                path = folder / name
                with path.open("xb") as file:
                    file.write(data)
                written.append(path)
    except OSError as error:
        raise Fault(
            code="surfaces.attachment.unwritable",
            what=f"An attachment cannot be written into {quoted(str(folder))}: {error.strerror}.",
            fix="Name an empty folder that you may write to.",
        ) from error
    return written


def _attachments(act_id: str, bodies: Sequence[Opened]) -> list[tuple[str, bytes]]:
    listed = body_json(bodies, acts.ROLE_ELEMENTS)
    lines = listed.get("attachments") if isinstance(listed, dict) else None
    names = (
        [str(line.get("name", "")) for line in lines or [] if isinstance(line, dict)]
        if (isinstance(lines, list))
        else []
    )
    found: list[tuple[str, bytes]] = []
    for body in bodies:
        role, _, number = body.blob.role.partition(":")
        if role == acts.ROLE_ATTACHMENT and body.state == HELD:
            at = int(number) - 1 if number.isdecimal() else -1
            name = names[at] if 0 <= at < len(names) else ""
            found.append((_file_name(act_id, number, name), body.data))
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
