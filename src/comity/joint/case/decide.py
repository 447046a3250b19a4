"""What may be said of a case now.

What is decided takes effect, because it is decided by folding; the same `admit` is asked again
in the transaction that appends the act (protocol rule 17).

Floor: joint (pure).
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from comity.acts import shape
from comity.acts.record import Act
from comity.joint.case import fold
from comity.joint.case.state import State
from comity.kernel.inadmissible import Inadmissible

_SHOW: Final = "Show the case to see where it stands."

_WHY: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        fold.NO_CASE: (
            "There is no such case here.",
            "Use the id of one of those that `comity case list` shows.",
        ),
        fold.OPENED_BEFORE: ("This case was opened before.", _SHOW),
        fold.NOT_ENTITLED: (
            "Who proposed it has said what it says: the others agree, decline or dispute.",
            "Propose another one in its place.",
        ),
        fold.CLOSED_BEFORE: (
            "The case is closed.",
            "Reopen it first, if there are new facts.",
        ),
        fold.NOT_CLOSED: ("The case is not closed.", _SHOW),
        fold.GROUPED_BEFORE: ("Each of these requests is in the case already.", _SHOW),
        fold.NOT_GROUPED: ("None of these requests is in the case.", _SHOW),
        fold.REFERENCED_BEFORE: ("This is the file number that was given last.", _SHOW),
        fold.AT_THAT_LEVEL: (
            "The case is at that level of priority already.",
            "Propose the other level, or nothing.",
        ),
        fold.NO_PROPOSAL: (
            "There is no such proposal of a priority.",
            "Show the case and use the id of a proposal.",
        ),
        fold.LAPSED: (
            "The level of priority has changed since that was proposed.",
            "Propose the level that is wanted now.",
        ),
        fold.NO_REPORT: (
            "There is no such status report.",
            "Show the case and use the id of a report.",
        ),
        fold.NO_LINK: (
            "There is no such link.",
            "Show the case and use the id of links and the number of one.",
        ),
        fold.SAID_BEFORE: (
            "This party has said before what it thinks of it.",
            "Propose another one if that has changed.",
        ),
        fold.PARTY_UNKNOWN: (
            "A next step is that of a State which is no party here.",
            "Name parties of the channel.",
        ),
        "requests-missing": (
            "It names no request.",
            "Name one request at least.",
        ),
        "steps-unclear": (
            "A status report says what each side does next; an owner or date needs a step.",
            "Give a next step for each party that is named.",
        ),
    }
)
RULES: Final = frozenset(f"case.{name}" for name in _WHY) | shape.RULES
"""Every rule that `admit` can give."""


def no(name: str) -> Inadmissible:
    """Return the refusal by rule that a name stands for."""
    return Inadmissible(f"case.{name}", *_WHY[name]) if name in _WHY else shape.no(name)


def admit(now: State, act: Act, party: str) -> Inadmissible | None:
    """Return why `party` may not say this now, or None if it may."""
    turn = fold.fold(now, act, party).turns[-1]
    return None if turn.takes_effect else no(turn.result)
