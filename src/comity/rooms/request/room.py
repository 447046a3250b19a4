"""The room `request` as a value.

Floor: rooms.
"""

from typing import Final

from comity.joint.request import acts, decide, fields, fold, state, table, verbs, view
from comity.joint.request.state import State
from comity.node.base.history import History
from comity.node.base.places import REQUESTS, Place
from comity.node.base.rooms import Answering, Line, Listed, Room
from comity.rooms.request import completeness, date_gate, story, taking
from comity.rooms.request.clocks import CLOCKS
from comity.rooms.request.conditions import binding_on, bound
from comity.rooms.request.law import LAW
from comity.rooms.request.retention import RETENTION
from comity.rooms.request.rows import ROWS


def _fold(history: History) -> State:
    return fold.fold_all(history.entries, history.held_ms)


def _line(now: State) -> Line:
    return Line(view.status(now), view.holder(now), now.urgency, now.asker)


HOUSEKEEPING: Final = frozenset({"close", "report-use"})
"""Next steps that keep nobody waiting: the answer is there."""


_BEHIND: Final = table.urgency_place("") + 1


def _place(now: State, own: str) -> int:
    """Return where it stands among others: the gravest first, what waits for nobody last."""
    if not view.holders(now):
        behind = 2 * _BEHIND
    else:
        behind = _BEHIND if view.next_action(now, own) in HOUSEKEEPING else 0
    return table.urgency_place(now.urgency) + behind


def _listed(now: State, own: str) -> Listed:
    track = now.track(own)
    return Listed(
        view.own_status(now, own),
        type=now.type,
        holders=view.holders(now),
        parties=(now.asker, *(one.party for one in now.tracks)),
        references=view.references(now),
        numbers=view.numbers(now),
        apart=view.apart(now, own),
        keys=(track.agency,) if track and track.agency else (),
        place=_place(now, own),
    )


REQUEST: Final = Room(
    kind=acts.KIND,
    table=verbs.TABLE,
    has_surfaces=True,
    shapes=fields.FIELDS,
    last_words=acts.LAST_WORDS,
    fold=_fold,
    admit=decide.admit,
    to_json=state.to_json,
    from_json=state.from_json,
    line=_line,
    listed=_listed,
    clocks=CLOCKS,
    rows=ROWS,
    gates=(completeness.gate, date_gate.gate),
    law=LAW,
    bound=bound,
    conditions=binding_on,
    retention=RETENTION,
    answering=Answering(lambda now: now.request_id, frozenset({acts.ANSWERED, acts.REFUSED})),
    next=story.following,
    story=story.story,
    is_searched=True,
    tag_words=view.TAG_WORDS,
    status_words=view.STATUS_WORDS,
    destroys=acts.destroyed_blobs,
    rings=taking.RINGS,
    sent=taking.sent,
    filed=taking.FILED,
    place=Place(REQUESTS, page="request:listing", key="/"),
)
