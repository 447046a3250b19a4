"""What stands beside figures wherever they are read: what was agreed, and what they leave out.

    beside(node, officer, taken) -> Beside(agreed (Snapshot(…), …), waiting (Awaited(…), …))

It is no part of the figures and in no digest of them: what was agreed comes later, and for whom
entries wait each node knows of its own logs.

Source: docs/spec/review.md 4.10 and 5.4; docs/spec/snapshot.md 9.
Floor: rooms.
"""

from dataclasses import dataclass
from typing import Final

from comity.figures.omissions import Awaited
from comity.node.base.context import Node
from comity.node.base.rows import Officer
from comity.node.review.take import Taken
from comity.rooms.review import answers, changes, unsigned_entries
from comity.rooms.review.agree import Snapshot
from comity.rooms.review.answers import InPart


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside figures.

    Attributes:
        agreed: the snapshots of their period on which all sides agreed, the last first.
        in_part: those on which some agreed and not all, the last first.
        waiting: the entries of own logs that are not in them yet.
    """

    agreed: tuple[Snapshot, ...] = ()
    in_part: tuple[InPart, ...] = ()
    waiting: tuple[Awaited, ...] = ()


NOTHING: Final = Beside()


def beside(node: Node, officer: Officer, taken: Taken) -> Beside:
    """Return what stands beside figures, for an officer who reads them."""
    waiting = unsigned_entries.awaited(node, taken.wanted.channel, taken.cut, taken.now_ms)
    some = changes.of_period(node, officer, taken)
    in_part = answers.in_part(node, ((one.row, one.state) for one in some), taken)
    return Beside(tuple(changes.agreed(some)), tuple(in_part), waiting)
