"""The room `commitment` as a value.

Floor: rooms.
"""

from typing import Any, Final

from comity.acts import points
from comity.acts.points import State
from comity.acts.verb import both
from comity.domestic.officer import role
from comity.joint.commitment import acts, decide, fold, verbs, view
from comity.node.base.history import History
from comity.node.base.places import DIALOGUE, Place
from comity.node.base.reader import role_key
from comity.node.base.rooms import Line, Listed, Room
from comity.node.base.section import Section
from comity.rooms.commitment import dates
from comity.rooms.commitment.clocks import CLOCKS

_READERS: Final = (role_key(role.SECRETARIAT), role_key(role.COUNSEL))


def _fold(history: History) -> State:
    return fold.fold_all(history.entries, history.parties)


def _line(now: State) -> Line:
    asker = now.said[0].party if now.said else ""
    return Line(view.status(now), view.holder(now), asker=asker)


def _listed(now: State, own: str) -> Listed:
    holder, owner = view.holder(now), view.owners(now).get(own, "")
    refs = tuple(dict.fromkeys(one.codes[acts.REF] for one in now.told(acts.MADE)))
    return Listed(
        view.status(now),
        type=now.said[0].codes[acts.SOURCE] if now.said else "",
        holders=(holder,) if holder else (),
        parties=now.parties,
        references=refs,
        keys=(*_READERS, owner) if owner else _READERS,
    )


def _facts(now: State) -> dict[str, Any]:
    made = now.told(acts.MADE)
    return {
        "source": made[0].codes[acts.SOURCE] if made else "",
        "ref": made[0].codes[acts.REF] if made else "",
        "owners": dict(view.owners(now)),
        "first_due_ms": view.first_due_ms(now),
        "due_ms": view.due_ms(now),
        "claims": dict(view.claims(now)),
    }


COMMITMENT: Final = Room(
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
    matter_id=acts.matter_id,
    clocks=CLOCKS,
    place=Place(DIALOGUE),
    dated=dates.of,
    section=Section(
        both("Commitments", "承诺"),
        _facts,
        {"source": acts.SOURCES, "claims": acts.STATUSES},
        frozenset({acts.DONE, view.RELEASED}),
    ),
)
