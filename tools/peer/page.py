"""The tables of docs/spec/request.md, read from the page itself."""

import re
from dataclasses import dataclass
from pathlib import Path

PAGE = (Path(__file__).parents[2] / "docs" / "spec" / "request.md").read_text(encoding="utf-8")


def _rows(name: str) -> list[list[str]]:
    """The rows of a table between its marks, cell by cell, without its head."""
    text = PAGE.partition(f"<!-- {name} -->")[2].partition(f"<!-- /{name} -->")[0]
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


def _outcome(cell: str) -> Outcome:
    status, _, result = cell.rpartition(": ")
    return Outcome(status, result.startswith("*"), result.strip("*"))


def _fields(by: str, answers: str, codes: str, also: str) -> Fields:
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


_HEAD, _, *_TABLE = _rows("table")
TABLE = {
    (row[0], status): _outcome(cell)
    for row in _TABLE
    for status, cell in zip(_HEAD[2:], row[2:], strict=True)
}
MOVING = {verb.partition(",")[0] for (verb, _), outcome in TABLE.items() if outcome.status}
"""Verbs that could move the status (clause 8)."""

FIELDS = {row[0].strip("`"): _fields(*row[1:]) for row in _rows("fields")[2:]}
CONSULTED_FIRST = {row[0].strip("`") for row in _rows("grounds")[2:] if row[1] == "yes"}
LISTS: dict[str, set[str]] = {"ground": {row[0].strip("`") for row in _rows("grounds")[2:]}}
for _row in _rows("codes")[2:]:
    for _of in re.split(", ", _row[0]):
        LISTS.setdefault(_of, set()).add(_row[1].strip("`"))


def row(verb: str, *, crossed: bool) -> str:
    """The row of a verb; some have none of their own for what crossed."""
    other = f"{verb}, crossed"
    return other if crossed and (other, "none") in TABLE else verb
