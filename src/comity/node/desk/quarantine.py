"""Files as they leave a node: under a safe name, and samples of malware in quarantine.

A sample, or a program, becomes a zip that is encrypted with AES under the word `infected`, as
analysts expect it: nothing starts by a click, and no scanner deletes it.

Floor: node.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import IO, Any, Final

PASSWORD: Final = b"infected"
_NOT_IN_NAMES: Final = re.compile(r"[^\w.-]+")
_NAME_CHARS_MAX: Final = 80
_NAME_BYTES_MAX: Final = 160
"""With the act before it, the number of a peer's choice and `.zip` behind, a folder takes it."""


def file_name(act_id: str, number: str, name: str, other: str = "") -> str:
    """Return a name that is the other side's only in letters that cannot lead elsewhere.

    Args:
        act_id: of the act that carries it.
        number: of the attachment in its act.
        name: as its author tells it; it may be anything.
        other: what tells it from another of that name, or "".
    """
    safe = _NOT_IN_NAMES.sub("_", name).lstrip(".")[-_NAME_CHARS_MAX:] or "attachment"
    short = safe.encode()[-_NAME_BYTES_MAX:].decode(errors="ignore")
    return "-".join(part for part in (act_id[:8], number, other, short) if part)


def file_names(items: Iterable[tuple[str, str, str]]) -> list[str]:
    """Return a name for each of some attachments, no two alike in any folder.

    Ids and numbers are of a peer's choice, so that two may ask for one file: none is left out,
    or written over the other, for that.

    Args:
        items: act, number and name, as for `file_name`.
    """
    found: list[str] = []
    taken: set[str] = set()
    for act_id, number, told in items:
        name, nth = file_name(act_id, number, told), 1
        while not taken.isdisjoint(_forms(name)):
            nth += 1
            name = file_name(act_id, number, told, str(nth))
        taken |= _forms(name)
        found.append(name)
    return found


def _forms(name: str) -> set[str]:
    """How a file is named, as it is and in quarantine, where a folder knows no capitals."""
    return {name.casefold(), f"{name}.zip".casefold()}


@contextmanager
def into(file: Any, name: str) -> Iterator[IO[bytes]]:  # noqa: ANN401 -- a file, or what only takes bytes
    """Give what writes one file into a zip under the word `infected`."""
    import pyzipper  # noqa: PLC0415 -- where a sample is written alone

    how = {"compression": pyzipper.ZIP_DEFLATED, "encryption": pyzipper.WZ_AES}
    with pyzipper.AESZipFile(file, "w", **how) as archive:
        archive.setpassword(PASSWORD)
        with archive.open(name, "w", force_zip64=True) as target:
            yield target


def parts(name: str, plain: Iterable[bytes]) -> Iterator[bytes]:
    """Give such a zip part by part, while its content is read part by part."""
    pipe = Pipe()
    with into(pipe, name) as target:
        for part in plain:
            target.write(part)
            yield pipe.drain()
    yield pipe.drain()


class Pipe:
    """Takes what is written, and gives it to who reads next; it cannot go back."""

    def __init__(self) -> None:
        self._data = bytearray()

    def write(self, data: bytes | bytearray, /) -> int:
        """Take all the bytes."""
        self._data += data
        return len(data)

    def flush(self) -> None:
        """Nothing waits anywhere else."""

    def drain(self) -> bytes:
        """Return what was written since the last time."""
        data = bytes(self._data)
        self._data.clear()
        return data
