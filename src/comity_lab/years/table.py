"""The figures by which years are made: read from the catalogue, drawn from by a seeded chance.

    table = load()
    table.types["content"].completion["urgent"].drawn_ms(chance)      a log-normal time
    table.given("content", "routine", half=3)                         of 1,000, how many succeed

Source: comity/catalogue/practice/years.yaml, which names its own.
Floor: lab.
"""

import csv
import io
import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final, cast

from comity.kernel import plain_yaml

MINUTE_MS: Final = 60_000
WHOLE: Final = 1_000
"""Shares are of so many."""

_NINE_IN_TEN: Final = 1.2815515655446004
"""The standard normal distribution has nine tenths below it."""

_EMERGENCY: Final = "emergency"
_EMERGENCIES: Final = "Emergency Disclosure Requests"
_PRESERVATIONS: Final = "Preservation Requests"


@dataclass(frozen=True, slots=True)
class Spread:
    """A log-normal time, by two of its quantiles.

    Attributes:
        half_ms: half are shorter.
        nine_ms: nine in ten are.
    """

    half_ms: int
    nine_ms: int

    def drawn_ms(self, chance: random.Random) -> int:
        """Return a time, milliseconds."""
        sigma = math.log(self.nine_ms / self.half_ms) / _NINE_IN_TEN
        return round(self.half_ms * math.exp(sigma * chance.gauss(0.0, 1.0)))


@dataclass(frozen=True, slots=True)
class TypeMix:
    """One request type.

    Attributes:
        weight: how often it is asked for, against the others.
        urgencies: `{urgency: weight}`.
        given: of 1,000, how many succeed; None where the half-year of the dataset says it.
        completion: `{urgency: time to completion}`.
    """

    weight: float
    urgencies: Mapping[str, int]
    given: int | None
    completion: Mapping[str, Spread]


@dataclass(frozen=True, slots=True)
class Half:
    """One half-year of the dataset.

    Attributes:
        requests: volume, preservation left out.
        given: of 1,000 requests that are no emergencies, how many gave something.
        given_emergency: of 1,000 emergencies.
    """

    requests: int
    given: int
    given_emergency: int


@dataclass(frozen=True, slots=True)
class Table:
    """All of it.

    Attributes:
        first_asks: of 1,000 requests, how many the first State sends.
        types: by id.
        halves: in the order of time.
        crimes, deficiencies, refusals, postponements, ratings: `{code: weight}`.
        shares: `{name: of 1,000}`.
        times: `{step: {urgency: time}}`.
        home: `{step: from, to}`: where between the receipt of a request and the first draft it is
            taken at home, of 1,000; in order.
        transit: from a node to the other.
        outage: how long a line is down.
        outages: how often, in all.
    """

    first_asks: int
    types: Mapping[str, TypeMix]
    halves: Sequence[Half]
    crimes: Mapping[str, int]
    deficiencies: Mapping[str, int]
    refusals: Mapping[str, int]
    postponements: Mapping[str, int]
    ratings: Mapping[str, int]
    shares: Mapping[str, int]
    times: Mapping[str, Mapping[str, Spread]]
    home: Mapping[str, tuple[int, int]]
    transit: Spread
    outage: Spread
    outages: int

    def given(self, type_id: str, urgency: str, half: int) -> int:
        """Return of 1,000 requests how many succeed, in one half-year."""
        own = self.types[type_id].given
        if own is not None:
            return own
        found = self.halves[half]
        return found.given_emergency if urgency == _EMERGENCY else found.given

    def happens(self, chance: random.Random, name: str) -> bool:
        """Return whether something happens that has a share of its own."""
        return chance.randrange(WHOLE) < self.shares[name]


def one_of(chance: random.Random, weights: Mapping[str, float]) -> str:
    """Return one of some names, by their weights."""
    return chance.choices([*weights], [*weights.values()])[0]


@cache
def load() -> Table:
    """Return the table that ships."""
    value = cast("dict[str, Any]", plain_yaml.parse(_file("years.yaml")).value)
    rows = [*csv.DictReader(io.StringIO(_file(value["observed"]["file"]).decode()))]
    return Table(
        first_asks=value["direction"]["first_asks"],
        types=_types(value, rows),
        halves=_halves(rows),
        **{
            name: value[name]
            for name in ("crimes", "deficiencies", "refusals", "postponements", "ratings", "shares")
        },
        times={step: _spreads(one) for step, one in value["times"].items()},
        home={step: (one["from"], one["to"]) for step, one in value["home"].items()},
        transit=_spread(value["line"]["transit_seconds"], 1_000),
        outage=_spread(value["line"]["outage_minutes"]),
        outages=value["line"]["outages"],
    )


def _file(name: str) -> bytes:
    return resources.files("comity.catalogue").joinpath("practice", name).read_bytes()


def _spread(value: Mapping[str, int], unit_ms: int = MINUTE_MS) -> Spread:
    return Spread(value["half"] * unit_ms, value["nine_in_ten"] * unit_ms)


def _spreads(value: Mapping[str, Mapping[str, int]]) -> dict[str, Spread]:
    return {urgency: _spread(one) for urgency, one in value.items()}


def _types(value: Mapping[str, Any], rows: Sequence[Mapping[str, str]]) -> dict[str, TypeMix]:
    newest = max(row["period_ending"] for row in rows)
    volumes = {
        row["legal_process"]: int(row["requests"])
        for row in rows
        if row["period_ending"] == newest and row["countries"] == "US"
    }
    lines = value["mix"]
    rest = WHOLE - sum(line.get("share", 0) for line in lines)
    counted = {
        line["type"]: sum(volumes[one] for one in line["processes"])
        for line in lines
        if "processes" in line
    }
    whole = sum(counted.values())
    return {
        line["type"]: TypeMix(
            weight=line.get("share") or rest * counted[line["type"]] / whole,
            urgencies=line["urgencies"],
            given=line.get("given"),
            completion=_spreads(value["completion"][line["type"]]),
        )
        for line in lines
    }


def _halves(rows: Sequence[Mapping[str, str]]) -> tuple[Half, ...]:
    ends = sorted({row["period_ending"] for row in rows})
    return tuple(_half([row for row in rows if row["period_ending"] == end]) for end in ends)


def _half(rows: Sequence[Mapping[str, str]]) -> Half:
    asked = [row for row in rows if row["legal_process"] != _PRESERVATIONS]
    urgent = [row for row in asked if row["legal_process"] == _EMERGENCIES]
    others = [row for row in asked if row["legal_process"] != _EMERGENCIES]
    return Half(sum(int(row["requests"]) for row in asked), _rate(others), _rate(urgent))


def _rate(rows: Sequence[Mapping[str, str]]) -> int:
    known = [(int(row["requests"]), int(row["some_data_permille"])) for row in rows]
    return round(sum(n * rate for n, rate in known) / sum(n for n, _ in known))
