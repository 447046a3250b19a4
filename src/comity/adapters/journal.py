r"""Records in an append-only file: framed, checked, and what damage to them means.

    "comity/highwater/1\n"
    a7 'h' 'w' '1'   length, uint32   CRC-32 of the payload, uint32   payload
    …

A record that the last write left unfinished is *torn*: it was never relied on and is
dropped.  Anything unreadable that has a sound record after it is *damage*: something that
was relied on is gone.

Floor: adapters.
"""

import struct
import zlib
from dataclasses import dataclass
from typing import Final

HEADER: Final = b"comity/highwater/1\n"
MAGIC: Final = b"\xa7hw1"

_FRAME: Final = struct.Struct(">4sII")
FRAME_BYTES: Final = _FRAME.size


@dataclass(frozen=True, slots=True)
class Found:
    """One sound record.

    Attributes:
        offset: of its payload in the file.
        payload: as it was written.
    """

    offset: int
    payload: bytes


@dataclass(frozen=True, slots=True)
class Scan:
    """What a file holds.

    Attributes:
        records: sound ones, in order.
        end: where the sound beginning of the file ends.
        torn: whether an unfinished record follows, and nothing after it.
        damaged: whether something unreadable has a sound record after it, or the header
            is not ours.
    """

    records: tuple[Found, ...]
    end: int
    torn: bool
    damaged: bool


def frame(payload: bytes) -> bytes:
    """Return a payload as it stands in the file."""
    return _FRAME.pack(MAGIC, len(payload), zlib.crc32(payload)) + payload


def scan(data: bytes) -> Scan:
    """Read a file, whatever its state."""
    if not data.startswith(HEADER):
        return Scan((), 0, torn=False, damaged=True)  # the header was written atomically
    records: list[Found] = []
    offset = len(HEADER)
    end = 0
    while offset < len(data):
        found = _at(data, offset)
        if found is None:
            end = end or offset
            offset = _next(data, offset + 1)
        else:
            records.append(found)
            offset = found.offset + len(found.payload)
            if end:
                return _damaged(data, records, offset, end)
    return Scan(tuple(records), end or len(data), torn=bool(end), damaged=False)


def _damaged(data: bytes, records: list[Found], offset: int, end: int) -> Scan:
    """Gather every further sound record: each mark that can be saved is worth saving."""
    while offset < len(data):
        found = _at(data, offset)
        if found is None:
            offset = _next(data, offset + 1)
        else:
            records.append(found)
            offset = found.offset + len(found.payload)
    return Scan(tuple(records), end, torn=False, damaged=True)


def _next(data: bytes, offset: int) -> int:
    at = data.find(MAGIC, offset)
    return len(data) if at < 0 else at


def _at(data: bytes, offset: int) -> Found | None:
    if len(data) - offset < FRAME_BYTES:
        return None
    magic, length, crc = _FRAME.unpack_from(data, offset)
    start = offset + FRAME_BYTES
    payload = data[start : start + length]
    if magic != MAGIC or len(payload) != length or zlib.crc32(payload) != crc:
        return None
    return Found(start, payload)
