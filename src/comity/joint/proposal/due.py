"""What is owed of a proposal: a view and a decision, by who did not put it.

Floor: joint (pure).
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from comity.acts.owed import Owed
from comity.acts.points import State
from comity.joint.proposal import acts, view

DECIDE: Final = "decide"

WORDS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {DECIDE: {"en": "Decide on the proposal", "zh": "就提案作出决定"}}
)


def owed(now: State) -> tuple[Owed, ...]:
    """Return what parties owe, by the date for which the proposal asks or is deferred."""
    by_ms = view.decide_by_ms(now)
    if by_ms is None or not view.is_open(now):
        return ()
    standing, by = now.wishes(acts.DECISION), view.author(now)
    is_deferred = view.status(now) == acts.DEFERRED
    silent = [p for p in now.parties if p != by and (is_deferred or p not in standing)]
    return tuple(Owed(DECIDE, party, by_ms) for party in silent or ((by,) if standing else ()))
