"""What of requests somebody at home takes: what rings, what is filed, and who has it.

Who acknowledges an emergency of another State has it at home, where nobody had it:

    nobody had it         it is given to their agency, whose part they take
    their agency had it   they take its part, if none of its officers had it
    another agency has it, or a rule names another than the contact point's own: nothing follows

An officer of the contact point who acknowledges what is for another agency only passes it on: it
stays to be routed.

Floor: rooms.
"""

from typing import Final

from comity.acts.record import Act
from comity.domestic.duty.acts import Accepted, Assigned, Routed, Share, Step
from comity.domestic.release.decide import EMERGENCY
from comity.domestic.routing import route as routes
from comity.joint.request import acts as request_acts
from comity.joint.request import table, view
from comity.joint.request.state import State
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rings import Rings
from comity.node.base.rooms import Filed
from comity.node.base.rows import MatterRow, Officer
from comity.node.desk.duty import access, change, routing
from comity.node.desk.duty.change import At
from comity.node.room import nation_profile as nations


def _must_ring(now: State, own: str) -> bool:
    """Return whether another State asked it of this one, which has said nothing of it yet.

    What another addressee says of it changes nothing here.
    """
    track = now.track(own)
    is_theirs = now.asker not in {"", own}
    return is_theirs and track is not None and view.track_status(track) in table.UNANSWERED


def _is_asked(now: State, own: str) -> bool:
    """Return whether a State is asked, or shown a draft."""
    return now.track(own) is not None or bool(now.draft_id and not now.request_id)


RINGS: Final = Rings(
    frozenset(view.STATUS_WORDS) - {*table.OVER},
    _must_ring,
    own_statuses=table.UNANSWERED,
    is_ended_by_look=True,
)
FILED: Final = Filed(table.OPEN | {table.DRAFT}, _is_asked)


def sent(tx: Tx, node: Node, row: MatterRow, act: Act, author: str) -> None:
    """Let who acknowledged an emergency have it, in the transaction that appends their act."""
    if act.tag != request_acts.ACKNOWLEDGED or row.urgency != EMERGENCY:
        return
    officer = tx.officer(author)
    if officer is None or officer.name not in access.officers_of(tx, officer.agency):
        return
    at = change.at(tx, node, officer, (row.channel, row.matter.id))
    for step in _steps(at, officer):
        if not isinstance(change.take_if_allowed(at, step), change.Done):
            return
        at = change.at(tx, node, officer, at.key)


def _steps(at: At, officer: Officer) -> tuple[Step, ...]:
    who, agency = at.by.who, officer.agency
    taken = (Assigned(who, agency, officer.name), Accepted(who, agency))
    if at.file.is_unrouted:
        return (_given(at, agency), *taken) if _is_theirs(at, agency) else ()
    part = at.file.parts.get(agency)
    return taken if part is not None and part.is_open and not part.officer else ()


def _is_theirs(at: At, agency: str) -> bool:
    """Return whether an agency is more than the contact point of what another one is to have."""
    nation = nations.in_force(at.tx)
    if nation is None or nation.contact_point.id != agency:
        return True
    subject = routing.subject_of(at)
    return routes.route(routing.rules(nation), agency, subject).agency == agency


def _given(at: At, agency: str) -> Routed:
    now_ms = at.by.who.at_ms
    due_ms = None if at.row is None else routing.outward(at.node, at.tx, at.row, now_ms)
    nation = nations.in_force(at.tx)
    profile = nation.sha256 if nation else ""
    return Routed(at.by.who, Share(agency, "", due_ms), reason=routes.ACKNOWLEDGED, profile=profile)
