"""Who is planned for duty: lines in turn, overrides over them, swaps over both.

    LineSet("night", officers=("wei", "li"), hand_overs=(480, 1_200), …)
    Overridden("night", "han", from_ms, until_ms)      over the line
    Swapped("night", 41, "wei", "li")                  over both, bound to the shift

A plan moves nobody: who has the desk is what `roster` says.  A change counts from the instant at
which it was made, so what was planned for the past stays.  Wall times become instants by a
function that the caller gives: zones are read from a disk.

Floor: domestic (pure).
"""

import itertools
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from types import MappingProxyType
from typing import Any, Final, assert_never, cast

from comity.kernel.ijson import Json

type AtWall = Callable[[str, int, int], int]
"""(zone, day since 1970, minute of the day) -> the instant, milliseconds since 1970 UTC."""

ALL: Final = "all"
WEEKDAYS: Final = "weekdays"
DAYS_WORDS: Final = MappingProxyType(
    {
        ALL: {"en": "Every day", "zh": "每天"},
        WEEKDAYS: {"en": "Monday to Friday", "zh": "周一至周五"},
    }
)
DAY_MS: Final = 86_400_000
_WEEK: Final = 7
_AROUND: Final = 2
"""Days of UTC around an instant in which the shift about it begins and ends, in every zone."""
_FRIDAY: Final = 4
_THURSDAY: Final = 3
"""Day 0, 1 January 1970, was one."""


@dataclass(frozen=True, slots=True)
class LineSet:
    """A line is set, or set otherwise.

    Attributes:
        line: its name.
        agency: whose officers they are.
        zone: of its wall times.
        officers: in turn; none ends the line.
        hand_overs: minutes of the day at which the next takes over, ascending.
        first_day: day since 1970 on which the first of them begins.
        days: `all` or `weekdays`: days on which shifts begin.
        by, at_ms: who set it, and when.
    """

    line: str
    agency: str
    zone: str
    officers: tuple[str, ...]
    hand_overs: tuple[int, ...]
    first_day: int
    days: str
    by: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class Overridden:
    """An officer stands in for a time, whoever would have had it; `number` is given when kept."""

    line: str
    officer: str
    from_ms: int
    until_ms: int
    by: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class SwapAsked:
    """An officer asks another to take a shift of theirs."""

    line: str
    shift: int
    officer: str
    to: str
    by: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class SwapAgreed:
    """The other agrees: the shift is theirs, whenever it comes to lie."""

    swap: int
    by: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class SwapUndone:
    """One of the two takes a swap back, before its shift begins."""

    swap: int
    by: str
    at_ms: int


type Change = LineSet | Overridden | SwapAsked | SwapAgreed | SwapUndone


