"""Questions that a screen asks of an exercise: how each matter stands, whose turn it is.

Floor: joint (pure).
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from comity.acts.verb import Both, both
from comity.joint.exercise import acts, agreement, control, evaluation, inject, play

STATUS: Final[Mapping[str, Callable[[Any], str]]] = MappingProxyType(
    {
        acts.EXERCISE: agreement.status,
        acts.CONTROL: control.status,
        acts.PLAY: play.status,
        acts.INJECT: inject.status,
        acts.EVALUATION: evaluation.status,
    }
)
"""How a matter of each kind stands."""

AWAITED: Final[Mapping[str, Callable[[Any], tuple[str, ...]]]] = MappingProxyType(
    {
        acts.EXERCISE: agreement.awaited,
        acts.CONTROL: control.awaited,
        acts.PLAY: play.awaited,
        acts.INJECT: inject.awaited,
        acts.EVALUATION: evaluation.awaited,
    }
)
"""Whose turn it is in a matter of each kind."""

_NONE: Final = both("nothing was said", "尚无内容")

STATUS_WORDS: Final[Mapping[str, Mapping[str, Both]]] = MappingProxyType(
    {
        acts.EXERCISE: {
            agreement.NONE: _NONE,
            agreement.OPEN: both("proposed", "已提议"),
            agreement.AGREED: both("agreed", "已商定"),
            agreement.ENDED: both("declined or cancelled", "已谢绝或者取消"),
            agreement.REPORTED: both("reported", "已提交报告"),
            agreement.CLOSED: both("closed: the report is agreed", "报告已商定并结束"),
        },
        acts.CONTROL: {
            control.NONE: _NONE,
            control.PLANNING: both("being planned", "筹备中"),
            control.READY: both("ready", "准备就绪"),
        },
        acts.PLAY: {
            play.NONE: both("not started", "尚未开始"),
            play.RUNNING: both("running", "进行中"),
            play.PAUSED: both("paused", "已暂停"),
            play.STOPPED: both("stopped", "已叫停"),
            play.ENDED: both("ended", "已结束"),
        },
        acts.INJECT: {
            inject.NONE: _NONE,
            inject.DELIVERED: both("delivered", "已投放"),
            inject.TAKEN: both("taken by the seat", "席位已接收"),
            inject.ANSWERED: both("answered", "已答复"),
            inject.WITHDRAWN: both("withdrawn", "已撤回"),
        },
        acts.EVALUATION: {
            evaluation.NONE: _NONE,
            evaluation.RATED: both("rated by one side", "一方已评定"),
            evaluation.SHARED: both("rated alike", "评定一致"),
            evaluation.DIFFERENT: both("rated differently", "评定不一致"),
        },
    }
)


def opened_by(now: Any) -> str:  # noqa: ANN401 -- any of the states
    """Return the id of the act that opened a matter, or ""."""
    for name in ("proposal", "opened", "delivery", "rating"):
        found = getattr(now, name, None)
        if found is not None:
            return str(found.id)
    return ""


def opener(now: Any) -> str:  # noqa: ANN401 -- any of the states
    """Return the party that opened a matter, or ""."""
    for name in ("proposal", "opened", "delivery", "rating"):
        found = getattr(now, name, None)
        if found is not None:
            return str(found.party)
    return ""
