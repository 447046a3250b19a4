"""What may be said of a share now: an act is decided by folding it on the state.

What is decided takes effect; the same `admit` is asked again in the transaction that appends the
act (protocol rule 17).

Floor: joint (pure).
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from comity.acts import shape
from comity.acts.record import Act
from comity.joint.share import coming, fold
from comity.joint.share.state import State
from comity.kernel.inadmissible import Inadmissible

_SHOW: Final = "Show the share to see where it stands."

_WHY: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        coming.NO_SHARE: (
            "There is no such share here, or it has no such bundle.",
            "Use an id that `comity share list` shows.",
        ),
        coming.OPENED_BEFORE: ("This share was given before.", _SHOW),
        coming.NOT_ENTITLED: (
            "The giver adds, marks, retracts and upholds; the takers say the rest.",
            _SHOW,
        ),
        coming.POSITION_UNKNOWN: (
            "It names positions that the share does not have.",
            "Number the objects of a bundle from 1, and of a second bundle as b2.1.",
        ),
        coming.MARKED_BEFORE: ("Everything that it names has this mark already.", _SHOW),
        coming.RETRACTED_BEFORE: (
            "Everything that it names was retracted.",
            "Give what is right anew: what was retracted does not come back.",
        ),
        coming.TAKEN_BEFORE: ("This State has taken this bundle before.", _SHOW),
        coming.DISPUTED_BEFORE: (
            "This State has disputed these positions for this reason before.",
            _SHOW,
        ),
        coming.NO_DISPUTE: (
            "There is no such dispute in this share.",
            "Show the share and use the id of a dispute.",
        ),
        coming.SETTLED_BEFORE: ("This dispute was upheld, or retracted, before.", _SHOW),
        coming.NOTHING_OFFERED: (
            "This share offers no samples.",
            "Ask the giver in words, by a request or a call.",
        ),
        coming.NOTHING_CORRECTED: (
            "It corrects no report of use that this State made.",
            "Show the share and use the id of the report that was wrong.",
        ),
        coming.COUNT_FALLS: (
            "A count is less than this State said before.",
            "Give every count so far, or name the report that was wrong with corrects.",
        ),
        coming.FINAL_BEFORE: (
            "This State has said before that it is done.",
            "Name the report of use that was wrong with corrects.",
        ),
        coming.NOTHING_OWED: (
            "It answers no retraction and no narrowing of this share.",
            "Show the share and use the id of the retraction.",
        ),
        coming.COUNTS_UNCLEAR: (
            "The counts do not fit the objects of the share, or each other.",
            "Valid and invalid objects are all of the bundle; told is confirmed and open together.",
        ),
        "nothing-given": (
            "It gives no object, no sample and no report.",
            "Give some, or declare that there is nothing this time.",
        ),
        "window-unclear": ("A time ends before it begins.", "Give an end that is later."),
        "position-malformed": (
            "A position is misspelled.",
            "Write 3, 17-40, b2.5 or b2.5-9; positions go from 1 to 50000.",
        ),
        "use-missing": ("It says of no object what was done.", "Give one count at least."),
        "open-left": (
            "It is not done while consumers have not confirmed.",
            "Leave out final until open is 0.",
        ),
        "blob-missing": ("It names no blob.", "Name one blob at least by its SHA-256."),
    }
)
RULES: Final = frozenset(f"share.{name}" for name in _WHY) | shape.RULES
"""Every rule that `admit` can give."""


def no(name: str) -> Inadmissible:
    """Return the refusal by rule that a name stands for."""
    return Inadmissible(f"share.{name}", *_WHY[name]) if name in _WHY else shape.no(name)


def admit(now: State, act: Act, party: str) -> Inadmissible | None:
    """Return why `party` may not say this now, or None if it may."""
    turn = fold.fold(now, act, party).turns[-1]
    return None if turn.takes_effect else no(turn.result)
