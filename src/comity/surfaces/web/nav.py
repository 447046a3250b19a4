"""The pages of the head: one entry a room, in the order of a day's work.

Floor: surfaces.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from comity.acts.verb import Table
from comity.domestic.officer import role
from comity.surfaces.web.health.guard import READERS
from comity.surfaces.web.templatetags.desk import said


@dataclass(frozen=True, slots=True)
class Entry:
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

_REVIEWING: Final = frozenset({role.AUDITOR, role.SECRETARIAT})
"""Figures count requests of every agency."""

ENTRIES: Final[Sequence[Entry]] = (
    Entry("duty:desk", _("My desk"), _READING),
    Entry("request:listing", _("Requests"), _READING, "/"),
    Entry("draft:new", _("New request"), frozenset(role.SPEAKING), "n"),
    Entry("draft:list", _("Drafts")),
    Entry("release:index", _("Release")),
    Entry("guideline:texts", _("Guidelines")),
    Entry("case:listing", _("Cases"), _READING),
    Entry("contact:listing", _("Contact points"), _READING),
    Entry("review:figures", _("Review of responses"), _REVIEWING),
    Entry("entrance:entrances", _("Enter an exercise"), _READING),
    Entry("agency:agencies", _("Agencies")),
    Entry("partner:partners", _("Partners")),
    Entry("locallog:steps", _("Local log")),
    Entry("health:overview", _("Node"), READERS),
    Entry("setting:settings", _("Settings")),
)


_ROOMS_AT: Final = next(at for at, one in enumerate(ENTRIES) if one.name == "agency:agencies")
"""Where rooms stand that have no pages of their own: behind those that have."""


@dataclass(frozen=True, slots=True)
class Shown:
    """An entry as a page shows it."""

    address: str
    label: Promise | str
    is_current: bool
    key: str


def _under(address: str) -> str:
    """Return how the addresses of a room begin, whose first page is that."""
    return address if address != "/" else _address("duty:shift")[: -len("shift/")]


@cache
def _address(name: str) -> str:
    return reverse(name)


def entries(
    request: HttpRequest, roles: Sequence[str] | None, tables: Sequence[Table] = ()
) -> list[Shown]:
    """Return the entries of a reader; the one that fits the page best is current.

    Args:
        request: of the page.
        roles: the reader's; None where nobody is signed in, who has none.
        tables: of rooms that are printed from their verbs.
    """
    if roles is None:
        return []
    rooms = [Entry(f"{one.noun}:listing", said(one.plural_words), _READING) for one in tables]
    every = [*ENTRIES[:_ROOMS_AT], *rooms, *ENTRIES[_ROOMS_AT:]]
    wanted = [one for one in every if not one.roles or one.roles & frozenset(roles)]
    addresses = [_address(one.name) for one in wanted]
    fitting = [
        one for one in addresses if request.path.startswith(_under(one)) or request.path == one
    ]
    best = max(fitting, key=len, default=None)
    return [
        Shown(address, one.label, address == best, one.key)
        for one, address in zip(wanted, addresses, strict=True)
    ]
