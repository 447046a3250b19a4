"""The room `wording` as a value.

Floor: rooms.
"""

from typing import Any, Final

from comity.acts import points
from comity.acts.points import State
from comity.acts.verb import both
from comity.domestic.officer import role
from comity.joint.wording import acts, decide, fold, verbs, view
from comity.node.base.history import History
from comity.node.base.places import DIALOGUE, Place
from comity.node.base.reader import role_key
from comity.node.base.rooms import Line, Listed, Room
from comity.node.base.section import Section
from comity.node.room import brief
from comity.rooms.wording import gates, texts

_READERS: Final = (role_key(role.SECRETARIAT), role_key(role.COUNSEL))


def _fold(history: History) -> State:
    return fold.fold_all(history.entries, history.parties)


def _line(now: State) -> Line:
    asker = now.said[0].party if now.said else ""
    return Line(view.status(now), view.holder(now), asker=asker)


def _listed(now: State, own: str) -> Listed:
    del own
    holder = view.holder(now)
    return Listed(
        view.status(now),
        type=view.name(now).partition(".")[0],
        holders=(holder,) if holder else (),
        parties=now.parties,
        references=(view.name(now),) if now.said else (),
        keys=_READERS,
    )


def _facts(now: State) -> dict[str, Any]:
    return {"name": view.name(now), "brackets": view.brackets(now)}


WORDING: Final = Room(
    kind=acts.KIND,
    shapes=acts.SHAPES,
    last_words=acts.LAST_WORDS,
    fold=_fold,
    admit=decide.admit,
    to_json=points.to_json,
    from_json=points.from_json,
    line=_line,
    listed=_listed,
    table=verbs.TABLE,
    status_words=view.STATUS_WORDS,
    speakers=frozenset({role.SECRETARIAT}),
    gates=(gates.words,),
    waits=(gates.cleared,),
    own=brief.own,
    texts=texts.TEXTS,
    place=Place(DIALOGUE),
    section=Section(both("Texts in the making", "起草中的文本"), _facts),
)
