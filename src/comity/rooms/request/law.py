"""What counsel decides of a request before an act on it leaves.

    request.submitted, .draft-shown, .clarified, …     the draft, as `outgoing`
    request.accepted                                   the request, as `incoming`
    request.answered                                   both: the request, and the draft as `answer`
    request.refused, .postponed                        the ground was considered, and applies

Floor: rooms.
"""

from collections.abc import Sequence
from typing import Final

from comity.acts.record import Act
from comity.domestic.nation.schema import ANSWER, OUTGOING
from comity.joint.request import acts, codes, reasons, state
from comity.joint.request.state import State
from comity.node.base.rooms import Law

CRIME: Final = "crime-type"
"""The joint code by which both sides know the type of crime."""

_ASKING: Final = frozenset({acts.DRAFT_SHOWN, acts.SUBMITTED, acts.CONFIRMED, acts.CLARIFIED})
"""Acts of the asker that say what is asked."""

_OPENING: Final = frozenset({acts.DRAFT_SHOWN, acts.SUBMITTED})
"""Acts that say of what type a request is."""

_GROUNDED: Final = frozenset({acts.REFUSED, acts.POSTPONED})


def _direction(act: Act, now: State, own: str) -> str:
    if act.tag in _ASKING:
        return OUTGOING
    if act.tag == acts.ANSWERED:
        return ANSWER
    if act.tag == acts.CORRECTED:
        return OUTGOING if now.asker in ("", own) else ANSWER
    return ""


def _situation(now: State, draft: Act | None) -> tuple[str, str, str]:
    """Return what is about to be done, as far as the codes of the acts tell.

    A draft that asks tells of itself; else what was asked counts, as it was asked: the draft of
    it that was shown before may have been of another type.
    """
    if draft is not None and draft.tag in _OPENING:
        return draft.codes.get(acts.TYPE, ""), draft.codes.get(CRIME, ""), draft.urgency
    return now.type, now.codes.get(CRIME, ""), now.urgency


def _asked_last(now: State) -> str:
    """Return the id of the asker's newest act that says what is asked."""
    says = (*_ASKING, acts.CORRECTED)
    found = [
        turn.act_id
        for turn in now.turns
        if turn.party == now.asker and turn.tag in says and turn.takes_effect
    ]
    return found[-1] if found else ""


def _ground(act: Act) -> str:
    return act.codes.get(acts.REASON, "") if act.tag in _GROUNDED else ""


def unaccepted(now: State, own: str, act: Act, wanted: Sequence[str]) -> Sequence[str]:
    """Return which conditions of counsel the asker has not accepted for what is answered."""
    track = now.track(own)
    if act.tag != acts.ANSWERED or track is None or not wanted:
        return ()
    missing: set[str] = set()
    for item in act.items or tuple(track.items):
        held = track.acceptance(item)
        is_held = held is not None and held.status == state.ACCEPTED
        missing |= set(wanted) - (set(held.codes.values()) if held and is_held else set())
    return sorted(missing)


LAW: Final = Law(
    direction=_direction,
    executes=frozenset({acts.ACCEPTED, acts.ANSWERED}),
    situation=_situation,
    asked_last=_asked_last,
    ground=_ground,
    unaccepted=unaccepted,
    grounds=(*reasons.REFUSALS, *reasons.POSTPONEMENTS),
    conditions=tuple(codes.CONDITIONS),
    is_open_without=True,
)
