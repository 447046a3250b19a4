"""Bytes that leave an exercise bear its mark, whatever their kind and however they are cut."""

import csv
import io
import json

from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from comity.node.room import exercise_mark
from comity.node.room.exercises import KEY, MARK

text = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=20)
cell = st.text(st.characters(exclude_categories=("Cs", "Cc")) | st.just("\n"), max_size=12)


def _cut(data: bytes, sizes: list[int]) -> list[bytes]:
    parts = []
    for size in sizes:
        parts.append(data[:size])
        data = data[size:]
    return [*parts, data]


sizes = st.lists(st.integers(0, 5), max_size=8)


@given(st.dictionaries(text, text) | st.lists(text), sizes)
def test_json_is_json_with_the_mark(value: object, cuts: list[int]) -> None:
    """An object has one more key, anything else becomes the value of one."""
    data = json.dumps(value, ensure_ascii=False).encode()
    made = b"".join(exercise_mark.marked_stream("application/json", _cut(data, cuts)))
    found = json.loads(made)
    if isinstance(value, dict) and KEY not in value:
        assert found == {KEY: MARK, **value}
    elif not isinstance(value, dict):
        assert found == {KEY: MARK, "value": value}


@given(st.lists(st.lists(cell, min_size=2, max_size=3), min_size=1, max_size=4), sizes)
def test_each_line_of_csv_has_the_mark_first(rows: list[list[str]], cuts: list[int]) -> None:
    """The rest of each line is as it was, with line breaks within a cell."""
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    data = out.getvalue().encode()
    made = b"".join(exercise_mark.marked_stream("text/csv; charset=utf-8", _cut(data, cuts)))
    found = [*csv.reader(io.StringIO(made.decode(), newline=""))]
    assert found == [[MARK, *row] for row in rows]


def test_each_entry_of_a_calendar_says_that_it_is_played() -> None:
    """Its summary begins with the word in both languages, and so does the name of the calendar."""
    data = (
        b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:1\r\n"
        b"DTSTAMP:20270301T080000Z\r\nSUMMARY:answer\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    made = b"".join(exercise_mark.marked_stream("text/calendar", [data]))
    found = Calendar.from_ical(made)
    assert [str(one["SUMMARY"]) for one in found.walk("VEVENT")] == ["EXERCISE 演练: answer"]
    assert str(found["X-WR-CALNAME"]) == MARK


def test_the_name_of_a_file_says_it_once() -> None:
    """A name that has the word has it still, and not twice."""
    once = exercise_mark.file_name("due.ics")
    assert once == "EXERCISE-演练-due.ics"
    assert exercise_mark.file_name(once) == once
