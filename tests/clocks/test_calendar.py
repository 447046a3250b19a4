"""Calendars are read strictly, written one way, and say when the office is open."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import jsonschema_rs
import pytest
from clocks.making import NEW_YORK, at, calendar, calendars, day
from hypothesis import given

from comity.clocks import calendar_text
from comity.clocks.calendar import HOLIDAY, PLAIN, UTC, WEEKEND, WORKDAY, Calendar, OfficeHours
from comity.clocks.calendar_schema import SCHEMA
from comity.kernel import ijson
from comity.kernel.fault import Fault
from comity.kernel.problem import Unfit

CATALOGUE = Path(__file__).parents[2] / "src" / "comity" / "catalogue"
SHIPPED = sorted((CATALOGUE / "calendar").glob("*.yaml"))
NINE_TO_SIX = OfficeHours(9 * 60, 18 * 60)


@given(calendars())
def test_what_is_rendered_is_parsed_to_the_same(made: Calendar) -> None:
    """A calendar survives being written down, and is written in one way."""
    data = calendar_text.render(made)
    found = calendar_text.parse(data)
    assert found == made
    assert calendar_text.render(found) == data
    assert found.sha256 == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_each_shipped_calendar_is_the_one_spelling(path: Path) -> None:
    """What ships is read by the program and by its schema, and is canonical."""
    data = path.read_bytes()
    assert calendar_text.render(calendar_text.parse(data)) == data
    assert len(SHIPPED) == 4


def test_the_published_schema_is_the_one_that_is_used() -> None:
    """Who checks a calendar elsewhere checks the same."""
    published = json.loads((CATALOGUE / "calendar.schema.json").read_text("utf-8"))
    assert published == SCHEMA
    assert jsonschema_rs.meta.is_valid(SCHEMA)


def test_the_kinds_of_days() -> None:
    """A holiday is off on any day of the week, a worked weekend counts, others by the week."""
    made = calendar({"2026-10-01": HOLIDAY, "2026-10-03": HOLIDAY, "2026-10-10": WORKDAY})
    kinds = {
        "2026-10-01": HOLIDAY, "2026-10-02": PLAIN, "2026-10-03": HOLIDAY, "2026-10-04": WEEKEND,
        "2026-10-10": WORKDAY, "2026-10-11": WEEKEND, "2026-10-12": PLAIN,
    }  # fmt: skip
    assert {text: made.kind_of(day(text)) for text in kinds} == kinds
    assert made.next_working(day("2026-10-02")) == day("2026-10-05")
    assert made.next_working(day("2026-10-09")) == day("2026-10-10")


@pytest.mark.parametrize(
    ("received", "counts"),
    [
        ("2026-10-09 08:59 +0800", "2026-10-09 09:00 +0800"),
        ("2026-10-09 09:00 +0800", "2026-10-09 09:00 +0800"),
        ("2026-10-09 17:59 +0800", "2026-10-09 17:59 +0800"),
        ("2026-10-09 18:00 +0800", "2026-10-10 09:00 +0800"),  # a Saturday that is worked
        ("2026-10-11 12:00 +0800", "2026-10-12 09:00 +0800"),
    ],
)
def test_office_hours_open_at_their_first_minute_and_close_at_their_last(
    received: str, counts: str
) -> None:
    """What comes at the time of closing has come too late."""
    made = calendar({"2026-10-10": WORKDAY}, office=NINE_TO_SIX)
    assert made.open_from_ms(at(received)) == at(counts)


def test_office_hours_follow_the_wall() -> None:
    """Nine o'clock is an hour earlier, in UTC, once summer time begins."""
    made = calendar(offsets=NEW_YORK, office=NINE_TO_SIX)
    assert made.open_from_ms(at("2026-03-06 04:00 -0500")) == at("2026-03-06 09:00 -0500")
    assert made.open_from_ms(at("2026-03-06 18:00 -0500")) == at("2026-03-09 09:00 -0400")
    gap = replace(made, weekend=(), office=OfficeHours(2 * 60 + 30, 4 * 60))
    assert gap.open_from_ms(at("2026-03-08 01:59 -0500")) == at("2026-03-08 03:00 -0400")


