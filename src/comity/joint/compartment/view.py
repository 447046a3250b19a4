"""Questions that a screen asks of a compartment: what is in force, and who may read.

Floor: joint (pure).
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from comity.acts.facts import Fact, State
from comity.joint.compartment import acts, fold

NONE: Final = "none"
PROPOSED: Final = "proposed"
DECLINED: Final = "declined"
IN_FORCE: Final = "in-force"
CLOSED: Final = "closed"

ACTIVE: Final = "active"
WAITS: Final = "waits"
OBJECTED: Final = "objected"
ENDED: Final = "ended"

_HOUR_MS: Final = 3_600_000

STATUS_WORDS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        NONE: {"en": "no compartment", "zh": "无保密隔间"},
        PROPOSED: {"en": "terms proposed", "zh": "条件已提出"},
        DECLINED: {"en": "terms declined", "zh": "条件被拒绝"},
        IN_FORCE: {"en": "in force", "zh": "生效中"},
        CLOSED: {"en": "closed", "zh": "已关闭"},
    }
)
READER_WORDS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        ACTIVE: {"en": "may read", "zh": "可以阅览"},
        WAITS: {"en": "waits for the term to object", "zh": "等待异议期届满"},
        OBJECTED: {"en": "objected to", "zh": "被提出异议"},
        ENDED: {"en": "ended", "zh": "已终止"},
    }
)


def status(now: State) -> str:
    """Return where a compartment stands: a key of `STATUS_WORDS`."""
    if now.opening is None:
        return NONE
    if now.said(acts.CLOSED):
        return CLOSED
    if fold.in_force(now):
        return IN_FORCE
    return PROPOSED if unanswered(now) else DECLINED


def unanswered(now: State) -> tuple[Fact, ...]:
    """Return the terms that nobody has declined, and somebody has not signed."""
    return tuple(
        one
        for one in fold.terms(now)
        if not now.said(acts.DECLINED, about=one) and not fold.is_signed(now, one)
    )


def holder(now: State) -> str:
    """Return the first party that has terms to sign or decline, or ""."""
    if status(now) != PROPOSED:
        return ""
    missing = (
        party
        for one in unanswered(now)
        for party in now.others(one.party)
        if not now.said(acts.SIGNED, by=party, about=one)
    )
    return min(missing, default="")


def object_hours(now: State) -> int:
    """Return how long a reader may be objected to: the longest of the terms in force."""
    return max((one.number(acts.OBJECT_HOURS) for one in fold.in_force(now)), default=0)


def reader_status(now: State, reader: Fact, now_ms: int) -> str:
    """Return whether a reader may read at an instant: a key of `READER_WORDS`."""
    if now.said(acts.READER_ENDED, about=reader) or status(now) != IN_FORCE:
        return ENDED
    if now.said(acts.READER_OBJECTED, about=reader):
        return OBJECTED
    held_ms = now.turns[reader.at].received_at_ms
    is_over = held_ms is not None and now_ms >= held_ms + object_hours(now) * _HOUR_MS
    return ACTIVE if is_over else WAITS


def readers(now: State, party: str = "") -> tuple[Fact, ...]:
    """Return the readers that were named, by a party or by any."""
    return now.said(acts.READER_NAMED, by=party)


def crossings(now: State) -> Iterator[str]:
    """Give what crossed and stands all the same, by name, for both sides to see."""
    if len(fold.in_force(now)) > 1:
        yield "two-terms-signed"
    for one in now.said(acts.SIGNED):
        if any(
            now.said(acts.DECLINED, about=terms) for terms in fold.terms(now) if one.is_about(terms)
        ):
            yield "signed-and-declined"
            return
