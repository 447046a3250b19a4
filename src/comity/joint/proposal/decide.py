"""What may be said of a proposal now: an act is decided by folding it on the state.

Floor: joint (pure).
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from comity.acts import points_fold, shape
from comity.acts.points import State
from comity.acts.record import Act
from comity.joint.proposal import fold
from comity.kernel.inadmissible import Inadmissible

_WHY: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "until-unclear": (
            "A date until which it is deferred goes with that decision, and with no other.",
            "Give the date with the decision `deferred`, and leave it out otherwise.",
        ),
        "reason-missing": (
            "A proposal is declined for a reason.",
            "Give one of the reasons that the help of the command lists.",
        ),
        "change-missing": (
            "It accepts the proposal with changes and does not say which.",
            "Write the changed proposal in each language.",
        ),
    }
)
RULES: Final = frozenset(f"proposal.{name}" for name in _WHY) | points_fold.RULES | shape.RULES
"""Every rule that `admit` can give."""


def no(name: str) -> Inadmissible:
    """Return the refusal by rule that a name stands for."""
    return Inadmissible(f"proposal.{name}", *_WHY[name]) if name in _WHY else points_fold.no(name)


def admit(now: State, act: Act, party: str) -> Inadmissible | None:
    """Return why `party` may not say this now, or None if it may."""
    turn = points_fold.fold(fold.RULES, now, act, party).turns[-1]
    return None if turn.takes_effect else no(turn.result)
