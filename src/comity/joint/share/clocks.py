"""The clocks of a share, by the text on network protection that was in force when it was given.

    timed(state, text, {…}, now_ms)       (Timed("sn", "sn", Rule("take", …), Clock(…)), …)

A clock that has run out does nothing.  Both nodes compute the same, since nothing but acts,
receipts and adopted texts comes in.

Source: docs/spec/share.md, 15.
Floor: joint (pure).
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from comity.clocks import change, clock, due
from comity.clocks.calendar_versions import Adopted, Period
from comity.clocks.due import Due, Timed
from comity.clocks.mark import Mark
from comity.clocks.rule import Rule
from comity.clocks.term import ADDRESSEE
from comity.joint.share import waits as waiting
from comity.joint.share.state import State
from comity.joint.share.text import ProtectionText
from comity.joint.share.waits import Wait

LABELS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        waiting.TAKE: {"en": "Taken by the other side", "zh": "对方接收"},
        waiting.FEEDBACK: {"en": "Use reported", "zh": "反馈使用情况"},
        waiting.CORRECTION: {"en": "A dispute is answered", "zh": "答复异议"},
        waiting.NETWORK: {"en": "A network of their own is corrected", "zh": "更正属于对方的网络"},
        waiting.STOP: {
            "en": "All have stopped what was taken back",
            "zh": "全部停止使用已撤回信息",
        },
        waiting.ANSWER: {"en": "What was asked is answered", "zh": "答复所请求事项"},
        waiting.CLEAN: {"en": "What was asked is done", "zh": "完成所请求事项"},
    }
)
_ACTIONS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        waiting.TAKE: {"en": "Say what you took", "zh": "通报接收情况"},
        waiting.FEEDBACK: {"en": "Report its use", "zh": "通报使用情况"},
        waiting.CORRECTION: {
            "en": "Uphold or retract what is disputed",
            "zh": "维持或者撤回有异议的内容",
        },
        waiting.NETWORK: {"en": "Uphold or retract their network", "zh": "维持或者撤回对方的网络"},
        waiting.STOP: {"en": "Report who stopped", "zh": "通报停止使用情况"},
        waiting.ANSWER: {"en": "Report what was done so far", "zh": "通报目前办理情况"},
        waiting.CLEAN: {"en": "Report that it is done", "zh": "通报已办结"},
    }
)


def label(name: str) -> Mapping[str, str]:
    """Return what a clock is called, in each language."""
    return LABELS[name]


def action(name: str) -> Mapping[str, str]:
    """Return what a party does next, in each language."""
    return _ACTIONS[name]


def rule(of: str, text: ProtectionText | None) -> Rule | None:
    """Return the rule by which something is waited for, or None where no clock is agreed."""
    term = text.terms.get(of) if text is not None else None
    if text is None or term is None:
        return None
    source = text.sources.get(of, "")
    return Rule(of, term, starts=("since",), ends=("done",), stops=("over",), source=source)


def judged(
    of: str,
    text: ProtectionText | None,
    times: tuple[int | None, int | None, int | None],
    calendar: tuple[Period, ...],
    now_ms: int,
) -> str:
    """Return how a time of a review stands: a status of `clocks.clock`, or "" without a clock.

    Args:
        of: what was waited for.
        text: the text by which it is judged, or None.
        times: when it began, when it was done, and when it no longer mattered.
        calendar: versions of that of who was waited for.
        now_ms: the instant.
    """
    found = rule(of, text)
    if found is None:
        return ""
    marks = tuple(Mark(name, at) for name, at in zip(("since", "done", "over"), times, strict=True))
    sides = Adopted(MappingProxyType({ADDRESSEE: calendar}))
    return clock.evaluate(found, marks, sides, now_ms, explain=False).status


def timed(
    now: State,
    text: ProtectionText | None,
    adopted: Mapping[str, tuple[Period, ...]],
    now_ms: int,
    *,
    explain: bool = True,
) -> tuple[Timed, ...]:
    """Return the clocks of a share, taker by taker; of several alike, the one that is due first.

    Args:
        now: where it stands.
        text: the text that binds it, or None.
        adopted: `{party: versions of its calendar}`.
        now_ms: the instant, milliseconds since 1970 UTC.
        explain: whether to tell why, and what moved.
    """
    found: list[Timed] = []
    for taker in now.takers:
        named: dict[str, list[Timed]] = {}
        for wait in waiting.waits(now, taker):
            by = rule(wait.of, text)
            if by is not None:
                sides = Adopted(MappingProxyType({ADDRESSEE: adopted.get(wait.party, ())}))
                said = marks(now, wait)
                own = clock.evaluate(by, said, sides, now_ms, explain=explain)
                moved = change.moves(by, said, sides, now_ms, own) if explain else ()
                named.setdefault(wait.of, []).append(Timed(taker, wait.party, by, own, moved))
        found += [due.first(each) for each in named.values()]
    return tuple(found)


def marks(now: State, wait: Wait) -> tuple[Mark, ...]:
    """Return the marks of one wait: what ended it counts no sooner than what began it."""
    began = now.turns[wait.since]
    since_ms = began.received_at_ms
    found = [Mark("since", since_ms, began.party, began.act_id)]
    for event, at in (("done", wait.done), ("over", wait.over)):
        if at is not None and since_ms is not None:
            turn = now.turns[at]
            held_ms = turn.received_at_ms
            at_ms = None if held_ms is None else max(since_ms, held_ms)
            found.append(Mark(event, at_ms, turn.party, turn.act_id))
    return tuple(found)


def dues(found: Iterable[Timed]) -> tuple[Due, ...]:
    """Return what is next and by when, what is due first before the rest."""
    still = sorted((one for one in found if one.is_open), key=due.due_ms)
    return tuple(
        Due(one.track, one.party, one.rule.name, one.rule.name, one.clock.status,
            one.clock.due_at_ms)
        for one in still
    )  # fmt: skip


def heard(now: State, taker: str) -> tuple[Mark, ...]:
    """Return the acts that the clocks of a taker read, as marks."""
    return tuple(each for one in waiting.waits(now, taker) for each in marks(now, one))
