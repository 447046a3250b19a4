"""Published figures: histories made from a public table give the table, empty cells and all.

The table is Google's of government requests for user data, by half-year, country and legal process:
how many requests, and of how many of them, in whole per cent, some data were produced.  It has
cells without a percentage, cells of zero requests, rates of zero, and "2 requests, 50 %".
"""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from comity.figures.address import part
from comity.figures.cells import Cell
from comity.figures.figures import Figures, Period, cell, figures
from comity.figures.observation import COMPLETE, Fact, Moment, Observation, Span

DAY_MS = 86_400_000
FEW = 60
"""Lines of at most so many requests are made for every half-year; one half-year is whole."""


@dataclass(frozen=True)
class Line:
    """One line of the table: half-year, country, legal process, requests, per cent or None."""

    half: Period
    country: str
    process: str
    asked: int
    percent: int | None

    @property
    def name(self) -> str:
        """What its requests have in common."""
        return f"{self.country or 'none'}/{self.process}"

    @property
    def produced(self) -> int:
        """How many requests a whole per cent of them is."""
        return round(self.asked * (self.percent or 0) / 100)


def _half(ending: str) -> Period:
    last = datetime.fromisoformat(ending).replace(tzinfo=UTC)
    first = last.replace(month=last.month - 5, day=1)
    after = last + timedelta(days=1)
    return Period(*(int(one.timestamp()) * 1_000 for one in (first, after)))


@cache
def _table(path: Path) -> tuple[Line, ...]:
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(
            Line(
                _half(line["Period Ending"]),
                line["CLDR Territory Code"],
                line["Legal Process"],
                int(line["User Data Requests"]),
                int(percent) if percent else None,
            )
            for line in csv.DictReader(file)
            for percent in [line["Percentage of requests where some data produced"]]
        )


@pytest.fixture(scope="module")
def table(request: pytest.FixtureRequest) -> tuple[Line, ...]:
    """Every line."""
    folder: Path = request.getfixturevalue("test_data")
    return _table(folder / "google-user-data-requests.csv")


def _history(line: Line) -> Iterator[Observation]:
    """Give the requests of a line: answered in part, refused, or open where nothing is said."""
    for at in range(line.asked):
        asked_ms = line.half.from_ms + (line.half.to_ms - line.half.from_ms) * at // line.asked
        asked = Moment(f"{line.name}-{at}", asked_ms, asked_ms)
        answered = Moment(f"{line.name}-{at}-done", asked_ms + DAY_MS, asked_ms + DAY_MS)
        is_told = line.percent is not None
        outcome = "answered-in-part" if at < line.produced else "refused" if is_told else "open"
        yield Observation(
            kind="request",
            id=f"{line.half.from_ms}-{line.name}-{at}",
            asker=line.country or "none",
            addressee="provider",
            asked=asked,
            dimensions={"type": line.process, "agency": line.name},
            spans=(Span(COMPLETE, asked, answered if is_told else None),),
            facts=(Fact("item", "", "data", "provider", outcome),),
        )


def _reviewed(lines: list[Line], half: Period, before: Period | None) -> Figures:
    rows = (row for line in lines if line.half in (half, before) for row in _history(line))
    return figures(rows, half, half.to_ms + 400 * DAY_MS, before)


def _percent(one: Cell) -> int | None:
    """Return a share in whole per cent, a half rounded up as published; None where it is empty."""
    value: Any = one["value"]
    return None if value is None else (200 * value[0] + value[1]) // (2 * value[1])


def _printed(line: Line, found: Figures, *, before: bool = False) -> tuple[Any, int | None]:
    group = f"agency/{part(f'provider:{line.name}')}"
    asked = cell(found, f"{group}/volume/asked", before=before)
    some = cell(found, f"{group}/quality/response/some", before=before)
    assert asked.get("small", False) == (0 < line.asked < 5)
    return asked["value"] or 0, _percent(some)


def test_a_table_comes_out_as_it_went_in(table: tuple[Line, ...]) -> None:
    """Every line of few requests, half-year by half-year, each with the one before beside it."""
    lines = [line for line in table if line.asked <= FEW]
    halves = sorted({line.half for line in table}, key=lambda half: half.from_ms)
    seen = 0
    for before, half in zip([None, *halves], halves, strict=False):
        found = _reviewed(lines, half, before)
        for line in lines:
            if line.half in (half, before):
                printed = _printed(line, found, before=line.half == before)
                assert printed == (line.asked, line.percent if line.asked else None), line
                seen += 1
        _check_totals([line for line in lines if line.half == half], found)
    assert seen > 1_800


def _check_totals(lines: list[Line], found: Figures) -> None:
    totals: dict[str, int] = {}
    for line in lines:
        totals[line.process] = totals.get(line.process, 0) + line.asked
    for process, asked in totals.items():
        assert (cell(found, f"type/{part(process)}/volume/asked")["value"] or 0) == asked
    assert cell(found, "all/volume/asked")["value"] == sum(totals.values())


@pytest.mark.parametrize(
    ("country", "ending", "want"),
    [
        ("CN", "2013-12-31", {"n": 1, "value": [0, 1], "small": True}),
        ("CN", "2014-06-30", {"n": 2, "value": [1, 2], "small": True}),
        ("CN", "2014-12-31", {"n": 1, "value": [0, 1], "small": True}),
        ("CN", "2015-06-30", {"n": 0, "value": None}),
    ],
)
def test_a_rate_of_one_or_two_is_said_to_be_of_few(
    table: tuple[Line, ...], country: str, ending: str, want: Mapping[str, Any]
) -> None:
    """One request and 0 %, two and 50 %: a rate of zero is zero, and no request is no rate."""
    half = _half(ending)
    found = _reviewed([line for line in table if line.country == country], half, None)
    assert cell(found, "all/quality/response/some") == want


def test_a_whole_half_year_has_the_rate_that_was_published(table: tuple[Line, ...]) -> None:
    """14,201 requests of 25 countries, of which 76.2 %; of the 13,424 before it nothing is said."""
    half, before = _half("2010-12-31"), _half("2010-06-30")
    found = _reviewed(list(table), half, before)
    some: Any = cell(found, "all/quality/response/some")
    assert cell(found, "all/volume/asked") == {"n": 14_201, "value": 14_201}
    assert some["n"] == 14_201
    assert round(100 * some["value"][0] / some["value"][1], 1) == 76.2
    assert cell(found, "all/volume/asked", before=True)["value"] == 13_424
    assert cell(found, "all/quality/response/some", before=True) == {"n": 0, "value": None}
