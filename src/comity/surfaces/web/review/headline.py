"""The headline of a review: how each side answered, now and in the period before, in one look.

    they   73 % within the agreed time (before 70 %)    median 3.2 days (before 4 days)
    we     71 %                        (before 74 %)    median 2.8 days (before 2.5 days)

The other sides come first, then ours.  Beside the table stands the same as a picture: a hollow dot
for the period before, a full one for this.

Floor: surfaces.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from comity.figures import address, definitions, figures
from comity.figures.cells import Cell
from comity.figures.figures import Figures
from comity.rooms.review.labels import Labels
from comity.surfaces.web.review import figure_words

_KEPT: Final = "timeliness/respond/clock/kept"
_MEDIAN: Final = "timeliness/respond/elapsed/median"
_THOUSAND: Final = 1_000
_LEFT, _WIDTH = 20, 560
"""Of the picture, in its units: where 0 % stands, and how far from it 100 % does."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One figure of a side, beside what it was.

    Attributes:
        now: its value in words.
        before: that of the period before, or "".
        count: on how many it rests.
        trend: `better`, `worse`, `same`, or "" where one of them is not known.
        word: the same in words, or "".
    """

    now: str
    before: str
    count: str
    trend: str
    word: Promise | str


@dataclass(frozen=True, slots=True)
class Side:
    """How one State answered.

    Attributes:
        name: of the State, in each language.
        is_ours: whether it is this one.
        group: its figures.
        kept: answered within the agreed time.
        median: how long the first substantive response took.
        at, was: where the share stands in the picture, or None.
        y: where its line stands there.
        took, took_before: where the median stands in the picture of times, or None.
        query: that leads to all figures of the side.
    """

    name: Mapping[str, str]
    is_ours: bool
    group: str
    kept: Compared
    median: Compared
    at: int | None
    was: int | None
    y: int
    took: int | None = None
    took_before: int | None = None
    query: str = ""

    @property
    def side(self) -> str:
        """Return whose colour it has: `ours` or `theirs`."""
        return "ours" if self.is_ours else "theirs"


AXIS: Final = tuple((_LEFT + _WIDTH * part // 4, f"{25 * part} %") for part in range(5))
"""Of the picture: where each share stands, and what it is called."""


def height(sides: Sequence[Side]) -> int:
    """Return how high the picture is."""
    return 40 + 36 * len(sides)


def of(
    found: Figures, own: str, names: Labels, groups: Sequence[str], *, has_before: bool
) -> tuple[Side, ...]:
    """Return how each side answered, the others first.

    Args:
        found: the figures.
        own: this State.
        names: of the sides.
        groups: that have figures.
        has_before: whether there is a period before.
    """
    sides = [one for one in groups if one.startswith(f"{address.SIDE}/")]
    longest = longest_ms(found, sides, has_before=has_before)
    ours = f"{address.SIDE}/{address.part(own)}"
    ordered = sorted(sides, key=lambda one: one == ours)
    return tuple(
        replace(
            _side(found, one, names, (one == ours, n, has_before)),
            took=_along(found, one, longest, before=False),
            took_before=_along(found, one, longest, before=True) if has_before else None,
        )
        for n, one in enumerate(ordered)
    )


def longest_ms(found: Figures, sides: Sequence[str], *, has_before: bool) -> int:
    """Return the longest median of any side, now or before; 0 where none is known."""
    periods = (False, True) if has_before else (False,)
    cells = (_cell(found, one, _MEDIAN, before=each) for one in sides for each in periods)
    return max((_number(one) or 0 for one in cells), default=0)


def _along(found: Figures, group: str, longest: int, *, before: bool) -> int | None:
    """Return where a median stands: the longest of all at the end of the picture."""
    value = _number(_cell(found, group, _MEDIAN, before=before))
    return None if value is None or not longest else _LEFT + _WIDTH * value // longest


def times(longest: int) -> tuple[tuple[int, str], ...]:
    """Return what stands under the picture of times: where, and how long that is."""
    return tuple(
        (_LEFT + _WIDTH * part // 4, figure_words.length(longest * part // 4)) for part in range(5)
    )


def _side(found: Figures, group: str, names: Labels, at: tuple[bool, int, bool]) -> Side:
    is_ours, number, has_before = at
    kept, was = (_cell(found, group, _KEPT, before=one) for one in (False, True))
    return Side(
        name=names.part(address.SIDE, group.partition("/")[2]),
        is_ours=is_ours,
        group=group,
        kept=_compared(found, group, _KEPT, has_before=has_before, is_more_better=True),
        median=_compared(found, group, _MEDIAN, has_before=has_before, is_more_better=False),
        at=_x(kept),
        was=_x(was) if has_before else None,
        y=24 + 36 * number,
    )


def _cell(found: Figures, group: str, within: str, *, before: bool) -> Cell:
    return figures.cell(found, f"{group}/{within}", before=before)


def _compared(
    found: Figures, group: str, within: str, *, has_before: bool, is_more_better: bool
) -> Compared:
    one = definitions.of(within)
    assert one is not None
    now, was = (_cell(found, group, within, before=before) for before in (False, True))
    trend = _trend(_number(now), _number(was), is_more_better) if has_before else ""
    return Compared(
        figure_words.value(one, now),
        figure_words.before(one, was) if has_before else "",
        figure_words.count(now["n"], now),
        trend,
        _WORDS.get(trend, ""),
    )


_WORDS: Final[Mapping[str, Promise]] = {
    "better": _("better than before"),
    "worse": _("worse than before"),
    "same": _("as before"),
}


def _trend(now: int | None, was: int | None, is_more_better: bool) -> str:  # noqa: FBT001 -- one question
    if now is None or was is None:
        return ""
    if now == was:
        return "same"
    return "better" if (now > was) is is_more_better else "worse"


def _number(cell: Cell) -> int | None:
    """Return a value as a whole number: a share in thousandths, a time in milliseconds."""
    value = cell["value"]
    if isinstance(value, list):
        return _thousandths(value)
    return value if isinstance(value, int) else None


def _thousandths(value: Sequence[object]) -> int | None:
    part, whole = (int(str(one)) for one in value[:2])
    return _THOUSAND * part // whole if whole else None


def _x(cell: Cell) -> int | None:
    value = cell["value"]
    found = _thousandths(value) if isinstance(value, list) else None
    return None if found is None else _LEFT + _WIDTH * found // _THOUSAND
