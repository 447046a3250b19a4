"""How much of a body is read, and as what, without a line."""

import gzip
import io
from typing import Any

import pytest

from comity.kernel.fault import Fault
from comity.surfaces.wire import body

MAX = 100


def sent(data: bytes, **told: str) -> dict[str, Any]:
    """Return what WSGI tells of a body that says its length, or what is told otherwise."""
    return {"wsgi.input": io.BytesIO(data), "CONTENT_LENGTH": str(len(data))} | told


def chunked(data: bytes, **told: str) -> dict[str, Any]:
    """Return what WSGI tells of a body whose end only the line tells."""
    environ: dict[str, Any] = sent(data, **told) | {"wsgi.input_terminated": True}
    del environ["CONTENT_LENGTH"]
    return environ


def refusal(environ: dict[str, Any]) -> str:
    """Return the code with which a body is refused, read whole and in parts alike."""
    with pytest.raises(Fault) as whole:
        body.read(environ, MAX)
    environ["wsgi.input"].seek(0)
    with pytest.raises(Fault) as in_parts:
        b"".join(body.parts(environ, MAX).each())
    assert whole.value.code == in_parts.value.code
    return whole.value.code


@pytest.mark.parametrize("declared", ["+5", "-5", "5 ", "1_0", "\uff15", "\u00b2", "0x5", "0" * 13])
def test_a_length_has_one_spelling(declared: str) -> None:
    """What int() reads and HTTP does not would let two readers part a request in two ways."""
    assert refusal(sent(b"hello", CONTENT_LENGTH=declared)) == "surfaces.wire.malformed"


def test_a_body_without_its_length_is_not_read() -> None:
    """Nobody waits for bytes that may never come."""
    assert refusal(sent(b"hello", CONTENT_LENGTH="")) == "surfaces.wire.length-required"


def test_a_body_that_ends_early_is_not_taken_for_whole() -> None:
    """Half of a range is not a range."""
    assert refusal(sent(b"hello", CONTENT_LENGTH="6")) == "surfaces.wire.malformed"


def test_the_largest_body_is_read_and_one_more_byte_is_not() -> None:
    """As sent and as decompressed, with a length and without one."""
    most, more = b"x" * MAX, b"x" * (MAX + 1)
    zipped = {"HTTP_CONTENT_ENCODING": "gzip"}
    for environ in (sent(most), chunked(most), sent(gzip.compress(most), **zipped)):
        assert body.read(environ, MAX) == most
    packed = gzip.compress(more)
    assert len(packed) < MAX
    for environ in (sent(more), chunked(more), sent(packed, **zipped), chunked(packed, **zipped)):
        assert refusal(environ) == "surfaces.wire.too-large"


@pytest.mark.parametrize(
    "packed",
    [gzip.compress(b"one")[:-1], gzip.compress(b"one") + b"x", gzip.compress(b"one") * 2, b"one"],
    ids=["cut", "trailed", "twice", "plain"],
)
def test_a_packed_body_is_one_whole_member(packed: bytes) -> None:
    """What is cut short, or followed by something that another reader would read, is none."""
    assert refusal(sent(packed, HTTP_CONTENT_ENCODING="gzip")) == "surfaces.wire.malformed"


def test_what_comes_in_parts_comes_as_it_was_meant() -> None:
    """Unpacked where it is packed, and with its size where the line told none."""
    for environ in (
        sent(b"hello"),
        chunked(b"hello"),
        sent(gzip.compress(b"hello"), HTTP_CONTENT_ENCODING="gzip"),
        chunked(gzip.compress(b"hello"), HTTP_CONTENT_ENCODING="gzip"),
    ):
        parts = body.parts(environ, MAX)
        assert (parts.size_bytes, b"".join(parts.each())) == (5, b"hello")


def test_a_body_that_says_it_is_too_large_is_not_waited_for() -> None:
    """Nothing of it is read; how long it says to be has twelve digits at most."""
    for declared in (str(MAX + 1), "9" * 12):
        environ = sent(b"hello", CONTENT_LENGTH=declared)
        for take in (body.read, body.parts):
            with pytest.raises(Fault) as caught:
                take(environ, MAX)
            assert caught.value.code == "surfaces.wire.too-large"
        assert environ["wsgi.input"].tell() == 0
    assert body.read(sent(b"hello", CONTENT_LENGTH="5".zfill(12)), MAX) == b"hello"


@pytest.mark.parametrize("encoding", ["br", "gzip, gzip", "deflate", "x"])
def test_a_body_in_an_encoding_that_is_not_known_is_not_taken_as_it_is(encoding: str) -> None:
    """It would be kept as what it is not."""
    for environ in (sent(b"hello"), chunked(b"hello")):
        assert refusal(environ | {"HTTP_CONTENT_ENCODING": encoding}) == "surfaces.wire.encoding"
    plain = sent(b"hello", HTTP_CONTENT_ENCODING=" Identity ")
    assert body.read(plain, MAX) == b"hello"
