"""Questions that a screen asks of a call: who was reached, what rings, what was understood.

Floor: joint (pure).
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from comity.joint.hotline import acts, coming, state
from comity.joint.hotline.state import Carriage, Said, State, Summary, Track

NONE: Final = "none"
PLANNED: Final = "planned"
RINGING: Final = "ringing"
PICKED_UP: Final = "picked-up"
TAKEN: Final = "taken"
CLOSED: Final = "closed"

STATUS_WORDS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        NONE: {"en": "no call", "zh": "无呼叫"},
        PLANNED: {"en": "drill planned", "zh": "演练已计划"},
        RINGING: {"en": "ringing", "zh": "呼叫中"},
        PICKED_UP: {"en": "picked up", "zh": "已接听"},
        TAKEN: {"en": "taken by someone who may decide", "zh": "已由有权决定者受理"},
        CLOSED: {"en": "closed", "zh": "已结束"},
    }
)
CROSSING_WORDS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "two-summaries-agreed": {
            "en": "two summaries were agreed to",
            "zh": "两份小结均获同意",
        },
        "picked-up-while-closed": {"en": "picked up while closed", "zh": "结束时对方正在接听"},
        "taken-while-closed": {"en": "taken while closed", "zh": "结束时对方正在受理"},
        "raised-while-closed": {"en": "raised while closed", "zh": "结束时对方正在提高级别"},
        "said-while-closed": {"en": "said while closed", "zh": "结束时对方正在发言"},
        "called-off-while-picked-up": {
            "en": "called off while picked up",
            "zh": "撤销时对方正在接听",
        },
        "read-back-of-old": {
            "en": "a read-back of what was replaced",
            "zh": "复述了已被取代的内容",
        },
    }
)
TAG_WORDS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        acts.DRILL_PLANNED: {"en": "planned a drill", "zh": "计划演练"},
        acts.DRILL_JOINED: {"en": "joined the drill", "zh": "加入演练"},
        acts.DRILL_BEGUN: {"en": "began the drill", "zh": "开始演练"},
        acts.CALLED: {"en": "called", "zh": "呼叫"},
        acts.PICKED_UP: {"en": "picked up", "zh": "接听"},
        acts.TAKEN: {"en": "took the call", "zh": "受理呼叫"},
        acts.RAISED: {"en": "raised the level", "zh": "提高级别"},
        acts.SAID: {"en": "said something", "zh": "发言"},
        acts.READ_BACK: {"en": "read it back", "zh": "复述"},
        acts.CONFIRMED: {"en": "confirmed the read-back", "zh": "确认复述"},
        acts.CORRECTED: {"en": "corrected the read-back", "zh": "更正复述"},
        acts.CARRIED: {"en": "used another carrier", "zh": "使用其他联络方式"},
        acts.CARRIED_CONFIRMED: {"en": "confirmed the other carrier", "zh": "确认该次联络"},
        acts.CARRIED_DISPUTED: {"en": "disputed the other carrier", "zh": "对该次联络提出异议"},
        acts.SUMMED_UP: {"en": "summed up", "zh": "提出小结"},
        acts.AGREED: {"en": "agreed to the summary", "zh": "同意小结"},
        acts.DISPUTED: {"en": "disputed the summary", "zh": "对小结提出异议"},
        acts.CALLED_OFF: {"en": "called it off", "zh": "撤销呼叫"},
        acts.CLOSED: {"en": "closed the call", "zh": "结束呼叫"},
    }
)


def track_status(now: State, track: Track) -> str:
    """Return where one addressee stands: a key of `STATUS_WORDS`.

    It rings until somebody picked it up, and again where the level was raised above that at which
    it was taken.
    """
    if coming.is_ended(now):
        return CLOSED
    if track.level >= coming.level(now):
        return TAKEN
    return RINGING if not track.picked_up or track.level else PICKED_UP


def status(now: State) -> str:
    """Return where a call stands: that of the addressee who is least far."""
    if now.call is None:
        return PLANNED if now.plan is not None else NONE
    if coming.is_ended(now):
        return CLOSED
    every = [track_status(now, one) for one in now.tracks]
    return min(every, key=(RINGING, PICKED_UP, TAKEN, CLOSED).index)


def rings(now: State, party: str) -> bool:
    """Return whether somebody of a party must be woken."""
    track = now.track(party)
    return now.call is not None and track is not None and track_status(now, track) == RINGING


def holder(now: State) -> str:
    """Return the first party whose turn it is, or "": who is called, reads back or answers."""
    if now.call is None or coming.is_ended(now):
        return ""
    waiting = (one.party for one in now.tracks if track_status(now, one) in {RINGING, PICKED_UP})
    summed_up = (party for one in now.summaries for party in _silent(now, one))
    unread = (party for one in awaiting_read_back(now) for party in _hearers(now, one))
    return next(waiting, next(summed_up, next(unread, "")))


def parties(now: State) -> tuple[str, ...]:
    """Return the caller and those who are called."""
    if now.call is None:
        return () if now.plan is None else (now.plan.party,)
    return (now.call.party, *(one.party for one in now.tracks))


def _hearers(now: State, said: Said) -> tuple[str, ...]:
    return tuple(party for party in parties(now) if party != said.party)


def _silent(now: State, summary: Summary) -> tuple[str, ...]:
    spoke = {one.party for one in summary.voices}
    return tuple(p for p in parties(now) if p != summary.party and p not in spoke)


def is_understood(now: State, said: Said) -> bool:
    """Return whether a read-back of it was confirmed, and nothing was said in its place."""
    is_confirmed = any(one.says == state.CONFIRMED for one in said.read_backs)
    return is_confirmed and not coming.is_replaced(now, said)


def awaiting_read_back(now: State) -> tuple[Said, ...]:
    """Return what its speaker wants read back, and nobody has; or whose read-back was corrected."""
    return tuple(
        one
        for one in now.said
        if one.wants_read_back
        and (not one.read_backs or one.read_backs[-1].says == state.CORRECTED)
        and not is_understood(now, one)
        and not coming.is_replaced(now, one)
    )


def awaiting_confirmation(now: State) -> tuple[Said, ...]:
    """Return what was read back, of which the speaker has not judged the newest read-back."""
    return tuple(
        one
        for one in now.said
        if one.read_backs and not one.read_backs[-1].says and not coming.is_replaced(now, one)
    )


def undertakings(now: State) -> tuple[Said, ...]:
    """Return the undertakings that count: read back, and confirmed by who gave them."""
    return tuple(one for one in now.said if one.sort == "undertaking" and is_understood(now, one))


def misunderstandings(now: State) -> int:
    """Return how many read-backs were corrected: what would have been taken wrongly."""
    return sum(one.says == state.CORRECTED for said in now.said for one in said.read_backs)


def open_carriage(now: State, party: str) -> Carriage | None:
    """Return the newest attempt by another carrier of which a party has said nothing yet."""
    found = [
        one
        for one in now.carriages
        if one.party != party and all(answer.party != party for answer in one.answers)
    ]
    return found[-1] if found else None


def open_summary(now: State) -> Summary | None:
    """Return the newest summary that waits for somebody, or None."""
    found = [one for one in now.summaries if _silent(now, one)]
    return found[-1] if found else None


def agreed_summaries(now: State) -> tuple[Summary, ...]:
    """Return the summaries that every party agreed to: more than one where they crossed."""
    return tuple(one for one in now.summaries if coming.is_agreed(now, one))


def promised_at_ms(now: State) -> int | None:
    """Return the first instant at which a word is promised, or None."""
    given = (one.next_word_at_ms for one in now.tracks)
    return min((at for at in given if at is not None), default=None)


def crossings(now: State) -> Iterator[str]:
    """Give what crossed and stands all the same, by name, for both sides to see."""
    if len(agreed_summaries(now)) > 1:
        yield "two-summaries-agreed"
    if now.endings:
        at = min(one.at for one in now.endings)
        later = (one for one in now.turns[at:] if one.takes_effect and one.crossed)
        yield from dict.fromkeys(
            f"{one.result}-while-closed" for one in later if one.tag in _NEWS_AFTER_THE_END
        )
    if any(one.how == "called-off" for one in now.endings) and any(
        one.picked_up for one in now.tracks
    ):
        yield "called-off-while-picked-up"
    if any(one.read_backs and coming.is_replaced(now, one) for one in now.said):
        yield "read-back-of-old"


_NEWS_AFTER_THE_END: Final = frozenset({acts.PICKED_UP, acts.TAKEN, acts.RAISED, acts.SAID})


def drawn_at_ms(now: State) -> int | None:
    """Return the instant that the nonce of the call and the first share draw, or None.

    None too where there is no plan, nobody joined it, or the caller keeps its nonce back.
    """
    plan, call = now.plan, now.call
    if plan is None or call is None or not call.nonce or not plan.shares:
        return None
    return coming.instant_ms(plan, call.nonce, plan.shares[0].salt)


def is_missed(now: State, now_ms: int) -> bool:
    """Return whether the window of a drill has passed, and nobody began it: both sides see so."""
    return now.plan is not None and now.call is None and now_ms >= now.plan.until_ms


def delay_ms(now: State, begun_ms: int | None) -> int | None:
    """Return how long after the drawn instant a drill reached the other side, or None."""
    drawn_ms = drawn_at_ms(now)
    return None if drawn_ms is None or begun_ms is None else max(0, begun_ms - drawn_ms)


def ended_by(now: State) -> str:
    """Return what the agreed summary says, or why the call ended without one; "" while it is on."""
    agreed = (one.outcome for one in now.summaries if coming.is_agreed(now, one))
    return next(agreed, next((one.reason for one in now.endings), ""))
