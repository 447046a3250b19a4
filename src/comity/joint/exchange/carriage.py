r"""A bundle: what would have crossed the wire, as a file.

    comity/carriage/1\n
    frame …            1 byte of kind, uint32 length, that many bytes
    Z frame            SHA-256 of every byte before this frame

    H   who to whom, and when: canonical I-JSON, the first frame
    C   cards and revocations        as POST /cards
    B   small bodies                 as POST /add-bodies
    P   a head, with the proof from each size that the mirror may hold: canonical I-JSON
    N   entries                      as POST /add-entries
    L   a range of a large body      one line of canonical I-JSON, then the bytes
    S   a cosignature                canonical I-JSON

A bundle is read twice: first for its end and its sum, so that one that was cut short changes
nothing; then frame by frame, each by the same handler as on the wire.

Source: docs/spec/carriage.md.
Floor: joint (pure).
"""

import base64
import hashlib
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from comity.kernel import ijson, limits
from comity.kernel.fault import Fault
from comity.kernel.ijson import Json
from comity.seal.stream import Source, Target
from comity.tlog import spelling

MAGIC: Final = b"comity/carriage/1\n"
FRAME_BYTES_MAX: Final = limits.REQUEST_BYTES_MAX

HEADER: Final = b"H"
CARDS: Final = b"C"
BODIES: Final = b"B"
HEAD: Final = b"P"
ENTRIES: Final = b"N"
LARGE: Final = b"L"
COSIGNATURE: Final = b"S"
END: Final = b"Z"
_KINDS: Final = frozenset((HEADER, CARDS, BODIES, HEAD, ENTRIES, LARGE, COSIGNATURE, END))

_LENGTH: Final = struct.Struct(">I")


@dataclass(frozen=True, slots=True)
class Header:
    """Who sends what to whom.

    Attributes:
        sender: the party whose logs it holds.
        to: the party that is to take it.
        made_ms: by the sender's clock.
    """

    sender: str
    to: str
    made_ms: int


@dataclass(frozen=True, slots=True)
class CarriedHead:
    """A head of the sender's log.

    Attributes:
        origin: the log.
        note: signed by its author.
        proofs: consistency with it, by the older size.
    """

    origin: str
    note: bytes
    proofs: Mapping[int, tuple[bytes, ...]]


@dataclass(frozen=True, slots=True)
class Range:
    """Bytes of a large body.

    Attributes:
        sha256: of the whole body, hex.
        start: of the first byte.
        total: size of the whole body.
        data: the bytes.
    """

    sha256: str
    start: int
    total: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Cosigned:
    """A mirror's cosignature of a head of the taker's own log.

    Attributes:
        origin: the log.
        size: of the head.
        head_sha256: of the signed note, 32 bytes.
        lines: of the signatures.
    """

    origin: str
    size: int
    head_sha256: bytes
    lines: bytes


class Writer:
    """Writes a bundle."""

    def __init__(self, target: Target, header: Header) -> None:
        self._target = target
        self._digest = hashlib.sha256()
        self.size_bytes = 0
        self._put(MAGIC)
        said: Json = {"from": header.sender, "made": header.made_ms, "to": header.to}
        self.add(HEADER, ijson.render(said))

    def add(self, kind: bytes, payload: bytes) -> None:
        """Add a frame."""
        assert kind in _KINDS
        assert len(payload) <= FRAME_BYTES_MAX
        self._put(kind + _LENGTH.pack(len(payload)))
        self._put(payload)

    def end(self) -> None:
        """Add the sum; nothing may follow."""
        self.add(END, self._digest.digest())

    def _put(self, data: bytes) -> None:
        self._digest.update(data)
        self.size_bytes += len(data)
        self._target.write(data)


def frames(source: Source) -> Iterator[tuple[bytes, bytes]]:
    """Give kind and payload of each frame before the sum, which is checked at the end.

    What comes before the end may be a part of a bundle: read it once for the sum first.

    Raises:
        Fault: `exchange.carriage.malformed`, `exchange.carriage.cut-short`,
            `exchange.carriage.wrong-sum`.
    """
    digest = hashlib.sha256()
    magic = _exactly(source, len(MAGIC))
    if magic != MAGIC:
        raise _malformed("it does not begin with the line comity/carriage/1")
    digest.update(magic)
    count = 0
    while True:
        top = _exactly(source, 1 + _LENGTH.size)
        kind, (length,) = top[:1], _LENGTH.unpack(top[1:])
        if kind not in _KINDS or length > FRAME_BYTES_MAX:
            raise _malformed(f"frame {count} is of no known kind, or too large")
        if (kind == HEADER) != (count == 0):
            raise _malformed("its header is not its first frame")
        payload = _exactly(source, length)
        if kind == END:
            break
        digest.update(top)
        digest.update(payload)
        count += 1
        yield kind, payload
    if payload != digest.digest():
        raise Fault(
            code="exchange.carriage.wrong-sum",
            what="The bundle was changed on its way: its sum is not that of its bytes.",
            fix="Copy the file again; nothing was taken from it.",
        )
    if source.read(1):
        raise _malformed("bytes follow its sum")


