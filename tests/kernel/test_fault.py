"""Faults: what is wrong, with the value, and what to do next."""

import pickle
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.kernel.fault import OFFENDING_VALUE_CHARS_MAX, Fault, path_quoted, quoted
from comity.kernel.problem import Malformed, Place, Problem, Unfit


def test_a_fault_reads_as_two_sentences_and_a_code() -> None:
    """Printed, it tells what, what next, and the code to look up."""
    fault = Fault(code="kernel.id.malformed", what="The id '+' is none.", fix="Use letters.")
    assert str(fault) == "The id '+' is none. Use letters. [kernel.id.malformed]"
    assert (fault.code, fault.what, fault.fix) == (
        "kernel.id.malformed",
        "The id '+' is none.",
        "Use letters.",
    )


@given(st.text(max_size=300))
def test_a_quoted_value_is_one_short_printable_line(text: str) -> None:
    """Whatever a peer sent, quoting it cannot break a line, a terminal or a log."""
    line = quoted(text)
    assert line.isprintable()
    assert len(line) <= 10 * OFFENDING_VALUE_CHARS_MAX + 2


@given(st.text(max_size=OFFENDING_VALUE_CHARS_MAX))
def test_a_short_value_is_quoted_whole(text: str) -> None:
    """Nothing is lost of a value that fits."""
    assert quoted(text) == repr(text)


@given(st.lists(st.integers(), max_size=4) | st.integers() | st.none())
def test_a_value_that_is_no_text_is_quoted_as_python_writes_it(value: object) -> None:
    """Numbers and lists can be quoted as well."""
    assert quoted(value) == quoted(repr(value))


@given(st.binary(max_size=OFFENDING_VALUE_CHARS_MAX))
def test_bytes_are_quoted_as_the_text_that_they_are(data: bytes) -> None:
    """What a file of a peer says is shown as a person reads it, whatever it holds."""
    assert quoted(data) == quoted(data.decode(errors="replace"))
    assert quoted(data).isprintable()


@pytest.mark.parametrize(
    "fault",
    [
        Fault(code="keys.secret.wrong", what="It does not open 'a'.", fix="Set another."),
        Malformed("kernel.json.malformed", "it is empty", "Write an object.", Place(1, 1), "a"),
        Unfit("guideline.text.unfit", "a", [Problem("/b", "c", "It is d.", "Make it e.", 1, 2)]),
    ],
)
def test_a_fault_of_another_process_is_told_as_it_is(fault: Fault) -> None:
    """Who does a part of long work elsewhere may find it, whatever a kind of fault is made of."""
    told = pickle.loads(pickle.dumps(fault))  # noqa: S301 -- it was made here
    assert type(told) is type(fault)
    assert (str(told), vars(told)) == (str(fault), vars(fault))


def test_a_path_is_quoted_to_its_end() -> None:
    """The end of a long path says which file it is; a control character in it steers nothing."""
    path = PurePosixPath("/" + "folder/" * 30 + "a\x1b.json")
    assert path_quoted(path) == f"'/{'folder/' * 30}a\\x1b.json'"
