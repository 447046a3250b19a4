"""Questions that a screen asks of a roll: how far readers are, what is owed, who holds what.

Floor: joint (pure).
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from comity.acts.facts import Fact, State
from comity.joint.roll import acts, fold

NONE: Final = "none"
OPEN: Final = "open"
PAUSED: Final = "paused"
CLOSED: Final = "closed"

STATUS_WORDS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        NONE: {"en": "no roll", "zh": "无名录"},
        OPEN: {"en": "kept", "zh": "维护中"},
        PAUSED: {"en": "paused", "zh": "已暂停"},
        CLOSED: {"en": "closed", "zh": "已停止"},
    }
)


def status(now: State) -> str:
    """Return where a roll stands: a key of `STATUS_WORDS`."""
    if now.opening is None:
        return NONE
    if now.said(acts.CLOSED):
        return CLOSED
    return PAUSED if fold.is_paused(now) else OPEN


def readers(now: State) -> tuple[str, ...]:
    """Return the parties for which it is kept."""
    return () if now.opening is None else now.others(now.opening.party)


def number(now: State) -> int:
    """Return the number of the newest edition; 0 before the first."""
    edition = fold.newest(now)
    return edition.number(acts.NUMBER) if edition else 0


def _of(now: State, fact: Fact) -> int:
    """Return the number of the edition that a fact answers."""
    return max(
        (one.number(acts.NUMBER) for one in now.said(acts.EDITION) if fact.is_about(one)), default=0
    )


def loaded(now: State, reader: str) -> int:
    """Return the greatest edition that a reader has loaded; 0 if none."""
    return max((_of(now, one) for one in now.said(acts.LOADED, by=reader)), default=0)


def lag(now: State, reader: str) -> int:
    """Return how many editions a reader has not loaded."""
    return number(now) - loaded(now, reader)


def holding(now: State, reader: str) -> int | None:
    """Return how many participants of a reader still hold what was withdrawn; None: not told.

    Of what is said of the newest edition that it loaded the least counts: it only falls.
    """
    newest = loaded(now, reader)
    told = [one for one in now.said(acts.LOADED, by=reader) if _of(now, one) == newest]
    return min((one.number(acts.HOLDING) for one in told), default=None)


def owed(now: State) -> tuple[Fact, ...]:
    """Return the votes that the author has not answered."""
    return tuple(one for one in now.said(acts.VOTED) if not now.said(acts.VOTE_ANSWERED, about=one))


def holder(now: State) -> str:
    """Return whose turn it is, or "": the author owes an answer, or a reader is behind."""
    if now.opening is None:
        return ""
    if owed(now):
        return now.opening.party
    return min((one for one in readers(now) if lag(now, one)), default="")


def crossings(now: State) -> Iterator[str]:
    """Give what crossed and stands all the same, by name, for both sides to see."""
    for vote in now.said(acts.VOTED):
        newer = (one for one in now.said(acts.EDITION) if one.number(acts.WITHDRAWN))
        if any(one.number(acts.NUMBER) > _of(now, vote) for one in newer) and vote in owed(now):
            yield "vote-may-be-overtaken"
