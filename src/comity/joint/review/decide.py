"""What may be said of a snapshot now: a command on a state gives an act, or says why not.

What is decided takes effect, because it is decided by folding; the same `admit` is asked again
in the transaction that appends the act (protocol rule 17).  Whether the figures are the same is
computed by the node, from the logs that the snapshot names: nobody types a digest to agree.

Floor: joint (pure).
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from comity.acts import shape
from comity.acts.record import Act
from comity.joint.review import acts, fold
from comity.joint.review.acts import Saying, Taken
from comity.joint.review.state import State
from comity.kernel.inadmissible import Inadmissible

_WHY: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        fold.NO_SNAPSHOT: (
            "There is no such snapshot here.",
            "Use the id of one of those that `comity review list` shows.",
        ),
        fold.NAMED_BEFORE: (
            "This snapshot was named before.",
            "Show it to see where it stands, or take another one.",
        ),
        fold.NOT_ENTITLED: (
            "Who named a snapshot withdraws it; the others concur, or differ.",
            "Withdraw it if it is your own; concur or differ if it is another party's.",
        ),
        fold.ANOTHER_DIGEST: (
            "The figures that were found are not those of the snapshot.",
            "Say that they differ, and tell in which cells.",
        ),
        fold.SAME_DIGEST: (
            "The figures that were found are those of the snapshot: nothing differs.",
            "Concur with it.",
        ),
        fold.FOUND_BEFORE: (
            "This party has said before that it found these figures.",
            "Comment on a cell if there is more to say.",
        ),
        fold.AGREED_ALREADY: (
            "Every other party has concurred: the snapshot is agreed.",
            "Comment on a cell, or take another snapshot.",
        ),
        fold.WITHDRAWN_BEFORE: (
            "This snapshot was withdrawn.",
            "Wait for another one, or take one.",
        ),
        "cut-malformed": (
            "It does not name each log once, with how many of its entries the figures rest on.",
            "Take the snapshot with this version of the program.",
        ),
        "period-malformed": (
            "The period, the period before it and the instant do not follow each other.",
            "Give a period that begins before it ends and before the instant.",
        ),
    }
)
RULES: Final = frozenset(f"review.{name}" for name in _WHY) | shape.RULES
"""Every rule that `admit` can give."""


def admit(state: State, act: Act, party: str) -> Inadmissible | None:
    """Return why `party` may not say this now, or None if it may."""
    turn = fold.fold(state, act, party).turns[-1]
    if turn.takes_effect:
        return None
    if turn.result in shape.WHY:
        return shape.no(turn.result)
    what, fix = _WHY[turn.result]
    return Inadmissible(f"review.{turn.result}", what, fix)


def take(state: State, saying: Saying, party: str, taken: Taken) -> Act | Inadmissible:
    """Return the act by which `party` names a snapshot; `state` is of a matter without acts."""
    return _admitted(state, acts.snapshot(saying, party, taken), party)


def concur(state: State, saying: Saying, party: str, digest: str) -> Act | Inadmissible:
    """Return the act by which `party` concurs, with the digest of what it has computed."""
    return _admitted(state, acts.concurred(saying, *_about(state), digest), party)


def differ(state: State, saying: Saying, party: str, digest: str) -> Act | Inadmissible:
    """Return the act by which `party` says that it has computed others, with their digest."""
    return _admitted(state, acts.differed(saying, *_about(state), digest), party)


def _about(state: State) -> tuple[str, str]:
    return acts.matter_id(state.author, state.snapshot_id), state.snapshot_id


def _admitted(state: State, act: Act, party: str) -> Act | Inadmissible:
    return admit(state, act, party) or act
