"""What is measured: each figure with its formula, unit, population, source and words.

    of("timeliness/respond/clock/kept") -> Definition("timeliness/{measure}/clock/kept", SHARE, ...)

An address stands within a group: `all/timeliness/respond/clock/kept`.  A part in braces stands for
each code that occurs.  A figure that is counted is counted under its own address; so the table is
all that `figures` knows of a measure.

Source: docs/spec/review.md, part 2.
Floor: figures (pure).
"""

from functools import lru_cache
from typing import Final

from comity.figures import quality_measures, time_measures
from comity.figures.definition import Definition
from comity.figures.observation import MEASURES

VERSION: Final = 3
"""Of all definitions: it rises when a formula, a population, an address or a row changes."""

SMALL_BELOW: Final = 5
"""Fewer are said to be few: one request more would move the figure by a fifth."""

PERCENTILES: Final = {"p25": 25, "median": 50, "p75": 75, "p90": 90}

DEFINITIONS: Final = (*time_measures.DEFINITIONS, *quality_measures.DEFINITIONS)


def render() -> str:
    """Return the definitions as the Markdown that stands in docs/spec/review.md."""
    head = [
        "| figure | kind | unit | n counts | formula | source | label |",
        "|---|---|---|---|---|---|---|",
    ]
    rows = [
        f"| `{one.id}` | {one.kind} | {one.unit} | {_population(one)} | {one.formula} "
        f"| {one.source} | {one.en}; {one.zh} |"
        for one in DEFINITIONS
    ]
    return "\n".join([*head, *rows]) + "\n"


def _population(one: Definition) -> str:
    return f"`{one.population}`" if "/" in one.population else one.population


def expected() -> tuple[str, ...]:
    """Return the addresses that every group has, whether or not anything stands there."""
    return _EXPECTED


@lru_cache(maxsize=4096)
def of(address: str) -> Definition | None:
    """Return the definition of an address within a group, or None."""
    parts = address.split("/")
    return next((one for one in DEFINITIONS if _fits(one.id.split("/"), parts)), None)


@lru_cache(maxsize=4096)
def population(address: str) -> str:
    """Return the address whose count is n, with the codes of the address that was asked for."""
    one = of(address)
    assert one is not None
    bound = dict(zip(one.id.split("/"), address.split("/"), strict=True))
    return "/".join(
        bound.get(part, part) if part[0] == "{" else part for part in one.population.split("/")
    )


@lru_cache(maxsize=4096)
def of_times(name: str) -> tuple[str, ...]:
    """Return the addresses of the figures of a time, as of `timeliness/respond/elapsed`."""
    lasts = (*PERCENTILES, "plain-median", "most")
    found = [f"{name}/{last}" for last in lasts]
    if name.startswith("ball/"):
        before = name.removesuffix("/held")
        found += [f"{before}/share", f"{before}/now"]
    return tuple(one for one in found if of(one) is not None)


def _fits(pattern: list[str], parts: list[str]) -> bool:
    return len(pattern) == len(parts) and all(
        wanted == part
        or (wanted == "{percentile}" and part in PERCENTILES)
        or (wanted[0] == "{" and wanted != "{percentile}")
        for wanted, part in zip(pattern, parts, strict=True)
    )


def _expanded(pattern: str) -> list[str]:
    by_measure = [pattern.replace("{measure}", one) for one in MEASURES]
    named = list(dict.fromkeys(by_measure))
    found = [one.replace("{percentile}", name) for one in named for name in PERCENTILES]
    return [one for one in dict.fromkeys(found) if "{" not in one]


_EXPECTED: Final = tuple(address for one in DEFINITIONS for address in _expanded(one.id))
