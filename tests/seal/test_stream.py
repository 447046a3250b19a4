"""The payload: chunks that cannot be changed, moved or dropped, in flat memory."""

import tracemalloc
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.kernel.fault import Fault
from comity.seal import stream
from comity.seal.stream import CHUNK_BYTES, SEALED_CHUNK_BYTES, ChunkReader

KEY = b"k" * 16
NONCE = b"n" * 16
BOUNDARIES = [0, 1, 65_535, 65_536, 65_537, 131_072, 131_073, 196_608]

sizes = st.one_of(st.sampled_from(BOUNDARIES), st.integers(0, 200_000))


def plaintext_of(size_bytes: int) -> bytes:
    """Bytes that differ from chunk to chunk."""
    return b"".join(i.to_bytes(4, "big") for i in range(size_bytes // 4 + 1))[:size_bytes]


class Drip:
    """A source that gives little at a time, as a pipe may."""

    def __init__(self, data: bytes, part_bytes: int) -> None:
        self._file = BytesIO(data)
        self._part_bytes = part_bytes

    def read(self, size_bytes: int, /) -> bytes:
        return self._file.read(min(size_bytes, self._part_bytes))


@given(sizes, st.integers(10_000, 100_000))
def test_stream_memory_and_reader_agree(size_bytes: int, part_bytes: int) -> None:
    """However it is sealed and opened, the bytes are the same."""
    plaintext = plaintext_of(size_bytes)
    sealed = stream.seal_payload(plaintext, KEY, NONCE)
    target = BytesIO()
    assert stream.seal_stream(Drip(plaintext, part_bytes), target, KEY, NONCE) == size_bytes
    assert target.getvalue() == sealed
    opened = BytesIO()
    assert stream.open_stream(Drip(sealed, part_bytes), opened, KEY) == size_bytes
    assert opened.getvalue() == plaintext == stream.open_payload(sealed, KEY)
    assert ChunkReader(BytesIO(sealed), KEY).size_bytes == size_bytes


@given(sizes, st.data())
def test_random_access_is_a_slice(size_bytes: int, draws: st.DataObject) -> None:
    """Reading anywhere gives what slicing the whole would give."""
    plaintext = plaintext_of(size_bytes)
    file = BytesIO(b"header" + stream.seal_payload(plaintext, KEY, NONCE))
    reader = ChunkReader(file, KEY, start=6)
    for _ in range(3):
        offset = draws.draw(st.integers(0, size_bytes + 10))
        count = draws.draw(st.integers(0, 150_000))
        assert reader.read_at(offset, count) == plaintext[offset : offset + count]


def _refused_everywhere(sealed: bytes) -> None:
    for open_it in (
        lambda: stream.open_payload(sealed, KEY),
        lambda: stream.open_stream(BytesIO(sealed), BytesIO(), KEY),
    ):
        with pytest.raises(Fault, match=r"seal\.payload\.(damaged|no-nonce)"):
            open_it()


@given(st.sampled_from(BOUNDARIES), st.data())
def test_a_flipped_bit_is_refused(size_bytes: int, draws: st.DataObject) -> None:
    """No bit of nonce, chunk or tag can be changed."""
    sealed = bytearray(stream.seal_payload(plaintext_of(size_bytes), KEY, NONCE))
    at = draws.draw(st.integers(0, len(sealed) - 1))
    sealed[at] ^= 1 << draws.draw(st.integers(0, 7))
    _refused_everywhere(bytes(sealed))


@given(st.sampled_from(BOUNDARIES), st.data())
def test_a_payload_that_is_cut_short_is_refused(size_bytes: int, draws: st.DataObject) -> None:
    """Not even at the end of a chunk can the rest be dropped."""
    sealed = stream.seal_payload(plaintext_of(size_bytes), KEY, NONCE)
    ends = range(16, len(sealed), SEALED_CHUNK_BYTES)
    cut = draws.draw(st.one_of(st.integers(0, len(sealed) - 1), st.sampled_from(list(ends))))
    _refused_everywhere(sealed[:cut])
    with pytest.raises(Fault, match=r"seal\.payload\.(damaged|no-nonce)"):
        ChunkReader(BytesIO(sealed[:cut]), KEY)


@given(st.sampled_from(BOUNDARIES), st.integers(1, 100))
def test_nothing_can_be_appended(size_bytes: int, more_bytes: int) -> None:
    """Bytes after the last chunk are refused."""
    _refused_everywhere(
        stream.seal_payload(plaintext_of(size_bytes), KEY, NONCE) + bytes(more_bytes)
    )


def test_chunks_cannot_change_places() -> None:
    """The order of chunks is sealed with them."""
    sealed = stream.seal_payload(plaintext_of(3 * CHUNK_BYTES), KEY, NONCE)
    first, second = 16 + SEALED_CHUNK_BYTES, 16 + 2 * SEALED_CHUNK_BYTES
    _refused_everywhere(sealed[:16] + sealed[first:second] + sealed[16:first] + sealed[second:])


def test_an_empty_last_chunk_is_refused_though_it_authenticates() -> None:
    """Only an empty payload has an empty chunk: one plaintext, one layout."""
    aead = stream._aead(KEY, NONCE)
    full = aead.encrypt(stream._chunk_nonce(0, final=False), bytes(CHUNK_BYTES), None)
    empty = aead.encrypt(stream._chunk_nonce(1, final=True), b"", None)
    _refused_everywhere(NONCE + full + empty)


class Zeros:
    """A large source that holds nothing."""

    def __init__(self, size_bytes: int) -> None:
        self._left = size_bytes

    def read(self, size_bytes: int, /) -> bytes:
        size_bytes = min(size_bytes, self._left)
        self._left -= size_bytes
        return bytes(size_bytes)


class Pipe:
    """Opens what is sealed as it comes, and keeps nothing."""

    def __init__(self) -> None:
        self.size_bytes = 0

    def write(self, data: bytes | bytearray, /) -> None:
        self.size_bytes += len(data)


def test_memory_stays_flat_for_a_large_stream(tmp_path_factory: pytest.TempPathFactory) -> None:
    """64 MiB pass through less than sixteen."""
    path = tmp_path_factory.mktemp("stream") / "sealed"
    tracemalloc.start()
    try:
        with path.open("wb") as file:
            stream.seal_stream(Zeros(64 << 20), file, KEY, NONCE)
        with path.open("rb") as file:
            target = Pipe()
            stream.open_stream(file, target, KEY)
            reader = ChunkReader(file, KEY)
            assert reader.read_at(40 << 20, 100) == bytes(100)
        assert target.size_bytes == reader.size_bytes == 64 << 20
        assert tracemalloc.get_traced_memory()[1] < 16 << 20
    finally:
        tracemalloc.stop()
