"""The room `exercise` as values: one for each kind of matter.

Floor: rooms.
"""

from collections.abc import Callable
from typing import Any, Final

from comity.acts.record import Act
from comity.acts.verb import both
from comity.domestic.officer import role
from comity.joint.arrangement import channel
from comity.joint.exercise import acts, decide, verbs, view
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.exercising import Exercising
from comity.node.base.history import History
from comity.node.base.hooks import Gate, knows_nothing
from comity.node.base.places import DIALOGUE, Place
from comity.node.base.reader import EVERYONE, REVIEWERS, role_key
from comity.node.base.rings import Rings
from comity.node.base.rooms import Line, Listed, Room
from comity.node.base.section import Section
from comity.rooms.exercise import destroyed, gates, places

_RUNNING: Final = frozenset({role.CONTROLLER, role.SECRETARIAT})
_THOSE_WHO_RUN: Final = (REVIEWERS, role_key(role.CONTROLLER))
"""Who reads what players must not: secretariat, who releases, controllers; auditors read all."""


def _wakes_nobody(_now: Any, _party: str) -> bool:  # noqa: ANN401 -- any of the states
    return False


_TYPES: Final[dict[str, Callable[[Any], str]]] = {
    acts.INJECT: lambda now: now.delivery.sort if now.delivery else "",
    acts.EVALUATION: lambda now: now.rating.task if now.rating else "",
}


_ALONE: Final = {
    acts.PLAY: Rings(frozenset(), _wakes_nobody, alone=frozenset({acts.STOPPED})),
    acts.INJECT: Rings(frozenset(), _wakes_nobody, alone=frozenset({acts.TAKEN})),
}
"""A stop waits for no second officer, nor does that a seat has something; neither has words."""


_DRAFTED: Final = dict.fromkeys(
    (acts.DELIVERED, acts.CORRECTED, acts.WITHDRAWN), role_key(role.CONTROLLER)
)
"""What a seat is to be surprised by is read by those who run the exercise alone, until then."""


def _room(kind: str, audience: tuple[str, ...], *asked: Gate) -> Room:
    part = decide.PARTS[kind]

    def fold(history: History) -> Any:  # noqa: ANN401 -- the state of that kind
        firsts = [min((r.at_ms for r in one.receipts), default=None) for one in history.heard]
        return part.fold_all(history.entries, history.parties, firsts)

    def admit(now: Any, act: Act, party: str) -> Inadmissible | None:  # noqa: ANN401 -- as above
        return decide.admit(now, act, party)

    def line(now: Any) -> Line:  # noqa: ANN401 -- as above
        awaited = view.AWAITED[kind](now)
        holder = awaited[0] if awaited else ""
        return Line(view.STATUS[kind](now), holder, asker=view.opener(now))

    def listed(now: Any, _own: str) -> Listed:  # noqa: ANN401 -- as above
        type_ = _TYPES.get(kind)
        return Listed(
            view.STATUS[kind](now),
            type=type_(now) if type_ else "",
            holders=view.AWAITED[kind](now),
            parties=now.parties,
        )

    return Room(
        kind=kind,
        shapes=acts.BY_KIND[kind],
        last_words=acts.LAST_WORDS & acts.BY_KIND[kind].keys(),
        fold=fold,
        admit=admit,
        to_json=part.to_json,
        from_json=part.from_json,
        line=line,
        listed=listed,
        gates=(gates.place, *asked),
        table=verbs.TABLES[kind],
        status_words=view.STATUS_WORDS[kind],
        speakers=_RUNNING,
        audience=audience,
        drafted=_DRAFTED,
        home=channel.LIVE if kind == acts.EXERCISE else channel.EXERCISE,
        exercising=Exercising(gates.entrance, gates.fiction, places.times)
        if kind == acts.PLAY
        else None,
        rings=_ALONE.get(kind),
        own=destroyed.own if kind == acts.EXERCISE else knows_nothing,
        place=Place(DIALOGUE),
        section=Section(both("Exercises", "演练")) if kind == acts.EXERCISE else None,
    )


EXERCISE: Final = _room(acts.EXERCISE, _THOSE_WHO_RUN)
CONTROL: Final = _room(acts.CONTROL, _THOSE_WHO_RUN)
PLAY: Final = _room(acts.PLAY, (EVERYONE,), gates.start)
INJECT: Final = _room(acts.INJECT, (EVERYONE,), gates.deliver)
EVALUATION: Final = _room(acts.EVALUATION, _THOSE_WHO_RUN)
