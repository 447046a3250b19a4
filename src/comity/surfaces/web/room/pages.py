"""The pages of a room that has none of its own: the list, one matter, and what is said of it.

    /calls/                     every call that the reader may read
    /calls/call/                what opens one: a verb of the table
    /calls/<id>/                one
    /calls/<id>/<verb>/         say something of it

Floor: surfaces.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, URLResolver, include, path
from django.views.decorators.http import require_http_methods, require_safe

from comity.acts.verb import Table
from comity.domestic.brief import verbs as briefs
from comity.node.base.context import Node
from comity.node.base.rows import Officer
from comity.node.desk import matters
from comity.node.operate.overview import names
from comity.node.room import clock_json
from comity.node.room import say as desk_say
from comity.surfaces.web import desk as desks
from comity.surfaces.web import session, verb_page, zoned_forms
from comity.surfaces.web.request import content
from comity.surfaces.web.room import brief, compartment, dialogue, exercise, hotline, wording
from comity.surfaces.web.verb_page import Page, Seen

LINES_MAX = 200
_MORE: Final[Mapping[str, Sequence[URLPattern]]] = {
    "compartment": compartment.ADDRESSES,
    "dialogue": [*dialogue.ADDRESSES, *brief.addresses("dialogue")],
    "exercise": exercise.ADDRESSES,
    "hotline": hotline.ADDRESSES,
    "wording": [*wording.ADDRESSES, *brief.addresses("wording")],
}
"""Pages written by hand beside those of the table."""


def address(table: Table) -> URLResolver:
    """Return the addresses of a room."""
    of = _Pages(table)
    openings: list[URLPattern] = [
        path(f"{row.name}/", partial(of.opening, name=row.name), name=f"open-{row.identifier}")
        for row in table.verbs
        if row.opens
    ]
    patterns = [
        path("", of.listing, name="listing"),
        *openings,
        *_MORE.get(table.noun, ()),
        path("<slug:matter_id>/", of.one, name="one"),
        path("<slug:matter_id>/<path:verb>/", of.say, name="say"),
    ]
    return path(f"{table.plural}/", include((patterns, table.noun), namespace=table.noun))


class _Pages:
    """The views of one room."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._page = Page(
            table,
            partial(desk_say.say, table),
            self._see,
            "room/say.html",
            f"{table.noun}:one",
            f"{table.noun}:listing",
        )
        self.listing = require_safe(self._listing)
        self.one = require_safe(self._one)
        read_write = require_http_methods(["GET", "HEAD", "POST"])
        self.opening = read_write(zoned_forms.of_reader(self._opening))
        self.say = read_write(zoned_forms.of_reader(self._say))

    def _context(self) -> dict[str, object]:
        verbs = [
            (row, f"{self._table.noun}:open-{row.identifier}")
            for row in self._table.verbs
            if row.opens
        ]
        return {"table": self._table, "openings": verbs, "list_name": f"{self._table.noun}:listing"}

    def _listing(self, request: HttpRequest) -> HttpResponse:
        node, officer = desks.of(request).node, session.officer_of(request)
        rows, _ = matters.page(node, officer, self._table.noun, "", LINES_MAX)
        due = matters.dues(node, self._table, rows)
        context = {
            **self._context(),
            "rows": [(row, due.get(row.matter.id)) for row in rows],
            "has_clocks": bool(node.rooms[self._table.noun].clocks),
            "status_words": node.rooms[self._table.noun].status_words,
            "one_name": f"{self._table.noun}:one",
            "own_id": node.party,
            "parties": names.names(node).parties,
            "said": request.GET.get("said", ""),
        }
        own_page = f"room/{self._table.noun}_listing.html"
        return render(request, [own_page, "room/listing.html"], context)

    def _one(self, request: HttpRequest, matter_id: str) -> HttpResponse:
        node, officer = desks.of(request).node, session.officer_of(request)
        seen = self._see(node, officer, matter_id)
        context = {
            **seen.context,
            "offered": verb_page.offered(self._page, node, seen),
            "say_name": f"{self._table.noun}:say",
            "brief": next((o.verbs for o in briefs.TABLES if o.noun == self._table.noun), ()),
            "brief_name": f"{self._table.noun}:brief",
            "said": request.GET.get("said", ""),
        }
        own_page = f"room/{self._table.noun}.html"
        return render(request, [own_page, "room/one.html"], context)

    def _opening(self, request: HttpRequest, name: str) -> HttpResponse:
        return verb_page.say(request, self._page, name)

    def _say(self, request: HttpRequest, matter_id: str, verb: str) -> HttpResponse:
        return verb_page.say(request, self._page, verb, matter_id)

    def _see(self, node: Node, officer: Officer, matter_id: str) -> Seen:
        shown = matters.show(node, officer, self._table.noun, matter_id)
        turns = [
            {
                "one": one,
                "words": self._table.label(one.tag) or {"en": one.tag},
                "codes": _spoken(self._table, one),
                "texts": content.texts_of(one.texts),
            }
            for one in shown.turns
        ]
        context = {
            **self._context(),
            "matter": shown,
            "clocks": _clocks(shown, node.party),
            "status_words": node.rooms[self._table.noun].status_words,
            "turns": turns,
            "one_name": f"{self._table.noun}:one",
            "parties": names.names(node).parties,
        }
        return Seen(shown.row.matter.id, shown.row.channel, shown.state, shown.parties, context)


def _clocks(shown: matters.Shown, own: str) -> dict[str, object] | None:
    """Return the clocks of a matter with what they are called, and what may be done now."""
    found = shown.clocks
    if found is None:
        return None
    may = [one for one in found.dues if not one.clock and one.party == own]
    return {
        "timed": [(found.label(one.rule.name), one) for one in found.timed],
        "missing": [clock_json.missing_words(one) for one in found.missing],
        "may": [(one.action, found.action(one.action)) for one in may],
    }


def _spoken(table: Table, turn: matters.Turn) -> list[tuple[object, object]]:
    """Return what a field is called and what was given, in words where the list is closed."""
    row = next((one for one in table.verbs if one.tag == turn.tag), None)
    known = {one.code or one.name: one for one in row.told} if row else {}
    found: list[tuple[object, object]] = []
    for name, code in turn.codes.items():
        prefix = next((key for key in known if key.endswith(".") and name.startswith(key)), name)
        field = known.get(prefix)
        words = field.known.get(code) if field else None
        of = name.removeprefix(prefix) if prefix != name else ""
        label = field.words if field else {"en": name}
        found.append(((label, of), words or {"en": code}))
    return found


def addresses(tables: Sequence[Table]) -> list[URLResolver]:
    """Return the addresses of every such room."""
    return [address(table) for table in tables]
