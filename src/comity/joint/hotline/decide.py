"""What may be said in a call now: an act is decided by folding it on the state.

What is decided takes effect; the same `admit` is asked again in the transaction that appends the
act (protocol rule 17).

Floor: joint (pure).
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from comity.acts import shape
from comity.acts.record import Act
from comity.joint.hotline import coming, fold
from comity.joint.hotline.state import State
from comity.kernel.inadmissible import Inadmissible

_SHOW: Final = "Show the call to see where it stands."

_WHY: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        coming.NO_CALL: (
            "There is no such call here.",
            "Use an id that `comity hotline list` shows.",
        ),
        coming.NO_PLAN: (
            "There is no such plan of a drill here.",
            "Use an id that `comity hotline list` shows.",
        ),
        coming.OPENED_BEFORE: ("This call was made before.", _SHOW),
        coming.NOT_CALLED: (
            "This State takes no part in the call.",
            "Only the caller and those who are called speak in it.",
        ),
        coming.NOT_ENTITLED: (
            "The author may not say this of its own words.",
            "The other side reads back and agrees; the speaker confirms; the caller calls off.",
        ),
        coming.CLOSED_BEFORE: ("The call is closed.", "Call again if there is more to say."),
        coming.PICKED_UP_BEFORE: (
            "The call was picked up before.",
            "Take it, promise a word at another time, or close it.",
        ),
        coming.TAKEN_BEFORE: (
            "The call was taken at this level or a higher one before.",
            "Take it at a higher level, or hand it to another office.",
        ),
        coming.NOT_HIGHER: (
            "The call is at this level or a higher one already.",
            "Raise it to a higher level.",
        ),
        coming.NONCE_DIFFERS: (
            "The nonce is not the one that the plan of the drill committed to.",
            "Begin the drill with the node that planned it.",
        ),
        coming.JOINED_BEFORE: ("This State joined the drill before.", _SHOW),
        coming.NOTHING_SAID: (
            "It answers nothing that was said in this call.",
            "Show the call and use the id of what is meant.",
        ),
        coming.REPLACED_BEFORE: (
            "The speaker has said something else in its place.",
            "Answer what was said last.",
        ),
        coming.ANSWERED_BEFORE: ("This State has answered that before.", _SHOW),
        coming.PARTY_UNKNOWN: (
            "It names a State that is not another party of this channel.",
            "Name parties of the channel.",
        ),
        coming.SHEET_USED: (
            "This pair of the code sheet was used before.",
            "Use the next pair of the sheet.",
        ),
        "window-unclear": (
            "The window of a drill ends after it begins.",
            "Give an end that is later than the beginning.",
        ),
        "point-unknown": (
            "A time names a point that was not made.",
            "Number the points from 1 and give times of those alone.",
        ),
        "steps-unclear": (
            "An owner or a due date needs a next step of the same party.",
            "Give a next step for each party that is named.",
        ),
    }
)
RULES: Final = frozenset(f"hotline.{name}" for name in _WHY) | shape.RULES
"""Every rule that `admit` can give."""


def no(name: str) -> Inadmissible:
    """Return the refusal by rule that a name stands for."""
    return Inadmissible(f"hotline.{name}", *_WHY[name]) if name in _WHY else shape.no(name)


def admit(now: State, act: Act, party: str) -> Inadmissible | None:
    """Return why `party` may not say this now, or None if it may."""
    turn = fold.fold(now, act, party).turns[-1]
    return None if turn.takes_effect else no(turn.result)
