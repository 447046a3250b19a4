"""What may be said now: a command on a state gives an act, or says why not.

What is decided takes effect, because it is decided by folding: an act is admitted if it
would have an effect on the state as it is.  The same `admit` is asked again in the
transaction that appends the act (protocol rule 17).

Floor: joint (pure).
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from comity.acts import shape
from comity.acts.record import Act
from comity.joint.text import acts, fold, table
from comity.joint.text.acts import Saying, Text
from comity.joint.text.state import Proposal, State
from comity.kernel.fault import quoted
from comity.kernel.inadmissible import Inadmissible

_WHY: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        table.NO_PROPOSAL: (
            "There is no such proposal here.",
            "Use the id of one of those that `comity guideline list` shows.",
        ),
        table.NOT_ENTITLED: (
            "A party withdraws its own proposal, and declines one of another.",
            "Decline it if it is another party's; withdraw it if it is your own.",
        ),
        fold.ANOTHER_TEXT: (
            "The text that is named is not the one that was proposed.",
            "Show the proposal, read its text, and adopt that one.",
        ),
        "adopted-before": (
            "This party has adopted this text before.",
            "Wait for the others, or propose another text.",
        ),
        "adopted-already": (
            "Every party has adopted this text.",
            "Leave it from a date on, or propose another text.",
        ),
        "closed-before": (
            "This proposal was countered, declined or withdrawn.",
            "Propose the text anew if it is wanted after all.",
        ),
        "not-adopted-yet": (
            "Not every party has adopted this text, so there is nothing to leave.",
            "Decline the proposal, or withdraw it if it is your own.",
        ),
        "sha256-missing": (
            "It does not name the text by its hash.",
            "Draft it again with this version of the program.",
        ),
        "text-misplaced": (
            "It has a text, and only a proposal has one.",
            "Draft it again with this version of the program.",
        ),
        "text-missing": ("It proposes no text.", "Propose a file, or the text that ships."),
    }
)
RULES: Final = frozenset(f"guideline.{name}" for name in _WHY) | shape.RULES
"""Every rule that `admit` can give."""


def admit(state: State, act: Act, party: str) -> Inadmissible | None:
    """Return why `party` may not say this now, or None if it may."""
    turn = fold.fold(state, act, party).turns[-1]
    if turn.takes_effect:
        return None
    if turn.result in shape.WHY:
        return shape.no(turn.result)
    what, fix = _WHY[turn.result]
    return Inadmissible(f"guideline.{turn.result}", what, fix)


def propose(
    state: State, saying: Saying, party: str, text: Text, counters: str = ""
) -> Act | Inadmissible:
    """Return the act by which `party` proposes a text, perhaps in place of a proposal."""
    known = next((p for p in state.proposals if _is_same(p, text)), None)
    if known is not None:
        return Inadmissible(
            "guideline.proposed-before",
            f"This very text is proposed already, as {quoted(known.id)}.",
            "Adopt that proposal.",
        )
    return _admitted(state, acts.proposed(saying, text, counters), party)


def _is_same(proposal: Proposal, text: Text) -> bool:
    is_alive = proposal.status in (table.PROPOSED, table.ADOPTED)
    return is_alive and proposal.sha256 == text.document.sha256


def adopt(
    state: State, saying: Saying, party: str, proposal_id: str, sha256: str
) -> Act | Inadmissible:
    """Return the act by which `party` adopts a proposed text, named by its hash."""
    return _admitted(state, acts.adopted(saying, proposal_id, sha256), party)


def decline(
    state: State, saying: Saying, party: str, proposal_id: str, reason: str
) -> Act | Inadmissible:
    """Return the act by which `party` declines a proposal of another."""
    return _admitted(state, acts.declined(saying, proposal_id, reason), party)


def withdraw(
    state: State, saying: Saying, party: str, proposal_id: str, reason: str
) -> Act | Inadmissible:
    """Return the act by which `party` takes back its proposal, before all have adopted it."""
    return _admitted(state, acts.withdrawn(saying, proposal_id, reason), party)


def leave(
    state: State, saying: Saying, party: str, proposal_id: str, from_ms: int
) -> Act | Inadmissible:
    """Return the act by which `party` leaves an adopted text from an instant on."""
    return _admitted(state, acts.withdrawn(saying, proposal_id, "leaving", from_ms), party)


def _admitted(state: State, act: Act, party: str) -> Act | Inadmissible:
    return admit(state, act, party) or act
