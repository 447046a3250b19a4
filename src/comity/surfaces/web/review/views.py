"""The figures of a period, and the requests behind one of them.

Floor: surfaces.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from comity.figures import address, definitions, figures
from comity.figures.cells import Cell
from comity.figures.definition import Definition
from comity.figures.observation import MEASURES
from comity.joint.request import state, view
from comity.kernel import ijson
from comity.kernel.inadmissible import Inadmissible
from comity.node.review import take
from comity.node.review.take import Taken
from comity.rooms.review import as_json as data
from comity.rooms.review import figure_notes, figure_print, labels, omissions, pack
from comity.rooms.review.labels import Labels
from comity.surfaces.web import desk as desks
from comity.surfaces.web import session
from comity.surfaces.web.review import (
    charts,
    crossings,
    figure_words,
    headline,
    measure_charts,
    query,
)
from comity.surfaces.web.review.charts import Bar
from comity.surfaces.web.review.query import MEASURE_WORDS, Asked

_PARTS: Final[Mapping[str, Promise]] = {
    "p25": _("a quarter"),
    "median": _("half"),
    "p75": _("three quarters"),
    "p90": _("nine tenths"),
}
"""What a percentile is called: within that time so many were done."""

_ROWS: Final = (
    "begun", "clock/kept", "elapsed/median", "elapsed/p90", "clock/missed", "clock/overdue",
)  # fmt: skip
"""Figures of a time, in the order in which they are read."""
_METHOD: Final = (
    "happened", "open", "stopped", "elapsed/p75", "elapsed/plain-median", "clock/undecided",
    "overdue-age/most", "cosigned", "bound/most",
)  # fmt: skip
"""Those that say how it was counted: folded."""

_QUALITY: Final[Sequence[tuple[Promise, Sequence[str]]]] = (
    (
        _("Of requests"),
        ("judged", "complete", "rounds", "rounds/most", "assessed", "disputed"),
    ),
    (
        _("Of responses"),
        (
            "decided",
            "some",
            "items",
            "refused",
            "postponed",
            "conditioned",
            "assessed",
            "disputed",
        ),
    ),
)  # fmt: skip
_BARS: Final[Sequence[tuple[str, str, Promise]]] = (
    ("quality/response/refused", "refused", _("Refusals by ground")),
    ("quality/response/postponed", "postponed", _("Postponements by ground")),
    ("quality/response/items", "items", _("Items by outcome")),
    ("quality/request/lacking", "lacking", _("Elements missing or deficient")),
    ("quality/request/deficient", "deficient", _("Why they were deficient")),
    ("quality/response/conditioned", "conditioned", _("Conditions")),
    ("quality/response/assessed", "assessed", _("Responses as the asker assessed them")),
    ("quality/request/assessed", "assessed", _("Requests as the answering side assessed them")),
    ("quality/use/reported", "reported", _("Use reported back")),
    ("volume/status", "status", _("Where they stand")),
)


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure as it is read.

    Attributes:
        definition: what it says.
        value: in words.
        interval: how sure, or "".
        count: on how many it rests.
        before: its value in the period before.
        query: that leads to what is behind it.
        part: of those counted, that a percentile is of; or "".
        note: what it leaves out, in each language; or None.
    """

    definition: Definition
    value: str
    interval: str
    count: str
    before: str
    query: str
    part: Promise | str = ""
    note: Mapping[str, str] | None = None
    address: str = ""


