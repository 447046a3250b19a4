"""What may be said of a commitment now: an act is decided by folding it on the state.

Floor: joint (pure).
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from comity.acts import points_fold, shape
from comity.acts.points import State
from comity.acts.record import Act
from comity.joint.commitment import fold
from comity.kernel.inadmissible import Inadmissible

_WHY: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        fold.PARTY_UNKNOWN: (
            "It names an owner of a State that is no party of this channel.",
            "Name owners of parties of the channel.",
        ),
        fold.REASON_MISSING: (
            "It gives another due date than this State stood on, and no reason.",
            "Give the reason for which the date moves.",
        ),
    }
)
RULES: Final = frozenset(f"commitment.{name}" for name in _WHY) | points_fold.RULES | shape.RULES
"""Every rule that `admit` can give."""


def no(name: str) -> Inadmissible:
    """Return the refusal by rule that a name stands for."""
    return Inadmissible(f"commitment.{name}", *_WHY[name]) if name in _WHY else points_fold.no(name)


def admit(now: State, act: Act, party: str) -> Inadmissible | None:
    """Return why `party` may not say this now, or None if it may."""
    turn = points_fold.fold(fold.RULES, now, act, party).turns[-1]
    return None if turn.takes_effect else no(turn.result)