def parse_header(payload: bytes) -> Header:
    """Read the header frame.

    Raises:
        Fault: `exchange.carriage.malformed`, `kernel.json.*`.
    """
    value = _object(payload, {"from", "made", "to"})
    return Header(_text(value["from"]), _text(value["to"]), _whole(value["made"]))


def render_head(head: CarriedHead) -> bytes:
    """Return the payload of a head."""
    proofs: dict[str, Json] = {
        str(size): [base64.b64encode(one).decode() for one in proof]
        for size, proof in head.proofs.items()
    }
    return ijson.render({"note": head.note.decode(), "origin": head.origin, "proofs": proofs})


def parse_head(payload: bytes) -> CarriedHead:
    """Read the payload of a head; nothing in it is verified.

    Raises:
        Fault: `exchange.carriage.malformed`, `kernel.json.*`.
    """
    value = _object(payload, {"note", "origin", "proofs"})
    proofs = value["proofs"]
    if not isinstance(proofs, dict):
        raise _malformed("the proofs of a head are not an object")
    found: dict[int, tuple[bytes, ...]] = {}
    for size, proof in proofs.items():
        number = spelling.parse_decimal(size.encode("ascii", "replace"))
        if number is None or not isinstance(proof, list):
            raise _malformed("a proof is not a list under a size")
        found[number] = tuple(map(_bytes, proof))
    return CarriedHead(_text(value["origin"]), _text(value["note"]).encode(), found)


def render_range(part: Range) -> bytes:
    """Return the payload of a range."""
    said: Json = {"sha256": part.sha256, "start": part.start, "total": part.total}
    return ijson.render(said) + b"\n" + part.data


def parse_range(payload: bytes) -> Range:
    """Read the payload of a range.

    Raises:
        Fault: `exchange.carriage.malformed`, `kernel.json.*`.
    """
    line, _, data = payload.partition(b"\n")
    value = _object(line, {"sha256", "start", "total"})
    return Range(_text(value["sha256"]), _whole(value["start"]), _whole(value["total"]), data)


def render_cosigned(cosigned: Cosigned) -> bytes:
    """Return the payload of a cosignature."""
    return ijson.render(
        {
            "head": base64.b64encode(cosigned.head_sha256).decode(),
            "lines": cosigned.lines.decode(),
            "origin": cosigned.origin,
            "size": cosigned.size,
        }
    )


def parse_cosigned(payload: bytes) -> Cosigned:
    """Read the payload of a cosignature; nothing in it is verified.

    Raises:
        Fault: `exchange.carriage.malformed`, `kernel.json.*`.
    """
    value = _object(payload, {"head", "lines", "origin", "size"})
    return Cosigned(
        _text(value["origin"]),
        _whole(value["size"]),
        _bytes(value["head"]),
        _text(value["lines"]).encode(),
    )


def _exactly(source: Source, size_bytes: int) -> bytes:
    parts: list[bytes] = []
    left = size_bytes
    while left and (data := source.read(left)):
        parts.append(data)
        left -= len(data)
    if left:
        raise Fault(
            code="exchange.carriage.cut-short",
            what="The bundle ends before its sum: a part of it is missing.",
            fix="Copy the file again; nothing was taken from it.",
        )
    return b"".join(parts)


def _object(data: bytes, names: set[str]) -> dict[str, Json]:
    value = ijson.parse_canonical(data)
    if not isinstance(value, dict) or value.keys() != names:
        raise _malformed(f"a frame is not an object of {', '.join(sorted(names))}")
    return value


def _text(value: Json) -> str:
    if not isinstance(value, str):
        raise _malformed("a field is not a text")
    return value


def _whole(value: Json) -> int:
    if type(value) is not int or value < 0:
        raise _malformed("a field is not a whole number")
    return value


def _bytes(value: Json) -> bytes:
    try:
        return base64.b64decode(_text(value), validate=True)
    except ValueError as error:
        raise _malformed("a field is not base64") from error


def _malformed(why: str) -> Fault:
    return Fault(
        code="exchange.carriage.malformed",
        what=f"This is not a bundle that comity carries: {why}.",
        fix="Give the file that `comity carry export` wrote on the other side.",
    )