def test_hours_of_a_span_are_those_in_which_the_office_is_open() -> None:
    """Each begins open and ends closed, or at the edge of the span; a weekend has none."""
    made = calendar(offsets=NEW_YORK, office=OfficeHours(9 * 60, 17 * 60))
    first, last = at("2026-03-06 10:00 -0500"), at("2026-03-09 12:00 -0400")
    hours = [*made.open_hours(first, last)]
    assert hours == [
        (first, at("2026-03-06 17:00 -0500")), (at("2026-03-09 09:00 -0400"), last),
    ]  # fmt: skip
    assert all(made.open_from_ms(opens_ms) == opens_ms for opens_ms, _ in hours)
    assert all(made.open_from_ms(closes_ms) > closes_ms for _, closes_ms in hours[:-1])


def test_an_office_without_hours_is_always_open() -> None:
    """A calendar that names no hours defers nothing."""
    night = at("2026-10-11 03:00 +0800")
    assert calendar().open_from_ms(night) == night
    assert UTC.open_from_ms(night) == night


GOOD = calendar_text.render(calendar({"2026-10-01": HOLIDAY, "2026-10-10": WORKDAY})).decode()


@pytest.mark.parametrize(
    ("old", "new", "pointer"),
    [
        ('id: "made"', 'id: "Made"', "/id"),
        ('version: "1"', "version: 1", "/version"),
        ("weekend: [saturday, sunday]", "weekend: [caturday]", "/weekend/0"),
        ("kind: holiday", "kind: feast", "/days/0/kind"),
        ('date: "2026-10-01"', 'date: "2026-02-30"', "/days/0/date"),
        ('date: "2026-10-01"', 'date: "2027-01-01"', "/days/0/date"),
        ('date: "2026-10-01"', 'date: "2026-10-10"', "/days/1/date"),
        ('date: "2026-10-10"', 'date: "2026-10-12"', "/days/1/kind"),
        ('last: "2026-12-31"', 'last: "2025-12-31"', "/covers/last"),
        ('last: "2026-12-31"', 'last: "2026-12-31"\n  decreed_until: "2027-01-01"',
         "/covers/decreed_until"),
        ("covers:", 'office_hours: {opens: "18:00", closes: "09:00"}\ncovers:',
         "/office_hours/closes"),
        ('from: "1970-01-01T00:00:00Z"', 'from: "1970-13-01T00:00:00Z"', "/offsets/0/from"),
        ("days:\n", "else: 1\ndays:\n", "/else"),
    ],
)  # fmt: skip
def test_a_calendar_that_does_not_fit_is_refused_with_its_line(
    old: str, new: str, pointer: str
) -> None:
    """Whoever wrote it reads what is wrong, where, and what to do."""
    assert old in GOOD
    text = GOOD.replace(old, new, 1)
    with pytest.raises(Unfit) as caught:
        calendar_text.parse(text.encode(), "cn.yaml")
    assert caught.value.code == "clocks.calendar.unfit"
    places = [problem.pointer or "/else" for problem in caught.value.problems]
    assert pointer in places, caught.value
    assert all(problem.line > 0 for problem in caught.value.problems)


def test_every_problem_is_told_at_once() -> None:
    """Two mistakes are mended in one go."""
    text = GOOD.replace('id: "made"', 'id: "Made"').replace("kind: holiday", "kind: feast")
    with pytest.raises(Unfit) as caught:
        calendar_text.parse(text.encode())
    assert [problem.pointer for problem in caught.value.problems] == ["/id", "/days/0/kind"]
    with pytest.raises(Fault) as broken:
        calendar_text.parse(b"id: [")
    assert broken.value.code == "kernel.yaml.malformed"


def test_a_calendar_is_told_as_data() -> None:
    """Machines read what it covers and how many days it moves."""
    told = calendar_text.as_json(calendar_text.parse(GOOD.encode()))
    assert (told["first"], told["last"]) == ("2026-01-01", "2026-12-31")
    assert (told["holidays"], told["workdays"]) == (1, 1)
    assert ijson.parse(ijson.render(told)) == told
