"""What is new: another State asked it of this one, and nobody here has opened or answered it.

What was answered, by whatever program, or taken back is not new any more, opened or not.  What
another addressee says of it changes nothing here.

Floor: node.
"""

from typing import Final

from comity.joint.request import acts, table, view
from comity.node.base.rooms import Rooms
from comity.node.base.rows import MatterRow
from comity.node.room import fold_cache

UNANSWERED: Final = frozenset({table.DRAFT, table.SUBMITTED})


def is_unopened(rooms: Rooms, row: MatterRow, own: str) -> bool:
    """Return whether a request is new.

    Args:
        rooms: of this node.
        row: of the request.
        own: this State.
    """
    is_theirs = row.matter.kind == acts.KIND and row.asker not in {"", own}
    if not is_theirs or row.opened or row.status in table.OVER:
        return False
    track = fold_cache.of(rooms, row).track(own)
    return track is not None and view.track_status(track) in UNANSWERED
