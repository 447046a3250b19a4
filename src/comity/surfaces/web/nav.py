"""The head of every page: six entries, and the pages beneath each.

What rooms have they say themselves, see `comity.node.base.places`; beside them stand the pages of
what is no room: the desk, drafts, the State's own.

Floor: surfaces.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from comity.domestic.officer import role
from comity.node.base import places
from comity.node.base.rooms import Room
from comity.surfaces.web.health.guard import READERS
from comity.surfaces.web.templatetags.desk import said


@dataclass(frozen=True, slots=True)
class Page:
    """One way to go.

    Attributes:
        name: of its first page, `room:page`.
        label: what stands there.
        roles: who has use for it; everybody if none.
        key: that goes there, or "".
    """

    name: str
    label: Promise | str
    roles: frozenset[str] = frozenset()
    key: str = ""


_READING: Final = frozenset(role.ROLES) - {role.OPERATOR}
"""Whoever runs the machine reads no content."""

OWN: Final[Mapping[str, Sequence[Page]]] = {
    places.DESK: (Page("duty:desk", _("My desk"), _READING),),
    places.REQUESTS: (
        Page("draft:new", _("New request"), frozenset(role.SPEAKING), "n"),
        Page("draft:list", _("Drafts")),
        Page("request-lane:first", _("Lanes"), _READING),
        Page("release:index", _("Release")),
    ),
    places.DIALOGUE: (Page("entrance:entrances", _("Enter an exercise"), _READING),),
    places.STATE: (
        Page("agency:agencies", _("Agencies")),
        Page("partner:partners", _("Partners")),
        Page("participant:listing", _("Participants"), _READING),
        Page("locallog:steps", _("Local log")),
        Page("health:overview", _("Node"), READERS),
        Page("officers", _("Officers"), frozenset({role.OPERATOR})),
    ),
}
"""Pages that are of no room, by the entry under which they stand."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A way as a page shows it.

    Attributes:
        address: where it goes.
        label: what stands there.
        current: as `aria-current` has it: `page`, `true` for the entry of the page, or "".
        key: that goes there, or "".
        pages: beneath it.
    """

    address: str
    label: Promise | str
    current: str = ""
    key: str = ""
    pages: "tuple[Shown, ...]" = ()


def _under(address: str) -> str:
    """Return how the addresses of a room begin, whose first page is that."""
    return address if address != "/" else _address("duty:shift")[: -len("shift/")]


@cache
def _address(name: str) -> str:
    return reverse(name)


def page_of(room: Room) -> str:
    """Return the name of the first page of a room."""
    return room.place.page or f"{room.kind}:listing"


def matter_address(room: Room, channel: str, matter_id: str) -> str:
    """Return where one matter of a room is read: some pages name its arrangement too."""
    name = room.place.one or f"{room.kind}:one"
    for args in ((matter_id,), (channel.partition("/")[0], matter_id)):
        with suppress(NoReverseMatch):
            return reverse(name, args=args)
    return reverse(page_of(room))


def label_of(room: Room) -> str:
    """Return what the pages of a room are called."""
    of_table = room.table.plural_words if room.table and not room.has_surfaces else None
    return said(room.place.words or of_table or places.ENTRIES[room.place.entry])


@dataclass(frozen=True, slots=True)
class Nav:
    """The entries of a reader on a page.

    Attributes:
        key: two of one key look alike in one language, so that they are rendered once.
    """

    key: str
    _pages_by_entry: Mapping[str, Sequence[Shown]]
    _best: str | None

    @property
    def entries(self) -> list[Shown]:
        """The entries, each with its pages."""
        shown = self._pages_by_entry.items()
        return [_entry(entry, pages, self._best) for entry, pages in shown if pages]


def of(request: HttpRequest, roles: Sequence[str] | None, rooms: Sequence[Room] = ()) -> Nav:
    """Return the entries of a reader; the page that fits the address best is current.

    Args:
        request: of the page.
        roles: the reader's; None where nobody is signed in, who has none.
        rooms: that have pages.
    """
    if roles is None:
        return Nav("", {}, None)
    of_role = frozenset(roles)
    found = {entry: list(_pages(entry, of_role, rooms)) for entry in places.ENTRIES}
    known = [one.address for pages in found.values() for one in pages]
    best = max((one for one in known if _fits(request, one)), key=len, default=None)
    return Nav(f"{best} {' '.join(known)}", found, best)


def _fits(request: HttpRequest, address: str) -> bool:
    return request.path.startswith(_under(address)) or request.path == address


def _pages(entry: str, roles: frozenset[str], rooms: Sequence[Room]) -> Iterator[Shown]:
    of_rooms = [
        Page(page_of(one), label_of(one), one.place.roles or _READING, one.place.key)
        for one in rooms
        if one.place.entry == entry
    ]
    for one in (*of_rooms, *OWN.get(entry, ())):
        if not one.roles or one.roles & roles:
            yield Shown(_address(one.name), one.label, key=one.key)


def _entry(entry: str, pages: Sequence[Shown], best: str | None) -> Shown:
    """Return an entry: it goes to the first of its pages, and shows them where there are more."""
    first = pages[0]
    label = said(places.ENTRIES[entry])
    if len(pages) == 1:
        return replace(first, label=label, current="page" if first.address == best else "")
    shown = tuple(replace(one, current="page" if one.address == best else "") for one in pages)
    is_here = any(one.current for one in shown)
    return Shown(first.address, label, "true" if is_here else "", pages=shown)
