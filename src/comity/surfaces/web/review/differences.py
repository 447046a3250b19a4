"""In which cells figures differ, as a page shows it in words; the peer's JSON may be anything.

    groups(difference, names) -> (Group("All requests", (Differing("Requests received", …), …)), …)

Floor: surfaces.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from comity.figures import address
from comity.figures import definitions as definitions_of_figures
from comity.kernel.ijson import Json
from comity.kernel.printable import printable
from comity.rooms.review import figure_print
from comity.rooms.review.labels import Labels
from comity.surfaces.web.review import figure_words
from comity.surfaces.web.review.figure_words import NOTHING

SHOWN_MAX: Final = 200
ACTS_MAX: Final = 32
DEFINITIONS_CHARS_MAX: Final = 16
_FIRST: Final = (address.ALL, address.SIDE)
_ORDER: Final = {one.id: at for at, one in enumerate(definitions_of_figures.DEFINITIONS)}

type Words = Mapping[str, str]
type Cell = Mapping[str, Json]
"""Of a difference, with `address` and `before`."""


@dataclass(frozen=True, slots=True)
class Differing:
    """One cell.

    Attributes:
        address: of the cell.
        words: what its figure is called within its group; None of one that is not defined here.
        is_linked: whether there may be requests behind it to be looked at.
        first: its value on the side that says so.
        second: on the other.
        acts: ids of acts of the requests behind it.
    """

    address: str
    words: Words | None
    is_linked: bool
    first: str
    second: str
    acts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """The cells of one group in one period.

    Attributes:
        words: what the group is called.
        before: whether they are of the period before.
        cells: in the order of their definitions.
    """

    words: Words
    before: bool
    cells: tuple[Differing, ...]


def groups(said: Json, names: Labels) -> tuple[Group, ...]:
    """Return the cells of a difference, as `agreeing.differs` writes it, group by group."""
    listed = said.get("cells") if isinstance(said, dict) else None
    told = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    spelled = ({**one, "address": printable(str(one.get("address", "")))} for one in told)
    found = sorted(spelled, key=place)[:SHOWN_MAX]
    return tuple(
        Group(names.group(group), is_before, tuple(_cell(one, names) for one in each))
        for group, is_before, each in by_group(found)
    )


def place(cell: Cell) -> tuple[bool, bool, bool, str, int]:
    """Return where a cell stands: by its group, all and each side first, then as it is defined."""
    group, within = address.split(str(cell["address"]))
    one = definitions_of_figures.of(within)
    at = len(_ORDER) if one is None else _ORDER[one.id]
    return not is_first(cell), bool(cell.get("before")), group != address.ALL, group, at


def is_first(cell: Cell) -> bool:
    """Return whether a cell is of all requests or of a side."""
    return str(cell["address"]).partition("/")[0] in _FIRST


def by_group[One: Cell](cells: Iterable[One]) -> Iterator[tuple[str, bool, list[One]]]:
    """Give cells in their order, those of one group of one period together."""

    def of(cell: One) -> tuple[bool, str]:
        return bool(cell.get("before")), address.split(str(cell["address"]))[0]

    for (is_before, group), each in groupby(cells, of):
        yield group, is_before, list(each)


def words(at: str, names: Labels) -> Words | None:
    """Return what a figure is called within its group; None of one that is not defined here."""
    within = address.split(at)[1]
    one = definitions_of_figures.of(within)
    return None if one is None else figure_print.label(one, within, names)


def definitions(said: Json) -> str:
    """Return by which definitions whoever wrote a difference computed, where by others; or ""."""
    listed = said.get("basis") if isinstance(said, dict) else None
    for one in listed if isinstance(listed, list) else ():
        if isinstance(one, dict) and one.get("name") == "definitions":
            return printable(str(one.get("own", "")))[:DEFINITIONS_CHARS_MAX]
    return ""


def _cell(one: Cell, names: Labels) -> Differing:
    at = str(one["address"])
    own, other = apart(at, one.get("own"), one.get("other"))
    known = words(at, names)
    is_linked = known is not None and not one.get("before")
    return Differing(at, known, is_linked, own, other, _acts(one))


def value(at: str, cell: Json) -> str:
    """Return a cell in words: as its figure is read, or as it was written where it is none."""
    found = cell.get("value") if isinstance(cell, dict) else None
    one = definitions_of_figures.of(address.split(at)[1])
    if one is not None and isinstance(cell, dict) and _is_cell(cell):
        return figure_words.value(one, cell)
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


def _acts(one: Cell) -> tuple[str, ...]:
    named = one.get("acts")
    listed = named.values() if isinstance(named, dict) else ()
    ids = (str(act) for acts in listed if isinstance(acts, list) for act in acts)
    return tuple(printable(one) for one in list(ids)[:ACTS_MAX])
