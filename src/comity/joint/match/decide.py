"""What may be said in a private match now: an act is decided by folding it on the state.

Floor: joint (pure).
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from comity.acts import facts
from comity.acts.facts import State
from comity.acts.record import Act
from comity.joint.match import acts, canon, fold
from comity.kernel.inadmissible import Inadmissible

_SMALL: Final = f"of {', '.join(sorted(canon.SMALL))} with {canon.SMALL_SLOTS:,}"

_WHY: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "slots-out-of-range": (
            "A run has too few or too many slots for its kind.",
            f"Ask with {acts.SLOTS_MIN:,} to {acts.SLOTS_MAX:,} slots; {_SMALL}.",
        ),
        "case-missing": (
            "Identifiers of this kind are few enough to be guessed: a run is for one case.",
            "Name the case that it is for.",
        ),
        "tags-not-a-power": (
            "The number of tags is not a power of two.",
            "Pad the table of tags to the next power of two.",
        ),
        fold.TAG_UNKNOWN: (
            "The table has no tag of this number.",
            "Use the number of a hit that `comity match show` lists.",
        ),
        fold.TOO_MANY_HITS: ("There are more hits than slots.", "Open the evaluation again."),
        fold.NOT_OPENED: (
            "The hits of this evaluation were not counted yet.",
            "Open the evaluation first: `comity match open`.",
        ),
        fold.EVALUATED_BEFORE: (
            "This question was evaluated before.",
            "Show the match to see the evaluation.",
        ),
        fold.REJECTED_BEFORE: (
            "This evaluation was rejected.",
            "Ask again, in the next epoch if the key has changed.",
        ),
    }
)
RULES: Final = frozenset(f"match.{name}" for name in _WHY) | facts.RULES
"""Every rule that `admit` can give."""


def no(name: str) -> Inadmissible:
    """Return the refusal by rule that a name stands for."""
    return Inadmissible(f"match.{name}", *_WHY[name]) if name in _WHY else facts.no(name)


def admit(now: State, act: Act, party: str) -> Inadmissible | None:
    """Return why `party` may not say this now, or None if it may."""
    turn = fold.fold(now, act, party).turns[-1]
    return None if turn.takes_effect else no(turn.result)
