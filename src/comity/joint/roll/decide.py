"""What may be said of a roll now: an act is decided by folding it on the state.

Floor: joint (pure).
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from comity.acts import facts
from comity.acts.facts import State
from comity.acts.record import Act
from comity.joint.roll import acts, fold
from comity.kernel.inadmissible import Inadmissible

_WHY: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "nothing-counted": ("It counts nothing.", "Name one entry at least."),
        "edition-too-large": (
            f"An edition has at most {acts.ENTRIES_MAX:,} entries.",
            "Divide it into several editions.",
        ),
        fold.NOT_NEXT: (
            "The number of the edition does not follow the last one.",
            "Make the edition again: another one was sent meanwhile.",
        ),
        fold.TOTAL_WRONG: (
            "The total is not what the last edition and this one make.",
            "Make the edition again.",
        ),
        fold.PAUSED_BEFORE: ("The roll is paused.", "Resume it, or leave it as it is."),
        fold.NOT_PAUSED: ("The roll is not paused.", "Leave it as it is."),
        fold.MORE_THAN_VOTED: (
            "More entries are answered than were voted on.",
            "Answer each entry of the vote once.",
        ),
        fold.LOADED_ANOTHER: (
            "The root that was computed is not that of the edition.",
            "Say that it differs: `comity roll differ`.",
        ),
    }
)
RULES: Final = frozenset(f"roll.{name}" for name in _WHY) | facts.RULES
"""Every rule that `admit` can give."""


def no(name: str) -> Inadmissible:
    """Return the refusal by rule that a name stands for."""
    return Inadmissible(f"roll.{name}", *_WHY[name]) if name in _WHY else facts.no(name)


def admit(now: State, act: Act, party: str) -> Inadmissible | None:
    """Return why `party` may not say this now, or None if it may."""
    turn = fold.fold(now, act, party).turns[-1]
    return None if turn.takes_effect else no(turn.result)
