"""The room `request` as a value.

Floor: rooms.
"""

from collections.abc import Sequence
from typing import Final

from comity.joint.request import acts, decide, fields, fold, state, view
from comity.joint.request.state import State
from comity.node.base.rooms import Entry, Heard, Line, Listed, Room

_URGENCIES: Final = {urgency: place for place, urgency in enumerate(acts.URGENCIES)}


def _fold_all(entries: Sequence[Entry], parties: Sequence[str], heard: Sequence[Heard]) -> State:
    del parties  # a request names whom it asks
    return fold.fold_all(entries, heard)


def _line(now: State) -> Line:
    return Line(view.status(now), view.holder(now), now.urgency, now.asker)


def _listed(now: State, own: str) -> Listed:
    track = now.track(own)
    return Listed(
        view.own_status(now, own),
        type=now.type,
        holders=view.holders(now),
        parties=(now.asker, *(one.party for one in now.tracks)),
        references=view.references(now),
        keys=(track.agency,) if track and track.agency else (),
        place=_URGENCIES.get(now.urgency, len(_URGENCIES)),
    )


REQUEST: Final = Room(
    kind=acts.KIND,
    tags=frozenset(fields.FIELDS),
    last_words=acts.LAST_WORDS,
    fold_all=_fold_all,
    admit=decide.admit,
    to_json=state.to_json,
    from_json=state.from_json,
    line=_line,
    listed=_listed,
)
