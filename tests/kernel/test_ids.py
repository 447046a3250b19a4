"""Identifiers: one spelling each."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.kernel import ids
from comity.kernel.fault import Fault


@given(st.binary(min_size=16, max_size=16))
def test_an_id_of_random_bits_is_an_id(bits: bytes) -> None:
    """Every 128 bits give 26 characters that are taken as they are."""
    identifier = ids.random_id(bits)
    assert len(identifier) == 26
    assert ids.require_random_id("act", identifier) == identifier


@given(st.binary(min_size=16, max_size=16), st.binary(min_size=16, max_size=16))
def test_other_bits_give_another_id(one: bytes, other: bytes) -> None:
    """No two numbers share a spelling."""
    assert (ids.random_id(one) == ids.random_id(other)) == (one == other)


@given(st.integers(), st.binary(min_size=16, max_size=16), st.binary(min_size=16, max_size=16))
def test_ids_of_one_second_begin_alike_and_end_by_chance(
    second: int, one: bytes, other: bytes
) -> None:
    """Sixteen bits of the second stand first; fourteen bytes of chance after it."""
    first, then = ids.act_id(second, one), ids.act_id(second, other)
    assert first[:3] == then[:3]
    assert (first == then) == (one[2:] == other[2:])
    assert ids.require_random_id("act", first) == first
    assert first == ids.act_id(second + 65_536, one)
    assert first[:4] != ids.act_id(second + 1, one)[:4]


@given(st.from_regex(r"[a-z2-7]{25}[a-z2-7]", fullmatch=True))
def test_the_last_character_carries_two_bits_only(text: str) -> None:
    """A text is an id exactly if some 16 bytes give it: no second spelling."""
    if text[-1] in "aeimquy4":
        assert ids.require_random_id("act", text) == text
    else:
        with pytest.raises(Fault):
            ids.require_random_id("act", text)


@given(st.text(max_size=70))
def test_any_text_is_a_name_or_is_refused_with_it_named(text: str) -> None:
    """A refused name is told back to whoever wrote it."""
    try:
        assert ids.require_name("agency", text) == text
    except Fault as fault:
        assert fault.code == "kernel.id.malformed"
        assert "agency" in fault.what
    else:
        assert text == text.lower()
        assert text.isascii()


@pytest.mark.parametrize("name", ["fr", "fr-doj", "a.b-c.9", "0", "x" * 63])
def test_names_of_the_field_are_taken(name: str) -> None:
    """Short lower-case words with digits, dots and hyphens are names."""
    assert ids.require_name("party", name) == name


@pytest.mark.parametrize(
    "name", ["", "FR", "-a", ".a", "a b", "a/b", "a+b", "é", "x" * 64, "a\n", "a\x00", "\uff11"]
)
def test_what_could_be_read_two_ways_is_no_name(name: str) -> None:
    """Upper case, separators of an origin, other scripts and line ends are refused."""
    with pytest.raises(Fault):
        ids.require_name("party", name)
