"""What is wrong in a JSON text, and where."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.kernel import ijson, limits
from comity.kernel.json_parts import places
from comity.kernel.problem import Malformed, Place

_DEPTH = limits.JSON_DEPTH_MAX


@pytest.mark.parametrize(
    ("text", "line", "column", "why", "mend"),
    [
        (b"", 1, 1, "it is empty", "Write a JSON value."),
        (b" \n\t\n", 1, 1, "it is empty", "Write a JSON value."),
        (b'{\n "a": tru}', 2, 7, "a value belongs here", "true, false"),
        (b'{"a": 1,}', 1, 8, "no key follows this comma", "Leave the comma out."),
        (b"{'a': 1}", 1, 2, "a key in double quotes", "Write one"),
        (b'{"a" 1}', 1, 6, "a colon belongs here", "Write one."),
        (b"[1\n2]", 2, 1, "a comma belongs here", "close what is open"),
        (b'["a\nb"]', 1, 4, "the end of a line", "Close the string"),
        (b'["\\x"]', 1, 3, "a backslash", "for a backslash"),
        (b'["a', 1, 2, "does not end", "double quote"),
        (b'{"a": [1,', 1, 10, "the text ends, and a value belongs", "take the whole text"),
        (b"{} {}", 1, 4, "something follows", "into a list"),
        (b"\xef\xbb\xbf{}", 1, 1, "byte order mark", "without one"),
        ('{\n"é": "'.encode() + b'\xff"}', 2, 7, "byte 9 is not UTF-8", "in UTF-8"),
        (
            b'{"a": 1,\n "b": {"a": 1},\n "a": 2}',
            3,
            2,
            "the key 'a' stands twice",
            "one of the two",
        ),
        (b'{"a":1,"\\u0061":2}', 1, 8, "the key 'a' stands twice", "one of the two"),
        (b"[1,\n 9007199254740992x", 2, 2, "'9007199254740992' is beyond 2^53 - 1", "or a string"),
        (b"[-1e999]", 1, 2, "'-1e999' is beyond a double", "smaller"),
        (b"[\n-Infinity]", 2, 1, "'-Infinity' is not a number", "null"),
        (b'["a", "\\ud800"]', 1, 7, "lone surrogate", "the character itself"),
        (b'{"a":\n' + b"[" * _DEPTH, 2, _DEPTH, "nested deeper than 32", "less deeply"),
        (b"{" * 40, 1, _DEPTH + 1, "nested deeper than 32", "less deeply"),
        (
            b"[\n" + b"0," * limits.JSON_NODES_MAX + b"0]",
            2,
            199_999,
            "more than 100000",
            "of it",
        ),
    ],
)
def test_the_place_of_a_flaw_is_told(
    text: bytes, line: int, column: int, why: str, mend: str
) -> None:
    """As the compiler of a language does: where, what, and what to do."""
    with pytest.raises(Malformed) as caught:
        ijson.parse(text)
    assert why in caught.value.why
    assert caught.value.place == Place(line, column)
    assert f"line {line}, column {column}: " in caught.value.what
    assert mend in caught.value.fix


_ODD = st.sampled_from(
    ["NaN", "1e999", "9007199254740992", "-9007199254740993", '"\\udead"', '{"a":1,"a":2}']
)
_GOOD = st.sampled_from(["1", '"x"', '"\\ud83d\\ude00"', "[]", '{"b": [1, "]"]}', "null"])


@given(st.lists(_GOOD, max_size=5), _ODD, st.lists(st.one_of(_GOOD, _ODD), max_size=3))
def test_it_is_the_first_flaw_that_is_told(before: list[str], odd: str, after: list[str]) -> None:
    """Whatever stands before it is passed over."""
    text = "[" + ",\n".join([*before, odd, *after]) + "]"
    with pytest.raises(Malformed) as caught:
        ijson.parse(text.encode())
    found = caught.value.place
    assert found.line == len(before) + 1
    assert "readers read it differently" not in caught.value.what


@given(st.text(alphabet='[]{}",:\\ud80NaIfiy1e9-. \n', max_size=60))
def test_what_is_refused_has_a_place(text: str) -> None:
    """Inside the text, or right behind it."""
    try:
        ijson.parse(text.encode())
    except Malformed as fault:
        lines = text.split("\n")
        assert 1 <= fault.place.column <= len(lines[fault.place.line - 1]) + 1
        assert "readers read it differently" not in fault.what


_KEYS = st.text(st.characters(exclude_categories=["Cs"]), max_size=3)
_VALUES = st.recursive(
    st.none() | st.integers(-9, 9) | st.text(st.characters(exclude_categories=["Cs"]), max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=3),
    max_leaves=9,
)


@given(_VALUES)
def test_every_part_has_its_place(value: ijson.Json) -> None:
    """Each key and each item of a list, where it begins."""
    text = json.dumps(value, indent=1, ensure_ascii=False)
    lines = text.split("\n")
    found = places(text)
    assert len(found) == _count(value)
    for pointer, place in found.items():
        last = pointer.rpartition("/")[2].replace("~1", "/").replace("~0", "~")
        rest = lines[place.line - 1][place.column - 1 :]
        is_item = last.isascii() and last.isdigit()
        assert not pointer or is_item or rest.startswith(json.dumps(last, ensure_ascii=False))


def _count(value: ijson.Json) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + sum(map(_count, inner))
