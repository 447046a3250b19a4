"""The tables of docs/spec, read from the pages themselves; those of the page on requests."""

import re
from dataclasses import dataclass
from pathlib import Path

SPEC = Path(__file__).parents[2] / "docs" / "spec"


def page(name: str) -> str:
    """A page of the specification."""
    return (SPEC / f"{name}.md").read_text(encoding="utf-8")


def rows(of: str, name: str) -> list[list[str]]:
    """The rows of a table of a page between its marks, cell by cell, its head among them."""
    text = of.partition(f"<!-- {name} -->")[2].partition(f"<!-- /{name} -->")[0]
    lines = [line.strip().strip("|") for line in text.strip().splitlines()]
    return [[cell.strip() for cell in line.split("|")] for line in lines]


@dataclass(frozen=True)
class Outcome:
    """A cell of the table: the status afterwards, if it changes, and the result."""

    status: str
    has_effect: bool
    result: str


@dataclass(frozen=True)
class Fields:
    """The fields of a tag (clause 2)."""

    by: str
    answers: str
    needs: frozenset[str]
    may: frozenset[str]
    under: tuple[str, ...]
    times: frozenset[str]
    times_needed: frozenset[str]
    has: frozenset[str]

    @property
    def is_free(self) -> bool:
        """Whether the guideline adds codes and times."""
        return "any code of the guideline" in self.may


def outcome_of(cell: str) -> Outcome:
    """A cell of a table."""
    status, _, result = cell.rpartition(": ")
    return Outcome(status, result.startswith("*"), result.strip("*"))


def fields_of(by: str, answers: str, codes: str, also: str) -> Fields:
    """A row of a table of fields."""
    named = codes.split(", ")
    others = also.split(", ")
    times = [one.removeprefix("time ") for one in others if one.startswith("time ")]
    return Fields(
        by=by,
        answers=answers,
        needs=frozenset(one.strip("*") for one in named if one.startswith("**")),
        may=frozenset(one.strip("*") for one in named if not one.endswith("…")),
        under=tuple(one.removesuffix("…") for one in named if one.endswith("…")),
        times=frozenset(one.strip("*") for one in times),
        times_needed=frozenset(one.strip("*") for one in times if one.startswith("**")),
        has=frozenset(others),
    )


PAGE = page("request")
_HEAD, _, *_TABLE = rows(PAGE, "table")
TABLE = {
    (row[0], status): outcome_of(cell)
    for row in _TABLE
    for status, cell in zip(_HEAD[2:], row[2:], strict=True)
}
MOVING = {verb.partition(",")[0] for (verb, _), outcome in TABLE.items() if outcome.status}
"""Verbs that could move the status (clause 8)."""

FIELDS = {row[0].strip("`"): fields_of(*row[1:]) for row in rows(PAGE, "fields")[2:]}
CONSULTED_FIRST = {row[0].strip("`") for row in rows(PAGE, "grounds")[2:] if row[1] == "yes"}
LISTS: dict[str, set[str]] = {"ground": {row[0].strip("`") for row in rows(PAGE, "grounds")[2:]}}
for _row in rows(PAGE, "codes")[2:]:
    for _of in re.split(", ", _row[0]):
        LISTS.setdefault(_of, set()).add(_row[1].strip("`"))


def row(verb: str, *, crossed: bool) -> str:
    """The row of a verb; some have none of their own for what crossed."""
    other = f"{verb}, crossed"
    return other if crossed and (other, "none") in TABLE else verb