class Page:
    """The figures of one group, as the page shows them."""

    def __init__(self, taken: Taken, asked_: Asked, names: Labels) -> None:
        self._taken = taken
        self._asked = asked_
        self._names = names

    def figure(self, within: str) -> Figure:
        """Return one figure; one that is not counted anywhere is empty."""
        at = f"{self._asked.group}/{within}"
        cell = figures.cell(self._taken.figures, at)
        before = figures.cell(self._taken.figures, at, before=True)
        one = definitions.of(within)
        assert one is not None
        return Figure(
            one,
            figure_words.value(one, cell),
            figure_words.interval(one, cell),
            figure_words.count(cell["n"], cell),
            figure_words.before(one, before) if self._taken.wanted.before else "",
            self._asked.query(cell=at),
            _PARTS.get(within.rpartition("/")[2], ""),
            omissions.note(self._taken.figures, self._asked.group, within),
            at,
        )

    def times(self) -> list[Mapping[str, object]]:
        """Return the figures of each time."""
        return [
            {
                "words": MEASURE_WORDS[one],
                "figures": [self.figure(f"timeliness/{one}/{row}") for row in _ROWS],
                "method": [self.figure(f"timeliness/{one}/{row}") for row in _METHOD],
                "agreed": list(self._agreed(one)),
            }
            for one in MEASURES
        ]

    def _agreed(self, measure: str) -> Iterator[Mapping[str, object]]:
        """Give the figures in each unit that was agreed."""
        start = f"{self._asked.group}/timeliness/{measure}/agreed/"
        units = dict.fromkeys(
            at.removeprefix(start).split("/")[0] for at in self._cells if at.startswith(start)
        )
        for unit in units:
            within = f"timeliness/{measure}/agreed/{unit}"
            rows = ("counted", "median", "p90", "plain-median")
            yield {"unit": unit, "figures": [self.figure(f"{within}/{row}") for row in rows]}

    def quality(self) -> list[Mapping[str, object]]:
        """Return the figures of quality."""
        return [
            {"words": words, "figures": [self.figure(f"quality/{side}/{one}") for one in rows]}
            for (words, rows), side in zip(_QUALITY, ("request", "response"), strict=True)
        ]

    def evidence(self) -> list[Figure]:
        """Return what the times rest on."""
        rows = ("times", "cosigned", "contradicted")
        return [self.figure(f"evidence/{one}") for one in rows]

    def bars(self) -> list[Mapping[str, object]]:
        """Return a chart for each figure that is told apart by a code, if it counts anything."""
        found: list[Mapping[str, object]] = []
        for within, kind, words in _BARS:
            rows = list(self._of_codes(within, kind))
            if rows:
                found.append({"words": words, "bars": charts.bars(rows)})
        return found

    def _of_codes(
        self, within: str, kind: str
    ) -> Iterator[tuple[Mapping[str, str], str, int, str]]:
        start = f"{self._asked.group}/{within}/"
        found = [
            (at, int(str(cell["value"])))
            for at, cell in self._cells.items()
            if at.startswith(start)
            and "/" not in at.removeprefix(start)
            and isinstance(cell["value"], int)
        ]
        for at, value in sorted(found, key=lambda one: (-one[1], one[0])):
            label = self._names.part(kind, at.removeprefix(start))
            cell = self._cells[at]
            text = f"{value} {figure_words.count(cell['n'], cell)}"
            yield label, text, value, self._asked.query(cell=at)

    def ball(self) -> tuple[Bar, ...]:
        """Return how the time was shared between those whose turn it was."""
        rows = []
        start = f"{self._asked.group}/ball/"
        for at, cell in self._cells.items():
            value = cell["value"]
            if at.startswith(start) and at.endswith("/share") and isinstance(value, list):
                party = at.removeprefix(start).removesuffix("/share")
                held = figures.cell(self._taken.figures, f"{start}{party}/held/plain-median")
                length = held["value"]
                text = figure_words.share(value)
                if isinstance(length, int):
                    text = f"{text} · {figure_words.length(length)}"
                thousandth = 1_000 * int(str(value[0])) // (int(str(value[1])) or 1)
                query = self._asked.query(cell=f"{start}{party}/now")
                rows.append((self._names.part("ball", party), text, thousandth, query))
        return charts.bars(rows)

    @property
    def _cells(self) -> Mapping[str, Cell]:
        return cast("Mapping[str, Cell]", self._taken.figures["cells"])


@require_safe
def shown(request: HttpRequest) -> HttpResponse:
    """The figures of a period and a group, with their charts."""
    node, officer = desks.of(request).node, session.officer_of(request)
    wanted, form = query.of(node, officer, request.GET)
    taken = take.take(node, officer, wanted.wanted)
    if isinstance(taken, Inadmissible):
        return render(request, "message.html", {"no": taken}, status=403)
    same = replace(wanted.wanted, channel=taken.wanted.channel, cut=taken.cut)
    wanted = replace(wanted, wanted=same)  # what follows from here is of these figures
    names = labels.labels(node, taken.wanted.channel, taken)
    groups = data.groups(taken)
    if wanted.group not in groups:
        wanted = replace(wanted, group=address.ALL)
    page = Page(taken, wanted, names)
    longest = headline.longest_ms(
        taken.figures,
        [one for one in groups if one.startswith(f"{address.SIDE}/")],
        has_before=taken.wanted.before is not None,
    )
    sides = headline.of(
        taken.figures, node.party, names, groups, has_before=taken.wanted.before is not None
    )
    context = {
        "headline": [replace(one, query=wanted.query(group=one.group)) for one in sides],
        "headline_height": headline.height(sides),
        "headline_axis": headline.AXIS,
        "has_picture": any(one.at is not None for one in sides),
        "headline_times": headline.times(longest) if longest else (),
        "asked": wanted,
        "form": form,
        "period": taken.wanted.period,
        "before": taken.wanted.before,
        "digest": taken.digest,
        "at_ms": taken.now_ms,
        "cut": sorted(taken.cut.items()),
        "groups": [(one, names.group(one)) for one in groups],
        "group_name": names.group(wanted.group),
        "measures": MEASURE_WORDS.items(),
        "asked_for": page.figure("volume/asked"),
        "times": page.times(),
        "quality": page.quality(),
        "evidence": page.evidence(),
        "bars": page.bars(),
        "ball": page.ball(),
        **_contradicted(request, cast("Sequence[object]", taken.figures["contradicted"])),
        "query": wanted.query(),
        "other_terms": omissions.OTHER_TERMS if omissions.has_other_terms(taken.figures) else None,
        "beside": figure_notes.beside(node, officer, taken),
        **measure_charts.context(taken, wanted, names),
        **crossings.context(taken, wanted.group, names, groups),
    }
    return render(request, "review/figures.html", context)


