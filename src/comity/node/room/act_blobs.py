"""Bodies of an act: sealed before it is released, opened for the officer who reads it.

Each has a fresh 32-byte key that stands in the entry.  A body that fits in a row goes
with its entry; a larger one is in the bodies store before the act is appended.  Neither
sealing nor opening holds a large one in memory: it passes through once, and is hashed,
sealed and written at the same time.

Source: protocol rule 15.
Floor: node.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from io import BytesIO
from types import MappingProxyType
from typing import Final, Protocol

from comity.acts.record import KEY_BYTES, NEEDED, Act, Blob
from comity.domestic.release.content import Body
from comity.kernel import limits
from comity.kernel.fault import Fault
from comity.node.base.background import Background
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.exchange import blob_copies, blob_outage
from comity.node.exchange.blob_file import Kept
from comity.seal import stream, symmetric
from comity.seal.stream import SeekableSource, Source, Target

READ_BYTES_MAX: Final = 1 << 20
"""An attachment up to this size is opened in memory where its request is shown."""

WORDS_BYTES_MAX: Final = 64 << 20
"""So is what is no attachment, such as texts; a larger one is not ours and is not read.  All that
one act carries has so much memory together: it may name 256 of them."""

ATTACHMENT: Final = blob_copies.ATTACHMENT
_READ_BYTES: Final = 1 << 20

HELD: Final = "held"
MISSING: Final = "missing"
DAMAGED: Final = "damaged"
DESTROYED: Final = "destroyed"
AWAY: Final = "away"


class Contents(Protocol):
    """Bytes that can be read from their start, more than once."""

    @property
    def size_bytes(self) -> int:
        """How many there are, as far as that is known before they are read."""
        ...

    def open(self) -> AbstractContextManager[Source]:
        """Begin to read."""
        ...


@dataclass(frozen=True, slots=True)
class Plain:
    """A body in the clear.

    Attributes:
        role: what it is to the act: `elements`, `texts`, `attachment:1`.
        media_type: of the data.
        mark: handling mark.
        data: the bytes, or where they are read.
        need: `needed` or `following`.
    """

    role: str
    media_type: str
    mark: str
    data: bytes | Contents
    need: str = NEEDED

    def bound(self, sha256: str) -> Body:
        """Return the body as an approval binds it, by the SHA-256 of its plaintext."""
        return Body(self.role, self.media_type, self.mark, self.need, sha256)


@dataclass(frozen=True, slots=True)
class Sealed:
    """A body under its key.

    Attributes:
        blob: as the act names it.
        bound: as an approval binds it.
        size_bytes: of the plaintext.
        row: the stored bytes, where they go with the entry, and of larger ones where decisions
            read them (see `exchange.copies`).
    """

    blob: Blob
    bound: Body
    size_bytes: int
    row: bytes | None

    @property
    def is_large(self) -> bool:
        """Whether the bodies store has it."""
        return self.blob.size_bytes > limits.ROW_BLOB_BYTES_MAX


def hashed(data: bytes | Contents) -> tuple[str, int]:
    """Return SHA-256, hex, and size in bytes of a plaintext, read once."""
    digest, size = hashlib.sha256(), 0
    with _opened(data) as source:
        while part := source.read(_READ_BYTES):
            digest.update(part)
            size += len(part)
    return digest.hexdigest(), size


def seal(node: Node, bodies: Iterable[Plain]) -> list[Sealed]:
    """Seal bodies; large ones are durable when this returns, and gone if it raises.

    Raises:
        Fault: `node.store.full` and others of the bodies store.
    """
    sealed: list[Sealed] = []
    try:
        for body in bodies:
            sealed.append(_seal(node, body))  # noqa: PERF401 -- what is sealed so far is dropped on a fault
    except BaseException:
        drop(node, sealed)
        raise
    return sealed


def drop(node: Node, sealed: Iterable[Sealed]) -> None:
    """Destroy the large ones of bodies that do not go out."""
    for one in sealed:
        if one.is_large:
            node.bodies.drop(one.blob.sha256)


def _seal(node: Node, body: Plain) -> Sealed:
    with _opened(body.data) as source:
        first = stream.fill(source, limits.ROW_BLOB_BYTES_MAX + 1)
        if stream.sealed_bytes(len(first)) > limits.ROW_BLOB_BYTES_MAX:
            return _seal_large(node, body, _After(first, source))
    key = node.entropy(KEY_BYTES)
    stored = symmetric.seal_blob(first, key, node.entropy)
    blob = _blob(body, hashlib.sha256(stored).hexdigest(), key, len(stored))
    return Sealed(blob, body.bound(hashlib.sha256(first).hexdigest()), len(first), stored)


def _seal_large(node: Node, body: Plain, source: Source) -> Sealed:
    key, digest = node.entropy(KEY_BYTES), hashlib.sha256()
    sink = node.bodies.begin()
    try:
        with Background(digest.update) as hashing:
            size = symmetric.seal_blob_stream(_Tee(source, hashing), sink, key, node.entropy)
    except BaseException:
        sink.discard()
        raise
    node.step("seal.large-sealed")
    sha256, stored_bytes = sink.keep()
    node.step("seal.large-kept")
    bound = body.bound(digest.hexdigest())
    is_copied = blob_copies.is_copied(body.role, stored_bytes)
    row = node.bodies.read(sha256, 0, stored_bytes) if is_copied else None
    return Sealed(_blob(body, sha256, key, stored_bytes), bound, size, row)


def _blob(body: Plain, sha256: str, key: bytes, size_bytes: int) -> Blob:
    return Blob(sha256, key, size_bytes, body.media_type, body.role, body.need, body.mark)


def _opened(data: bytes | Contents) -> AbstractContextManager[Source]:
    return BytesIO(data) if isinstance(data, bytes) else data.open()


class _After:
    """What was read already, and then the rest."""

    def __init__(self, first: bytes, rest: Source) -> None:
        self._first = memoryview(first)
        self._rest = rest

    def read(self, size_bytes: int, /) -> bytes:
        """Return up to that many bytes."""
        if self._first:
            head, self._first = self._first[:size_bytes], self._first[size_bytes:]
            return bytes(head)
        return self._rest.read(size_bytes)


class _Tee:
    """Shows what is read to another target too."""

    def __init__(self, source: Source, other: Background) -> None:
        self._source = source
        self._other = other

    def read(self, size_bytes: int, /) -> bytes:
        """Return up to that many bytes."""
        data = self._source.read(size_bytes)
        if data:
            self._other.write(data)
        return data


@dataclass(frozen=True, slots=True)
class Opened:
    """A body as an officer reads it.

    Attributes:
        blob: as the act names it.
        state: `held`, `missing`, `destroyed`, `damaged` where it does not open under its key, or
            `away` where the bodies store does not answer.
        data: in the clear; empty unless held and small, see `is_whole`.
        size_bytes: in the clear, or None unless held.
        key: the one that opens it, or empty.
    """

    blob: Blob
    state: str
    data: bytes = b""
    size_bytes: int | None = None
    key: bytes = field(default=b"", repr=False)

    @property
    def is_whole(self) -> bool:
        """Whether `data` is all of it; a large one is read with `copy`."""
        return self.state == HELD and len(self.data) == self.size_bytes


def open_all(
    node: Node,
    tx: Tx,
    act: Act,
    rows: Mapping[str, bytes] = MappingProxyType({}),
) -> list[Opened]:
    """Open the bodies of an act that are held here; never raises for what a peer wrote.

    Of a large attachment its first and last chunk are opened; `copy` opens all of it.

    Args:
        node: ours.
        tx: a read or write.
        act: whose bodies.
        rows: stored bytes by SHA-256 that are not in the store yet: those of a draft.
    """
    return open_blobs(node, tx, act.blobs, rows)


def open_words(
    node: Node,
    tx: Tx,
    act: Act,
    rows: Mapping[str, bytes] = MappingProxyType({}),
) -> list[Opened]:
    """Open the bodies of an act that are no attachments: what decisions read; see `open_all`.

    They lie in rows, so that a write asks for nothing that is far away.
    """
    words = [blob for blob in act.blobs if blob.role.partition(":")[0] != ATTACHMENT]
    return open_blobs(node, tx, words, rows)


def open_blobs(
    node: Node,
    tx: Tx,
    blobs: Iterable[Blob],
    rows: Mapping[str, bytes] = MappingProxyType({}),
) -> list[Opened]:
    """Open some of the bodies of an act; see `open_all`."""
    found: list[Opened] = []
    left = WORDS_BYTES_MAX
    for blob in blobs:
        row = rows[blob.sha256] if blob.sha256 in rows else tx.body(blob.sha256)
        found.append(_open(node, tx, blob, row, left))
        left -= len(found[-1].data)
    return found


def _open(node: Node, tx: Tx, blob: Blob, row: bytes | None, left: int) -> Opened:
    if row is not None:
        return _opened_of(blob, BytesIO(row), len(row), left)
    if tx.record(GONE, blob.sha256) is not None:
        return Opened(blob, DESTROYED)
    if blob.size_bytes <= limits.ROW_BLOB_BYTES_MAX:
        return Opened(blob, MISSING)

    def look() -> Opened:
        size = node.bodies.size_bytes(blob.sha256)
        if size is None:
            return Opened(blob, MISSING)
        return _opened_of(blob, Kept(node, blob.sha256, size), size, left)

    return blob_outage.tried(node, look, Opened(blob, AWAY), limits.HEARTBEAT_MS)


def _opened_of(blob: Blob, stored: SeekableSource, size: int, left: int) -> Opened:
    is_attachment = blob.role.partition(":")[0] == ATTACHMENT
    is_read = size <= min(left, READ_BYTES_MAX if is_attachment else WORDS_BYTES_MAX)
    try:
        reader = symmetric.open_blob_reader(stored, blob.key)
        reader.chunk(0)
        plain_bytes = reader.size_bytes
        data = reader.read_at(0, plain_bytes) if is_read else b""
    except Fault as fault:
        if fault.code == blob_outage.FAILED:
            raise  # it may be whole, and nobody can tell
        return Opened(blob, DAMAGED)
    return Opened(blob, HELD, data, plain_bytes, blob.key)


GONE: Final = "destroyed-blob"
"""Record kind: `<sha256>` of a blob that was destroyed here: by whom, when and why."""


def copy(node: Node, body: Opened, target: Target) -> str:
    """Open a held body to its end; return the SHA-256 of its plaintext, hex.

    Raises:
        Fault: `seal.payload.damaged`; what the target then holds is a part and must not be used.
    """
    assert body.state == HELD
    if body.is_whole:
        target.write(body.data)
        return hashlib.sha256(body.data).hexdigest()
    digest = hashlib.sha256()
    stored = Kept(node, body.blob.sha256, body.blob.size_bytes)
    with Background(digest.update) as hashing, Background(target.write) as writing:
        symmetric.open_blob_stream(stored, _Both(hashing, writing), body.key)
    return digest.hexdigest()


def parts(node: Node, body: Opened) -> Iterator[bytes]:
    """Give the plaintext of a held body, part by part.

    Raises:
        Fault: `seal.payload.damaged`.
    """
    assert body.state == HELD
    if body.is_whole:
        yield body.data
        return
    stored = Kept(node, body.blob.sha256, body.blob.size_bytes)
    reader = symmetric.open_blob_reader(stored, body.key)
    for at in range(0, reader.size_bytes, _READ_BYTES):
        yield reader.read_at(at, _READ_BYTES)


class _Both:
    """Gives what is written to two."""

    def __init__(self, first: Background, second: Background) -> None:
        self._first = first
        self._second = second

    def write(self, data: bytes | bytearray, /) -> None:
        """Take all the bytes."""
        self._first.write(data)
        self._second.write(data)
