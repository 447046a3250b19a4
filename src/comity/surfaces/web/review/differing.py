"""In which cells two sides differ, as a page shows it; the peer's JSON may be anything.

Floor: surfaces.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from comity.kernel.ijson import Json
from comity.kernel.printable import printable
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


def cells(told: Json) -> tuple[Differing, ...]:
    """Return the cells of a difference, as `agreeing.differs` writes it."""
    listed = told.get("cells") if isinstance(told, dict) else None
    return tuple(_each(listed)) if isinstance(listed, list) else ()


def definitions(told: Json) -> str:
    """Return by which definitions whoever wrote a difference computed, where by others; or ""."""
    listed = told.get("basis") if isinstance(told, dict) else None
    for one in listed if isinstance(listed, list) else ():
        if isinstance(one, dict) and one.get("name") == "definitions":
            return printable(str(one.get("own", "")))[:DEFINITIONS_CHARS_MAX]
    return ""


def _each(listed: list[Json]) -> Iterator[Differing]:
    for one in listed[:SHOWN_MAX]:
        if isinstance(one, dict):
            address = printable(str(one.get("address", "")))
            yield Differing(address, _value(one.get("own")), _value(one.get("other")), _acts(one))


def _value(cell: Json) -> str:
    value = cell.get("value") if isinstance(cell, dict) else None
    if isinstance(value, list):
        return " / ".join(printable(str(part)) for part in value[:2])
    return NOTHING if value is None else printable(str(value))


def _acts(one: dict[str, Json]) -> tuple[str, ...]:
    named = one.get("acts")
    listed = named.values() if isinstance(named, dict) else ()
    ids = (str(act) for acts in listed if isinstance(acts, list) for act in acts)
    return tuple(printable(one) for one in list(ids)[:ACTS_MAX])
