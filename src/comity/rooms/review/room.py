"""The room `review` as a value: snapshots of the figures.

Floor: rooms.
"""

from typing import Any, Final

from comity.acts.verb import both
from comity.domestic.officer import role
from comity.joint.review import acts, decide, fold, state, verbs, view
from comity.joint.review.state import State
from comity.node.base.history import History
from comity.node.base.places import DIALOGUE, Place
from comity.node.base.reader import REVIEWERS
from comity.node.base.rooms import Line, Listed, Room
from comity.node.base.section import Section


def _fold(history: History) -> State:
    return fold.fold_all(history.entries, history.parties)


def _line(now: State) -> Line:
    return Line(view.status(now), view.holder(now), asker=now.author)


def _listed(now: State, own: str) -> Listed:
    del own
    holder = view.holder(now)
    return Listed(view.status(now), holders=(holder,) if holder else ())


def _facts(now: State) -> dict[str, Any]:
    return {"from_ms": now.from_ms, "to_ms": now.to_ms, "by": now.author, "figures": now.digest}


REVIEW: Final = Room(
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
    speakers=frozenset({role.SECRETARIAT}),
    audience=(REVIEWERS,),
    place=Place(
        DIALOGUE,
        both("Review of responses", "答复审议"),
        "review:figures",
        roles=frozenset({role.AUDITOR, role.SECRETARIAT}),
    ),
    section=Section(both("Figures agreed", "已确认的统计数据"), _facts),
)
