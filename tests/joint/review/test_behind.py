"""From a cell to its requests, and from a difference to what explains it."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from support.observed import DAY_MS, NOW_MS, START_MS, YEAR_MS, observation, observations

from comity.figures import definition, definitions, drill_down, tally
from comity.figures.address import split
from comity.figures.difference import difference
from comity.figures.figures import Figures, Period, figures, of
from comity.figures.observation import MEASURES, Observation
from comity.figures.row_tally import tallied

chances = st.randoms(use_true_random=True)
PERIOD = Period(START_MS + YEAR_MS // 2, NOW_MS)
BEFORE = Period(START_MS, PERIOD.from_ms)


def _figures(rows: Sequence[Observation], now_ms: int = NOW_MS) -> Figures:
    return figures(rows, PERIOD, now_ms, BEFORE, {"cn/log": 3})


@given(chances)
@settings(max_examples=5)
def test_behind_a_cell_are_the_requests_that_it_counts(chance: Random) -> None:
    """As many as n says where requests are counted; where acts are, none only if there are none."""
    rows = observations(chance, 12)
    cells: Any = _figures(rows)["cells"]
    for address, cell in cells.items():
        one = definitions.of(split(address)[1])
        assert one is not None
        found = list(drill_down.each(rows, PERIOD, NOW_MS, address))
        counted = sum(is_counted for _, is_counted in found)
        if one.unit == definition.REQUESTS or one.kind not in definition.COUNTED:
            is_plain = one.kind in {definition.PLAIN, definition.MOST}
            assert (counted if is_plain else len(found)) == cell["n"]
        assert (len(found) == 0) <= (cell["n"] == 0)
        if one.kind == definition.COUNT:
            value = cell["value"] or 0
            assert counted == value if one.unit == definition.REQUESTS else counted <= value
            assert (counted == 0) == (value == 0)


@given(chances)
@settings(max_examples=5)
def test_columns_tell_what_is_behind_a_cell_as_the_rows_do(chance: Random) -> None:
    """Of every cell, and of ones that do not stand: the same requests, the same of them counted."""
    rows = observations(chance, 12)
    chance.shuffle(rows)
    found, columns = of(map(tallied, rows), PERIOD, NOW_MS, BEFORE)
    cells: Any = found["cells"]
    rows.sort(key=lambda row: (row.asked.at_ms, row.id))
    for address in (*cells, "all/volume/nothing", "type/none/volume/asked", "all"):
        told = [(columns.ids[at], counts) for at, counts in drill_down.of(columns, address)]
        each = drill_down.each(rows, PERIOD, NOW_MS, address)
        assert told == [(row.id, counts) for row, counts in each]


@given(chances, st.integers(1, 60), st.sampled_from(MEASURES))
@settings(max_examples=10)
def test_bars_of_a_distribution_share_out_what_is_behind_the_time(
    chance: Random, days: int, measure: str
) -> None:
    """Each request is behind the one bar that its time lies in; of no time, behind none."""
    rows = observations(chance, 20)
    _, columns = of(map(tallied, rows), PERIOD, NOW_MS)
    cell, edge = f"all/timeliness/{measure}/elapsed/median", days * DAY_MS
    bars = [drill_down.Lasted(0, edge), drill_down.Lasted(edge)]
    below, above = (
        [columns.ids[at] for at, _ in drill_down.of(columns, cell, one)] for one in bars
    )
    told = [columns.ids[at] for at, _ in drill_down.of(columns, cell)]
    assert sorted((*below, *above)) == sorted(told)
    lasted = {
        row.id: ms
        for row in rows
        for name, ms, _ in tally.times(row, NOW_MS)
        if name == f"timeliness/{measure}/elapsed"
    }
    assert all(lasted[one] < edge for one in below)
    assert all(lasted[one] >= edge for one in above)
    assert drill_down.of(columns, "all/volume/asked", bars[1]) == []


@given(chances)
@settings(max_examples=5)
def test_figures_of_the_same_rows_do_not_differ(chance: Random) -> None:
    """In whatever order each side has them."""
    rows = observations(chance, 12)
    found = _figures(rows)
    chance.shuffle(rows)
    assert difference(found, _figures(rows), rows, rows) == {"basis": [], "cells": [], "rows": []}


@given(chances, st.sampled_from(["more", "less", "moved", "fact", "hold"]))
@settings(max_examples=10)
def test_every_cell_that_differs_is_explained(chance: Random, how: str) -> None:
    """One request more, less, or read otherwise: each cell that moved names it, and its acts."""
    rows = observations(chance, 12)
    at = chance.randrange(len(rows))
    other = [*rows]
    match how:
        case "more":
            other.append(observation(chance, "new"))
        case "less":
            other.pop(at)
        case "moved":
            asked = replace(rows[at].asked, at_ms=rows[at].asked.at_ms - YEAR_MS // 4)
            other[at] = replace(rows[at], asked=asked)
        case "fact":
            other[at] = replace(rows[at], facts=observation(chance, "new").facts)
        case _:
            other[at] = replace(rows[at], holds=())
    found: Any = difference(_figures(rows), _figures(other), rows, other)
    assert [one["name"] for one in found["basis"]] in ([], ["contradicted"])
    assert [cell for cell in found["cells"] if cell["rows"] != [0]] == []
    assert len(found["rows"]) == (rows != other)
    for row in found["rows"]:
        assert row["id"] == (rows[at].id if how != "more" else "new")
        assert row["in"] == {"more": "other", "less": "own"}.get(how, "both")
        assert row["acts"] or row["fields"] == ["holds"]


@given(chances)
@settings(max_examples=3)
def test_another_instant_is_told_as_the_basis(chance: Random) -> None:
    """What differs because time passed is explained by no act."""
    rows = observations(chance, 40)
    found: Any = difference(_figures(rows), _figures(rows, NOW_MS + 1), rows, rows)
    assert found["basis"] == [{"name": "now_ms", "own": NOW_MS, "other": NOW_MS + 1}]
    assert found["cells"]
    assert found["rows"] == []
