"""Why a clock says what it says: the steps of one run, in the order in which a person tells them.

Floor: clocks (pure).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from comity.clocks import calendar as calendars
from comity.clocks import days as numbers
from comity.clocks import words
from comity.clocks.calendar import Calendar
from comity.clocks.mark import Mark
from comity.clocks.run import Counted, Run
from comity.clocks.step import Fact, Step
from comity.clocks.term_count import Told

type _Facts = Mapping[str, Fact]


def steps(counted: Counted, *, is_stop: bool, is_paused: bool) -> tuple[Step, ...]:
    """Return the reasons of a run.

    Args:
        counted: the run.
        is_stop: whether what ended it stopped it.
        is_paused: whether the other side is waited for.
    """
    teller = _Teller(counted.run)
    return (
        *teller.start(),
        *teller.extensions(counted),
        *teller.days(counted),
        *teller.pauses(counted),
        *(teller.of_days(gap, calendar, calendar.sha256) for calendar, gap in counted.gaps()),
        *teller.end(counted, is_stop=is_stop, is_paused=is_paused),
    )


@dataclass(frozen=True, slots=True)
class _Teller:
    """Makes the steps of one run."""

    run: Run

    def start(self) -> Iterator[Step]:
        """Tell what started it, how long it runs and by which days."""
        run = self.run
        received_ms = run.start.at_ms or 0
        yield self._step(
            words.START, received_ms, {"event": self._event(run.start), "at": self._at(received_ms)}
        )
        if run.start_ms != received_ms:
            at = numbers.render_instant(run.office.offsets, received_ms)
            deemed = numbers.render_instant(run.office.offsets, run.start_ms)
            facts: _Facts = {"at": at, "deemed": deemed}
            yield self._span((received_ms, run.start_ms), words.DEEMED, facts, run.office.source)
        term = run.rule.term
        if run.start.due_ms is not None:
            return
        yield self._step(words.TERM, run.start_ms, {"term": words.of_term(term)})
        if term.elapsed_ms is None and run.calendar is not calendars.MISSING:
            yield self._step(
                words.CALENDAR,
                run.start_ms,
                {
                    "title": run.calendar.title,
                    "calendar": run.calendar.id,
                    "version": run.calendar.version,
                },
                run.calendar.sha256,
            )

    def extensions(self, counted: Counted) -> Iterator[Step]:
        """Tell of each extension whether it counts."""
        for asked in counted.asked:
            at_ms = asked.mark.at_ms or 0
            added: Fact = "" if asked.term is None else words.of_term(asked.term)
            facts = {"at": self._at(at_ms), "term": added, "event": self._event(asked.mark)}
            yield self._step(asked.kind, at_ms, facts)

    def days(self, counted: Counted) -> Iterator[Step]:
        """Tell of each day that has a reason."""
        calendar = self.run.calendar
        for told in _grouped(calendar, counted.count.told):
            kind, first, _ = told
            if kind in {words.HOLIDAY, words.WORKDAY}:
                entry = calendar.days[first]
                yield self.of_days(told, calendar, entry.source, entry.name)
            elif kind == words.WEEKEND:
                yield self.of_days(told, calendar, calendar.source)
            else:
                yield self.of_days(told, calendar)

    def pauses(self, counted: Counted) -> Iterator[Step]:
        """Tell of each time of waiting from the start on; one that lasts, up to now."""
        for pause in counted.pauses:
            reason: Mapping[str, str] = dict(pause.rule.why) or words.WAITING
            facts: dict[str, Fact] = {"at": self._at(pause.from_ms), "why": reason}
            from_ms = max(pause.from_ms, self.run.start_ms)
            kind, to_ms = words.PAUSE_OPEN, self.run.until_ms
            if pause.to_ms is not None:
                kind, to_ms = words.PAUSE, pause.to_ms
                facts["to"] = self._at(pause.to_ms)
            yield self._span((from_ms, max(from_ms, to_ms)), kind, facts)

    def end(self, counted: Counted, *, is_stop: bool, is_paused: bool) -> Iterator[Step]:
        """Tell when it is due, and what ended it."""
        count = counted.count
        facts: dict[str, Fact] = {"at": self._at(count.due_ms)}
        kind = words.DUE_IF_RESUMED if is_paused else words.DUE
        if count.last_day is not None:
            kind = words.DUE_DAY_IF_RESUMED if is_paused else words.DUE_DAY
            facts["days"] = numbers.render_day(count.last_day)
        yield self._step(kind, count.due_ms, facts)
        end = self.run.end
        if end is not None:
            at_ms = end.at_ms or 0
            kind = words.STOP if is_stop else words.END
            yield self._step(kind, at_ms, {"event": self._event(end), "at": self._at(at_ms)})

    def of_days(self, told: Told, calendar: Calendar, source: str = "", name: Fact = "") -> Step:
        """Tell of days that follow each other."""
        kind, first, last = told
        days = words.of_days(numbers.render_day(first), numbers.render_day(last))
        facts: _Facts = {"days": days, "name": name} if name else {"days": days}
        when = (calendar.start_ms(first), calendar.start_ms(last + 1))
        return self._span(when, kind, facts, source)

    def _event(self, mark: Mark) -> Fact:
        return self.run.rule.event_words.get(mark.event, mark.event)

    def _at(self, at_ms: int) -> str:
        return numbers.render_instant(self.run.calendar.offsets, at_ms)

    def _step(self, kind: str, at_ms: int, facts: _Facts, source: str = "") -> Step:
        return self._span((at_ms, at_ms), kind, facts, source)

    def _span(self, when: tuple[int, int], kind: str, facts: _Facts, source: str = "") -> Step:
        rule = self.run.rule
        return Step(kind, *when, rule.name, source or rule.source, facts)


def _grouped(calendar: Calendar, told: Sequence[Told]) -> Iterator[Told]:
    """Yield days of one kind and name that follow each other as one."""
    held: Told | None = None
    for kind, first, last in told:
        if (
            held is not None
            and kind == held[0]
            and first == held[2] + 1
            and calendar.days.get(held[1]) == calendar.days.get(first)
        ):
            held = (kind, held[1], last)
            continue
        if held is not None:
            yield held
        held = (kind, first, last)
    if held is not None:
        yield held
