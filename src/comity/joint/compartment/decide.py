"""What may be said in a compartment now: an act is decided by folding it on the state.

Floor: joint (pure).
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from comity.acts import facts
from comity.acts.facts import State
from comity.acts.record import Act
from comity.joint.compartment import fold
from comity.kernel.inadmissible import Inadmissible

_WHY: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "nothing-named": ("It names nothing.", "Name one request or one file at least."),
        "period-unclear": (
            "The period of an account ends after it begins.",
            "Give an end that is later than the beginning.",
        ),
        fold.NOT_IN_FORCE: (
            "No terms are signed by every party, so nothing may be given or read.",
            "Wait for the signature, or propose other terms.",
        ),
        fold.NAMED_BEFORE: ("This State has named that reader.", "End the reader first."),
        fold.ANSWERED_BEFORE: (
            "This State has signed or declined these terms.",
            "Propose other terms if that has changed.",
        ),
    }
)
RULES: Final = frozenset(f"compartment.{name}" for name in _WHY) | facts.RULES
"""Every rule that `admit` can give."""


def no(name: str) -> Inadmissible:
    """Return the refusal by rule that a name stands for."""
    return Inadmissible(f"compartment.{name}", *_WHY[name]) if name in _WHY else facts.no(name)


def admit(now: State, act: Act, party: str) -> Inadmissible | None:
    """Return why `party` may not say this now, or None if it may."""
    turn = fold.fold(now, act, party).turns[-1]
    return None if turn.takes_effect else no(turn.result)
