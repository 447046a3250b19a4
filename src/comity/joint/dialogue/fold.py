"""What a history of a session means: who stands on what, by what its author had seen.

Floor: joint (pure).
"""

from collections.abc import Sequence
from typing import Final

from comity.acts import points_fold
from comity.acts.points import State
from comity.acts.points_fold import Coming, Rules
from comity.acts.turns import Entry
from comity.joint.dialogue import acts

NOT_OPENED: Final = "not-opened"
_ONCE: Final = (acts.OPENED, acts.CLOSED)
_ANSWERS: Final = (acts.MINUTES_AGREED, acts.MINUTES_DISPUTED)


def _problem(now: State, coming: Coming) -> str:
    tag, party = coming.act.tag, coming.party
    own = {one.tag for one in now.said if one.party == party}
    if tag in _ONCE and tag in own:
        return points_fold.SAID_BEFORE
    if tag == acts.CLOSED and acts.OPENED not in own:
        return NOT_OPENED
    return _answers(now, coming) if tag in _ANSWERS else ""


def _answers(now: State, coming: Coming) -> str:
    """Agree to minutes, or dispute them; who disputed may agree later, and not the other way."""
    about = points_fold.answered(now, coming, acts.MINUTED)
    if about is None:
        return points_fold.NOTHING_ANSWERED
    if about.party == coming.party:
        return points_fold.NOT_ENTITLED
    voices = now.told(*_ANSWERS)
    before = {o.tag for o in voices if o.party == coming.party and o.answers == about.id}
    is_again = acts.MINUTES_AGREED in before or coming.act.tag in before
    return points_fold.SAID_BEFORE if is_again else ""


RULES: Final = Rules(
    acts.KIND,
    acts.SHAPES,
    openings=frozenset({acts.CONVENED}),
    stating=frozenset({acts.STATED}),
    leaving=frozenset({acts.LEFT, acts.POSTPONED}),
    values=acts.values,
    leaves=acts.leaves,
    problem=_problem,
)


def fold_all(entries: Sequence[Entry], parties: Sequence[str]) -> State:
    """Return where a session stands after all its acts, given in their order."""
    return points_fold.fold_all(RULES, entries, parties)
