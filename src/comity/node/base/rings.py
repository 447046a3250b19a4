"""Which matters wake somebody, and what every page says of one while it rings.

Floor: node.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

type State = Any
"""The folded state of a matter: each room has its own."""


def _no_word(_state: State) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Bar:
    """What every page says of a matter while it rings.

    Attributes:
        party: who calls.
        level: of the matter, or 0.
        ground: its code, or "".
        is_drill: whether it is a drill.
        by_ms: by when a word is wanted, or None.
        verb: that ends the ring, a name of the table of the room.
    """

    party: str
    level: int
    ground: str
    is_drill: bool
    by_ms: int | None
    verb: str


@dataclass(frozen=True, slots=True)
class Rings:
    """Which matters of a kind must wake somebody, as they stand.

    Attributes:
        statuses: of its line, at which one may ring: so that those that ring are found by a list.
        must: (state, party) -> whether somebody of that party must be woken.
        word: of the state: what rings alike is told as one; the urgency of the line without.
        own_statuses: of `Listed`, in one of which each matter is that a look ends and that rings.
        is_ended_by_look: whether it rings no more once an officer has looked at it, and at all
            only where it presses; else what is said alone ends it.
        bar: (state) -> what a page says of it while it rings; None where it shows no bar.
            alone: tags that one officer lets out, whatever the text in force asks, if they carry no
            words: who is woken answers at once.
        at_once: tags whose words wait for nobody either, where one officer may release alone.
        urgency: of what is said in such a matter, where the matter has none.
    """

    statuses: frozenset[str]
    must: Callable[[State, str], bool]
    word: Callable[[State], str] = _no_word
    own_statuses: frozenset[str] = frozenset()
    is_ended_by_look: bool = False
    bar: "Callable[[State], Bar] | None" = None
    alone: frozenset[str] = frozenset()
    at_once: frozenset[str] = frozenset()
    urgency: str = ""
