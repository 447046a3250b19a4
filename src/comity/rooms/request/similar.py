"""Requests that name what a worksheet names: so that nobody asks for the same thing twice.

Identifiers and accounts are looked for among the words of requests that the officer reads.

Floor: rooms.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from comity.joint.request import acts
from comity.kernel.fault import Fault
from comity.kernel.ijson import Json
from comity.node.base.context import Node
from comity.node.base.reader import Wanted
from comity.node.base.rows import MatterRow, Officer
from comity.node.desk.worksheets import Worksheet
from comity.node.room import need_to_know, officers, search_terms

ASKED_MAX: Final = 8
"""Identifiers that are looked for: one page asks no more."""

FOUND_MAX: Final = 5
_CHARS_MIN: Final = 4
_NAMING: Final = ("value", "account", "iban")


def listing(node: Node, officer: Officer, sheet: Worksheet) -> list[MatterRow]:
    """Return the requests that name an identifier which a worksheet names, the newest first."""
    found: dict[tuple[str, str], MatterRow] = {}
    with node.store.read() as tx:
        reader = need_to_know.reader(tx, officers.current(tx, officer))
        for text in _identifiers(sheet.elements):
            try:
                asked = search_terms.asked(text)
            except Fault:  # no word of it is one that is looked for
                continue
            rows, _ = tx.worded(reader, Wanted(kind=acts.KIND), asked, count_max=FOUND_MAX)
            found |= {(row.channel, row.matter.id): row for row in rows}
    return [*found.values()][:FOUND_MAX]


def _identifiers(elements: Mapping[str, Json]) -> list[str]:
    found = dict.fromkeys(text for one in elements.values() for text in _of(one))
    return [*found][:ASKED_MAX]


def _of(value: Json) -> Iterator[str]:
    """Give the identifiers of the value of an element."""
    if not isinstance(value, dict):
        return
    listed = value.get("identifiers")
    for one in [value, *(listed if isinstance(listed, list) else [])]:
        if isinstance(one, dict):
            yield from (
                text
                for name in _NAMING
                if isinstance(text := one.get(name), str) and len(text) >= _CHARS_MIN
            )
