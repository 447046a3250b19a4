"""How many of the agreed units a side used: the least whole number that would have been kept.

    used(rule, marks, calendars, until_ms, now_ms) -> Used(unit "working-days", agreed 5, used 3, …)

It is counted by the same code as what is due: so a run is in time exactly if it used no more than
was agreed.  Nothing is converted: three working days are three of those days that the calendar
of the agreed side counts, times of waiting left out.

Source: docs/spec/clocks.md, parts 3 and 4; docs/spec/review.md, part 1.
Floor: clocks (pure).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from comity.clocks import calendar_versions as versions
from comity.clocks import clock, run, span, term_count
from comity.clocks.calendar_versions import Adopted
from comity.clocks.clock import Clock
from comity.clocks.mark import Mark
from comity.clocks.rule import NEXT_WORKING_DAY, Rule
from comity.clocks.run import Calendars, Run
from comity.clocks.span import Interval
from comity.clocks.term import AMOUNT_MAX, Term

USED_MAX: Final = AMOUNT_MAX
"""More is told as so much."""


@dataclass(frozen=True, slots=True)
class Used:
    """The first run of a clock, and what was used of it.

    Attributes:
        clock: of that run, at the instant.
        agreed: how many units, with every extension that came in time.
        used: how many were used; at least 1.
        rises_ms: the instant from which one more is used; None once the run is over.
        waited: times of waiting within it, apart and in order.
        is_waiting: whether one of them still lasts.
    """

    clock: Clock
    agreed: int
    used: int
    rises_ms: int | None
    waited: tuple[Interval, ...]
    is_waiting: bool


def first(
    rule: Rule, marks: Sequence[Mark], calendars: Calendars | Adopted, now_ms: int
) -> Used | None:
    """Return what was used of the first run of a clock, or None before it starts.

    Args:
        rule: as agreed.
        marks: of the matter, in its order.
        calendars: of each side, as adopted.
        now_ms: the instant.
    """
    adopted = calendars if isinstance(calendars, Adopted) else versions.always(calendars)
    now_ms = max(0, min(now_ms, clock.AT_MS_MAX))
    known = clock.happened(marks, now_ms)
    one = next(span.runs(rule, known), None)
    if one is None:
        return None
    by = adopted.at(now_ms if one.end is None else one.end.at_ms or 0)
    own = run.of_span(rule, one, span.pauses(rule.pauses, known), by, now_ms)
    counted = run.counted(own, known)
    agreed = rule.term.amount + counted.added
    waited = span.union(own.pauses, own.start_ms, own.until_ms)
    used = _least(own, waited)
    return Used(
        clock=clock.of_counted(counted, by, explain=False),
        agreed=min(AMOUNT_MAX, agreed),
        used=used,
        rises_ms=None if own.end is not None else _due_ms(own, used, waited),
        waited=waited,
        is_waiting=own.end is None and any(pause.to_ms is None for pause in own.pauses),
    )


def _least(own: Run, waited: Sequence[Interval]) -> int:
    """Return the least number of units by which the run would have been in time."""
    low, high = 1, 1
    while high < USED_MAX and _due_ms(own, high, waited) <= own.until_ms:
        low, high = high + 1, min(USED_MAX, 2 * high)
    while low < high:
        middle = (low + high) // 2
        if _due_ms(own, middle, waited) > own.until_ms:
            high = middle
        else:
            low = middle + 1
    return low


def _due_ms(own: Run, amount: int, waited: Sequence[Interval]) -> int:
    term = Term(amount, own.rule.term.unit, own.rule.term.of)
    rolls = own.rule.last_day == NEXT_WORKING_DAY
    return term_count.count(term, own.calendar, own.start_ms, waited, rolls=rolls).due_ms
