"""The page of a verb: its form, what it is about, and what became of it.

    say(request, PAGE, "close", case_id)

Floor: surfaces.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from comity.acts.verb import Table, Verb
from comity.node.base.context import Node
from comity.node.base.rows import Officer
from comity.node.operate.overview import names
from comity.node.room import say as desk_say
from comity.node.room.release.draft_store import Result, Sent, Waiting
from comity.node.room.request_file import MARK_DEFAULT
from comity.surfaces.web import desk as desks
from comity.surfaces.web import forms, session
from comity.surfaces.web.templatetags import desk as tags
from comity.surfaces.web.verb_fields import Choices
from comity.surfaces.web.verb_form import HOLD, VerbForm


@dataclass(frozen=True, slots=True)
class Seen:
    """A matter as its reader sees it.

    Attributes:
        id: of the matter.
        channel: its path.
        state: folded.
        parties: of the channel.
        context: of its page.
    """

    id: str
    channel: str
    state: Any
    parties: tuple[str, ...]
    context: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Page:
    """The pages of a room.

    Attributes:
        table: its verbs.
        do: says one.
        see: reads a matter.
        template: of the form; it has `verb`, `form`, and the context of the matter.
        one: name of the address of a matter.
        listing: name of the address of all of them.
    """

    table: Table
    do: desk_say.Do
    see: Callable[[Node, Officer, str], Seen]
    template: str
    one: str
    listing: str


def say(request: HttpRequest, page: Page, name: str, matter_id: str = "") -> HttpResponse:
    """Show the form of a verb, or say what it holds."""
    row = page.table.verb(name)
    if row is None or row.opens == bool(matter_id):
        raise Http404
    node, officer = desks.of(request).node, session.officer_of(request)
    seen = page.see(node, officer, matter_id) if matter_id else None
    about = _about(request, row, seen, node.party)
    given = request.POST if request.method == "POST" else None
    first = {**_named(request, row), "about": about}
    form = VerbForm(row, _choices(node, page, seen), given, first)
    if given is not None and form.is_valid():
        done = _said(page, node, officer, form, seen)
        if done is not None:
            return _go(page, done, seen)
    context = {**(seen.context if seen else {}), "verb": row, "about": about}
    return forms.shown(request, page.template, form, context)


def offered(page: Page, node: Node, seen: Seen) -> list[tuple[Verb, str]]:
    """Return the verbs that this State is offered now, each with what it would answer."""
    return [
        (row, f"?about={about}" if about else "")
        for row in page.table.verbs
        if not row.opens and row.offered(seen.state, node.party)
        for about in (row.about(seen.state, node.party) if row.about else "",)
    ]


def _about(request: HttpRequest, row: Verb, seen: Seen | None, party: str) -> str:
    """Return the id of what is answered: what the page named that leads here, else the newest."""
    if row.about is None or seen is None:
        return ""
    named = request.POST.get("about", "") or request.GET.get("about", "")
    return named or row.about(seen.state, party)


def _named(request: HttpRequest, row: Verb) -> dict[str, str]:
    """Return the values of fields that the page named that leads here."""
    return {one.key: request.GET[one.key] for one in row.fields if one.key in request.GET}


def _choices(node: Node, page: Page, seen: Seen | None) -> Choices:
    home = node.rooms[page.table.noun].home
    channels = [seen.channel] if seen else desk_say.homes(node, home)
    offer = desk_say.offer(node, channels)
    known = names.names(node).parties
    parties = [
        (one, tags.said(known[one].names) if one in known and known[one].names else one)
        for one in (seen.parties if seen else ())
    ]
    places = channels if seen is None and len(channels) > 1 else ()
    return Choices(offer.languages, offer.listed, {"party": parties}, places)


def _said(
    page: Page, node: Node, officer: Officer, form: VerbForm, seen: Seen | None
) -> Sent | Waiting | None:
    """Say it; None where the form says why not."""
    row = form.row

    def act() -> Result:
        is_held = bool(form.cleaned_data[HOLD])
        given, texts = form.given(), form.texts()
        mark = str(given.get("mark", "")) or MARK_DEFAULT
        words = desk_say.words(row, officer, texts, key=form.key, is_held=is_held, mark=mark)
        spoken = desk_say.Spoken(row, seen.id if seen else "", given, words)
        return page.do(node, officer, spoken)

    result = forms.perform(form, act)
    return result if isinstance(result, Sent | Waiting) else None


def _go(page: Page, done: Sent | Waiting, seen: Seen | None) -> HttpResponse:
    """Go to the matter, or to all of them while it waits for approval."""
    matter_id = seen.id if seen else done.matter_id if isinstance(done, Sent) else ""
    address = reverse(page.one, args=(matter_id,)) if matter_id else reverse(page.listing)
    said = urlencode({"said": "waiting" if isinstance(done, Waiting) else "sent"})
    return HttpResponseRedirect(f"{address}?{said}", status=HTTPStatus.SEE_OTHER)
