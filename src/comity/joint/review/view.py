"""Questions that a screen asks of a snapshot: where it stands, who is waited for, the words.

Floor: joint (pure).
"""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from comity.joint.review import acts, state
from comity.joint.review.state import Comment, State

STATUS_WORDS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        state.NONE: {"en": "no snapshot", "zh": "无快照"},
        state.OPEN: {"en": "waits for what the others find", "zh": "等待其他方核算"},
        state.DIFFERS: {"en": "the figures differ", "zh": "各方数字不一致"},
        state.AGREED: {"en": "agreed: the figures are the same", "zh": "各方数字一致，已确认"},  # noqa: RUF001 -- Chinese punctuation
        state.WITHDRAWN: {"en": "withdrawn", "zh": "已撤回"},
    }
)

TAG_WORDS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        acts.SNAPSHOT: {"en": "named a snapshot of the figures", "zh": "提出数字快照"},
        acts.CONCURRED: {"en": "found the same figures", "zh": "核算结果一致"},
        acts.DIFFERED: {"en": "found other figures", "zh": "核算结果不一致"},
        acts.COMMENTED: {"en": "commented on a figure", "zh": "对数字提出意见"},
        acts.WITHDRAWN: {"en": "withdrew the snapshot", "zh": "撤回快照"},
    }
)


def status(now: State) -> str:
    """Return where a snapshot stands: a key of `STATUS_WORDS`."""
    if not now.snapshot_id:
        return state.NONE
    if now.withdrawn_by:
        return state.WITHDRAWN
    if now.is_agreed():
        return state.AGREED
    found = (now.position(party) for party in now.others)
    differs = any(one is not None and one.digest != now.digest for one in found)
    return state.DIFFERS if differs else state.OPEN


def holder(now: State) -> str:
    """Return the party that is waited for: who has not computed it; then its author; or ""."""
    where = status(now)
    if where not in (state.OPEN, state.DIFFERS):
        return ""
    silent = (party for party in now.others if now.position(party) is None)
    return next(silent, now.author)


def comments(now: State, cell: str = "") -> tuple[Comment, ...]:
    """Return what was said of a cell, or of every one, in the order of the matter.

    Cells are named by their addresses in figures.
    """
    named = (replace(one, cell=acts.cell_of(one.cell)) for one in now.comments)
    return tuple(one for one in named if cell in ("", one.cell))
