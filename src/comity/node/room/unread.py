"""What rings: somebody of this State must be woken for it, as its room says of its state.

Of what ends by a look, as requests do, nobody here has opened it; a call rings until somebody
picked it up, whoever looked.

Floor: node.
"""

from collections.abc import Iterator
from heapq import merge
from itertools import islice

from comity.node.base import filing
from comity.node.base.ports import Tx
from comity.node.base.reader import Reader, Wanted
from comity.node.base.rings import Rings
from comity.node.base.rooms import Rooms
from comity.node.base.rows import MatterRow
from comity.node.room import fold_cache


def is_unopened(rooms: Rooms, row: MatterRow, own: str) -> bool:
    """Return whether a matter waits for somebody who looks at it, or says what ends its ring.

    Args:
        rooms: of this node.
        row: of the matter.
        own: this State.
    """
    rings = rings_of(rooms, row)
    if rings is None or row.status not in rings.statuses:
        return False
    is_read = row.opened or row.asker in {"", own}
    return not (rings.is_ended_by_look and is_read) and rings.must(fold_cache.of(rooms, row), own)


def must_ring(rooms: Rooms, tx: Tx, row: MatterRow, own: str) -> bool:
    """Return whether somebody must be woken for a matter: of what a look ends, if it presses."""
    rings = rings_of(rooms, row)
    if rings is None:
        return False
    is_loud = not rings.is_ended_by_look or filing.is_pressing(tx, row.channel, row.urgency)
    return is_loud and is_unopened(rooms, row, own)


def rings_of(rooms: Rooms, row: MatterRow) -> Rings | None:
    """Return what the room of a matter says of ringing, or None."""
    room = rooms.get(row.matter.kind)
    return None if room is None else room.rings


def word_of(rooms: Rooms, row: MatterRow) -> str:
    """Return by what a matter is told with others as one: the word of its room, or its urgency."""
    rings = rings_of(rooms, row)
    word = "" if rings is None else rings.word(fold_cache.of(rooms, row))
    return word or row.urgency


def is_drill(rooms: Rooms, row: MatterRow) -> bool:
    """Return whether a matter that rings is a drill."""
    rings = rings_of(rooms, row)
    bar = None if rings is None else rings.bar
    return bar is not None and bar(fold_cache.of(rooms, row)).is_drill


def wanted(rooms: Rooms, own: str) -> Iterator[Wanted]:
    """Give what lists are asked for where they show what a look ends, for each kind.

    Args:
        rooms: of this node.
        own: this State.
    """
    for kind, room in rooms.items():
        if room.rings is not None and room.rings.is_ended_by_look:
            yield Wanted(
                kind=kind,
                not_asker=own,
                holder=own,
                statuses=room.rings.own_statuses,
                is_unopened=True,
            )


def listed(tx: Tx, reader: Reader, found: Iterator[Wanted], count_max: int) -> list[MatterRow]:
    """Return some matters of several kinds in the order of lists: what presses most comes first.

    Args:
        tx: a read.
        reader: what they may not read is left out.
        found: what is asked for of each kind, see `wanted`.
        count_max: of matters.
    """
    pages = [tx.listed(reader, one, None, count_max) for one in found]
    every = merge(*pages, key=lambda one: one[0])
    return [row for _, row in islice(every, count_max)]