@dataclass(frozen=True, slots=True)
class Swap:
    """A swap, and since when and until when it counts."""

    asked: SwapAsked
    agreed_ms: int | None = None
    undone_ms: int | None = None

    def counts(self, at_ms: int) -> bool:
        """Return whether it held at an instant."""
        since, until = self.agreed_ms, self.undone_ms
        return since is not None and since <= at_ms and (until is None or at_ms < until)


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that was planned.

    Attributes:
        lines: `{name: its versions, in the order in which they were set}`.
        overrides: in order.
        swaps: numbered from 1, in order.
    """

    lines: Mapping[str, tuple[LineSet, ...]] = field(default_factory=lambda: MappingProxyType({}))
    overrides: tuple[Overridden, ...] = ()
    swaps: tuple[Swap, ...] = ()


EMPTY: Final = Plan()


@dataclass(frozen=True, slots=True)
class Shift:
    """One shift of a line: its number stays whatever else changes.

    Attributes:
        number: counted from the first day; -1 where none is planned.
        officer: in turn, or "" where none is.
        from_ms, until_ms: its instants.
    """

    number: int
    officer: str
    from_ms: int
    until_ms: int


@dataclass(frozen=True, slots=True)
class Part:
    """A time of a line in which one officer is planned, or nobody.

    Attributes:
        line: its name.
        shift: number of the shift, or -1.
        officer: or "".
        by: `turn`, `override`, `swap`, or "" where nobody is.
        from_ms, until_ms: its instants.
    """

    line: str
    shift: int
    officer: str
    by: str
    from_ms: int
    until_ms: int


def fold(plan: Plan, change: Change) -> Plan:
    """Return the plan after a change; what answers no swap changes nothing."""
    match change:
        case LineSet():
            versions = (*plan.lines.get(change.line, ()), change)
            return replace(plan, lines=MappingProxyType({**plan.lines, change.line: versions}))
        case Overridden():
            return replace(plan, overrides=(*plan.overrides, change))
        case SwapAsked():
            return replace(plan, swaps=(*plan.swaps, Swap(change)))
        case SwapAgreed():
            return _with_swap(plan, change.swap, agreed_ms=change.at_ms)
        case SwapUndone():
            return _with_swap(plan, change.swap, undone_ms=change.at_ms)
        case _:
            assert_never(change)


def _with_swap(plan: Plan, number: int, **times: int) -> Plan:
    if not 0 < number <= len(plan.swaps):
        return plan
    before = plan.swaps[number - 1]
    given: dict[str, Any] = {
        name: at for name, at in times.items() if getattr(before, name) is None
    }
    swaps = (*plan.swaps[: number - 1], replace(before, **given), *plan.swaps[number:])
    return replace(plan, swaps=swaps)


def fold_all(changes: Iterable[Change]) -> Plan:
    """Return the plan after all changes."""
    plan = EMPTY
    for change in changes:
        plan = fold(plan, change)
    return plan


def version_at(plan: Plan, line: str, at_ms: int) -> LineSet | None:
    """Return how a line was set at an instant, or None where it was not yet."""
    versions = [one for one in plan.lines.get(line, ()) if one.at_ms <= at_ms]
    return versions[-1] if versions else None


def shift_at(version: LineSet, at_ms: int, at: AtWall) -> Shift:
    """Return the shift of a line in which an instant lies, as the line was set."""
    day = at_ms // DAY_MS
    beginnings = sorted(
        (at(version.zone, one, minute), one, place)
        for one in range(day - _AROUND, day + _AROUND + 1)
        for place, minute in enumerate(version.hand_overs)
    )
    where = bisect_right(beginnings, (at_ms, 1 << 62, 0)) - 1
    (from_ms, began, place), (until_ms, *_) = beginnings[where], beginnings[where + 1]
    number = _number(version, began, place)
    officer = version.officers[number % len(version.officers)] if number >= 0 else ""
    return Shift(number, officer, from_ms, until_ms)


def _number(version: LineSet, day: int, place: int) -> int:
    """Return the number of the shift that begins on a day; -1 where none does."""
    is_off = version.days == WEEKDAYS and (day + _THURSDAY) % _WEEK > _FRIDAY
    if is_off or day < version.first_day or not version.officers:
        return -1
    days = day - version.first_day
    if version.days == WEEKDAYS:
        days = _workdays(day) - _workdays(version.first_day)
    return days * len(version.hand_overs) + place


def _workdays(day: int) -> int:
    """Return how many days from Monday to Friday lie before a day, from a Monday of 1969 on."""
    weeks, rest = divmod(day + _THURSDAY, _WEEK)
    return weeks * (_FRIDAY + 1) + min(rest, _FRIDAY + 1)


def part_at(plan: Plan, line: str, at_ms: int, seen_ms: int, at: AtWall) -> Part:
    """Return who is planned for a line at an instant, as far as that was known at another.

    Args:
        plan: of all lines.
        line: its name.
        at_ms: the instant.
        seen_ms: changes made until then count, and never for what lies before them.
        at: gives instants of wall times.
    """
    known_ms = min(at_ms, seen_ms)
    version = version_at(plan, line, known_ms)
    over = [
        one
        for one in plan.overrides
        if one.line == line and one.at_ms <= known_ms and one.from_ms <= at_ms < one.until_ms
    ]
    if version is None:
        shift = Shift(-1, "", at_ms, at_ms + DAY_MS)
    else:
        shift = shift_at(version, at_ms, at)
    officer, by = shift.officer, "turn" if shift.officer else ""
    if over:
        officer, by = over[-1].officer, "override"
    for swap in plan.swaps:
        asked = swap.asked
        is_it = (asked.line, asked.shift, asked.officer) == (line, shift.number, officer)
        if is_it and swap.counts(known_ms):
            officer, by = asked.to, "swap"
    return Part(line, shift.number, officer, by, shift.from_ms, shift.until_ms)


def parts(plan: Plan, line: str, span: tuple[int, int], seen_ms: int, at: AtWall) -> list[Part]:
    """Return a time of a line as parts without a hole, each with one officer or nobody.

    Args:
        plan: of all lines.
        line: its name.
        span: from when, until when.
        seen_ms: as of `part_at`.
        at: gives instants of wall times.
    """
    from_ms, until_ms = span
    at = cache(at)  # each wall time is looked at from several parts
    edges = {from_ms, until_ms}
    for one in plan.overrides:
        edges |= {one.from_ms, one.until_ms, one.at_ms} if one.line == line else set()
    edges |= {one.at_ms for one in plan.lines.get(line, ())}
    for swap in plan.swaps:
        edges |= {one for one in (swap.agreed_ms, swap.undone_ms) if one is not None}
    marks = sorted(edge for edge in edges if from_ms <= edge <= until_ms)
    found: list[Part] = []
    for begins, ends in itertools.pairwise(marks):
        now = begins
        while now < ends:
            part = part_at(plan, line, now, seen_ms, at)
            until = min(ends, part.until_ms)
            found.append(replace(part, from_ms=now, until_ms=until))
            now = until
    return _joined(found)


def _joined(found: Sequence[Part]) -> list[Part]:
    joined: list[Part] = []
    for one in found:
        before = joined[-1] if joined else None
        if before is not None and replace(before, until_ms=one.until_ms) == replace(
            one, from_ms=before.from_ms
        ):
            joined[-1] = replace(before, until_ms=one.until_ms)
        else:
            joined.append(one)
    return joined


def to_json(change: Change) -> Json:
    """Return a change as a JSON value; `from_json` is its inverse."""
    fields = asdict(change)
    plain = {name: [*one] if isinstance(one, tuple) else one for name, one in fields.items()}
    return cast("Json", {"change": type(change).__name__, **plain})


_CHANGES: Final = MappingProxyType(
    {one.__name__: one for one in (LineSet, Overridden, SwapAsked, SwapAgreed, SwapUndone)}
)


def from_json(value: Json) -> Change:
    """Read back what `to_json` gave."""
    fields = dict(cast("dict[str, Any]", value))
    kind: Any = _CHANGES[fields.pop("change")]
    plain = {name: tuple(one) if isinstance(one, list) else one for name, one in fields.items()}
    return cast("Change", kind(**plain))
