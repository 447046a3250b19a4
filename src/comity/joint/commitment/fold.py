"""What a history of a commitment means: who stands on what, by what its author had seen.

Floor: joint (pure).
"""

from collections.abc import Sequence
from typing import Final

from comity.acts import points_fold, shape, stance
from comity.acts.points import State
from comity.acts.points_fold import Coming, Rules
from comity.acts.turns import Entry
from comity.joint.commitment import acts

PARTY_UNKNOWN: Final = "party-unknown"
REASON_MISSING: Final = "reason-missing"
PLANNED: Final = (acts.DUE, acts.DUE_BEFORE)
"""Points that are planned again with a reason."""


def _problem(now: State, coming: Coming) -> str:
    act = coming.act
    if not {*shape.under(act, acts.OWNER)} <= {*now.parties}:
        return PARTY_UNKNOWN
    if act.tag != acts.STATED or acts.REASON in act.codes:
        return ""
    given = acts.values(act)
    stood = {point: stance.last(now.stances(point), coming.party) for point in PLANNED}
    is_moved = any(
        point in given and before not in ("", given[point]) for point, before in stood.items()
    )
    return REASON_MISSING if is_moved else ""


RULES: Final = Rules(
    acts.KIND,
    acts.SHAPES,
    openings=frozenset({acts.MADE}),
    stating=frozenset({acts.STATED}),
    leaving=frozenset({acts.LEFT}),
    values=acts.values,
    leaves=lambda act: act.items,
    problem=_problem,
    matter_id=acts.matter_id,
)


def fold_all(entries: Sequence[Entry], parties: Sequence[str]) -> State:
    """Return where a commitment stands after all its acts, given in their order."""
    return points_fold.fold_all(RULES, entries, parties)
