"""What the clock of who speaks has against an act: a date that is past, a wait that is not over.

    problem(state, act, "sn", now_ms) -> "date-past" | "consultation-open" | ""

Only a node that speaks asks this; a fold reads no clock.

Source: UNTOC art. 18(26); docs/spec/request.md, clause 7.
Floor: joint (pure).
"""

from typing import Final

from comity.acts.record import Act
from comity.joint.request import acts, reasons
from comity.joint.request.state import CONSULTATION, DECIDED_ITEMS, State

DATE_PAST: Final = "date-past"
CONSULTATION_OPEN: Final = "consultation-open"

_AHEAD: Final = frozenset({acts.CONSULTED, acts.POSTPONED, acts.STATUS_REPORTED})
"""Tags whose time lets the other side wait, or be waited for: without a future it does neither."""


def problem(now: State, act: Act, party: str, now_ms: int) -> str:
    """Return what is against an act at an instant of its author's clock, by name, or ""."""
    if act.tag in _AHEAD and any(at_ms <= now_ms for at_ms in act.times.values()):
        return DATE_PAST
    is_early = act.tag == acts.REFUSED and _is_consulting(now, act, party, now_ms)
    return CONSULTATION_OPEN if is_early else ""


def _is_consulting(now: State, act: Act, party: str, now_ms: int) -> bool:
    """Return whether a ground that asks for it is being consulted on, of what would be refused."""
    track = now.track(party)
    ground = reasons.REFUSALS.get(act.codes.get(acts.REASON, ""))
    if track is None or ground is None or not ground.consult:
        return False
    named = act.items or tuple(track.items)
    left = [item for item in named if track.items.get(item) not in DECIDED_ITEMS]
    return any(
        one.until_ms is not None and now_ms < one.until_ms and any(map(one.covers, left))
        for one in track.pending(CONSULTATION)
    )
