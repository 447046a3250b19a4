"""What sharing came to, both ways side by side, and what a meeting of experts has open before it.

Floor: surfaces.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from itertools import groupby
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from comity.acts.verb import Both
from comity.joint.share import acts, clocks, view
from comity.kernel.inadmissible import Inadmissible
from comity.node.operate.overview import names
from comity.rooms.review.shares import share, tenths
from comity.rooms.share import figures, observe, pack
from comity.rooms.share.figures import Leg, Line
from comity.rooms.share.pack import Open
from comity.surfaces.web import desk as desks
from comity.surfaces.web import session
from comity.surfaces.web.review import query

_HOUR_MS: Final = 3_600_000
_NONE: Final = "\u2013"
_COUNTS: Final[Mapping[str, Promise]] = {
    observe.OBJECTS: _("Objects given"),
    observe.SAMPLES: _("Samples given"),
    observe.VALID: _("Valid, as the taker says"),
    observe.INVALID: _("Invalid, as the taker says"),
    observe.DUPLICATE: _("Given before"),
}
_STOPS: Final[Mapping[str, Promise]] = {
    observe.TOLD: _("Consumers told to stop"),
    observe.CONFIRMED: _("Consumers that confirmed"),
    observe.OPEN: _("Consumers that have not"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One figure of a category, each way.

    Attributes:
        name: what it is, as the program says it; or "".
        words: what it is, as a closed list says it; or empty.
        values: of each way, in words of no language.
    """

    name: Promise | str
    words: Both
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Category:
    """One category: `ways` are giver and taker; `rows` have a value for each."""

    words: Both
    ways: tuple[tuple[str, str], ...]
    rows: tuple[Row, ...]


@require_safe
def figured(request: HttpRequest) -> HttpResponse:
    """Show the figures of a period."""
    node, officer = desks.of(request).node, session.officer_of(request)
    asked, form = query.of(node, officer, request.GET)
    found = figures.figures(node, officer, asked.wanted.period)
    if isinstance(found, Inadmissible):
        return render(request, "message.html", {"no": found}, status=HTTPStatus.FORBIDDEN)
    context = {
        "form": form,
        "period": asked.wanted.period,
        "categories": categories(found.lines),
        "parties": names.names(node).parties,
    }
    return render(request, "share/figures.html", context)


@require_safe
def packed(request: HttpRequest) -> HttpResponse:
    """Show what a meeting of experts has before it."""
    node, officer = desks.of(request).node, session.officer_of(request)
    found = pack.pack(node, officer)
    if isinstance(found, Inadmissible):
        return render(request, "message.html", {"no": found}, status=HTTPStatus.FORBIDDEN)
    context = {
        "since_ms": found.since_ms,
        "categories": categories(found.figures.lines),
        "disputes": [_open(one, acts.DISPUTES) for one in found.disputes],
        "stopping": [_open(one, acts.RETRACTIONS) for one in found.stopping],
        "parties": names.names(node).parties,
    }
    return render(request, "share/pack.html", context)


def _open(one: Open, words: Mapping[str, Both]) -> dict[str, object]:
    return {
        "one": one,
        "category": acts.CATEGORIES[one.category],
        "why": words.get(one.reason) or {"en": one.reason, "zh": one.reason},
    }


def categories(lines: Sequence[Line]) -> list[Category]:
    """Return each category with its figures, way beside way."""
    return [
        _category(category, [*some])
        for category, some in groupby(lines, key=lambda one: one.category)
    ]


def _category(category: str, ways: Sequence[Line]) -> Category:
    def row(name: Promise | str, values: Sequence[str], words: Both | None = None) -> Row:
        return Row(name, words or {}, tuple(values))

    found = [
        row(_("Shares given"), [str(one.shares) for one in ways]),
        row(_("Declared as none"), [str(one.none) for one in ways]),
        *(row(words, _amounts(ways, name)) for name, words in _COUNTS.items()),
        row(_("Not known to the taker before"), [_unique(one) for one in ways]),
        row(pgettext_lazy("shares", "Taken"), [_of(one.taken, one.shares) for one in ways]),
        row(_("Use reported"), [_of(one.used, one.shares) for one in ways]),
    ]
    for lists, amounts, told in (
        (acts.USES, [one.uses for one in ways], _("Used")),
        (acts.RETRACTIONS, [one.retracted for one in ways], _("Taken back")),
    ):
        found += [
            row(told, [str(one.get(code, 0)) for one in amounts], words)
            for code, words in lists.items()
            if any(one.get(code) for one in amounts)
        ]
    for code, words in acts.DISPUTES.items():
        if any(name.startswith(f"{code}/") for one in ways for name in one.disputes):
            found.append(row(_("Disputed"), [_disputed(one, code) for one in ways], words))
    found += [row(words, _amounts(ways, name)) for name, words in _STOPS.items()]
    found += [
        row(_("Hours, median and longest; too late"), [_leg(one.legs[name]) for one in ways], words)
        for name, words in {observe.FRESH: observe.FRESH_WORDS, **clocks.LABELS}.items()
        if any(one.legs[name].begun for one in ways)
    ]
    rows = tuple(one for one in found if any(value.strip(f"0{_NONE}") for value in one.values))
    return Category(acts.CATEGORIES[category], tuple((one.giver, one.taker) for one in ways), rows)


def _amounts(ways: Sequence[Line], name: str) -> list[str]:
    return [str(one.counts.get(name, 0)) for one in ways]


def _of(some: int, every: int) -> str:
    return f"{some} / {every}" if every else _NONE


def _unique(one: Line) -> str:
    weighed = one.counts.get(observe.ASKED_KNOWN, 0)
    return share(one.unique, weighed) if weighed else _NONE


def _disputed(one: Line, code: str) -> str:
    of = {name: count for name, count in one.disputes.items() if name.startswith(f"{code}/")}
    settled = sum(count for name, count in of.items() if not name.endswith(f"/{view.OPEN}"))
    return _of(settled, sum(of.values()))


def _leg(leg: Leg) -> str:
    if leg.median_ms is None or leg.longest_ms is None:
        return f"{_NONE}; {leg.missed}" if leg.begun else _NONE
    median, longest = (tenths(ms, _HOUR_MS) for ms in (leg.median_ms, leg.longest_ms))
    return f"{median} · {longest}; {leg.missed}"
