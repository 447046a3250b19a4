"""Plain YAML is read in one way, or refused with its line."""

import json
import re

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from comity.kernel import limits, plain_yaml
from comity.kernel.fault import Fault
from comity.kernel.ijson import Json
from comity.kernel.problem import Problem

TEXT = b"""\
id: preservation
days: 60
country: no
signed: 2026-11-24
urgent: true
labels: {en: Preservation, zh: "\xe4\xbf\x9d\xe5\x85\xa8"}
elements:
  - id: offence
    help: |
      Name it.
      And its article.
  - id: facts
nothing:
quoted: "60"
"""

scalars = (
    st.none()
    | st.booleans()
    | st.integers(-limits.JSON_INTEGER_MAX, limits.JSON_INTEGER_MAX)
    | st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Zs")), max_size=12)
)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text("abc-.0123 :#", max_size=6), inner, max_size=4)
    ),
    max_leaves=20,
)


def test_a_text_is_read_as_it_looks() -> None:
    """Words stay words, numbers are numbers, quoted is quoted."""
    assert plain_yaml.parse(TEXT).value == {
        "id": "preservation",
        "days": 60,
        "country": "no",
        "signed": "2026-11-24",
        "urgent": True,
        "labels": {"en": "Preservation", "zh": "保全"},
        "elements": [
            {"id": "offence", "help": "Name it.\nAnd its article.\n"},
            {"id": "facts"},
        ],
        "nothing": None,
        "quoted": "60",
    }


def test_a_problem_finds_its_line() -> None:
    """A place that is missing has the line of what it is missing from."""
    marked = plain_yaml.parse(TEXT)
    assert marked.placed(Problem("/elements/1/id", "", "", "")).line == 12
    assert marked.placed(Problem("/elements/1/label", "", "", "")).line == 12
    assert marked.placed(Problem("/labels/zh", "", "", "")).line == 6
    assert marked.placed(Problem("/unheard", "", "", "")).line == 1


@given(values)
@example("0E0")
def test_what_a_library_writes_is_read_back(value: Json) -> None:
    """Every value without real numbers has a plain text, but for a word like `08` or `1e3`."""
    text = yaml.safe_dump(value, allow_unicode=True).encode()
    try:
        read = plain_yaml.parse(text).value
    except Fault as fault:
        assert "quote it if it is a word" in fault.what
        assert re.search(rb"\b0[0-9]|[0-9][eE][-+]?[0-9]", text)
    else:
        assert read == value


@given(values)
@example("08")
@example({"08": ["-09", "+1", "1e3"]})
def test_what_is_written_is_read_back(value: Json) -> None:
    """Keys keep their order."""
    read = plain_yaml.parse(plain_yaml.render(value)).value
    assert read == value
    assert json.dumps(read) == json.dumps(value)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    """Nothing else is raised."""
    try:
        plain_yaml.parse(data)
    except Fault as fault:
        assert fault.code == "kernel.yaml.malformed"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (b"a: &x 1\nb: *x\n", "line 1, column 4: the anchor &x"),
        (b"a: [1]\nb: *x\n", "line 2, column 4: the alias *x"),
        (b"a: !!python/object x\n", "line 1, column 4: the tag tag:yaml.org,2002:python/object"),
        (b"a: 1\na: 2\n", "line 2, column 1: the key 'a' stands twice"),
        (b"a: 1.5\n", "line 1, column 4: '1.5' is no whole number"),
        (b"a: 9007199254740992\n", "beyond 2^53"),
        (b"a: " + b"9" * 5_000 + b"\n", "beyond 2^53"),
        (b"? [a]\n: 1\n", "a key is a list"),
        (b"a: 1\n---\nb: 1\n", "line 2, column 1: a second document begins"),
        (b"", "it is empty"),
        (b"a: [1, 2\n", "a flow sequence that begins in line 1, column 4"),
        (b'a: 1\nb: "x\n', "a quoted scalar that begins in line 2, column 4. Close the quote."),
        (b"a: b: c\n", "line 1, column 5: mapping values are not allowed here. Quote words"),
        (b"a:\n\tb: 1\n", "cannot start any token. Indent with spaces."),
        (b"a: 1\n b: 2\n", "or indent the line anew."),
        (b"- 1\n -2\nb: 1\n", "Indent the line as those beside it."),
        (b'a: "\\ud800"\n', "holds a lone surrogate"),
        (b'"\\udc00": 1\n', "holds a lone surrogate"),
        (b"\xff", "byte 0 is not UTF-8"),
        (b"[" * 40, "too deep"),
        (b"x" * (limits.WRITTEN_BYTES_MAX + 1), "over 1048576"),
    ],
)
def test_what_is_not_plain_is_refused(text: bytes, why: str) -> None:
    """With the line, and what is wrong in it."""
    with pytest.raises(Fault, match="cannot be read") as caught:
        plain_yaml.parse(text)
    assert why in str(caught.value)
