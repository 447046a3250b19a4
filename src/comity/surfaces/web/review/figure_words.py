"""Figures in words: a share, a length of time, how sure, and beside what it was before.

Floor: surfaces.
"""

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext, ngettext

from comity.figures import definition
from comity.figures.cells import Cell
from comity.figures.definition import Definition
from comity.rooms.review import figure_print, shares
from comity.rooms.review.shares import tenths

NOTHING: Final = "\N{EN DASH}"
_MINUTE_MS: Final = 60_000
_HOUR_MS: Final = 60 * _MINUTE_MS
_DAY_MS: Final = 24 * _HOUR_MS
_FROM: Final = 2
"""Two of a unit and more are counted in it."""


def length(ms: int) -> str:
    """Return a length of time in the unit that fits it: `3.2 days`."""
    if ms < 0:
        return f"\N{MINUS SIGN}{length(-ms)}"
    if ms >= _FROM * _DAY_MS:
        return gettext("%(n)s days") % {"n": tenths(ms, _DAY_MS)}
    if ms >= _FROM * _HOUR_MS:
        return gettext("%(n)s h") % {"n": tenths(ms, _HOUR_MS)}
    return gettext("%(n)s min") % {"n": tenths(ms, _MINUTE_MS)}


def mark(ms: int, unit: int = 0) -> str:
    """Return a length of time as it stands at an axis: `3 d`, in a unit or in the one that fits."""
    if (unit or ms) >= _DAY_MS:
        return gettext("%(n)s d") % {"n": tenths(ms, _DAY_MS)}
    if (unit or ms) >= _HOUR_MS:
        return gettext("%(n)s h") % {"n": tenths(ms, _HOUR_MS)}
    return gettext("%(n)s min") % {"n": tenths(ms, _MINUTE_MS)}


def share(value: object) -> str:
    """Return a ratio as per cent: `62.5 %`."""
    if not isinstance(value, list) or not value[1]:
        return NOTHING
    return shares.share(int(value[0]), int(value[1]))


def value(one: Definition, cell: Cell) -> str:
    """Return the value of a figure; an empty cell is empty, and not zero, nor not reached."""
    found = cell["value"]
    if figure_print.is_not_reached(one, cell):
        return not_reached()
    if found is None:
        return NOTHING
    if one.kind in (definition.SHARE, definition.HELD):
        return share(found)
    if one.kind == definition.MEAN and isinstance(found, list):
        return tenths(int(str(found[0])), int(str(found[1])))
    if one.unit == definition.MILLISECONDS and isinstance(found, int):
        return length(found)
    return str(found)


def not_reached() -> str:
    """Return what is said of a percentile that so many have not come to: they wait."""
    return gettext("not reached")


def interval(one: Definition, cell: Cell) -> str:
    """Return the interval of a percentile: `1.5 to 3 days`, or ""."""
    found = cell.get("interval")
    if not isinstance(found, list):
        return ""
    low, high = found
    if not isinstance(low, int):
        return ""
    spelled = length if one.unit == definition.MILLISECONDS else str
    if not isinstance(high, int):
        return gettext("95 %%: %(low)s or more") % {"low": spelled(low)}
    return gettext("95 %%: %(low)s to %(high)s") % {"low": spelled(low), "high": spelled(high)}


def before(one: Definition, cell: Cell) -> str:
    """Return the value of the period before, and that it is of few."""
    said = value(one, cell)
    return gettext("%(said)s, few") % {"said": said} if cell.get("small") else said


def count(n: object, cell: Mapping[str, object]) -> str:
    """Return on how many it rests, and that these are few."""
    number = n if isinstance(n, int) else 0
    said = ngettext("of %(n)s", "of %(n)s", number) % {"n": number}
    return gettext("%(said)s, few") % {"said": said} if cell.get("small") else said
