"""The rhythm of the dialogue as a picture: each session when it was planned, and when it came.

A line a session, as the table beside it has them: a ring where it was planned, a disc where it was
held, a square where it is agreed and not held yet; what lies between is the slip.

Floor: surfaces.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from comity.joint.dialogue.cadence import Line

WIDTH: Final = 960
_LEFT, _RIGHT, _TOP, _ROW = 220, 24, 28, 26


@dataclass(frozen=True, slots=True)
class Row:
    """A session.

    Attributes:
        line: of the table.
        y: of its line.
        planned, came: where it was planned, and where it was held or is agreed; or None.
    """

    line: Line
    y: int
    planned: int | None
    came: int | None


@dataclass(frozen=True, slots=True)
class Chart:
    """The picture.

    Attributes:
        rows: sessions that have a date.
        years: `(x, year)` where one begins.
        height: of it.
    """

    rows: Sequence[Row]
    years: Sequence[tuple[int, int]]
    height: int

    @property
    def bottom(self) -> int:
        """Where the lines of years end."""
        return self.height - 4


def chart(lines: Sequence[Line]) -> Chart | None:
    """Return the picture of some sessions, or None where fewer than two have a date."""
    dated = [(one, one.held_ms or one.agreed_ms) for one in lines]
    shown = [(one, came) for one, came in dated if came or one.planned_ms]
    times = [at for one, came in shown for at in (one.planned_ms, came) if at]
    if len(shown) < 2:  # noqa: PLR2004 -- one has no rhythm
        return None
    first, span = min(times), max(max(times) - min(times), 1)

    def x(at_ms: int) -> int:
        return _LEFT + (at_ms - first) * (WIDTH - _LEFT - _RIGHT) // span

    rows = [
        Row(
            one,
            _TOP + nth * _ROW + _ROW // 2,
            x(one.planned_ms) if one.planned_ms else None,
            x(came) if came else None,
        )
        for nth, (one, came) in enumerate(shown)
    ]
    begins = [_begin_ms(year) for year in range(_year(first), _year(first + span) + 1)]
    years = [(x(at), _year(at)) for at in begins if first <= at <= first + span]
    return Chart(rows, years, _TOP + len(rows) * _ROW + 8)


def _year(at_ms: int) -> int:
    return datetime.fromtimestamp(at_ms / 1_000, UTC).year


def _begin_ms(year: int) -> int:
    return int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) * 1_000
