"""What moved a clock: two answers of one clock beside each other.

    Change(due…, due…, added=(Step("holiday", …),), removed=(), …)
    It is due 1 day 0 hours later than before.

For a calendar that was adopted anew, or a decree that came: the same marks at the same instant
give another due time, and the steps say which days did it.

Floor: clocks (pure).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from comity.clocks import calendar_versions as versions
from comity.clocks import clock
from comity.clocks.calendar import Calendar
from comity.clocks.calendar_versions import Adopted
from comity.clocks.clock import Clock
from comity.clocks.mark import Mark
from comity.clocks.offsets import DAY_MS
from comity.clocks.rule import Rule
from comity.clocks.step import Step
from comity.clocks.term import HOUR_MS

_UNMOVED: Final = frozenset({"calendar"})
"""Kinds of steps that say nothing of a day: a new hash of a text that counts alike."""


@dataclass(frozen=True, slots=True)
class Change:
    """What two answers differ in.

    Attributes:
        before_ms: when it was due; None while it was paused or not started.
        after_ms: when it is due.
        added: reasons that are new.
        removed: reasons that are gone.
        is_settled: whether it was provisional and no longer is.
    """

    before_ms: int | None
    after_ms: int | None
    added: tuple[Step, ...]
    removed: tuple[Step, ...]
    is_settled: bool

    @property
    def moved_ms(self) -> int:
        """By how much it is due later; below zero: earlier; 0 where either is not known."""
        if self.before_ms is None or self.after_ms is None:
            return 0
        return self.after_ms - self.before_ms

    @property
    def words(self) -> dict[str, str]:
        """The whole in each language."""
        days, rest = divmod(abs(self.moved_ms), DAY_MS)
        hours = rest // HOUR_MS
        if not self.moved_ms:
            return {"en": "It is due when it was.", "zh": "到期时间不变。"}
        later = self.moved_ms > 0
        return {
            "en": f"It is due {_plural(days, 'day')} {_plural(hours, 'hour')} "
            f"{'later' if later else 'earlier'} than before.",
            "zh": f"到期时间较此前{'推迟' if later else '提前'}{days}天{hours}小时。",
        }


def of(before: Clock, after: Clock) -> Change | None:
    """Return what moved, or None if nothing that counts did.

    Args:
        before: by what was adopted then, with its reasons.
        after: of the same rule, marks and instant, by what is adopted now.
    """
    old, new = _counting(before), _counting(after)
    change = Change(
        before.due_at_ms,
        after.due_at_ms,
        added=tuple(step for step in new if step not in old),
        removed=tuple(step for step in old if step not in new),
        is_settled=before.is_provisional and not after.is_provisional,
    )
    is_moved = change.moved_ms or change.added or change.removed or change.is_settled
    return change if is_moved else None


@dataclass(frozen=True, slots=True)
class Moved:
    """What a version of a calendar did to a clock that ran when it came in force.

    Attributes:
        at_ms: since when the new version counts.
        before: `{side: calendar}` in force until then, of the sides that changed.
        after: those in force since; a side whose calendar ended is not in it.
        change: what they differ in.
    """

    at_ms: int
    before: Mapping[str, Calendar]
    after: Mapping[str, Calendar]
    change: Change


def moves(
    rule: Rule, marks: Sequence[Mark], adopted: Adopted, now_ms: int, last: Clock
) -> tuple[Moved, ...]:
    """Return what each version that came in force during a run moved, by time.

    Both nodes compute it from the same texts, so nobody has to remember what was shown before.

    Args:
        rule: of the clock.
        marks: of the matter.
        adopted: the calendars, with their versions.
        now_ms: the instant.
        last: the run, as `clock.evaluate` gave it.
    """
    if last.received_at_ms is None:
        return ()
    until_ms = now_ms if last.ended_at_ms is None else last.ended_at_ms
    found = []
    for at_ms in adopted.changes(last.received_at_ms, until_ms):
        old, new = adopted.at(at_ms - 1), adopted.at(at_ms)
        change = of(
            clock.evaluate(rule, marks, versions.always(old), now_ms),
            clock.evaluate(rule, marks, versions.always(new), now_ms),
        )
        if change is not None:
            found.append(Moved(at_ms, _differing(old, new), _differing(new, old), change))
    return tuple(found)


def _differing(
    these: Mapping[str, Calendar], those: Mapping[str, Calendar]
) -> Mapping[str, Calendar]:
    return {side: one for side, one in these.items() if those.get(side) != one}


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _counting(clock: Clock) -> tuple[Step, ...]:
    return tuple(step for step in clock.why if step.kind not in _UNMOVED)
