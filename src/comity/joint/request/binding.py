"""Conditions and what they forbid: under which ones a thing was given, and what binds still.

    given_under(state, "sn", act_id)     codes under which that act of sn gave what it gave
    binding(state, "sn", act_id)         the same without those that sn has waived since
    of_turn(state, turn)                 both, for the time line
    forbids(code, agreed)                which ways of using it a condition forbids

What an acceptance attaches later does not reach what was given before it, and accepting again
without conditions does not free what was given under them: only who attached them waives them.
What was declined binds nobody; what waits for an answer binds already what came with it.

Source: Budapest art. 28; UNTOC art. 18(19); docs/spec/request.md, clause 7.
Floor: joint (pure).
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from comity.acts import ways
from comity.joint.request import acts, state
from comity.joint.request.state import State, Thread
from comity.joint.request.turn import Turn

FORBIDS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "confidential": (ways.DISCLOSE,),
        "no-other-use": (ways.OTHER_MATTER,),
        "no-onward-transfer": (ways.THIRD_STATE, ways.HAND_OVER, ways.DISCLOSE),
        "intelligence-only": (ways.COURT, ways.EXPORT),
    }
)
"""What each condition forbids where the guideline does not say it; the others forbid no way."""


def given_under(now: State, giver: str, act_id: str) -> tuple[str, ...]:
    """Return the codes of the conditions under which an act gave what it gave, sorted.

    Args:
        now: of the request.
        giver: author of the act; conditions bind what an addressee gives alone.
        act_id: of the act.
    """
    return tuple(
        sorted({code for one in _threads(now, giver, act_id) for code in one.codes.values()})
    )


def binding(now: State, giver: str, act_id: str) -> tuple[str, ...]:
    """Return the same without what the giver has waived."""
    left = ({*one.codes.values()} - {*one.waived} for one in _threads(now, giver, act_id))
    return tuple(sorted({code for codes in left for code in codes}))


def of_turn(now: State, turn: Turn) -> dict[str, bool]:
    """Return `{condition: whether it binds}` of an act: that it attaches, or gives something on.

    Empty for an act that does neither.  What waits for the asker does not bind yet.
    """
    if turn.tag in GIVING:
        left = binding(now, turn.party, turn.act_id)
        return {one: one in left for one in given_under(now, turn.party, turn.act_id)}
    track = now.track(turn.party)
    thread = track.thread(turn.act_id, state.ACCEPTANCE) if track else None
    if thread is None:
        return {}
    is_bound = thread.status == state.ACCEPTED
    return {one: is_bound and one not in thread.waived for one in sorted({*thread.codes.values()})}


GIVING: Final = frozenset({acts.ANSWERED, acts.CORRECTED})
"""Tags of acts that give something on the conditions of an acceptance."""


def forbids(code: str, agreed: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Return which ways of using what was given a condition forbids.

    Args:
        code: of the condition.
        agreed: what a guideline says that conditions forbid; what it leaves open is as `FORBIDS`
            says.
    """
    return agreed.get(code, FORBIDS.get(code, ()))


def _threads(now: State, giver: str, act_id: str) -> Iterator[Thread]:
    """Give the acceptances under which an act gave what it gave."""
    track, at = now.track(giver), now.turn(giver, act_id)
    if track is None or at is None:
        return
    items = now.turns[at].items or tuple(track.items)
    held = [
        one
        for one in reversed(track.threads)
        if one.kind == state.ACCEPTANCE and one.at <= at and one.status != state.DECLINED
    ]
    found: dict[str, Thread] = {}
    for item in items:
        for one in held:
            if one.covers(item):
                found[one.id] = one
                if one.status == state.ACCEPTED:
                    break
    yield from found.values()
