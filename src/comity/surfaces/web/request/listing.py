"""The list of requests: filters that are links and a form, counts on each, pages by cursor.

Floor: surfaces.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from comity.acts.urgencies import URGENCIES
from comity.domestic.officer import role
from comity.joint.request import view
from comity.node.base.context import Node
from comity.node.base.rows import Officer
from comity.node.desk import saved_filters
from comity.node.desk.matter_lines import Shown
from comity.node.operate.overview import names
from comity.node.operate.overview.names import Names
from comity.rooms.request import excerpt, request_list, room
from comity.rooms.request.request_list import Facets, Many
from comity.surfaces.web import desk as desks
from comity.surfaces.web import session, words
from comity.surfaces.web.request import listing_bulk, listing_query
from comity.surfaces.web.request.listing_query import Query
from comity.surfaces.web.templatetags import desk as tags
from comity.surfaces.web.templatetags import duty as duty_tags


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice of a filter.

    Attributes:
        value: as the form sends it.
        label: in words.
        query: of the list with this choice made, or unmade where it is.
        count: how many requests it would list, or "" where that is not counted.
        is_chosen: whether it is made.
    """

    value: str
    label: str
    query: str
    count: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter.

    Attributes:
        name: of its field.
        label: in words.
        choices: what there is to choose.
    """

    name: str
    label: Promise
    choices: tuple[Choice, ...]

    @property
    def chosen(self) -> tuple[Choice, ...]:
        """Those that are made."""
        return tuple(one for one in self.choices if one.is_chosen)


_DIRECTION: Final = {"in": _("asked of us"), "out": _("asked by us")}
_CLOCK: Final = {"overdue": _("overdue"), "due": _("with a running clock, what is due first")}


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Show the list."""
    here, officer = desks.of(request), session.officer_of(request)
    if role.OPERATOR in officer.roles:
        return redirect("health:overview")
    node = here.node
    query = listing_query.parse(request.GET)
    found = request_list.page(node, officer, query.asked(node.party))
    facets = request_list.facets(node, officer, query.wanted(node.party))
    known = names.names(node)
    lines, folded = _folded(query, request_list.shown(node, found.lines))
    context = {
        "query": query,
        "lines": lines,
        "folded": folded,
        "folded_is_more": bool(
            found.after and folded and folded[-1].id == found.lines[-1].row.matter.id
        ),
        "is_whole": request_list.is_whole(node),
        "excerpts": excerpt.excerpts(node, found.lines, found.terms),
        "next_query": query.render(after=found.after) if found.after else "",
        "first_query": query.render(),
        "facets": facets,
        "filters": tuple(_filters(query, facets, known, node.party)),
        "saved": tuple(_kept(node, officer)),
        "actions": listing_bulk.offered(officer),
        "export_query": query.render(),
        "known": known.parties,
        "has_many_partners": len(known.parties) > 2,  # noqa: PLR2004 -- us and one other
        "agencies": known.agencies,
    }
    return render(request, "request/listing.html", context)


def _folded(query: Query, lines: Sequence[Shown]) -> tuple[tuple[Shown, ...], tuple[Shown, ...]]:
    """Return the lines to show, and answers to read: one line until it is unfolded.

    Where somebody searched, asked by clock or for what is their own, or where there is nothing
    else, all are shown.
    """
    kept = tuple(one for one in lines if not _is_housekeeping(one))
    if query.text or query.clock or query.is_mine or not kept:
        return tuple(lines), ()
    return kept, tuple(one for one in lines if _is_housekeeping(one))


def _is_housekeeping(one: Shown) -> bool:
    return one.is_our_turn and one.next_action in room.HOUSEKEEPING


def _kept(node: Node, officer: Officer) -> Iterator[Mapping[str, object]]:
    for one in saved_filters.listing(node, officer):
        yield {"saved": one, "query": listing_query.of_text(one.query).render()}


def _filters(query: Query, facets: Facets, known: Names, own: str) -> Iterator[Filter]:
    """Give every filter with its choices: those that list something, and those that are made."""
    yield _statuses(query, facets)
    yield _mine_and_clock(query, facets)
    one = _Maker(query)
    yield one.made("direction", _("Direction"), facets.directions, query.direction, _DIRECTION)
    urgencies = {code: facets.urgencies.get(code, 0) for code in URGENCIES}
    yield one.made("urgency", _("Urgency"), urgencies, query.urgency, words.URGENCY)
    yield one.made("party", _("Other State"), facets.parties, query.party, known.of_parties())
    holders = {own: _("our side"), **{p: n for p, n in known.of_parties().items() if p != own}}
    yield one.made("holder", _("Waiting for"), facets.holders, query.holder, holders)
    yield one.made(
        "agency", _("Agency of ours"), facets.agencies, query.agency, known.of_agencies()
    )
    yield one.made("type", _("Type"), facets.types, query.type, known.types)


def _statuses(query: Query, facets: Facets) -> Filter:
    choices = []
    for code in view.STATUSES:
        is_chosen = code in query.statuses
        count = facets.statuses.get(code, 0)
        if count or is_chosen:
            changed = query.statuses - {code} if is_chosen else query.statuses | {code}
            label = tags.said(view.STATUS_WORDS[code])
            rendered = query.render(statuses=changed)
            choices.append(Choice(code, label, rendered, str(count), is_chosen))
    return Filter("status", _("Where it stands"), tuple(choices))


def _mine_and_clock(query: Query, facets: Facets) -> Filter:
    mine = Choice(
        "on",
        gettext("with me"),
        query.render(is_mine=not query.is_mine, clock="", text=""),
        _many(facets.mine),
        query.is_mine,
    )
    clocks = (
        Choice(
            code,
            str(_CLOCK[code]),
            query.render(clock="" if query.clock == code else code, is_mine=False, text=""),
            _many(facets.overdue) if code == request_list.OVERDUE else "",
            query.clock == code,
        )
        for code in _CLOCK
    )
    return Filter("clock", _("By clock"), (mine, *clocks))


def _many(many: Many) -> str:
    count, is_more = many
    return f"{count}+" if is_more else str(count)


class _Maker:
    """Makes filters of which one choice at most is made."""

    def __init__(self, query: Query) -> None:
        self._query = query

    def made(
        self,
        name: str,
        label: Promise,
        counts: Mapping[str, int],
        chosen: str,
        said: Mapping[str, object],
    ) -> Filter:
        """Return a filter with what it counts, and what is chosen though it lists nothing."""
        values: Sequence[str] = [one for one, count in counts.items() if one and count]
        if chosen and chosen not in values:
            values = [*values, chosen]
        return Filter(
            name,
            label,
            tuple(
                Choice(
                    value,
                    _plain(said.get(value, value)),
                    self._query.render(**{name: "" if value == chosen else value}),
                    str(counts.get(value, 0)),
                    value == chosen,
                )
                for value in values
            ),
        )


def _plain(label: object) -> str:
    """Return a label in the reader's language: a word, or a name in several."""
    if isinstance(label, Mapping):
        return duty_tags.plain_name(label)
    return label if isinstance(label, SafeString) else str(label)
