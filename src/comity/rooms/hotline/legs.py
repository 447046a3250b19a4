"""How long the legs of calls took, and whether the terms in force were kept.

Source: docs/spec/hotline.md, 13 and 15.
Floor: rooms.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from comity.clocks import clock
from comity.clocks.calendar_versions import Period
from comity.clocks.term import ADDRESSEE
from comity.figures import use
from comity.figures.observation import Observation, Span
from comity.joint.hotline import clocks
from comity.joint.hotline.text import HotlineText

_LATE: Final = frozenset({clock.MISSED, clock.OVERDUE})


@dataclass(frozen=True, slots=True)
class Leg:
    """How long one leg took.

    Attributes:
        begun: calls in which it began.
        ended: in which it ended.
        stopped: in which the call was over before.
        kept, missed: by the text in force, in time or too late; what may still be kept is neither.
        median_ms, p90_ms, longest_ms: of those that ended; None where none did.
    """

    begun: int
    ended: int
    stopped: int
    kept: int = 0
    missed: int = 0
    median_ms: int | None = None
    p90_ms: int | None = None
    longest_ms: int | None = None


@dataclass(frozen=True, slots=True)
class At:
    """By what legs are judged: the terms in force, calendars, and the instant."""

    adopted: HotlineText | None
    calendars: Mapping[str, tuple[Period, ...]]
    now_ms: int


def leg(rows: Iterable[Observation], measure: str, at: At) -> Leg:
    """Return how long one leg took in some rows, and how often it was kept."""
    of = [(row, one) for row in rows for one in row.spans if one.measure == measure]
    judged = [_is_kept(row, one, at) for row, one in of]
    took = use.took(one for _, one in of)
    return Leg(
        took.begun, took.ended, took.stopped, judged.count(True), judged.count(False),
        took.median_ms, took.p90_ms, took.longest_ms,
    )  # fmt: skip


def _is_kept(row: Observation, span: Span, at: At) -> bool | None:
    """Return whether a leg was kept; None where no clock is agreed, or it is not over."""
    sides = {ADDRESSEE: at.calendars.get(row.addressee, ())}
    end_ms, over_ms = (None if one is None else one.at_ms for one in (span.end, span.stopped))
    status = clocks.judged(
        span.measure,
        at.adopted,
        (span.begin.at_ms, end_ms, over_ms),
        span.due_ms,
        sides,
        at.now_ms,
    )
    return True if status == clock.MET else False if status in _LATE else None
