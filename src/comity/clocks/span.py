"""From an event to the next one that ends it: the runs of a clock, and its pauses.

    starts=("asked",), ends=("told",)     asked … told … told … asked …
                                          [       )             [      still open

A second start within a span adds nothing, an end outside of one does nothing, and a mark
that is both an end and a start ends one span and begins the next.

Source: docs/spec/clocks.md, part 1.
Floor: clocks (pure).
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from comity.clocks.mark import Mark
from comity.clocks.rule import PauseRule, Rule


@dataclass(frozen=True, slots=True)
class Span:
    """Between two marks.

    Attributes:
        start: the first.
        end: the other; None while it has not come.
    """

    start: Mark
    end: Mark | None


@dataclass(frozen=True, slots=True)
class Pause:
    """A time of waiting.

    Attributes:
        rule: what is waited for.
        from_ms: first instant.
        to_ms: first instant after it; None while it lasts.
    """

    rule: PauseRule
    from_ms: int
    to_ms: int | None


type Interval = tuple[int, int]
"""[from, to): of ms, or of days."""


def spans(starts: Collection[str], ends: Collection[str], marks: Sequence[Mark]) -> Iterator[Span]:
    """Yield the spans of these marks, which stand by time."""
    start: Mark | None = None
    for mark in marks:
        if start is not None and mark.event in ends:
            yield Span(start, mark)
            start = None
        if start is None and mark.event in starts:
            start = mark
    if start is not None:
        yield Span(start, None)


def runs(rule: Rule, marks: Sequence[Mark]) -> Iterator[Span]:
    """Yield the runs of a clock, of marks that stand by time."""
    return spans(rule.starts, (*rule.ends, *rule.stops), starting(rule, marks))


def starting(rule: Rule, marks: Sequence[Mark]) -> Sequence[Mark]:
    """Return the marks without those that start nothing: events of an act that stops the clock.

    A refusal is a complete answer too: it does not start what runs from that.
    """
    stopping = {(one.who, one.act_id) for one in marks if one.event in rule.stops and one.act_id}
    if not stopping:
        return marks
    return [
        mark
        for mark in marks
        if mark.event not in rule.starts
        or mark.event in rule.stops
        or (mark.who, mark.act_id) not in stopping
    ]


def pauses(rules: Sequence[PauseRule], marks: Sequence[Mark]) -> tuple[Pause, ...]:
    """Return every time of waiting, by its beginning; they may lie in one another."""
    found = [
        Pause(rule, span.start.at_ms or 0, span.end.at_ms if span.end else None)
        for rule in rules
        for span in spans(rule.starts, rule.ends, marks)
    ]
    return tuple(sorted(found, key=lambda pause: pause.from_ms))


def union(found: Sequence[Pause], from_ms: int, until_ms: int) -> tuple[Interval, ...]:
    """Return the time that is in any of the pauses, within bounds: apart, by time, none empty."""
    merged: list[Interval] = []
    for pause in found:
        low = max(pause.from_ms, from_ms)
        high = until_ms if pause.to_ms is None else min(pause.to_ms, until_ms)
        if low >= high:
            continue
        if merged and low <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
        else:
            merged.append((low, high))
    return tuple(merged)


def shifted(start: int, end: int, intervals: Sequence[Interval]) -> int:
    """Return an end moved on by what it loses to intervals that begin before it.

    Args:
        start: what lies before it is not lost.
        end: the first instant or day that is no longer needed.
        intervals: apart and by time, in the unit of the others.
    """
    for low, high in intervals:
        if low >= end:
            break
        end += max(0, high - max(low, start))
    return end
