"""The room `compartment` as a value.

Floor: rooms.
"""

from typing import Final

from comity.acts import facts
from comity.acts.facts import State
from comity.acts.record import Act
from comity.domestic.nation.schema import OUTGOING
from comity.joint.compartment import acts, decide, fold, verbs, view
from comity.node.base.history import History
from comity.node.base.reader import CONTACT
from comity.node.base.rooms import Law, Line, Listed, Room
from comity.rooms.compartment import desk, openings

TYPE: Final = "compartment"
"""What a nation profile calls it."""


def _fold(history: History) -> State:
    return fold.fold_all(history.entries, history.parties)


def _line(now: State) -> Line:
    return Line(view.status(now), view.holder(now), asker=now.opening.party if now.opening else "")


def _listed(now: State, _own: str) -> Listed:
    holder = view.holder(now)
    return Listed(view.status(now), holders=(holder,) if holder else (), parties=now.parties)


def _direction(act: Act, _now: State, _own: str) -> str:
    is_asked = act.tag in {acts.PROPOSED, acts.AMENDED, acts.SIGNED, acts.COMMITTED}
    return OUTGOING if is_asked else ""


def _situation(_now: State, _draft: Act | None) -> tuple[str, str, str]:
    return TYPE, "", ""


COMPARTMENT: Final = Room(
    kind=acts.KIND,
    shapes=acts.SHAPES,
    last_words=acts.LAST_WORDS,
    fold=_fold,
    admit=decide.admit,
    to_json=facts.to_json,
    from_json=facts.from_json,
    line=_line,
    listed=_listed,
    law=Law(
        direction=_direction,
        executes=frozenset(),
        situation=_situation,
        asked_last=lambda now: now.opening.id if now.opening else "",
    ),
    table=verbs.TABLE,
    status_words=view.STATUS_WORDS,
    audience=(CONTACT,),
    steps=desk.STEPS,
    guards=(openings.guard,),
    keeps=openings.keeps,
)
