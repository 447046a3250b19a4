"""Strict I-JSON: one reading, one spelling."""

import json
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.kernel import ijson, limits
from comity.kernel.fault import Fault

REFUSED_ON_PURPOSE = {
    "y_object_duplicated_key.json",
    "y_object_duplicated_key_and_value.json",
}
"""Two readers may disagree on which of two equal keys counts."""

_texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
_integers = st.integers(-limits.JSON_INTEGER_MAX, limits.JSON_INTEGER_MAX)
_reals = st.floats(allow_nan=False, allow_infinity=False)
_scalars = st.none() | st.booleans() | _integers


def _values(scalars: st.SearchStrategy[ijson.Json]) -> st.SearchStrategy[ijson.Json]:
    return st.recursive(
        scalars | _texts,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_texts, inner, max_size=4),
        max_leaves=20,
    )


values = _values(_scalars | _reals)


def _is_read(data: bytes) -> bool:
    try:
        ijson.parse(data)
    except Fault as fault:
        assert fault.code == "kernel.json.malformed"
        return False
    return True


def test_the_public_suite_is_read_or_refused_as_it_asks(test_data: Path) -> None:
    """What every JSON reader must read is read, what none may read is refused."""
    files = {path.name: path.read_bytes() for path in (test_data / "json-suite").rglob("*.json")}
    must = {name for name in files if name.startswith("y_")}
    must_not = {name for name in files if name.startswith("n_")}
    read = {name for name, data in files.items() if _is_read(data)}
    assert must
    assert must_not
    assert must - read == REFUSED_ON_PURPOSE
    assert must_not & read == set()


def test_naughty_strings_come_back_whole(test_data: Path) -> None:
    """A text that breaks other programs passes through unharmed."""
    strings = json.loads((test_data / "blns.json").read_bytes())
    assert len(strings) > 400
    assert ijson.parse_canonical(ijson.render(strings)) == strings


@given(_values(_scalars))
def test_what_is_rendered_is_read_again(value: ijson.Json) -> None:
    """parse(render(x)) == x, and the rendering is the canonical one."""
    assert ijson.parse_canonical(ijson.render(value)) == value


@given(_reals)
def test_a_number_with_a_fraction_is_read_and_has_no_canonical_spelling(value: float) -> None:
    """Programs spell doubles differently; no field that is signed holds one."""
    spelled = b'{"a":' + ijson.render(value) + b"}"
    assert ijson.parse(spelled) == {"a": value}
    assert ijson.parse_canonical(spelled, has_fractions=True) == {"a": value}
    with pytest.raises(Fault) as refused:
        ijson.parse_canonical(spelled)
    assert refused.value.code == "kernel.json.second-spelling"


@given(values)
def test_a_second_spelling_is_read_but_is_not_canonical(value: ijson.Json) -> None:
    """White space changes nothing of the meaning, and is refused where bytes are signed."""
    spelled = b" " + ijson.render(value)
    assert ijson.parse(spelled) == value
    with pytest.raises(Fault) as refused:
        ijson.parse_canonical(spelled)
    assert refused.value.code == "kernel.json.second-spelling"


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused_with_a_code(data: bytes) -> None:
    """Reading is total: no other exception leaves it, whatever a peer sends."""
    if _is_read(data):
        ijson.render(ijson.parse(data))


@pytest.mark.parametrize("opening", [b"[", b'{"a":'])
def test_nesting_of_a_hundred_thousand_is_refused(opening: bytes) -> None:
    """A text that would exhaust a recursive reader is refused before it is read."""
    assert not _is_read(opening * 100_000)
    closing = {b"[": b"]", b'{"a":': b"}"}[opening]
    assert not _is_read(opening * 100_000 + b"1" + closing * 100_000)


def test_a_text_costs_what_its_length_does() -> None:
    """A string that never ends is looked through once, however many quotes stand in it."""
    assert not _is_read(b'"' + b'\\"' * (1 << 20) + b"[" * (limits.JSON_DEPTH_MAX + 1))


def test_nesting_counts_brackets_outside_strings_only() -> None:
    """Thirty-two levels are read, thirty-three refused, and brackets in a text are text."""
    depth = limits.JSON_DEPTH_MAX
    assert _is_read(b"[" * depth + b"]" * depth)
    assert not _is_read(b"[" * (depth + 1) + b"]" * (depth + 1))
    assert _is_read(b'"' + b'[\\"{' * 50_000 + b'"')


@pytest.mark.parametrize(
    "text",
    [
        b'{"a":1,"a":1}',
        b"9007199254740992",
        b"-9007199254740992",
        b"9" * 5000,
        b"1e400",
        b"NaN",
        b"-Infinity",
        b'"\\ud800"',
        b'{"\\udfff":1}',
        b"\xef\xbb\xbf1",
        b'"\xff"',
        b"",
        b"1 2",
    ],
)
def test_what_two_readers_may_read_differently_is_refused(text: bytes) -> None:
    """Duplicate keys, inexact numbers, lone surrogates and the like have no meaning here."""
    assert not _is_read(text)


@pytest.mark.parametrize(
    "one", ["\ufdd0", "\ufdef", "\ufffe", "\uffff", "\U0001fffe", "\U0010ffff"]
)
def test_a_noncharacter_is_read_as_it_was_written(one: str) -> None:
    """Every reader reads it alike: docs/adr/0073."""
    assert ijson.parse_canonical(ijson.render({one: [one]})) == {one: [one]}
    assert ijson.parse(b'"\\ufffe"') == "\ufffe"


@pytest.mark.parametrize("number", [b"1.5", b"1e3", b"-0.0"])
def test_a_fraction_has_no_canonical_spelling(number: bytes) -> None:
    """RFC 8785 prints doubles by the rules of one language."""
    assert ijson.parse(number) == float(number)
    with pytest.raises(Fault):
        ijson.parse_canonical(number)


def test_a_hundred_thousand_values_are_read_and_one_more_refused() -> None:
    """The number of values is bounded, the list itself included."""
    count = limits.JSON_NODES_MAX
    assert _is_read(b"[" + b"0," * (count - 2) + b"0]")
    assert not _is_read(b"[" + b"0," * (count - 1) + b"0]")


def test_too_many_values_are_refused_before_they_are_made() -> None:
    """A file of a few megabytes would fill a gigabyte; what parts values in a text is text."""
    tracemalloc.start()
    with pytest.raises(Fault):
        ijson.parse_canonical(b"[" + b'{"":{}},' * 300_000 + b"{}]")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 16 << 20
    assert not _is_read(b"a,b," * 100_000)
    assert _is_read(b'["' + b',\\",' * 100_000 + b'"]')
