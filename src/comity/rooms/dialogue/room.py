"""The room `dialogue` as a value.

Floor: rooms.
"""

from typing import Any, Final

from comity.acts import points
from comity.acts.points import State
from comity.acts.verb import both
from comity.domestic.officer import role
from comity.joint.dialogue import acts, decide, fold, terms, verbs, view
from comity.node.base import places
from comity.node.base.bindings import Text
from comity.node.base.history import History
from comity.node.base.reader import role_key
from comity.node.base.rooms import Line, Listed, Room
from comity.node.base.section import Section
from comity.rooms.dialogue import clocks, dates, embargo

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
        type=view.series(now),
        holders=(holder,) if holder else (),
        parties=now.parties,
        references=(view.label(now),) if now.said else (),
        keys=_READERS,
    )


_TERMS: Final = Text(
    terms.PREFIX,
    terms.parse,
    lambda text: str(text.version),
    lambda text: int(text.in_force_from_ms),
    languages=lambda text: tuple(text.languages),
    words={"en": "Terms of a series", "zh": "系列规则"},
    page="terms",
)


def _facts(now: State) -> dict[str, Any]:
    return {
        "series": view.series(now),
        "label": view.label(now),
        "first_ms": view.first_when_ms(now),
        "when_ms": view.when_ms(now),
        "next": now.agreed(acts.NEXT),
    }


DIALOGUE: Final = Room(
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
    clocks=clocks.CLOCKS,
    own=embargo.own,
    texts=(_TERMS,),
    place=places.Place(places.DIALOGUE),
    section=Section(
        both("Sessions", "会议"),
        _facts,
        settled=frozenset({view.RECORDED, view.CONVERTED}),
    ),
    dated=dates.of,
)
