"""Charts as numbers that a template writes as SVG; each has its table beside it.

Floor: surfaces.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from comity.rooms.review.chart_data import EDGES_MS, Curve
from comity.surfaces.web.review import figure_words

WIDTH: Final = 640
HEIGHT: Final = 260
LEFT: Final = 56
BOTTOM: Final = 40
TOP: Final = 12
RIGHT: Final = 16
FULL: Final = 1_000
MILLION: Final = 1_000_000
TICKS: Final = 4
LEAST: Final = 2
"""Of a column that shows zero: it is there."""
NAME_ROOM: Final = 72
"""Across, of a name such as 2026-03."""
MARK_ROOM: Final = 52
"""Across, of a mark such as 30 d."""
MINUTE_MS: Final = 60_000
HOUR_MS: Final = 60 * MINUTE_MS
DAY_MS: Final = 24 * HOUR_MS


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar, and its row of the table.

    Attributes:
        label: what it is of, by language.
        text: its value in words.
        width: of a thousand.
        query: that leads to its requests.
    """

    label: Mapping[str, str]
    text: str
    width: int
    query: str


def bars(rows: Sequence[tuple[Mapping[str, str], str, int, str]]) -> tuple[Bar, ...]:
    """Return bars to one scale: the longest fills the width.

    Args:
        rows: (label, value in words, value, query).
    """
    most = max((value for _, _, value, _ in rows), default=0) or 1
    return tuple(
        Bar(label, text, FULL * value // most, query) for label, text, value, query in rows
    )


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a chart.

    Attributes:
        label: what it is of, by language.
        points: of the line.
        band: of its interval, or "".
        n: how many it rests on.
        place: from 0 on, for its colour and dash.
    """

    label: Mapping[str, str]
    points: str
    band: str
    n: int
    place: int


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis: where, and what it says."""

    at: int
    text: str


@dataclass(frozen=True, slots=True)
class Plot:
    """A chart with two axes.

    Attributes:
        lines: in order.
        across: ticks of time.
        up: ticks of the share.
    """

    lines: tuple[Line, ...]
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]


