"""The room `guideline` as a value: joint texts.

Floor: rooms.
"""

from collections.abc import Mapping
from typing import Final

from comity.acts.verb import Both, both
from comity.clocks import calendar_text
from comity.clocks.calendar import Calendar
from comity.domestic.officer import role
from comity.joint.guideline import approval, document
from comity.joint.guideline.model import Guideline
from comity.joint.text import acts, decide, fold, state, verbs, view
from comity.joint.text.state import State
from comity.node.base.bindings import Approvals, Text
from comity.node.base.history import History
from comity.node.base.places import DIALOGUE, Place
from comity.node.base.reader import EVERYONE
from comity.node.base.rooms import Line, Listed, Room
from comity.node.room import calendars
from comity.rooms.guideline import gates


def _fold(history: History) -> State:
    return fold.fold_all(history.entries, history.parties)


def _line(now: State) -> Line:
    asker = now.proposals[-1].party if now.proposals else ""
    return Line(view.status(now), view.holder(now), asker=asker)


def _listed(now: State, own: str) -> Listed:
    del own
    return Listed(view.status(now), holders=view.holders(now))


def _version(text: Guideline | Calendar) -> str:
    return text.version


def _earliest_ms(text: Guideline) -> int:
    return text.in_force_from_ms


def _approvals(text: Guideline, tag: str, urgency: str) -> Approvals:
    found = approval.needed(text, tag, urgency)
    is_named = any(one is found for one in text.approvals)
    return Approvals(found.count, found.roles, found.review_hours, is_named)


def _languages(text: Guideline) -> tuple[str, ...]:
    return tuple(text.languages.text)


def _lists(text: Guideline) -> Mapping[str, Mapping[str, Both]]:
    return {
        "type": {code: one.label for code, one in text.types.items()},
        "crime": {code: one.label for code, one in text.crimes.items()},
    }


_MAIN: Final = Text(
    acts.MAIN,
    document.parse,
    _version,
    _earliest_ms,
    approvals=_approvals,
    languages=_languages,
    lists=_lists,
)
_CALENDARS: Final = Text(calendars.PREFIX, calendar_text.parse, _version)

GUIDELINE: Final = Room(
    kind=acts.KIND,
    table=verbs.TABLE,
    has_surfaces=True,
    shapes=dict.fromkeys(acts.TAGS),
    last_words=acts.LAST_WORDS,
    fold=_fold,
    admit=decide.admit,
    to_json=state.to_json,
    from_json=state.from_json,
    line=_line,
    listed=_listed,
    status_words=view.STATUS_WORDS,
    gates=(gates.made,),
    waits=(gates.waits,),
    texts=(_MAIN, _CALENDARS),
    is_text=True,
    speakers=frozenset({role.SECRETARIAT}),
    audience=(EVERYONE,),
    place=Place(
        DIALOGUE,
        both("Guidelines", "指导原则"),
        "guideline:texts",
        "guideline:text",
        frozenset(role.ROLES),
    ),
)
