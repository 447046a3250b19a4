"""What may be said of contact points now: an act is decided by folding it on the state.

Floor: joint (pure).
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from comity.acts import shape
from comity.acts.record import Act
from comity.joint.contact import fold
from comity.joint.contact.state import State
from comity.kernel.inadmissible import Inadmissible

_SHOW: Final = "Show them with `comity contact show` to see where they stand."

_WHY: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        fold.NOT_ENTITLED: (
            "A State proves the contact points of others, and withdraws its own.",
            "Name the contact points of the other side, or publish yours again.",
        ),
        fold.NOTHING_PUBLISHED: (
            "There are no such contact points.",
            "Show them and use the id of what was published last.",
        ),
        fold.ENTRY_UNKNOWN: ("It names a contact point that was not published.", _SHOW),
        fold.WITHDRAWN_BEFORE: ("Each of these contact points was withdrawn before.", _SHOW),
        fold.PUBLISHED_BEFORE: (
            "These contact points are the ones that were published last.",
            "Change the file first.",
        ),
        "entries-missing": ("It names no contact point.", "Name one contact point at least."),
    }
)
RULES: Final = frozenset(f"contact.{name}" for name in _WHY) | shape.RULES
"""Every rule that `admit` can give."""


def no(name: str) -> Inadmissible:
    """Return the refusal by rule that a name stands for."""
    return Inadmissible(f"contact.{name}", *_WHY[name]) if name in _WHY else shape.no(name)


def admit(now: State, act: Act, party: str) -> Inadmissible | None:
    """Return why `party` may not say this now, or None if it may."""
    turn = fold.fold(now, act, party).turns[-1]
    return None if turn.takes_effect else no(turn.result)
