"""In which cells two sides differ, as a page shows it; the peer's JSON may be anything.

Floor: surfaces.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from comity.joint.review import address
from comity.joint.review import definitions as definitions_of_figures
from comity.kernel.ijson import Json
from comity.kernel.printable import printable
from comity.surfaces.web.review import told
from comity.surfaces.web.review.told import NOTHING

SHOWN_MAX: Final = 200
ACTS_MAX: Final = 32
DEFINITIONS_CHARS_MAX: Final = 16


@dataclass(frozen=True, slots=True)
class Differing:
    """One cell.

    Attributes:
        address: of the cell.
        first: its value on the side that says so.
        second: on the other.
        acts: ids of acts of the requests behind it.
    """

    address: str
    first: str
    second: str
    acts: tuple[str, ...]


def cells(said: Json) -> tuple[Differing, ...]:
    """Return the cells of a difference, as `agreeing.differs` writes it."""
    listed = said.get("cells") if isinstance(said, dict) else None
    return tuple(_each(listed)) if isinstance(listed, list) else ()


def definitions(said: Json) -> str:
    """Return by which definitions whoever wrote a difference computed, where by others; or ""."""
    listed = said.get("basis") if isinstance(said, dict) else None
    for one in listed if isinstance(listed, list) else ():
        if isinstance(one, dict) and one.get("name") == "definitions":
            return printable(str(one.get("own", "")))[:DEFINITIONS_CHARS_MAX]
    return ""


def _each(listed: list[Json]) -> Iterator[Differing]:
    for one in listed[:SHOWN_MAX]:
        if isinstance(one, dict):
            at = printable(str(one.get("address", "")))
            own, other = (value(at, one.get(name)) for name in ("own", "other"))
            yield Differing(at, own, other, _acts(one))


def value(at: str, cell: Json) -> str:
    """Return a cell in words: as its figure is read, or as it was written where it is none."""
    found = cell.get("value") if isinstance(cell, dict) else None
    one = definitions_of_figures.of(address.split(at)[1])
    if one is not None and isinstance(cell, dict) and _is_cell(cell):
        return told.value(one, cell)
    return _written(found)


def apart(at: str, first: Json, second: Json) -> tuple[str, str]:
    """Return two cells that are not the same in words; where these are, with what they hide."""
    one, other = value(at, first), value(at, second)
    if one != other or not isinstance(first, dict) or not isinstance(second, dict):
        return one, other
    hidden = [name for name in _HIDDEN if first.get(name) != second.get(name)]
    return _with(one, first, hidden), _with(other, second, hidden)


_HIDDEN: Final = ("value", "n", "interval")
"""Of a cell: rounded, or told elsewhere."""


def _with(words: str, cell: dict[str, Json], hidden: list[str]) -> str:
    """Return a cell in words with what they hide, to the last digit."""
    more = [_written(cell.get(name)) for name in hidden]
    told = (
        f"n\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}{one}" if name == "n" else one
        for name, one in zip(hidden, more, strict=True)
    )
    return " \N{MIDDLE DOT} ".join([words, *told])


def _is_cell(cell: dict[str, Json]) -> bool:
    n, found = cell.get("n"), cell.get("value")
    is_ratio = (
        isinstance(found, list)
        and len(found) == 2  # noqa: PLR2004 -- a ratio
        and all(type(part) is int for part in found)
        and found[1] != 0
    )
    return type(n) is int and (found is None or type(found) is int or is_ratio)


def _written(value: Json) -> str:
    if isinstance(value, list):
        return " / ".join(printable(str(part)) for part in value[:2])
    return NOTHING if value is None else printable(str(value))


def _acts(one: dict[str, Json]) -> tuple[str, ...]:
    named = one.get("acts")
    listed = named.values() if isinstance(named, dict) else ()
    ids = (str(act) for acts in listed if isinstance(acts, list) for act in acts)
    return tuple(printable(one) for one in list(ids)[:ACTS_MAX])
