"""One run of a clock: from the mark that started it to the one that ended it, or to now.

Source: docs/spec/clocks.md, parts 1 and 4.
Floor: clocks (pure).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from comity.clocks import calendar as calendars
from comity.clocks import span, term_count, words
from comity.clocks.calendar import Calendar
from comity.clocks.mark import TAKEN_BACK, Mark
from comity.clocks.rule import NEXT_WORKING_DAY, Rule
from comity.clocks.span import Interval, Pause, Span
from comity.clocks.term import AMOUNT_MAX, Term
from comity.clocks.term_count import Count, Told

type Calendars = Mapping[str, Calendar]
"""`{side: calendar}`, for `addressee` and `asker`."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run, with all that its count needs.

    Attributes:
        rule: of the clock.
        start: the mark that started it.
        end: the mark that ended or stopped it; None while it runs.
        start_ms: from when it counts: the receipt of `start`, or when the office opened.
        until_ms: its end, or now.
        pauses: every time of waiting that lies in it.
        calendar: whose days count.
        office: whose office hours count.
    """

    rule: Rule
    start: Mark
    end: Mark | None
    start_ms: int
    until_ms: int
    pauses: tuple[Pause, ...]
    calendar: Calendar
    office: Calendar


@dataclass(frozen=True, slots=True)
class Asked:
    """An extension that was declared.

    Attributes:
        mark: by what.
        term: how long, if anything says so.
        kind: of the step that tells whether it counts.
    """

    mark: Mark
    term: Term | None
    kind: str


@dataclass(frozen=True, slots=True)
class Counted:
    """A run whose term was counted, with every extension that came in time.

    Attributes:
        run: the run.
        count: of the whole.
        asked: every extension, by time.
    """

    run: Run
    count: Count
    asked: tuple[Asked, ...]

    @property
    def pauses(self) -> tuple[Pause, ...]:
        """The times of waiting that began before it was due."""
        return tuple(one for one in self.run.pauses if one.from_ms < self.count.due_ms)

    @property
    def added(self) -> int:
        """How many units its extensions added."""
        counts = (one for one in self.asked if one.kind == words.EXTENSION)
        return sum(one.term.amount for one in counts if one.term is not None)

    def gaps(self) -> Iterator[tuple[Calendar, Told]]:
        """Yield the days that were counted without an adopted calendar or decree."""
        run = self.run
        received_ms = run.start.at_ms or 0
        if run.start_ms != received_ms:
            first, last = run.office.day_at(received_ms), run.office.day_at(run.start_ms)
            yield from ((run.office, gap) for gap in gaps(run.office, first, last))
        if self.count.last_day is not None:
            first = run.calendar.day_at(run.start_ms)
            found = gaps(run.calendar, first, self.count.last_day)
            yield from ((run.calendar, gap) for gap in found)


def of_span(rule: Rule, one: Span, pauses: Sequence[Pause], adopted: Calendars, now_ms: int) -> Run:
    """Return the run that lies between two marks."""
    received_ms = one.start.at_ms or 0
    until_ms = now_ms if one.end is None else one.end.at_ms or 0
    office = side_calendar(rule.receipt_of, adopted)
    start_ms = office.open_from_ms(received_ms) if rule.waits_for_office else received_ms
    within = tuple(
        pause
        for pause in pauses
        if pause.from_ms <= until_ms and (pause.to_ms is None or pause.to_ms >= start_ms)
    )
    calendar = side_calendar(rule.term.of, adopted)
    return Run(rule, one.start, one.end, start_ms, until_ms, within, calendar, office)


def side_calendar(side: str, adopted: Calendars) -> Calendar:
    """Return the calendar of a side; of none, the days of UTC."""
    return adopted.get(side, calendars.MISSING) if side else calendars.UTC


def counted(run: Run, known: Sequence[Mark]) -> Counted:
    """Count the term of a run with every extension that came in time.

    Args:
        run: the run.
        known: every mark of the matter that has happened, by time.
    """
    waited = span.union(run.pauses, run.start_ms, run.until_ms)
    amount = run.rule.term.amount
    count = _count(run, amount, waited)
    asked = []
    gone = _taken_back(known) if run.rule.extensions else set()
    for mark, term in _extensions(run, known):
        kind = _judged(mark, term, run.rule.term.unit, count.due_ms)
        if mark.act_id in gone:
            kind = words.EXTENSION_TAKEN_BACK
        asked.append(Asked(mark, term, kind))
        if kind == words.EXTENSION and term is not None:
            amount = min(AMOUNT_MAX, amount + term.amount)
            count = _count(run, amount, waited)
    return Counted(run, count, tuple(asked))


def _count(run: Run, amount: int, waited: Sequence[Interval]) -> Count:
    if run.start.due_ms is not None:
        return Count(max(run.start_ms, run.start.due_ms), None, ())
    term = Term(amount, run.rule.term.unit, run.rule.term.of)
    rolls = run.rule.last_day == NEXT_WORKING_DAY
    return term_count.count(term, run.calendar, run.start_ms, waited, rolls=rolls)


def _extensions(run: Run, known: Sequence[Mark]) -> Iterator[tuple[Mark, Term | None]]:
    granted = {extension.event: extension.term for extension in run.rule.extensions}
    received_ms = run.start.at_ms or 0
    for mark in known if granted else ():
        if mark.event in granted and received_ms <= (mark.at_ms or 0) <= run.until_ms:
            yield mark, mark.term or granted[mark.event]


def _taken_back(known: Sequence[Mark]) -> set[str]:
    """Return the acts whose extensions were taken back."""
    return {mark.act_id for mark in known if mark.event == TAKEN_BACK}


def _judged(mark: Mark, term: Term | None, unit: str, due_ms: int) -> str:
    if term is None or term.unit != unit:
        return words.EXTENSION_UNFIT
    return words.EXTENSION if (mark.at_ms or 0) < due_ms else words.EXTENSION_LATE


def gaps(calendar: Calendar, first: int, last: int) -> Iterator[Told]:
    """Yield which of these days a calendar does not cover, or covers without their decree."""
    cover = calendar.cover
    if first >= cover.first and last <= cover.decreed_until:
        return
    if cover.last < cover.first:
        yield words.CALENDAR_MISSING, first, last
        return
    parts = (
        (words.CALENDAR_MISSING, first, min(last, cover.first - 1)),
        (words.CALENDAR_UNDECREED, max(first, cover.decreed_until + 1), min(last, cover.last)),
        (words.CALENDAR_MISSING, max(first, cover.last + 1), last),
    )
    yield from (part for part in parts if part[1] <= part[2])