CLAIMED_SHOWN: Final = 20
"""Times that are claimed otherwise, on a page of them."""


def _contradicted(request: HttpRequest, found: Sequence[object]) -> Mapping[str, object]:
    """Return a page of the times that are claimed otherwise."""
    number = _number(request.GET.get("page", ""))
    skipped = CLAIMED_SHOWN * (number - 1)
    last = min(skipped + CLAIMED_SHOWN, len(found))
    return {
        "contradicted": found[skipped:last],
        "contradicted_all": len(found),
        "contradicted_first": skipped + 1,
        "contradicted_last": last,
        "contradicted_earlier": _page(request, number - 1) if number > 1 else "",
        "contradicted_later": _page(request, number + 1) if last < len(found) else "",
    }


BEHIND_SHOWN: Final = 50
"""Requests on a page of those behind a figure."""
_PAGES_MAX: Final = 1_000


def _number(text: str) -> int:
    """Return which page is asked for, the first where none of that number can be."""
    return int(text) if text.isascii() and text.isdigit() and 1 <= int(text) <= _PAGES_MAX else 1


def _page(request: HttpRequest, number: int) -> str:
    """Return the query of another page of the same."""
    asked = request.GET.copy()
    asked["page"] = str(number)
    return asked.urlencode()


@require_safe
def behind(request: HttpRequest) -> HttpResponse:
    """The requests behind a figure, those that this officer may read."""
    node, officer = desks.of(request).node, session.officer_of(request)
    wanted, _form = query.of(node, officer, request.GET)
    cell = request.GET.get("cell", "")[: query.GROUP_CHARS_MAX]
    within = address.split(cell)[1]
    one = definitions.of(within)
    if one is None:
        raise Http404
    number = _number(request.GET.get("page", ""))
    at = take.Some(BEHIND_SHOWN * (number - 1), BEHIND_SHOWN)
    found = take.behind(node, officer, wanted.wanted, cell, wanted.lasted, at)
    if isinstance(found, Inadmissible):
        return render(request, "message.html", {"no": found}, status=403)
    names = labels.labels(node, found.shown[0].row.channel) if found.shown else Labels({})
    lines = []
    for one_behind in found.shown:
        row = one_behind.row
        now = state.from_json(row.state)
        lines.append(
            {
                "id": row.matter.id,
                "type": names.part("type", now.type),
                "status": view.STATUS_WORDS.get(row.status, {"en": row.status}),
                "asker": names.part(address.SIDE, row.asker),
                "urgency": row.urgency,
                "reference": now.own_reference,
                "is_counted": one_behind.is_counted,
            }
        )
    context = {
        "cell": cell,
        "definition": one,
        "group_name": names.group(address.split(cell)[0]),
        "n": found.n,
        "counted": found.counted,
        "lines": lines,
        "back": wanted.query(),
        "first": at.skipped + 1,
        "last": at.skipped + len(lines),
        "earlier": _page(request, number - 1) if number > 1 else "",
        "later": _page(request, number + 1) if found.is_more else "",
        "lasted": measure_charts.lasted(wanted.lasted) if wanted.lasted else "",
    }
    return render(request, "review/behind.html", context)


@require_safe
def export(request: HttpRequest, form: str) -> HttpResponse:
    """The same figures as a file."""
    if form not in ("csv", "json", "pdf", "zip"):
        raise Http404
    node, officer = desks.of(request).node, session.officer_of(request)
    wanted, _form = query.of(node, officer, request.GET)
    if form == "zip":
        packed = pack.make(node, officer, wanted.wanted)
        if isinstance(packed, Inadmissible):
            return render(request, "message.html", {"no": packed}, status=403)
        return _file(packed.data, "application/zip", "review-pack.zip")
    taken = take.take(node, officer, wanted.wanted)
    if isinstance(taken, Inadmissible):
        return render(request, "message.html", {"no": taken}, status=403)
    more = figure_notes.beside(node, officer, taken)
    if form == "pdf":
        made = figure_print.printed(node, taken, more)
        content = desks.of(request).ports.typeset(made.data, made.at_ms)
        return _file(content, "application/pdf", "review.pdf")
    if form == "csv":
        return _file(data.csv(taken, more).encode(), "text/csv; charset=utf-8", "review.csv")
    value = data.as_json(taken, more)
    return _file(ijson.render(value), "application/json", "review.json")


def _file(content: bytes, media_type: str, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=media_type)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
