"""Read the tables of docs/spec/request.md: what an act does in which status, and the grounds."""

from functools import cache
from pathlib import Path

SPEC = Path(__file__).parents[2] / "docs" / "spec" / "request.md"


def table(name: str) -> list[list[str]]:
    """Return the cells of a table of the specification, its head first."""
    text = SPEC.read_text("utf-8").partition(f"<!-- {name} -->")[2]
    lines = text.partition(f"<!-- /{name} -->")[0].strip().splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


@cache
def outcomes() -> dict[tuple[str, str], tuple[str, str, bool]]:
    """Return `{(row, status): (status after, result, whether it has effect)}`."""
    head, _, *lines = table("table")
    found = {}
    for row, _, *cells in lines:
        for status, cell in zip(head[2:], cells, strict=True):
            after, has_other, result = cell.rpartition(": ")
            found[row, status] = (after if has_other else status, result.strip("*"), "*" in cell)
    return found


@cache
def course() -> set[str]:
    """Return the verbs that could move the status."""
    moving = (row for (row, status), (after, *_) in outcomes().items() if after != status)
    return {row.partition(",")[0] for row in moving}


@cache
def unconsulted() -> set[str]:
    """Return the grounds on which one may refuse without consulting before."""
    head, _, *lines = table("grounds")
    column = next(at for at, name in enumerate(head) if name.startswith("consult"))
    code = head.index("code")
    return {line[code].strip("`") for line in lines if line[column] in ("", "-", "no")}


@cache
def entitled() -> dict[str, str]:
    """Return `{tag: who may say it}`: `asker`, `addressee` or `either`."""
    _, _, *lines = table("fields")
    return {tag.strip("`"): by for tag, by, *_ in lines}
