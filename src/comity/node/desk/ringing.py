"""What rings here and no look ends: calls that nobody of this State has picked up.

    ringing(node, officer)      for the bar of every page, the gravest first
    step(node)                  raises the alarm `duty.ringing` while anything wakes somebody

It follows from the folded states alone, so a node that was killed finds the same again.  They are
found by the status of their line, so looking costs what rings, not what there is.

Floor: node.
"""

from collections.abc import Iterator
from typing import Final

from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.reader import Reader, Wanted
from comity.node.base.rooms import State
from comity.node.base.rows import MatterRow, Officer
from comity.node.desk.duty import rings
from comity.node.room import fold_cache, need_to_know, unread

ALARM: Final = "duty.ringing"
_WHAT: Final = "A call rings and nobody has picked it up."
COUNT_MAX: Final = 16
"""That a bar shows: more than one rings seldom, and the gravest is the first."""
_PAGE: Final = 64


def ringing(node: Node, officer: Officer) -> list[tuple[MatterRow, State, bool]]:
    """Return what rings and the officer may read: by word, the greatest first.

    With each go its state, and whether it is a quiet drill.
    """
    with node.store.read() as tx:
        found = [
            (row, now, rings.is_quiet(node, tx, row))
            for row, now in _found(node, tx, need_to_know.reader(tx, officer))
        ]
    return sorted(found, key=lambda one: unread.word_of(node.rooms, one[0]), reverse=True)


def _found(node: Node, tx: Tx, reader: Reader) -> Iterator[tuple[MatterRow, State]]:
    for kind, room in node.rooms.items():
        if room.rings is None or room.rings.is_ended_by_look:
            continue
        wanted = Wanted(kind=kind, statuses=room.rings.statuses)
        after, count = None, 0
        while count < COUNT_MAX and (page := tx.listed(reader, wanted, after, _PAGE)):
            for _, row in page:
                if unread.must_ring(node.rooms, tx, row, node.party):
                    count += 1
                    yield row, fold_cache.of(node.rooms, row)
            after = page[-1][0]


def step(node: Node) -> None:
    """Raise the alarm while anything rings, but for a quiet drill, and end it once nothing does.

    Raises:
        Fault: `node.store.*`.
    """
    with node.store.read() as tx:
        found = (row for row, _ in _found(node, tx, need_to_know.every(tx)))
        is_so = any(not rings.is_quiet(node, tx, row) for row in found)
    if is_so:
        node.alarms.raise_alarm(ALARM, _WHAT)
    else:
        node.alarms.clear(ALARM, _WHAT)
