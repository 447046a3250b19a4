"""The payload of an age file: chunks that cannot be changed, moved or dropped.

    nonce        16 bytes
    chunk 0      65,536 bytes of plaintext, encrypted, and a tag of 16
    ...
    chunk n      1 to 65,536 (none only where the whole is empty) and a tag; marked as the last

Memory is flat: a batch of chunks is held, and one read ahead to know whether it is the last.
What a stream writes before it ends is genuine but perhaps not all: the caller keeps
it apart until the call returns.

Source: C2SP age.md "Payload".
Floor: seal (pure; files come in as values).
"""

from typing import Final, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from comity.kernel.fault import Fault
from comity.seal.header import hkdf

CHUNK_BYTES: Final = 65_536
TAG_BYTES: Final = 16
NONCE_BYTES: Final = 16
SEALED_CHUNK_BYTES: Final = CHUNK_BYTES + TAG_BYTES
_BATCH_CHUNKS: Final = 16
"""Chunks that a stream works on at once: 1 MiB, which stays in a processor's cache."""

_READ_BATCHES: Final = 4
"""Batches that opening reads at once: what is stored may be far away."""


class Source(Protocol):
    """What can be read from start to end."""

    def read(self, size_bytes: int, /) -> bytes:
        """Return up to that many bytes; none only at the end."""
        ...


class LineSource(Source, Protocol):
    """What can be read line by line too."""

    def readline(self, size_bytes: int, /) -> bytes:
        """Return the next line with its newline, or its first `size_bytes` bytes."""
        ...


class Target(Protocol):
    """What can be written."""

    def write(self, data: bytes | bytearray, /) -> object:
        """Take all the bytes."""
        ...


