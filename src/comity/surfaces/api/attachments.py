"""The attachments of a call: in base64 where they are small, else as an upload that came before.

Floor: surfaces.
"""

import base64
import binascii
from collections.abc import Iterator, Mapping
from typing import Final, Protocol

from django.http import HttpRequest

from comity.kernel.fault import Fault, quoted
from comity.kernel.problem import Problem, Unfit, pointer_of
from comity.node.desk import uploads
from comity.node.room.act_blobs import Contents
from comity.node.room.act_words import Attachment
from comity.node.room.request_file import Written
from comity.rooms.request.desk import channels
from comity.surfaces.api.caller import node_of, officer_of, ports_of

ATTACHED_BYTES_MAX: Final = 8 << 20
_ACT_BYTES: Final = 256 << 10
"""Room that an act, its texts and what is computed from them may take."""

_GIVE: Final = "Give its bytes in `files` as base64, or in `uploads` the id of an upload."


class Carries(Protocol):
    """A call that carries files."""

    @property
    def files(self) -> Mapping[str, str]:
        """Base64 by path."""
        ...

    @property
    def uploads(self) -> Mapping[str, str]:
        """Ids of uploads by path."""
        ...


def of(request: HttpRequest, payload: Carries, written: Written) -> list[Attachment]:
    """Return the attachments that a request or answer names, from what the call carries.

    Raises:
        Unfit: `surfaces.attachment.unfit`, with each that is missing, unnamed or malformed.
        Fault: `node.store.full`.
    """
    named = [line.path for line in written.attachments]
    problems = [*_astray(payload, named), *_absent(payload, named)]
    found: list[Attachment] = []
    for line in written.attachments:
        data = _data(request, payload, line.path, problems)
        if data is not None:
            found.append(Attachment(line, data))
    if sum(one.size_bytes for one in found if isinstance(one.data, bytes)) > ATTACHED_BYTES_MAX:
        problems.append(
            Problem(
                "/files",
                "",
                f"They are over {ATTACHED_BYTES_MAX} bytes.",
                "Send large evidence as an upload.",
            )
        )
    if problems:
        raise Unfit("surfaces.attachment.unfit", "files", problems)
    size_bytes = _ACT_BYTES + sum(one.size_bytes for one in found)
    ports_of(request).require_room(size_bytes, written.urgency == channels.EMERGENCY)
    return found


def _data(
    request: HttpRequest, payload: Carries, path: str, problems: list[Problem]
) -> bytes | Contents | None:
    try:
        if path in payload.uploads:
            return uploads.contents(node_of(request), officer_of(request), payload.uploads[path])
        if path in payload.files:
            return base64.b64decode(payload.files[path], validate=True)
    except (ValueError, binascii.Error):
        value = quoted(payload.files[path])
        fix = "Encode it as RFC 4648 section 4 says."
        problems.append(Problem(pointer_of(["files", path]), value, "This is no base64.", fix))
    except Fault as fault:
        if not fault.code.startswith("node.upload."):
            raise
        value = payload.uploads[path]
        problems.append(Problem(pointer_of(["uploads", path]), value, fault.what, fault.fix))
    return None


def _astray(payload: Carries, named: list[str]) -> Iterator[Problem]:
    for field, given in (("files", payload.files), ("uploads", payload.uploads)):
        for path in given:
            if path not in named:
                fix = "Name it in `attachments`."
                yield Problem(pointer_of([field, path]), quoted(path), "Nothing names it.", fix)
            elif field == "uploads" and path in payload.files:
                what = f"{quoted(path)} is given twice."
                yield Problem(pointer_of([field, path]), quoted(path), what, _GIVE)


def _absent(payload: Carries, named: list[str]) -> Iterator[Problem]:
    for path in named:
        if path not in payload.files and path not in payload.uploads:
            what = f"{quoted(path)} is named and not given."
            yield Problem("/files", quoted(path), what, _GIVE)
