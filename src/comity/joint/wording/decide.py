"""What may be said of a text in the making now: an act is decided by folding it on the state.

Floor: joint (pure).
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from comity.acts import points_fold, shape
from comity.acts.points import State
from comity.acts.record import Act
from comity.joint.wording import fold
from comity.kernel.inadmissible import Inadmissible

_WHY: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "words-missing": (
            "It tables nothing: no words and no paragraph to drop.",
            "Give the words of one paragraph at least, or drop one.",
        ),
        "language-missing": (
            "A paragraph is not there in each language of the act.",
            "Give every paragraph in the same languages, two at least.",
        ),
        "attestation-missing": (
            "It attests nothing.",
            "Say of one paragraph at least whether its languages say the same.",
        ),
        "part-misplaced": (
            "A place, a kind or a mark to drop is of a paragraph that the act does not table.",
            "Name paragraphs that the act tables.",
        ),
        fold.NOT_OURS: (
            "A new paragraph has the name of another State.",
            "Name new paragraphs after this State, such as fr.1.",
        ),
        fold.CLOSED_BEFORE: (
            "The work on this text is closed.",
            "Open the work on a new text.",
        ),
    }
)
RULES: Final = frozenset(f"wording.{name}" for name in _WHY) | points_fold.RULES | shape.RULES
"""Every rule that `admit` can give."""


def no(name: str) -> Inadmissible:
    """Return the refusal by rule that a name stands for."""
    return Inadmissible(f"wording.{name}", *_WHY[name]) if name in _WHY else points_fold.no(name)


def admit(now: State, act: Act, party: str) -> Inadmissible | None:
    """Return why `party` may not say this now, or None if it may."""
    turn = points_fold.fold(fold.RULES, now, act, party).turns[-1]
    return None if turn.takes_effect else no(turn.result)
