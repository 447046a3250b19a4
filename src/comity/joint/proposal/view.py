# ruff: noqa: RUF001 -- Chinese texts have Chinese punctuation
"""Questions that a screen asks of a proposal: what each side thinks of it, and what is decided.

Floor: joint (pure).
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from comity.acts.points import State
from comity.joint.proposal import acts

NONE: Final = "none"
PUT: Final = "put"
ASSESSED: Final = "assessed"
WITHDRAWN: Final = "withdrawn"

STATUS_WORDS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        NONE: {"en": "no proposal", "zh": "无提案"},
        PUT: {"en": "put", "zh": "已提出"},
        ASSESSED: {"en": "assessed, not decided", "zh": "已评估，尚未决定"},
        acts.ACCEPTED: {"en": "accepted", "zh": "已接受"},
        acts.CHANGED: {"en": "accepted with changes", "zh": "修改后接受"},
        acts.DEFERRED: {"en": "deferred", "zh": "已推迟"},
        acts.DECLINED: {"en": "declined", "zh": "未获接受"},
        WITHDRAWN: {"en": "withdrawn", "zh": "已撤回"},
    }
)  # fmt: skip
_ALONE: Final = (acts.DECLINED, acts.DEFERRED)
"""What one side decides for itself: nobody is bound to accept."""


def author(now: State) -> str:
    """Return the party that put it, or ""."""
    return now.said[0].party if now.said else ""


def decision(now: State) -> str:
    """Return what is decided, with its date or the hash of its words behind a colon; or ""."""
    agreed = now.agreed(acts.DECISION)
    if agreed:
        return agreed
    by = author(now)
    others = [value for party, value in now.wishes(acts.DECISION).items() if party != by]
    found = (value for word in _ALONE for value in others if value.partition(":")[0] == word)
    return next(found, "")


def status(now: State) -> str:
    """Return where a proposal stands: a key of `STATUS_WORDS`."""
    if not now.said:
        return NONE
    if author(now) not in now.wishes(acts.DECISION):
        return WITHDRAWN
    decided = decision(now).partition(":")[0]
    if decided:
        return decided
    return PUT if _unassessed(now) else ASSESSED


def deferred_until_ms(now: State) -> int | None:
    """Return until when it is deferred, or None."""
    word, _, until = decision(now).partition(":")
    return int(until) if word == acts.DEFERRED else None


def decide_by_ms(now: State) -> int | None:
    """Return by when it should be decided: as it was put, or when it is no longer deferred."""
    asked = now.said[0].times.get(acts.DECIDE_BY) if now.said else None
    until = deferred_until_ms(now)
    return until if until is not None else asked


def is_open(now: State) -> bool:
    """Return whether it waits for a decision, now or later."""
    return status(now) in (PUT, ASSESSED, acts.DEFERRED)


def is_overdue(now: State, now_ms: int) -> bool:
    """Return whether the date by which it should be decided has passed."""
    due = decide_by_ms(now)
    return is_open(now) and due is not None and due < now_ms


def views(now: State) -> dict[str, str]:
    """Return the newest view of each party that gave one."""
    return {one.party: one.codes[acts.VIEW] for one in now.told(acts.ASSESSED)}


def _unassessed(now: State) -> list[str]:
    seen, by = views(now), author(now)
    return [party for party in now.parties if party != by and party not in seen]


def holder(now: State) -> str:
    """Return the first party whose turn it is, or "": who assesses, decides, or takes a change."""
    standing = now.wishes(acts.DECISION)
    if status(now) == PUT:
        return _unassessed(now)[0]
    if status(now) != ASSESSED:
        return ""
    silent = [party for party in now.parties if party not in standing]
    return silent[0] if silent else author(now)
