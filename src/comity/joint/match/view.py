"""Questions that a screen asks of a private match: where it stands, and whose turn it is.

Floor: joint (pure).
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from comity.acts.facts import Fact, State
from comity.joint.match import acts, fold

NONE: Final = "none"
ASKED: Final = "asked"
EVALUATED: Final = "evaluated"
REJECTED: Final = "rejected"
OPENED: Final = "opened"
PURSUED: Final = "pursued"
CLOSED: Final = "closed"

STATUS_WORDS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        NONE: {"en": "no match", "zh": "无比对"},
        ASKED: {"en": "asked", "zh": "已提出"},
        EVALUATED: {"en": "evaluated", "zh": "已计算"},
        REJECTED: {"en": "evaluation rejected", "zh": "计算结果被拒绝"},
        OPENED: {"en": "hits counted", "zh": "已统计命中"},
        PURSUED: {"en": "a hit is pursued", "zh": "正在跟进命中"},
        CLOSED: {"en": "closed", "zh": "已结束"},
    }
)


def status(now: State) -> str:
    """Return where a match stands: a key of `STATUS_WORDS`."""
    if now.opening is None:
        return NONE
    if now.said(*fold.RULES.ends):
        return CLOSED
    reached = (
        (acts.REJECTED, REJECTED),
        (acts.PURSUED, PURSUED),
        (acts.OPENED, OPENED),
        (acts.EVALUATED, EVALUATED),
    )
    return next((name for tag, name in reached if now.said(tag)), ASKED)


def holder(now: State) -> str:
    """Return the party whose turn it is, or ""."""
    opening, where = now.opening, status(now)
    if opening is None or where in {CLOSED, REJECTED}:
        return ""
    if where == ASKED or unbacked(now):
        return fold.answerer(now)
    return opening.party if where == EVALUATED or hits_left(now) else ""


def parties(now: State) -> tuple[str, ...]:
    """Return who asks and who is asked."""
    return () if now.opening is None else (now.opening.party, fold.answerer(now))


def hits(now: State) -> int | None:
    """Return how many hits were counted, or None before that."""
    return max((one.number(acts.HITS) for one in now.said(acts.OPENED)), default=None)


def hits_left(now: State) -> int:
    """Return how many hits nobody has pursued."""
    return max((hits(now) or 0) - len(now.said(acts.PURSUED)), 0)


def unbacked(now: State) -> tuple[Fact, ...]:
    """Return the pursuits of which the answerer has not said what its entry is."""
    return tuple(one for one in now.said(acts.PURSUED) if not now.said(acts.BACKED, about=one))


def useful(now: State) -> int:
    """Return how many hits the asker calls useful."""
    return sum(one.code(acts.USE) == "useful" for one in now.said(acts.JUDGED))


def crossings(now: State) -> Iterator[str]:
    """Give what crossed and stands all the same, by name, for both sides to see."""
    ended = {one.tag for one in now.said(*fold.RULES.ends)}
    if now.said(acts.EVALUATED) and acts.WITHDRAWN in ended:
        yield "evaluated-while-withdrawn"
    if acts.CLOSED in ended and unbacked(now):
        yield "pursued-while-closed"
