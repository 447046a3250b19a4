"""The file that carries an exchange."""

import io

import making_cards as making
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.joint.exchange import carriage
from comity.joint.exchange.carriage import CarriedHead, Cosigned, Header, Range, Writer
from comity.kernel import ijson
from comity.kernel.fault import Fault

KINDS = (carriage.CARDS, carriage.BODIES, carriage.ENTRIES)
FRAMES = st.lists(st.tuples(st.sampled_from(KINDS), st.binary(max_size=40)), max_size=5)
HASHES = st.binary(min_size=32, max_size=32)
SIZES = st.integers(0, 2**53 - 1)


def written(frames: list[tuple[bytes, bytes]]) -> bytes:
    """Return a bundle of these frames."""
    target = io.BytesIO()
    writer = Writer(target, Header("aa", "bb", 5))
    for kind, payload in frames:
        writer.add(kind, payload)
    writer.end()
    assert writer.size_bytes == len(target.getvalue())
    return target.getvalue()


@given(FRAMES)
def test_frames_come_back(frames: list[tuple[bytes, bytes]]) -> None:
    """What is added is read, in order, after the header."""
    (kind, payload), *rest = carriage.frames(io.BytesIO(written(frames)))
    assert kind == carriage.HEADER
    assert carriage.parse_header(payload) == Header("aa", "bb", 5)
    assert rest == frames


@given(FRAMES, st.data())
def test_any_part_and_any_change_is_refused(
    frames: list[tuple[bytes, bytes]], data: st.DataObject
) -> None:
    """Cut anywhere, or one byte changed anywhere."""
    whole = written(frames)
    at = data.draw(st.integers(0, len(whole) - 1))
    with making.refused("exchange.carriage.cut-short"):
        list(carriage.frames(io.BytesIO(whole[:at])))
    other = whole[:at] + bytes((whole[at] ^ data.draw(st.integers(1, 255)),)) + whole[at + 1 :]
    with pytest.raises(Fault):
        list(carriage.frames(io.BytesIO(other)))


@given(SIZES, st.dictionaries(SIZES, st.lists(HASHES, max_size=3).map(tuple), max_size=3))
def test_payloads_parse_to_themselves(size: int, proofs: dict[int, tuple[bytes, ...]]) -> None:
    """Heads, ranges and cosignatures."""
    head = CarriedHead("aa/x/live/1", b"note\n", proofs)
    assert carriage.parse_head(carriage.render_head(head)) == head
    part = Range("ab" * 32, size, size, b"line\nand more")
    assert carriage.parse_range(carriage.render_range(part)) == part
    cosigned = Cosigned("aa/x/live/1", size, b"h" * 32, "— m AAAA\n".encode())
    assert carriage.parse_cosigned(carriage.render_cosigned(cosigned)) == cosigned


@given(st.binary(max_size=60))
def test_any_payload_is_read_or_refused(payload: bytes) -> None:
    """No bytes of a peer raise anything but a fault."""
    for parse in (
        carriage.parse_header,
        carriage.parse_head,
        carriage.parse_range,
        carriage.parse_cosigned,
    ):
        with pytest.raises(Fault):
            parse(payload)


@pytest.mark.parametrize("size", ["9" * 5_000, "01", "-1", "\u0661"])
def test_a_size_that_is_no_number_is_refused(size: str) -> None:
    """However many digits it has."""
    payload = ijson.render({"note": "", "origin": "aa", "proofs": {size: []}})
    with pytest.raises(Fault, match="under a size"):
        carriage.parse_head(payload)
