"""The room `contact` as a value: the official contact points of each State.

They are for ever and for all, so two officers let them out, and counsel where the profile asks.

Floor: rooms.
"""

from types import MappingProxyType
from typing import Final

from comity.acts.record import Act
from comity.acts.verb import both
from comity.domestic.nation.schema import OUTGOING
from comity.domestic.officer import role
from comity.joint.contact import acts, decide, fold, state, verbs, view
from comity.joint.contact.state import State
from comity.node.base.history import History
from comity.node.base.places import COOPERATION, Place
from comity.node.base.reader import EVERYONE
from comity.node.base.rooms import Law, Line, Listed, Room
from comity.rooms.contact import observe


def _fold(history: History) -> State:
    return fold.fold_all(history.entries, history.parties)


def _line(now: State) -> Line:
    return Line(view.status(now), asker=now.owner)


def _listed(now: State, _own: str) -> Listed:
    return Listed(view.status(now), parties=(now.owner,) if now.owner else ())


def _direction(act: Act, _now: State, _own: str) -> str:
    return OUTGOING if act.tag == acts.PUBLISHED else ""


CONTACT: Final = Room(
    kind=acts.KIND,
    table=verbs.TABLE,
    has_surfaces=True,
    shapes=acts.SHAPES,
    last_words=acts.LAST_WORDS,
    fold=_fold,
    admit=decide.admit,
    to_json=state.to_json,
    from_json=state.from_json,
    line=_line,
    listed=_listed,
    status_words=view.STATUS_WORDS,
    law=Law(
        direction=_direction,
        executes=frozenset(),
        situation=lambda _now, _act: ("", "", ""),
        asked_last=view.newest_id,
        is_open_without=True,
    ),
    speakers=frozenset({role.CONTACT_POINT}),
    audience=(EVERYONE,),
    approvals=MappingProxyType({acts.PUBLISHED: 2}),
    rows=observe.ROWS,
    place=Place(COOPERATION, both("Contact points", "联络点"), "contact:listing"),
)
