"""Folded matters as values, read from their rows once as long as they do not change.

    of(rooms, row)  ->  State(…)

Whoever gives a row has looked already who may read it: this holds states alone, by what they are,
and few of them, so that lists of the same matters do not read each of their acts again.

Floor: node.
"""

import threading
from typing import Final

from comity.node.base.rooms import Rooms, State
from comity.node.base.rows import MatterRow

HELD_MAX: Final = 512
"""Some 8 MB of requests of a dozen acts."""

type Key = tuple[str, str, str, str]
"""Channel, kind and id of a matter, and the digest of its state."""

_held: dict[Key, State] = {}
_holding: Final = threading.Lock()


def of(rooms: Rooms, row: MatterRow) -> State:
    """Return the state of a matter; what was asked for longest ago is forgotten first."""
    key = (row.channel, row.matter.kind, row.matter.id, row.digest)
    with _holding:
        found = _held.pop(key, None)
        if found is not None:
            _held[key] = found
            return found
    made = rooms[row.matter.kind].from_json(row.state)
    with _holding:
        _held[key] = made
        while len(_held) > HELD_MAX:
            del _held[next(iter(_held))]
    return made
