"""The clocks of a commitment: it is done by its date, and its status stated before a session.

Floor: rooms.
"""

from typing import Final

from comity.acts.points import State
from comity.joint.commitment import acts, due, view
from comity.joint.dialogue import acts as session_acts
from comity.node.base.reckoned import Reckoned
from comity.node.base.rooms import Clocks
from comity.node.base.rows import MatterRow
from comity.node.room import owed_clocks
from comity.node.room.clocks import Channel
from comity.node.room.owed_clocks import Telling
from comity.rooms.commitment.sessions import Plan


def _reckon(at: Channel, row: MatterRow, now: State, now_ms: int, explain: bool) -> Reckoned:  # noqa: FBT001 -- as `Clocks.reckon` is called
    del explain
    plan = Plan.of(at, now_ms)
    owed = due.owed(now, plan.before_ms(now), plan.hearing(now))
    said = Telling(owed, due.WORDS, changes_ms=plan.changes_ms)
    return owed_clocks.reckoned(at, row, now, now_ms, said)


CLOCKS: Final = Clocks(
    _reckon,
    follows=frozenset({session_acts.KIND}),
    rests=frozenset({view.NONE, view.MADE, view.RELEASED, acts.DONE}),
)
