"""What a program may be told of, and when it is tried again.

Floor: domestic (pure).
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

ACT: Final = "act"
DRAFT: Final = "draft"
DESK: Final = "desk"
CLOCK: Final = "clock"
ALARM: Final = "alarm"
RING: Final = "ring"

KINDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        ACT: "an act on a matter, of this State or another: act.arrived, act.sent",
        DRAFT: "a step of a draft: release.drafted, release.approved, …",
        DESK: "a step at the duty desk: duty.routed, duty.assigned, …",
        CLOCK: "a clock that is due soon, overdue or moved: clock.warned, clock.moved",
        ALARM: "an alarm of the node, for officers who run the machine: alarm.raised",
        RING: "a ring for its officer alone, with a number and a code to give back: ring.rung",
    }
)
"""Each kind, and what happens then."""

TEST: Final = "test"
ARRIVED: Final = "act.arrived"
SENT: Final = "act.sent"
RAISED: Final = "alarm.raised"
RUNG: Final = "ring.rung"

_KIND_OF_STEP: Final[Mapping[str, str]] = MappingProxyType(
    {"release": DRAFT, "duty": DESK, "clock": CLOCK}
)

_SECOND_MS: Final = 1_000
_HOUR_MS: Final = 3_600 * _SECOND_MS
PAUSES_MS: Final = (
    5 * _SECOND_MS,
    30 * _SECOND_MS,
    120 * _SECOND_MS,
    600 * _SECOND_MS,
    1_800 * _SECOND_MS,
    _HOUR_MS,
    2 * _HOUR_MS,
    4 * _HOUR_MS,
    8 * _HOUR_MS,
    8 * _HOUR_MS,
)
"""Between two tries; after the last it is given up: a day of 24 hours has passed."""


def of_step(code: str) -> str:
    """Return the kind of a step of the local log, or "" if no program is told of it."""
    if code == RUNG:
        return RING
    return _KIND_OF_STEP.get(code.partition(".")[0], "")


def pause_ms(tries: int) -> int | None:
    """Return how long to wait after so many tries that failed, or None to give up."""
    return PAUSES_MS[tries - 1] if tries <= len(PAUSES_MS) else None
