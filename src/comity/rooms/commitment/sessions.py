"""The session before which a commitment is due: its date moves with that.

Floor: rooms.
"""

from comity.acts import points
from comity.acts.points import State
from comity.joint.commitment import acts
from comity.joint.dialogue import acts as session_acts
from comity.joint.dialogue import view as session_view
from comity.node.base.ports import Tx
from comity.node.room import need_to_know
from comity.node.room.matter_lookup import every


def before_ms(tx: Tx, channel: str, now: State) -> int | None:
    """Return the date of the next session of the series before which it is due, or None."""
    series = now.agreed(acts.DUE_BEFORE)
    if not series:
        return None
    made_ms = min((one.received_at_ms or 0 for one in now.turns), default=0)
    found = [
        when
        for row in every(tx, need_to_know.every(tx), session_acts.KIND)
        if row.channel == channel
        for of in (points.from_json(row.state),)
        for when in (session_view.when_ms(of),)
        if when is not None and when >= made_ms and session_view.series(of) == series
    ]
    return min(found, default=None)
