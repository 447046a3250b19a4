"""What every page says beside its entries: how the line stands, and who is on duty at the desk.

Floor: node.
"""

from dataclasses import dataclass
from typing import Final

from comity.node.base.context import Node
from comity.node.base.places import BAR
from comity.node.base.reader import Wanted
from comity.node.base.rooms import Room, with_pages
from comity.node.base.rows import Officer
from comity.node.desk.duty import shifts
from comity.node.room import need_to_know

COUNT_MAX: Final = 9
"""More than these are open seldom: it is then said that there are more."""


@dataclass(frozen=True, slots=True)
class Line:
    """A room that every page shows.

    Attributes:
        room: which one.
        open: how many of its matters are open, of those that the officer may read.
        is_more: whether there are more.
        on_duty: the officer who has the desk of the reader's agency, or "".
    """

    room: Room
    open: int
    is_more: bool
    on_duty: str


def lines(node: Node, officer: Officer) -> tuple[Line, ...]:
    """Return what stands in the bar of an officer's pages.

    Raises:
        Fault: `node.store.*`.
    """
    rooms = with_pages(node.rooms, is_exercise=bool(officer.compartment))
    shown = [room for room in rooms if room.place.entry == BAR]
    with node.store.read() as tx:
        reader, on_duty = need_to_know.reader(tx, officer), shifts.on_duty(tx, officer.agency)
        found = []
        for room in shown:
            wanted = Wanted(kind=room.kind, statuses=room.place.open_statuses)
            count = len(tx.listed(reader, wanted, None, COUNT_MAX + 1))
            found.append(Line(room, min(count, COUNT_MAX), count > COUNT_MAX, on_duty))
    return tuple(found)