class SeekableSource(Source, Protocol):
    """What can be read anywhere."""

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Move as `io.IOBase.seek` does; return the position."""
        ...


def seal_payload(plaintext: bytes, file_key: bytes, nonce: bytes) -> bytes:
    """Return nonce and chunks.  The nonce has 16 bytes and is used once."""
    aead = _aead(file_key, nonce)
    if len(plaintext) <= CHUNK_BYTES:
        return nonce + aead.encrypt(_chunk_nonce(0, final=True), plaintext, None)
    view = memoryview(plaintext)
    last = (len(plaintext) - 1) // CHUNK_BYTES
    chunks = [
        aead.encrypt(
            _chunk_nonce(index, final=index == last),
            view[index * CHUNK_BYTES : (index + 1) * CHUNK_BYTES],
            None,
        )
        for index in range(last + 1)
    ]
    return b"".join([nonce, *chunks])


def open_payload(payload: bytes | memoryview, file_key: bytes) -> bytes:
    """Return the plaintext of nonce and chunks.

    Raises:
        Fault: `seal.payload.no-nonce`, `seal.payload.damaged`.
    """
    view = memoryview(payload)
    last = _last_chunk(len(view))
    aead = _aead(file_key, bytes(view[:NONCE_BYTES]))
    chunks = []
    for index in range(last + 1):
        start = NONCE_BYTES + index * SEALED_CHUNK_BYTES
        chunk = view[start : start + SEALED_CHUNK_BYTES]
        chunks.append(_open_chunk(aead, index, chunk, final=index == last))
    return chunks[0] if last == 0 else b"".join(chunks)


def seal_stream(source: Source, target: Target, file_key: bytes, nonce: bytes) -> int:
    """Seal from the source to its end; return the size of the plaintext in bytes.

    Each write has a buffer of its own, which the target may keep.
    """
    aead = _aead(file_key, nonce)
    target.write(nonce)
    index = size_bytes = 0
    batch = fill(source, _BATCH_CHUNKS * CHUNK_BYTES)
    while True:
        is_full = len(batch) == _BATCH_CHUNKS * CHUNK_BYTES
        after = fill(source, _BATCH_CHUNKS * CHUNK_BYTES) if is_full else b""
        target.write(_seal_batch(aead, index, batch, final=not after))
        size_bytes += len(batch)
        if not after:
            return size_bytes
        index, batch = index + _BATCH_CHUNKS, after


def open_stream(source: Source, target: Target, file_key: bytes) -> int:
    """Open from the source, which stands at the nonce; return the size of the plaintext in bytes.

    Each write has a buffer of its own, which the target may keep.

    Raises:
        Fault: `seal.payload.no-nonce`, `seal.payload.damaged`; what the target then holds
            is a part and must not be used.
    """
    nonce = fill(source, NONCE_BYTES)
    if len(nonce) < NONCE_BYTES:
        raise _no_nonce(len(nonce))
    aead = _aead(file_key, nonce)
    batch_bytes = _BATCH_CHUNKS * SEALED_CHUNK_BYTES
    index = size_bytes = 0
    batch = fill(source, _READ_BATCHES * batch_bytes)
    while True:
        is_full = len(batch) == _READ_BATCHES * batch_bytes
        after = fill(source, _READ_BATCHES * batch_bytes) if is_full else b""
        view = memoryview(batch)
        for at in range(0, max(1, len(batch)), batch_bytes):
            is_last = not after and at + batch_bytes >= len(batch)
            part = view[at : at + batch_bytes]
            size_bytes += _open_batch(aead, index, part, target, final=is_last)
            index += _BATCH_CHUNKS
        if not after:
            return size_bytes
        batch = after


class ChunkReader:
    """Random access to a payload, one chunk at a time.

    Attributes:
        size_bytes: of the plaintext; the last chunk was opened to vouch for it.
    """

    def __init__(self, source: SeekableSource, file_key: bytes, start: int = 0) -> None:
        """Read the payload that begins (with its nonce) at `start` and ends with the source.

        Raises:
            Fault: `seal.payload.no-nonce`, `seal.payload.damaged`.
        """
        self._source = source
        self._start = start + NONCE_BYTES
        payload_bytes = source.seek(0, 2) - start
        self._last = _last_chunk(payload_bytes)
        source.seek(start)
        self._aead = _aead(file_key, fill(source, NONCE_BYTES))
        self._held = (-1, b"")
        self.size_bytes = self._last * CHUNK_BYTES + len(self.chunk(self._last))

    def chunk(self, index: int) -> bytes:
        """Return chunk `index`; the newest is kept.  Requires 0 <= index < number of chunks.

        Raises:
            Fault: `seal.payload.damaged`.
        """
        assert 0 <= index <= self._last
        if self._held[0] != index:
            self._source.seek(self._start + index * SEALED_CHUNK_BYTES)
            sealed = fill(self._source, SEALED_CHUNK_BYTES)
            self._held = (index, _open_chunk(self._aead, index, sealed, final=index == self._last))
        return self._held[1]

    def read_at(self, offset: int, size_bytes: int) -> bytes:
        """Return what a slice `[offset : offset + size_bytes]` of the plaintext gives.

        Raises:
            Fault: `seal.payload.damaged`.
        """
        assert offset >= 0
        assert size_bytes >= 0
        end = min(offset + size_bytes, self.size_bytes)
        parts = []
        while offset < end:
            index, skip = divmod(offset, CHUNK_BYTES)
            parts.append(self.chunk(index)[skip : skip + end - offset])
            offset += len(parts[-1])
        return b"".join(parts)


def _aead(file_key: bytes, nonce: bytes) -> ChaCha20Poly1305:
    return ChaCha20Poly1305(hkdf(file_key, nonce, b"payload"))


def _chunk_nonce(index: int, *, final: bool) -> bytes:
    return (index << 8 | final).to_bytes(12, "big")


def _last_chunk(payload_bytes: int) -> int:
    """Return the index of the last chunk of a payload of that size, nonce included."""
    if payload_bytes < NONCE_BYTES:
        raise _no_nonce(payload_bytes)
    return max(0, payload_bytes - NONCE_BYTES - 1) // SEALED_CHUNK_BYTES


def _seal_batch(aead: ChaCha20Poly1305, index: int, batch: bytes, *, final: bool) -> bytearray:
    """Return the chunks of a batch, the first of which has that index."""
    count = max(1, -(-len(batch) // CHUNK_BYTES))
    sealed = bytearray(len(batch) + count * TAG_BYTES)
    plain, out = memoryview(batch), memoryview(sealed)
    for at in range(count):
        chunk = plain[at * CHUNK_BYTES : (at + 1) * CHUNK_BYTES]
        start = at * SEALED_CHUNK_BYTES
        is_last = final and at == count - 1
        room = out[start : start + len(chunk) + TAG_BYTES]
        aead.encrypt_into(_chunk_nonce(index + at, final=is_last), chunk, None, room)
    return sealed


def _open_batch(
    aead: ChaCha20Poly1305, index: int, sealed: memoryview, target: Target, *, final: bool
) -> int:
    """Write the plaintext of a batch, the first chunk of which has that index; return its size.

    Of a batch with a damaged chunk, those before it are written.
    """
    count = max(1, -(-len(sealed) // SEALED_CHUNK_BYTES))
    last_bytes = len(sealed) - (count - 1) * SEALED_CHUNK_BYTES
    plain = bytearray((count - 1) * CHUNK_BYTES + max(0, last_bytes - TAG_BYTES))
    out = memoryview(plain)
    for at in range(count):
        chunk = sealed[at * SEALED_CHUNK_BYTES : (at + 1) * SEALED_CHUNK_BYTES]
        room = out[at * CHUNK_BYTES : at * CHUNK_BYTES + len(chunk) - TAG_BYTES]
        nonce = _chunk_nonce(index + at, final=final and at == count - 1)
        is_empty = index + at > 0 and len(chunk) <= TAG_BYTES  # though the payload is not
        is_good = not is_empty and len(chunk) >= TAG_BYTES
        if not (is_good and _opens_into(aead, nonce, chunk, room)):
            target.write(plain[: at * CHUNK_BYTES])
            raise _damaged(index + at)
    target.write(plain)
    return len(plain)


def _opens_into(aead: ChaCha20Poly1305, nonce: bytes, chunk: memoryview, room: memoryview) -> bool:
    try:
        aead.decrypt_into(nonce, chunk, None, room)
    except InvalidTag:
        return False
    return True


def _open_chunk(
    aead: ChaCha20Poly1305, index: int, chunk: bytes | memoryview, *, final: bool
) -> bytes:
    if index > 0 and len(chunk) <= TAG_BYTES:  # empty, though the payload is not
        raise _damaged(index)
    try:
        return aead.decrypt(_chunk_nonce(index, final=final), chunk, None)
    except InvalidTag as error:
        raise _damaged(index) from error


def fill(source: Source, size_bytes: int) -> bytes:
    """Read that many bytes, or fewer only at the end; a pipe may give them in parts."""
    data = source.read(size_bytes)
    if len(data) == size_bytes or not data:
        return data
    parts, missing = [data], size_bytes - len(data)
    while missing and (data := source.read(missing)):
        parts.append(data)
        missing -= len(data)
    return b"".join(parts)


def sealed_bytes(plain_bytes: int) -> int:
    """Return the size of nonce and chunks of a plaintext of that size."""
    return NONCE_BYTES + plain_bytes + max(1, -(-plain_bytes // CHUNK_BYTES)) * TAG_BYTES


def _no_nonce(found_bytes: int) -> Fault:
    return Fault(
        code="seal.payload.no-nonce",
        what=f"The sealed payload has {found_bytes} bytes, fewer than the {NONCE_BYTES} "
        "of its nonce.",
        fix="Fetch it again: it was cut short.",
    )


def _damaged(index: int) -> Fault:
    return Fault(
        code="seal.payload.damaged",
        what=f"Chunk {index} of the sealed payload does not open: it was changed or cut short, "
        "or the key is another's.",
        fix="Fetch it again and compare its hash with the sender's.",
    )
