"""One clock at one instant: its status, its times, and why.

    Clock("answer", "running", started…, due…, None, left…, …, (Step("start", …), …))

A function of a rule, the marks of a matter, calendars and an instant, and of nothing else: two
nodes that hold the same marks and adopted the same calendars get the same answer.  It is total.

    status       when
    not-started  no mark starts it
    running      it is not due soon
    due-soon     only what `alert_before` says is left
    paused       the other side is waited for
    overdue      due, and nothing has ended it
    met, missed  ended in time, or not
    stopped      it no longer matters, and was not overdue before
    lapsed       due, and of those that nothing ends

What is due at an instant is in time before it, and late from it on.  What is overdue stays so: no
later pause or extension takes it back.

Source: docs/spec/clocks.md.
Floor: clocks (pure).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from comity.clocks import calendar_versions as versions
from comity.clocks import run, span, term_count, why
from comity.clocks.calendar_versions import Adopted
from comity.clocks.mark import Mark
from comity.clocks.rule import Rule
from comity.clocks.run import Calendars, Counted
from comity.clocks.step import Step
from comity.kernel.ijson import Json

NOT_STARTED: Final = "not-started"
RUNNING: Final = "running"
DUE_SOON: Final = "due-soon"
PAUSED: Final = "paused"
OVERDUE: Final = "overdue"
MET: Final = "met"
MISSED: Final = "missed"
STOPPED: Final = "stopped"
LAPSED: Final = "lapsed"

AT_MS_MAX: Final = 221_845_392_000_000
"""9000-01-01: what claims to be later has no time, so that every date can be written."""


@dataclass(frozen=True, slots=True)
class Clock:
    """A clock at an instant.

    Attributes:
        name: of its rule.
        status: see above.
        started_at_ms: from when it counts; None before.
        due_at_ms: the first instant that is too late; None before it starts and while it is
            paused.
        alert_at_ms: from when it is due soon; None as `due_at_ms`, and without an alert.
        ended_at_ms: the mark that ended or stopped it.
        left_ms: from now, or from its end, to when it is due; below zero if that is past.
        is_provisional: whether a calendar or decree that is still to come may move it.
        received_at_ms: when the mark that started it was received; an office may open later.
        why: every rule, pause and day that was left out; empty if it was not asked for.
    """

    name: str
    status: str
    started_at_ms: int | None = None
    due_at_ms: int | None = None
    alert_at_ms: int | None = None
    ended_at_ms: int | None = None
    left_ms: int | None = None
    is_provisional: bool = False
    received_at_ms: int | None = None
    why: tuple[Step, ...] = ()

    def as_json(self) -> dict[str, Json]:
        """Return it as data, with its sentences."""
        return {
            "name": self.name,
            "status": self.status,
            "received_at_ms": self.received_at_ms,
            "started_at_ms": self.started_at_ms,
            "due_at_ms": self.due_at_ms,
            "alert_at_ms": self.alert_at_ms,
            "ended_at_ms": self.ended_at_ms,
            "left_ms": self.left_ms,
            "is_provisional": self.is_provisional,
            "why": [step.as_json() for step in self.why],
        }


def evaluate(
    rule: Rule,
    marks: Sequence[Mark],
    calendars: Calendars | Adopted,
    now_ms: int,
    *,
    explain: bool = True,
) -> Clock:
    """Return the last run of a clock at an instant.

    Args:
        rule: as agreed.
        marks: of the matter, in its order; what has no time, or a later one, has not happened.
        calendars: of each side, as adopted, with their versions or without; a missing one is said.
        now_ms: the instant.
        explain: whether to tell why; lists of many matters do not.
    """
    found = runs(rule, marks, calendars, now_ms, explain=explain)
    return found[-1] if found else Clock(rule.name, NOT_STARTED)


def runs(
    rule: Rule,
    marks: Sequence[Mark],
    calendars: Calendars | Adopted,
    now_ms: int,
    *,
    explain: bool = True,
) -> tuple[Clock, ...]:
    """Return every run of a clock at an instant, first to last: see `evaluate`."""
    adopted = calendars if isinstance(calendars, Adopted) else versions.always(calendars)
    now_ms = max(0, min(now_ms, AT_MS_MAX))
    known = happened(marks, now_ms)
    pauses = span.pauses(rule.pauses, known)
    found = []
    for one in span.runs(rule, known):
        counting_by = adopted.at(now_ms if one.end is None else _at_ms(one.end))
        own = run.of_span(rule, one, pauses, counting_by, now_ms)
        found.append(of_counted(run.counted(own, known), counting_by, explain=explain))
    return tuple(found)


def happened(marks: Sequence[Mark], now_ms: int) -> list[Mark]:
    """Return the marks that have happened at an instant, by time."""
    return sorted(
        (mark for mark in marks if mark.at_ms is not None and 0 <= mark.at_ms <= now_ms),
        key=_at_ms,
    )


def _at_ms(mark: Mark) -> int:
    return mark.at_ms or 0


def of_counted(counted: Counted, calendars: Calendars, *, explain: bool) -> Clock:
    """Return a run that was counted as a clock."""
    own, due_ms = counted.run, counted.count.due_ms
    alert_ms = _alert_ms(counted, calendars)
    status = _status(counted, alert_ms)
    is_known = status != PAUSED
    return Clock(
        name=own.rule.name,
        status=status,
        started_at_ms=own.start_ms,
        due_at_ms=due_ms if is_known else None,
        alert_at_ms=alert_ms if is_known else None,
        ended_at_ms=None if own.end is None else _at_ms(own.end),
        left_ms=due_ms - own.until_ms,
        is_provisional=any(True for _ in counted.gaps()),
        received_at_ms=_at_ms(own.start),
        why=why.steps(counted, is_stop=status == STOPPED, is_paused=not is_known)
        if explain
        else (),
    )


def _alert_ms(counted: Counted, calendars: Calendars) -> int | None:
    rule = counted.run.rule
    if rule.alert_before is None:
        return None
    calendar = run.side_calendar(rule.alert_before.of or rule.term.of, calendars)
    from_ms = term_count.back(rule.alert_before, calendar, counted.count.due_ms)
    return max(counted.run.start_ms, from_ms)


def _status(counted: Counted, alert_ms: int | None) -> str:
    own, due_ms = counted.run, counted.count.due_ms
    is_late = own.until_ms >= due_ms
    if own.end is not None:
        if is_late:
            return MISSED
        return MET if own.end.event in own.rule.ends else STOPPED
    if is_late:
        return OVERDUE if own.rule.ends else LAPSED
    if any(pause.to_ms is None for pause in counted.pauses):
        return PAUSED
    return DUE_SOON if alert_ms is not None and own.until_ms >= alert_ms else RUNNING
