"""What a history of a proposal means: who stands on what, by what its author had seen.

Floor: joint (pure).
"""

from collections.abc import Sequence
from typing import Final

from comity.acts import points_fold
from comity.acts.points import State
from comity.acts.points_fold import Coming, Rules
from comity.acts.turns import Entry
from comity.joint.proposal import acts


def _problem(now: State, coming: Coming) -> str:
    is_own = any(one.party == coming.party for one in now.told(acts.PUT))
    return points_fold.NOT_ENTITLED if coming.act.tag == acts.ASSESSED and is_own else ""


RULES: Final = Rules(
    acts.KIND,
    acts.SHAPES,
    openings=frozenset({acts.PUT}),
    stating=frozenset({acts.STATED}),
    leaving=frozenset({acts.LEFT}),
    values=acts.values,
    leaves=lambda act: act.items,
    check=acts.check,
    problem=_problem,
)


def fold_all(entries: Sequence[Entry], parties: Sequence[str]) -> State:
    """Return where a proposal stands after all its acts, given in their order."""
    return points_fold.fold_all(RULES, entries, parties)
