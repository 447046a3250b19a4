"""Armor: an age file as text, in one way."""

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.kernel.fault import Fault
from comity.seal import armor
from comity.seal.stream import Source


def read_all(source: Source) -> bytes:
    """Read in odd pieces to the end."""
    return b"".join(iter(lambda: source.read(1000), b""))


@given(st.binary(max_size=300), st.integers(1, 100))
def test_armor_reads_back_whole_or_in_pieces(data: bytes, piece_bytes: int) -> None:
    """Parse is the inverse of render, and the streaming forms are the same."""
    text = armor.render(data)
    assert armor.parse(text) == data
    written = BytesIO()
    target = armor.ArmorTarget(written)
    for start in range(0, len(data), piece_bytes):
        target.write(data[start : start + piece_bytes])
    target.close()
    assert written.getvalue() == text
    assert read_all(armor.ArmorSource(BytesIO(text))) == data


@given(st.lists(st.binary(max_size=70), max_size=5), st.integers(1, 100))
def test_lines_are_read_as_a_file_gives_them(lines: list[bytes], size_bytes: int) -> None:
    """The age header inside is read line by line, as from a file without armor."""
    data = b"\n".join(lines)
    file, source = BytesIO(data), armor.ArmorSource(BytesIO(armor.render(data)))
    while line := file.readline(size_bytes):
        assert source.readline(size_bytes) == line
    assert source.readline(size_bytes) == b""


@given(st.binary(min_size=1, max_size=120), st.data())
def test_a_changed_character_changes_the_file_or_is_refused(
    data: bytes, draws: st.DataObject
) -> None:
    """Apart from white space around it and its kind of line ends, armor has one spelling."""
    text = bytearray(armor.render(data))
    at = draws.draw(st.integers(0, len(text) - 2))
    text[at] = draws.draw(st.integers(0x21, 0x7E).filter(lambda byte: byte != text[at]))
    try:
        other = armor.parse(bytes(text))
    except Fault as fault:
        assert fault.code == "seal.armor.malformed"
    else:
        assert other != data


@given(st.binary(max_size=200))
def test_both_readers_refuse_the_same(text: bytes) -> None:
    """Whatever stands in a file, reading it whole and in pieces come to one answer."""
    frame = b"-----BEGIN AGE ENCRYPTED FILE-----\n%b-----END AGE ENCRYPTED FILE-----\n"
    for each in (text, frame % text):
        answers = []
        for read in (armor.parse, lambda raw: read_all(armor.ArmorSource(BytesIO(raw)))):
            try:
                answers.append(read(each))
            except Fault as fault:
                answers.append(fault.code.encode())
        assert answers[0] == answers[1]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"\n", b"\r"),
        (b"=\n", b"\n"),
        (b"-----BEGIN", b"----BEGIN"),
        (b"-----BEGIN", b"junk\n-----BEGIN"),
        (b"-----BEGIN", b" " * 1025 + b"\n-----BEGIN"),
        (b"FILE-----\n", b"FILE-----\n\n"),
        (b"FILE-----\n", b"FILE-----\nVersion: 1\n\n"),
        (b"END AGE ENCRYPTED FILE-----\n", b"END AGE ENCRYPTED FILE-----\n" + b"\n" * 1024),
        (b"END AGE ENCRYPTED FILE-----\n", b"END AGE ENCRYPTED FILE-----\nx"),
    ],
)
def test_a_second_armor_is_refused(old: bytes, new: bytes) -> None:
    """Headers, blank lines, other frames and things around are no armor."""
    text = armor.render(b"x" * 100)
    assert old in text
    with pytest.raises(Fault, match=r"seal\.armor\.malformed"):
        armor.parse(text.replace(old, new))


def test_windows_line_ends_and_space_around_are_accepted() -> None:
    """What mail programs do to text does no harm."""
    text = b" \r\n" + armor.render(b"x" * 100).replace(b"\n", b"\r\n") + b"\r\n \t\r\n"
    assert armor.parse(text) == b"x" * 100
