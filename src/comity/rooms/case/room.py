"""The room `case` as a value.

Floor: rooms.
"""

from typing import Any, Final

from comity.acts.verb import both
from comity.joint.case import acts, decide, fold, state, verbs, view
from comity.joint.case.state import State
from comity.node.base.history import History
from comity.node.base.places import CASES, Place
from comity.node.base.rooms import Line, Listed, Room
from comity.node.base.section import Section
from comity.rooms.case import say


def _fold(history: History) -> State:
    return fold.fold_all(history.entries, history.parties)


def _line(now: State) -> Line:
    return Line(view.status(now), view.holder(now), asker=now.opener)


def _listed(now: State, own: str) -> Listed:
    del own
    holder = view.holder(now)
    return Listed(
        view.status(now),
        type=now.crime_type,
        holders=(holder,) if holder else (),
        parties=now.parties,
        references=view.references(now),
    )


def _facts(now: State) -> dict[str, Any]:
    report = view.current_report(now)
    return {
        "references": [*view.references(now)],
        "priority": view.level(now),
        "requests": len(view.requests(now)),
        "label": report.dialogue if report else "",
        "report": view.report_status(now, report) if report else "",
        "next_steps": {one.party: one.next for one in report.steps} if report else {},
    }


CASE: Final = Room(
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
    place=Place(CASES, page="case:listing"),
    steps=say.STEPS,
    section=Section(
        both("Cases", "案件"),
        _facts,
        {"priority": acts.LEVELS, "report": view.REPORT_WORDS, "next_steps": acts.NEXT_STEPS},
        frozenset({view.CLOSED}),
    ),
)
