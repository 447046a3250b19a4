# ruff: noqa: RUF001 -- Chinese texts have Chinese punctuation
"""What is owed of a commitment: that it is done by its date, and its status stated before.

Floor: joint (pure).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from comity.acts.owed import Owed
from comity.acts.points import State
from comity.joint.commitment import acts, view

DO: Final = "do"
STATUS: Final = "status"
ANSWER: Final = "status-answer"
"""By the session itself, once the owner has stated the status: the status as the other sees it."""

WORDS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        DO: {
            "en": "Fulfil the commitment, or ask for another date",
            "zh": "履行承诺，或者请求改期",
        },
        STATUS: {"en": "State how the commitment stands", "zh": "说明承诺进展"},
        ANSWER: {"en": "Answer how the other side says it stands", "zh": "回应对方说明的进展"},
    }
)


@dataclass(frozen=True, slots=True)
class Hearing:
    """A session that hears how commitments stand.

    Attributes:
        by_ms: by when those who do it state the status, by the terms.
        at_ms: when it begins.
        since_ms: when the one before was held, or 0: what was stated before that is old.
    """

    by_ms: int
    at_ms: int
    since_ms: int


def owed(
    now: State, before_ms: int | None = None, hearing: Hearing | None = None
) -> tuple[Owed, ...]:
    """Return what parties owe: those with an agency that does it, or all where none has.

    Args:
        now: the commitment.
        before_ms: the date of the session before which it is due, if there is one.
        hearing: the next session that hears how it stands, if there is one.
    """
    if view.is_done(now) or view.status(now) == view.MADE:
        return ()
    named = view.owners(now)
    owners = [one for one in now.parties if one in named or not named]
    dates = [one for one in (view.due_ms(now), before_ms) if one is not None]
    found = [Owed(DO, party, min(dates)) for party in owners if dates]
    if hearing is not None:
        told = {one for one in now.parties if _stated(now, one, hearing.since_ms)}
        silent = [one for one in owners if one not in told]
        others = [one for one in now.parties if one not in {*told, *owners}]
        found += [Owed(STATUS, party, hearing.by_ms) for party in silent]
        found += [Owed(ANSWER, party, hearing.at_ms) for party in others if not silent]
    return tuple(sorted(found, key=lambda one: (one.by_ms, one.what, one.party)))


def _stated(now: State, party: str, since_ms: int) -> bool:
    """Return whether a party has stated the status since an instant, as others received it."""
    every = (now.turns[one.at] for one in now.stances(acts.STATUS) if one.party == party)
    return any(one.received_at_ms is None or one.received_at_ms >= since_ms for one in every)
