"""A part of a time line: the other side may say any number of acts in one request.

    found = stretch.of(dossier, "fr", "400")      acts 200 to 399, and what came between them

Floor: surfaces.
"""

from dataclasses import dataclass
from typing import Final

from comity.rooms.request.dossier import Dossier
from comity.surfaces.web.request import lanes
from comity.surfaces.web.request.lanes import Act, Event

ACTS_MAX: Final = 200
"""On one page."""

_DIGITS_MAX: Final = 9


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a time line.

    Attributes:
        events: in their order.
        earlier: how many acts come before, which is where the part before it ends.
        later: how many acts come after.
    """

    events: tuple[Event, ...]
    earlier: int
    later: int


def of(found: Dossier, own: str, before: str, *, raw: bool = False) -> Stretch:
    """Return the newest part, or that which ends before an act.

    Args:
        found: the request.
        own: this State.
        before: how many acts come before its end, as somebody typed it; "" for all.
        raw: whether addresses are shown as they were written.
    """
    count = len(found.shown.state.turns)
    is_number = before.isascii() and before.isdecimal() and len(before) <= _DIGITS_MAX
    end = min(max(1, int(before)), count) if is_number else count
    start = max(0, end - ACTS_MAX)
    low = _from_ms(found, start) if start else None
    high = _from_ms(found, end) if end < count else None
    events = lanes.time_line(found, own, (start, end), raw=raw)
    shown = (one for one in events if isinstance(one, Act) or _is_in(one.at_ms, low, high))
    return Stretch(tuple(shown), start, count - end)


def _from_ms(found: Dossier, at: int) -> int | None:
    """Return from when on what has no place in the order stands behind the acts before one."""
    turns = found.shown.state.turns[at : at + ACTS_MAX]
    times = (found.signed.get((one.party, one.act_id)) or one.received_at_ms for one in turns)
    return next((one for one in times if one is not None), None)


def _is_in(at_ms: int | None, low: int | None, high: int | None) -> bool:
    if at_ms is None:
        return high is None
    return (low is None or low <= at_ms) and (high is None or at_ms < high)
