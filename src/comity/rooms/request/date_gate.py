"""The gate of dates: what a draft waits for, or lets wait, is asked by the clock as it leaves.

A draft that lacked approvals may have outlived the date that it names, or a consultation may
have begun since.

Source: docs/spec/request.md, clause 7.
Floor: rooms.
"""

from comity.joint.request import acts, dates, refusals, state
from comity.joint.request.state import EMPTY
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import Officer
from comity.node.room.release.draft_store import Draft


def gate(tx: Tx, node: Node, officer: Officer, draft: Draft) -> Inadmissible | None:  # noqa: ARG001 -- a gate; a date is the same for every officer
    """Return why it is too late for an act about a request, or too early, or None."""
    act = draft.act
    if act.matter.kind != acts.KIND:
        return None
    row = tx.matter(draft.channel, act.matter)
    now = state.from_json(row.state) if row else EMPTY
    against = dates.problem(now, act, node.party, node.clock.now_ms())
    return refusals.no(against, act) if against else None
