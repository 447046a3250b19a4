"""The pages of the head: one entry a room, in the order of a day's work.

Floor: surfaces.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Entry:
    """One way to go.

    Attributes:
        name: of its first page, `room:page`.
        label: what stands there.
        roles: who has use for it; everybody if none.
    """

    name: str
    label: Promise
    roles: frozenset[str] = frozenset()


ENTRIES: Final[Sequence[Entry]] = (
    Entry("draft:list", _("Drafts")),
    Entry("release:index", _("Release")),
    Entry("guideline:texts", _("Guidelines")),
    Entry("agency:agencies", _("Agencies")),
    Entry("partner:partners", _("Partners")),
    Entry("health:overview", _("Node")),
    Entry("health:matters", _("Matters")),
)


@dataclass(frozen=True, slots=True)
class Shown:
    """An entry as a page shows it."""

    address: str
    label: Promise
    is_current: bool


def entries(request: HttpRequest, roles: Sequence[str] | None) -> list[Shown]:
    """Return the entries of a reader; the one that fits the page best is current.

    Args:
        request: of the page.
        roles: the reader's; None where nobody is signed in, who has none.
    """
    if roles is None:
        return []
    wanted = [one for one in ENTRIES if not one.roles or one.roles & frozenset(roles)]
    addresses = [reverse(one.name) for one in wanted]
    fitting = [address for address in addresses if request.path.startswith(address)]
    best = max(fitting, key=len, default=None)
    return [
        Shown(address, one.label, is_current=address == best)
        for one, address in zip(wanted, addresses, strict=True)
    ]