def waiting(curves: Mapping[str, Curve], names: Mapping[str, Mapping[str, str]]) -> Plot:
    """Return the Kaplan-Meier curves of both sides: how many of a hundred still wait.

    Time stands on a logarithmic axis: hours, in which emergencies end, are not squeezed into the
    first pixels beside months.
    """
    last_ms = max((one.last_ms for one in curves.values()), default=0) or 1
    lines = tuple(
        Line(names[side], _path(one, last_ms), _band(one, last_ms), one.n, place)
        for place, (side, one) in enumerate(curves.items())
        if one.n
    )
    across = tuple(_lengths(last_ms))
    up = tuple(Tick(_y(MILLION * at // TICKS), f"{100 * at // TICKS} %") for at in range(TICKS + 1))
    return Plot(lines, across, up)


def _path(one: Curve, last_ms: int) -> str:
    """Return the corners of the steps: level until something happens, then down."""
    points, level = [f"{_x(0, last_ms)},{_y(MILLION)}"], MILLION
    for step in one.steps:
        x = _x(step.at, last_ms)
        points += [f"{x},{_y(level)}", f"{x},{_y(step.waits)}"]
        level = step.waits
    points.append(f"{_x(one.last_ms, last_ms)},{_y(level)}")
    return " ".join(points)


def _band(one: Curve, last_ms: int) -> str:
    over = [(_x(step.at, last_ms), _y(step.high)) for step in one.steps]
    under = [(_x(step.at, last_ms), _y(step.low)) for step in reversed(one.steps)]
    return " ".join(f"{x},{y}" for x, y in (*over, *under))


def _lengths(last_ms: int) -> Iterator[Tick]:
    """Give ticks at lengths of time that people count by, as far as there is room for each."""
    yield Tick(_x(0, last_ms), "0")
    before, end = _x(0, last_ms), _x(last_ms, last_ms)
    for ms in EDGES_MS:
        x = _x(ms, last_ms)
        if ms < last_ms and min(x - before, end - x) >= MARK_ROOM:
            yield Tick(x, figure_words.mark(ms))
            before = x
    yield Tick(end, figure_words.length(last_ms))


def _x(at_ms: int, last_ms: int) -> int:
    """Return where a length of time stands: evenly by its logarithm, from an hour on."""
    part = math.log1p(at_ms / HOUR_MS) / math.log1p(last_ms / HOUR_MS)
    return LEFT + round((WIDTH - LEFT - RIGHT) * part)


def _y(millionths: int) -> int:
    return HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * millionths // MILLION


@dataclass(frozen=True, slots=True)
class Column:
    """What a column shows.

    Attributes:
        text: what it says, in words.
        query: that leads to its requests.
        value: its height; None of what is empty, and not zero.
        also: of a second part above it.
    """

    text: str
    query: str
    value: int | None
    also: int = 0


@dataclass(frozen=True, slots=True)
class Block:
    """A column as it is drawn.

    Attributes:
        column: what it shows.
        slot: where its slot begins, from the left.
        slot_width: of that.
        x: where it begins.
        width: of it.
        y: top of the first part.
        height: of that.
        also_y: top of the second part.
        also_height: of that.
    """

    column: Column
    slot: int
    slot_width: int
    x: int
    width: int
    y: int
    height: int
    also_y: int
    also_height: int


@dataclass(frozen=True, slots=True)
class Chart:
    """Columns over an axis.

    Attributes:
        blocks: in order.
        across: ticks below them.
        up: ticks of what they show.
    """

    blocks: tuple[Block, ...]
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]


@dataclass(frozen=True, slots=True)
class Scale:
    """What stands at the side: ticks from 0 up to the top.

    Attributes:
        step: between two ticks.
        count: of steps.
        told: says a value in words.
    """

    step: int
    count: int
    told: Callable[[int], str]

    @property
    def top(self) -> int:
        """The highest value."""
        return self.step * self.count


def of_counts(columns: Sequence[Column]) -> Scale:
    """Return a scale of whole numbers."""
    return _scale(columns, 1, str)


def of_lengths(columns: Sequence[Column]) -> Scale:
    """Return a scale of times, in a unit that fits the longest."""
    most_ms = max((one.value or 0 for one in columns), default=0)
    unit = next((ms for ms in (DAY_MS, HOUR_MS) if most_ms >= 2 * ms), MINUTE_MS)
    return _scale(columns, unit, lambda ms: figure_words.mark(ms, unit))


def of_shares() -> Scale:
    """Return a scale of thousandths, in per cent."""
    return Scale(FULL // TICKS, TICKS, lambda value: f"{100 * value // FULL} %")


def _scale(columns: Sequence[Column], unit: int, words: Callable[[int], str]) -> Scale:
    """Return at most so many steps of 1, 2 or 5 by a power of ten that hold the highest."""
    most = max(((one.value or 0) + one.also for one in columns), default=0)
    steps = (unit * first * 10**power for power in range(18) for first in (1, 2, 5))
    step = next(one for one in steps if one * TICKS >= most)
    return Scale(step, max(1, -(-most // step)), words)


def columns(
    shown: Sequence[Column], names: Sequence[str], scale: Scale, *, is_between: bool = False
) -> Chart:
    """Return columns side by side.

    Args:
        shown: the columns.
        names: of each; as many are written as fit.
        scale: at the side.
        is_between: whether a name is of where a column begins, rather than of the column.
    """
    across = WIDTH - LEFT - RIGHT
    starts = [LEFT + across * at // (len(shown) or 1) for at in range(len(shown) + 1)]
    blocks = tuple(
        _block(one, start, end - start, scale)
        for one, start, end in zip(shown, starts, starts[1:], strict=False)
    )
    room = NAME_ROOM // 2 if is_between else NAME_ROOM
    every = -(-room * len(shown) // across) or 1
    ticks = tuple(
        Tick(start if is_between else (start + end) // 2, name)
        for start, end, name in [*zip(starts, starts[1:], names, strict=False)][::every]
    )
    up = tuple(
        Tick(_height(scale.step * at, scale), scale.told(scale.step * at))
        for at in range(scale.count + 1)
    )
    return Chart(blocks, ticks, up)


def _block(one: Column, slot: int, width: int, scale: Scale) -> Block:
    gap = width // 6
    value = one.value or 0
    least = HEIGHT - BOTTOM if one.value is None else HEIGHT - BOTTOM - LEAST
    y = min(_height(value, scale), least)
    also_y = min(_height(value + one.also, scale), y)
    return Block(
        column=one,
        slot=slot,
        slot_width=width,
        x=slot + gap,
        width=max(1, width - 2 * gap),
        y=y,
        height=HEIGHT - BOTTOM - y,
        also_y=also_y,
        also_height=y - also_y,
    )


def _height(value: int, scale: Scale) -> int:
    """Return how far from the top a value stands."""
    return HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * value // scale.top
