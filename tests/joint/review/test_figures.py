"""Laws of figures: of each request alone, of no order, of either side alike; empty is not zero."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.observed import NOW_MS, START_MS, YEAR_MS, observation, observations

from comity.clocks import days as numbers
from comity.clocks.offsets import DAY_MS
from comity.figures import definitions
from comity.figures.address import split
from comity.figures.definition import COUNT, KAPLAN_MEIER, SHARE
from comity.figures.figures import Figures, Period, cell, digest, figures
from comity.figures.observation import DIMENSIONS, Fact, Observation

chances = st.randoms(use_true_random=True)
PERIOD = Period(START_MS + YEAR_MS // 2, NOW_MS)
BEFORE = Period(START_MS, START_MS + YEAR_MS // 2)
"""The two halves of the year, which is an odd number of days: neither is cut short."""


def _of(first: str, after: str) -> Period:
    return Period(*(DAY_MS * numbers.number_of(date.fromisoformat(one)) for one in (first, after)))


@pytest.mark.parametrize(
    ("first", "after", "before"),
    [
        ("2026-07-01", "2027-01-01", "2026-01-01"),
        ("2026-01-01", "2026-07-01", "2025-07-01"),
        ("2028-03-01", "2028-04-01", "2028-02-01"),
        ("2026-01-01", "2027-01-01", "2025-01-01"),
        ("2026-06-15", "2026-07-01", "2026-05-30"),
        ("1970-02-01", "1970-03-01", "1970-01-01"),
        ("1970-01-01", "2970-01-01", "0970-01-01"),
    ],
)
def test_a_half_year_is_compared_with_the_half_year_before(
    first: str, after: str, before: str
) -> None:
    """Whole months with as many, whatever days they have, as the review of those had them."""
    found = _of(first, after).preceding()
    if before.startswith("0"):
        assert found.from_ms == 2 * _of(first, after).from_ms - _of(first, after).to_ms
    else:
        assert found == _of(before, first)


def test_no_instant_is_too_far_for_the_period_before() -> None:
    """Whoever asks may give any."""
    for far in (1 << 53, (1 << 53) // DAY_MS * DAY_MS):
        assert Period(0, far).preceding() == Period(-far, 0)
    assert Period(-DAY_MS << 40, 0).preceding() == Period(-DAY_MS << 41, -DAY_MS << 40)


def _figures(rows: Sequence[Observation], period: Period = PERIOD) -> Figures:
    return figures(rows, period, NOW_MS, BEFORE, {"cn/log": 3, "us/log": 4})


def _cells(found: Figures, name: str = "cells") -> Mapping[str, Mapping[str, Any]]:
    cells = found[name]
    assert isinstance(cells, dict)
    return cells  # type: ignore[return-value] # cells are objects


def _counted(cells: Mapping[str, Mapping[str, Any]]) -> dict[str, int]:
    """Return every count: what is one, what a share counts, and each `n` that always stands."""
    found: dict[str, int] = {}
    for address, one in cells.items():
        kind = _kind(address)
        if split(address)[1] in definitions.expected():
            found[f"{address} n"] = one["n"]
        if kind == COUNT:
            found[address] = one["value"] or 0
        elif kind == SHARE and one["n"]:
            found[address] = one["value"][0] * one["n"] // one["value"][1]
    return {address: count for address, count in found.items() if count}


def _kind(address: str) -> str:
    one = definitions.of(split(address)[1])
    assert one is not None
    return one.kind


def _sum(*counts: Mapping[str, int]) -> dict[str, int]:
    found: dict[str, int] = {}
    for one in counts:
        for address, count in one.items():
            found[address] = found.get(address, 0) + count
    return found


@given(chances)
@settings(max_examples=15)
def test_the_order_of_rows_is_irrelevant(chance: Random) -> None:
    """Two nodes read their stores in whatever order, and write the same bytes."""
    rows = observations(chance, 12)
    found = digest(_figures(rows))
    chance.shuffle(rows)
    assert digest(_figures(rows)) == found


@given(chances)
@settings(max_examples=15)
def test_another_request_adds_itself_and_changes_nothing_else(chance: Random) -> None:
    """Every count is what it was and what the new one alone counts; no other group moves."""
    rows = observations(chance, 12)
    new = observation(chance, "new")
    before, after, alone = (_cells(_figures(some)) for some in (rows, [*rows, new], [new]))
    assert _counted(after) == _sum(_counted(before), _counted(alone))
    touched = {address.rpartition(" ")[0] or address for address in _counted(alone)}
    groups = {split(address)[0] for address in touched}
    assert {a: c for a, c in after.items() if split(a)[0] not in groups} == {
        a: c for a, c in before.items() if split(a)[0] not in groups
    }


@given(chances, st.integers(1, YEAR_MS - 1))
@settings(max_examples=15)
def test_a_period_that_is_split_adds_up(chance: Random, after_ms: int) -> None:
    """What is counted in two halves is what is counted in the whole."""
    rows = observations(chance, 12)
    middle_ms = START_MS + after_ms
    whole = Period(START_MS, NOW_MS)
    halves = (Period(START_MS, middle_ms), Period(middle_ms, NOW_MS))
    counted = [_counted(_cells(_figures(rows, one))) for one in (whole, *halves)]
    assert counted[0] == _sum(*counted[1:])


@given(chances)
@settings(max_examples=15)
def test_groups_of_each_kind_add_up_to_all(chance: Random) -> None:
    """No request is in two groups of one kind, and none is lost: what is not known has a group."""
    counted = _counted(_cells(_figures(observations(chance, 12))))
    every = {
        address.removeprefix("all/"): n
        for address, n in counted.items()
        if address.startswith("all/")
    }
    for kind in ("side", *DIMENSIONS):
        own = [
            {address.split("/", 2)[2]: n}
            for address, n in counted.items()
            if address.startswith(f"{kind}/")
        ]
        assert _sum(*own) == every


def test_agencies_of_two_parties_are_two_though_they_have_one_name() -> None:
    """Each party names its agencies for itself: none is shown as slow as another's police."""
    one = observation(Random(0), "one")  # noqa: S311 -- a test that can be run again
    rows = [
        replace(one, id=party, addressee=party, dimensions={"agency": "police"})
        for party in ("cn", "us")
    ]
    found = _figures(rows, Period(START_MS, NOW_MS))
    cells = {at for at in _cells(found) if at.startswith("agency/")}
    assert {split(at)[0] for at in cells} == {"agency/cn:police", "agency/us:police"}
    assert cell(found, "agency/us:police/volume/asked")["value"] == 1


