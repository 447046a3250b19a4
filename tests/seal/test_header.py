"""The header of an age file: one spelling, and no list can be changed."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.kernel.fault import Fault
from comity.seal.header import (
    Header,
    Stanza,
    build_header,
    is_key_of,
    parse_header,
    render_header,
    scan_header,
)
from comity.seal.symmetric import SymmetricRecipient

args = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=20)
stanzas = st.builds(
    Stanza, st.lists(args, min_size=1, max_size=4).map(tuple), st.binary(max_size=150)
)
headers = st.builds(
    Header,
    st.lists(stanzas, min_size=1, max_size=4).map(tuple),
    st.binary(min_size=32, max_size=32),
)
EXAMPLE = build_header(b"k" * 16, [SymmetricRecipient(b"s" * 32)], lambda count: b"e" * count)


@given(headers, st.binary(max_size=60))
def test_a_header_reads_back_and_ends_where_it_ends(header: Header, payload: bytes) -> None:
    """Parse is the inverse of render, whatever follows."""
    data = render_header(header)
    assert parse_header(data) == header
    assert scan_header(data + payload) == (header, len(data))


@given(headers, st.data())
def test_a_changed_byte_changes_the_meaning_or_is_refused(
    header: Header, draws: st.DataObject
) -> None:
    """There is one spelling: nobody can write the same list in another way."""
    data = bytearray(render_header(header))
    at = draws.draw(st.integers(0, len(data) - 1))
    data[at] ^= draws.draw(st.integers(1, 255))
    try:
        other = parse_header(bytes(data))
    except Fault as fault:
        assert fault.code == "seal.header.malformed"
    else:
        assert other != header
        assert render_header(other) == data


@given(st.integers(0, len(EXAMPLE) - 1))
def test_a_header_that_is_cut_short_is_refused(size_bytes: int) -> None:
    """No beginning of a header is a header."""
    with pytest.raises(Fault, match=r"seal\.header\.malformed"):
        parse_header(EXAMPLE[:size_bytes])


def test_nothing_may_follow_a_header_that_stands_alone() -> None:
    """`parse_header` reads a header, not a file."""
    with pytest.raises(Fault, match="nothing may stand after"):
        parse_header(EXAMPLE + b"\n")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"v1\n", b"v2\n"),
        (b"v1\n", b"v1\r\n"),
        (b"-> ", b"->  "),
        (b"-> ", b"--> "),
        (b"comity-symmetric", b"comity\tsymmetric"),
        (b"--- ", b"---\n"),
        (b"--- ", b"---  "),
        (b"\n--- ", b"\n\n--- "),
    ],
)
def test_a_second_spelling_is_refused(old: bytes, new: bytes) -> None:
    """Space, case, line ends and version are as written in the specification, or refused."""
    assert EXAMPLE.count(old) >= 1
    with pytest.raises(Fault, match=r"seal\.header\.malformed"):
        parse_header(EXAMPLE.replace(old, new, 1))


def test_the_mac_covers_every_stanza() -> None:
    """A stanza that is added, dropped or changed later is noticed by who opens another."""
    header = parse_header(EXAMPLE)
    assert is_key_of(b"k" * 16, EXAMPLE, header, len(EXAMPLE))
    assert not is_key_of(b"l" * 16, EXAMPLE, header, len(EXAMPLE))
    more = dataclasses.replace(header, stanzas=(*header.stanzas, Stanza(("extra",), b"")))
    data = render_header(more)
    assert not is_key_of(b"k" * 16, data, more, len(data))


def test_a_header_beyond_the_limit_is_refused() -> None:
    """A peer cannot make the parser hold more than a mebibyte of stanzas."""
    stanza = Stanza(("grease",), b"x" * 60_000)
    with pytest.raises(Fault, match="at most 1048576 bytes"):
        parse_header(render_header(Header((stanza,) * 14, bytes(32))))


def test_a_file_is_sealed_to_somebody() -> None:
    """A file that nobody can open is a mistake, said before it is made."""
    with pytest.raises(Fault, match=r"seal\.recipient\.missing"):
        build_header(b"k" * 16, [], bytes)
