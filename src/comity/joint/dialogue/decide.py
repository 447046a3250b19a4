"""What may be said of a session now: an act is decided by folding it on the state.

Floor: joint (pure).
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from comity.acts import points_fold, shape
from comity.acts.points import State
from comity.acts.record import Act
from comity.joint.dialogue import fold
from comity.kernel.inadmissible import Inadmissible

_WHY: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        fold.NOT_OPENED: (
            "This State has not opened the session.",
            "Open it first, or postpone it.",
        ),
    }
)
RULES: Final = frozenset(f"dialogue.{name}" for name in _WHY) | points_fold.RULES | shape.RULES
"""Every rule that `admit` can give."""


def no(name: str) -> Inadmissible:
    """Return the refusal by rule that a name stands for."""
    return Inadmissible(f"dialogue.{name}", *_WHY[name]) if name in _WHY else points_fold.no(name)


def admit(now: State, act: Act, party: str) -> Inadmissible | None:
    """Return why `party` may not say this now, or None if it may."""
    turn = points_fold.fold(fold.RULES, now, act, party).turns[-1]
    return None if turn.takes_effect else no(turn.result)