def _relabelled(row: Observation, name: Callable[[str], str]) -> Observation:
    return replace(
        row,
        asker=name(row.asker),
        addressee=name(row.addressee),
        holds=tuple(replace(hold, party=name(hold.party)) for hold in row.holds),
        facts=tuple(_renamed(fact, name) for fact in row.facts),
    )


def _renamed(fact: Fact, name: Callable[[str], str]) -> Fact:
    return replace(fact, party=name(fact.party))


@given(chances)
@settings(max_examples=15)
def test_relabelling_the_parties_mirrors_the_figures(chance: Random) -> None:
    """Nothing hangs on who is who: with the names swapped every figure is the other's."""
    swapped = {"cn": "us", "us": "cn"}
    rows = observations(chance, 12)
    mirrored = [_relabelled(row, swapped.__getitem__) for row in rows]
    for name in ("cells", "cells_before"):
        expected = {
            "/".join(_swapped(part, swapped) for part in address.split("/")): one
            for address, one in _cells(_figures(rows), name).items()
        }
        assert _cells(_figures(mirrored), name) == expected


def _swapped(part: str, names: Mapping[str, str]) -> str:
    party, colon, agency = part.partition(":")
    return f"{names.get(party, party)}{colon}{agency}"


@given(chances, st.integers(0, 6))
@settings(max_examples=15)
def test_an_empty_cell_is_empty_and_few_are_said_to_be_few(chance: Random, count: int) -> None:
    """What rests on nothing is null, never 0; what rests on one to four says so."""
    found = _figures(observations(chance, count))
    for cells in (_cells(found), _cells(found, "cells_before")):
        assert {f"all/{address}" for address in definitions.expected()} <= cells.keys()
        for address, one in cells.items():
            is_open = _kind(address) == KAPLAN_MEIER  # a curve may never come so far
            assert one["n"] == 0 or is_open or one["value"] is not None
            assert one["n"] > 0 or one == {"n": 0, "value": None}
            assert one.get("small", False) == (0 < one["n"] < definitions.SMALL_BELOW)


@given(chances)
@settings(max_examples=5)
def test_what_is_not_there_is_empty_or_none_of_many(chance: Random) -> None:
    """A group without requests reads as empty; a code that nobody gave was given by none of n."""
    rows = observations(chance, 40)
    found = _figures(rows)
    assert cell(found, "type/none/volume/asked") == {"n": 0, "value": None}
    asked = cell(found, "all/volume/asked")["value"]
    assert cell(found, "all/quality/response/refused/no-such") == {"n": asked, "value": 0}


@given(chances)
@settings(max_examples=15)
def test_every_figure_is_defined_and_every_definition_occurs(chance: Random) -> None:
    """No address stands in the figures without a line in the table."""
    for address in _cells(_figures(observations(chance, 12))):
        assert _kind(address)


def test_definitions_are_spelled_once_in_both_languages() -> None:
    """Each has an address of its own and words in English and Chinese."""
    assert len({one.id for one in definitions.DEFINITIONS}) == len(definitions.DEFINITIONS)
    for one in definitions.DEFINITIONS:
        assert one.en.isascii()
        assert any("\u4e00" <= letter <= "\u9fff" for letter in one.zh)
        assert one.formula
        assert one.source
