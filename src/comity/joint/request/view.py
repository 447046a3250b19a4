# ruff: noqa: RUF001 -- Chinese texts have Chinese punctuation
"""Questions that a screen asks of a request: words, whose turn it is, the time line.

Floor: joint (pure).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from comity.joint.request import acts, table
from comity.joint.request.state import ITEM_OPEN, State, Turn

STATUS_WORDS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        table.NONE: {"en": "no request", "zh": "无请求"},
        table.SUBMITTED: {"en": "submitted", "zh": "已提交"},
        table.ACKNOWLEDGED: {"en": "acknowledged", "zh": "已受理"},
        table.PARTLY: {"en": "answered or refused in part", "zh": "部分已答复或拒绝"},
        table.ANSWERED: {"en": "answered", "zh": "已答复"},
        table.REFUSED: {"en": "refused", "zh": "已拒绝"},
        table.WITHDRAWN: {"en": "withdrawn", "zh": "已撤回"},
    }
)

TAG_WORDS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        acts.SUBMITTED: {"en": "asked", "zh": "提出请求"},
        acts.ACKNOWLEDGED: {"en": "acknowledged", "zh": "受理"},
        acts.ANSWERED: {"en": "answered", "zh": "答复"},
        acts.REFUSED: {"en": "refused", "zh": "拒绝"},
        acts.WITHDRAWN: {"en": "withdrew", "zh": "撤回"},
    }
)

NEXT_WORDS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "acknowledge": {
            "en": "Acknowledge it, then answer or refuse it.",
            "zh": "请先受理，再答复或拒绝。",
        },
        "answer": {
            "en": "Answer it, or refuse it with a ground.",
            "zh": "请答复，或说明理由拒绝。",
        },
        "wait": {
            "en": "Wait for the other side, or withdraw it.",
            "zh": "等待对方答复，或撤回请求。",
        },
        "read": {"en": "Read the answer.", "zh": "请阅读答复。"},
        "nothing": {"en": "Nothing is open.", "zh": "无待办事项。"},
    }
)


def status(state: State) -> str:
    """Return where the request as a whole stands: one status of the table.

    With several addressees: open while one of them is, and as far as the furthest.
    """
    found = {track.status for track in state.tracks}
    if not found:
        return table.NONE
    if len(found) == 1:
        return found.pop()
    if found & table.OPEN:
        decided = found - {table.SUBMITTED, table.ACKNOWLEDGED}
        return table.PARTLY if decided else table.ACKNOWLEDGED
    return table.ANSWERED if table.ANSWERED in found else table.WITHDRAWN


def holders(state: State) -> tuple[str, ...]:
    """Return the parties that hold the ball, in the order they were asked."""
    return tuple(track.party for track in state.tracks if track.status in table.OPEN)


def holder(state: State) -> str:
    """Return the first party that holds the ball, or ""."""
    return next(iter(holders(state)), "")


def next_action(state: State, party: str) -> str:
    """Return what `party` does next: a key of `NEXT_WORDS`."""
    track = state.track(party)
    if track is not None and track.status == table.SUBMITTED:
        return "acknowledge"
    if track is not None and track.status in table.OPEN:
        return "answer"
    if party != state.asker:
        return "nothing"
    if holders(state):
        return "wait"
    return "read" if table.ANSWERED in {t.status for t in state.tracks} else "nothing"


def open_items(state: State, party: str) -> tuple[str, ...]:
    """Return the items that an addressee has neither answered nor refused."""
    track = state.track(party)
    return tuple(i for i, now in track.items.items() if now == ITEM_OPEN) if track else ()


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the two-lane time line.

    Attributes:
        lane: `left` for the party that asked, `right` for every other.
        turn: what was said.
        words: what it did, in each language.
    """

    lane: str
    turn: Turn
    words: Mapping[str, str]


def timeline(state: State) -> list[Row]:
    """Return the turns in the order of the matter, each in its lane."""
    return [
        Row(
            lane="left" if turn.party == state.asker else "right",
            turn=turn,
            words=TAG_WORDS.get(turn.tag, {"en": turn.tag, "zh": turn.tag}),
        )
        for turn in state.turns
    ]
