"""Charts as numbers that a template writes as SVG; each has its table beside it.

Floor: surfaces.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from comity.node.review.pictures import Curve
from comity.surfaces.web.review import told

WIDTH: Final = 640
HEIGHT: Final = 260
LEFT: Final = 56
BOTTOM: Final = 40
TOP: Final = 12
RIGHT: Final = 16
FULL: Final = 1_000
MILLION: Final = 1_000_000
TICKS: Final = 4


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar, and its row of the table.

    Attributes:
        label: what it is of, by language.
        text: its value in words.
        width: of a thousand.
        also: of a thousand: a second part behind the first.
        query: that leads to its requests, or "".
    """

    label: Mapping[str, str]
    text: str
    width: int
    also: int = 0
    query: str = ""


def bars(rows: Sequence[tuple[Mapping[str, str], str, int, int, str]]) -> tuple[Bar, ...]:
    """Return bars to one scale: the longest fills the width.

    Args:
        rows: (label, value in words, first part, second part, query).
    """
    most = max((first + second for _, _, first, second, _ in rows), default=0) or 1
    return tuple(
        Bar(label, text, FULL * first // most, FULL * second // most, query)
        for label, text, first, second, query in rows
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
    """Return the Kaplan-Meier curves of both sides: how many of a hundred still wait."""
    last_ms = max((one.last_ms for one in curves.values()), default=0) or 1
    lines = tuple(
        Line(names[side], _path(one, last_ms), _band(one, last_ms), one.n, place)
        for place, (side, one) in enumerate(curves.items())
        if one.n
    )
    across = tuple(
        Tick(_x(last_ms * at // TICKS, last_ms), told.length(last_ms * at // TICKS))
        for at in range(TICKS + 1)
    )
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


def _x(at_ms: int, last_ms: int) -> int:
    return LEFT + (WIDTH - LEFT - RIGHT) * at_ms // last_ms


def _y(millionths: int) -> int:
    return HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * millionths // MILLION
