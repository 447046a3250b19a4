r"""What a log sends to a mirror, and what the mirror answers.

    add-checkpoint                     add-entries
    old 20852014\n                     uint16 length and origin
    <base64 of a hash>\n  (0 to 63)    uint64 start, uint64 end
    \n                                 uint16 length and ticket
    <the checkpoint note>              packages: entries, each after its uint16 length;
                                         uint8 count and that many hashes

    text/x.tlog.size                   text/x.tlog.mirror-info
    20852163\n                         <size>\n<next entry>\n<base64 of ticket>\n

Packages end at multiples of 256.  A request holds a prefix of the packages from start to
end; a connection may break in the middle of one, which is no fault of the bytes before.

Source: C2SP tlog-mirror, tlog-witness.
Floor: tlog (pure).
"""

import struct
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from comity.kernel import limits
from comity.kernel.fault import Fault, quoted
from comity.tlog import checkpoint, spelling, tree
from comity.tlog.spelling import HASH_BYTES

SIZE_TYPE: Final = "text/x.tlog.size"
MIRROR_INFO_TYPE: Final = "text/x.tlog.mirror-info"
TICKET_BYTES_MAX: Final = 0xFFFF
ADD_CHECKPOINT_BYTES_MAX: Final = limits.NOTE_BYTES_MAX + 64 * 46
MIRROR_INFO_BYTES_MAX: Final = 2 * 20 + 4 * (TICKET_BYTES_MAX // 3 + 1) + 1

_CHUNK_BYTES: Final = 65_536
_LENGTH: Final = struct.Struct(">H")
_BOUNDS: Final = struct.Struct(">QQ")
_INFO_LINES: Final = 3

type Read = Callable[[int], bytes]
"""n -> at most n bytes, and none only at the end."""


@dataclass(frozen=True, slots=True)
class AddCheckpoint:
    """A new head for a witness or mirror, with the proof that it only adds.

    Attributes:
        old_size: that the sender believes the mirror to hold.
        proof: consistency from old_size to the size of the checkpoint; at most 63 hashes.
        checkpoint_note: as bytes, not yet read.
    """

    old_size: int
    proof: tuple[bytes, ...]
    checkpoint_note: bytes


@dataclass(frozen=True, slots=True)
class AddEntriesHeader:
    """What stands before the packages.

    Attributes:
        origin: of the log.
        start: index of the first entry sent.
        end: size of a pending checkpoint; start <= end.
        ticket: of the mirror's own making, or empty.
    """

    origin: str
    start: int
    end: int
    ticket: bytes = b""


@dataclass(frozen=True, slots=True)
class PackageBounds:
    """Where a package stands.

    Attributes:
        subtree_start: multiple of 256; the proof is of [subtree_start, end).
        start: index of the first entry in the package; above subtree_start only in the first.
        end: index after the last entry in the package.
    """

    subtree_start: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class EntryPackage:
    """Up to 256 entries with the proof that the checkpoint holds them.

    Attributes:
        bounds: where they stand.
        entries: end - start of them, each at most 65,535 bytes.
        proof: subtree consistency of [subtree_start, end); at most 63 hashes.
    """

    bounds: PackageBounds
    entries: tuple[bytes, ...]
    proof: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class CutShort:
    """The body ended within a package: what came of it is of no use.

    Attributes:
        bounds: of the package that is not whole.
    """

    bounds: PackageBounds


@dataclass(frozen=True, slots=True)
class MirrorInfo:
    """What a mirror expects next.

    Attributes:
        size: of a pending checkpoint, to be used as `end`.
        next_entry: to be used as `start`.
        ticket: to be sent back as it is, or empty.
    """

    size: int
    next_entry: int
    ticket: bytes = b""


def parse_add_checkpoint(data: bytes) -> AddCheckpoint:
    """Read the body of add-checkpoint; the note in it is for `note.parse`.

    Raises:
        Fault: `tlog.wire.add-checkpoint`.
    """
    if len(data) > ADD_CHECKPOINT_BYTES_MAX:
        raise _malformed(
            "tlog.wire.add-checkpoint", f"it has over {ADD_CHECKPOINT_BYTES_MAX} bytes"
        )
    head, parting, checkpoint_note = data.partition(b"\n\n")
    old, *lines = head.split(b"\n")
    old_size = spelling.parse_decimal(old.removeprefix(b"old "))
    if old_size is None or not old.startswith(b"old ") or not parting:
        raise _malformed(
            "tlog.wire.add-checkpoint", f"{quoted(old)} is not an old size and its note"
        )
    if len(lines) > limits.PROOF_HASHES_MAX:
        raise _malformed(
            "tlog.wire.add-checkpoint", f"it has over {limits.PROOF_HASHES_MAX} hashes"
        )
    proof = []
    for line in lines:
        proof_hash = spelling.parse_hash(line)
        if proof_hash is None:
            raise _malformed(
                "tlog.wire.add-checkpoint", f"{quoted(line)} is not the base64 of 32 bytes"
            )
        proof.append(proof_hash)
    return AddCheckpoint(old_size, tuple(proof), checkpoint_note)


def render_add_checkpoint(body: AddCheckpoint) -> bytes:
    """Return the body of add-checkpoint."""
    lines = [b"old %d" % body.old_size, *map(spelling.render_base64, body.proof)]
    return b"\n".join(lines) + b"\n\n" + body.checkpoint_note


def render_header(header: AddEntriesHeader) -> bytes:
    """Return the beginning of the body of add-entries."""
    assert 0 <= header.start <= header.end
    origin = header.origin.encode()
    return b"".join(
        (
            _LENGTH.pack(len(origin)),
            origin,
            _BOUNDS.pack(header.start, header.end),
            _LENGTH.pack(len(header.ticket)),
            header.ticket,
        )
    )


def package_bounds(start: int, end: int) -> Iterator[PackageBounds]:
    """Give the bounds of the canonical sequence of packages from start to end."""
    width = limits.PACKAGE_ENTRIES_MAX
    for subtree_start in range(start - start % width, end, width):
        if start < end:
            yield PackageBounds(
                subtree_start, max(start, subtree_start), min(end, subtree_start + width)
            )


def render_package(package: EntryPackage) -> bytes:
    """Return the package as bytes."""
    assert len(package.entries) == package.bounds.end - package.bounds.start
    assert len(package.proof) <= limits.PROOF_HASHES_MAX
    parts: list[bytes] = []
    for entry in package.entries:
        parts += (_LENGTH.pack(len(entry)), entry)
    return b"".join((*parts, bytes((len(package.proof),)), *package.proof))


def verify_package(
    package: EntryPackage, *, held: Sequence[bytes], size: int, root: bytes
) -> tuple[bytes, ...]:
    """Return the leaf hashes of the package, which the tree of this size and root holds.

    Args:
        package: as read.
        held: leaf hashes of the entries from subtree_start to start, already in the log.
        size: of the checkpoint, the `end` of the request.
        root: of the checkpoint.

    Raises:
        Fault: `tlog.tree.bad-subtree`.
    """
    bounds = package.bounds
    assert len(held) == bounds.start - bounds.subtree_start
    leaves = tuple(map(tree.leaf_hash, package.entries))
    tree.verify_subtree(
        (bounds.subtree_start, bounds.end), tree.root((*held, *leaves)), size, root, package.proof
    )
    return leaves


class Body:
    """The bytes of an add-entries request as they come, in a small buffer."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self._buffer = b""
        self._at = 0

    def take(self, count: int) -> bytes | None:
        """Return the next `count` bytes, or None if the body ends before."""
        end = self._at + count
        if end > len(self._buffer) and not self._fill(count):
            return None
        start, self._at = self._at, self._at + count
        return self._buffer[start : self._at]

    def is_at_end(self) -> bool:
        """Return whether no byte is left."""
        return self._at == len(self._buffer) and not self._fill(1)

    def _fill(self, count: int) -> bool:
        parts = [self._buffer[self._at :]]
        have = len(parts[0])
        while have < count:
            part = self._read(max(_CHUNK_BYTES, count - have))
            if not part:
                break
            parts.append(part)
            have += len(part)
        self._buffer, self._at = b"".join(parts), 0
        return have >= count


def read_header(body: Body) -> AddEntriesHeader:
    """Read the beginning of the body of add-entries.

    Raises:
        Fault: `tlog.wire.add-entries`.
    """
    raw = _take_prefixed(body)
    bounds = body.take(_BOUNDS.size)
    ticket = _take_prefixed(body)
    if raw is None or bounds is None or ticket is None:
        raise _malformed("tlog.wire.add-entries", "it ends before its first package")
    origin = raw.decode("utf-8", "replace")
    if origin.encode() != raw or not checkpoint.is_origin(origin):
        raise _malformed("tlog.wire.add-entries", f"{quoted(origin)} is not an origin")
    start, end = _BOUNDS.unpack(bounds)
    if not start <= end <= spelling.NUMBER_MAX:
        raise _malformed("tlog.wire.add-entries", f"there are no entries from {start} to {end}")
    return AddEntriesHeader(origin, start, end, ticket)


def iter_packages(body: Body, header: AddEntriesHeader) -> Iterator[EntryPackage | CutShort]:
    """Give the packages that came, each whole; last a `CutShort` if one is not.

    A body that ends between two packages just ends: its sender goes on in another request.
    Holds one package at a time.

    Raises:
        Fault: `tlog.wire.package`, `tlog.wire.trailing`.
    """
    for bounds in package_bounds(header.start, header.end):
        if body.is_at_end():
            return
        package = _read_package(body, bounds)
        if package is None:
            yield CutShort(bounds)
            return
        yield package
    if not body.is_at_end():
        raise _malformed(
            "tlog.wire.trailing", f"bytes follow the last package, up to entry {header.end}"
        )


def parse_size(data: bytes) -> int:
    """Read a text/x.tlog.size.

    Raises:
        Fault: `tlog.wire.size`.
    """
    size = spelling.parse_decimal(data[:-1]) if data.endswith(b"\n") else None
    if size is None:
        raise _malformed(
            "tlog.wire.size", f"{quoted(data[:80])} is not a decimal number and a newline"
        )
    return size


def render_size(size: int) -> bytes:
    """Return a text/x.tlog.size."""
    return b"%d\n" % size


def parse_mirror_info(data: bytes) -> MirrorInfo:
    """Read a text/x.tlog.mirror-info.

    Raises:
        Fault: `tlog.wire.mirror-info`.
    """
    lines = data.split(b"\n") if len(data) <= MIRROR_INFO_BYTES_MAX else []
    if len(lines) != _INFO_LINES + 1 or lines[-1]:
        raise _malformed(
            "tlog.wire.mirror-info", "it has not exactly three lines, each with its newline"
        )
    size, next_entry = spelling.parse_decimal(lines[0]), spelling.parse_decimal(lines[1])
    if size is None or next_entry is None:
        raise _malformed(
            "tlog.wire.mirror-info", f"{quoted(lines[:2])} are not two decimal numbers"
        )
    ticket = spelling.parse_base64(lines[2])
    if ticket is None or len(ticket) > TICKET_BYTES_MAX:
        raise _malformed("tlog.wire.mirror-info", f"the ticket {quoted(lines[2])} is not base64")
    return MirrorInfo(size, next_entry, ticket)


def render_mirror_info(info: MirrorInfo) -> bytes:
    """Return a text/x.tlog.mirror-info."""
    assert len(info.ticket) <= TICKET_BYTES_MAX
    return b"%d\n%d\n%s\n" % (info.size, info.next_entry, spelling.render_base64(info.ticket))


def _take_prefixed(body: Body) -> bytes | None:
    length = body.take(_LENGTH.size)
    return None if length is None else body.take(int.from_bytes(length))


def _read_package(body: Body, bounds: PackageBounds) -> EntryPackage | None:
    entries: list[bytes] = []
    for _ in range(bounds.end - bounds.start):
        entry = _take_prefixed(body)
        if entry is None:
            return None
        entries.append(entry)
    count = body.take(1)
    if count is None:
        return None
    if count[0] > limits.PROOF_HASHES_MAX:
        raise _malformed("tlog.wire.package", f"its proof has {count[0]} hashes")
    raw = body.take(count[0] * HASH_BYTES)
    if raw is None:
        return None
    proof = tuple(raw[at : at + HASH_BYTES] for at in range(0, len(raw), HASH_BYTES))
    return EntryPackage(bounds, tuple(entries), proof)


def _malformed(code: str, why: str) -> Fault:
    return Fault(
        code=code,
        what=f"A log and a mirror do not speak so to each other: {why}.",
        fix="Send the request again as C2SP tlog-mirror spells it.",
    )
