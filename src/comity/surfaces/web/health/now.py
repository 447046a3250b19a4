"""What whoever runs the machine must do now, apart from what only officers can.

    a log that is frozen, a card that ends     the page where it is mended
    an alarm of the machine or the line        likewise
    an alarm of officers' work                 counted, and folded

Floor: surfaces.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from comity.node.base.rows import LOG_FROZEN, LOG_OFFERED
from comity.node.operate.overview.page import Overview

OFFICERS: Final = ("duty.", "evidence.", "hotline.", "node.clock.", "release.")
"""How the codes of alarms begin that officers end, and whoever runs the machine does not."""

_WAYS: Final[Mapping[str, tuple[str, Promise]]] = {
    "exchange.": ("partner:partners", _("Look at the partners")),
    "arrangement.": ("partner:partners", _("Look at the partners")),
    "officer.": ("officers", _("Look at the officers")),
}
"""Where an alarm is mended, by how its code begins; else where everything is looked at."""

_DOCTOR: Final = ("health:doctor", _("Look at the node"))


@dataclass(frozen=True, slots=True)
class Alarm:
    """An alarm that stands.

    Attributes:
        code: which one.
        what: about what, in English.
        address: where it is mended.
        label: of the button that goes there.
    """

    code: str
    what: str
    address: str
    label: Promise


@dataclass(frozen=True, slots=True)
class Figure:
    """How much of something there is, and where it stands on the page.

    Attributes:
        count: how much.
        label: of what.
        anchor: where.
        look: `bad`, `warn` or `note`; "" where it is in order.
    """

    count: int
    label: Promise
    anchor: str
    look: str


@dataclass(frozen=True, slots=True)
class Home:
    """The first page of whoever runs the machine.

    Attributes:
        alarms: that they end, by code.
        officers: alarms that officers end.
        figures: to watch.
    """

    alarms: tuple[Alarm, ...]
    officers: tuple[tuple[str, str], ...]
    figures: tuple[Figure, ...]


def of(page: Overview) -> Home:
    """Return what must be done now, and what is watched."""
    officers = tuple(one for one in page.alarms if one[0].startswith(OFFICERS))
    own = sorted(one for one in page.alarms if not one[0].startswith(OFFICERS))
    return Home(tuple(_alarm(*one) for one in own), officers, tuple(_figures(page, officers)))


def _alarm(code: str, what: str) -> Alarm:
    name, label = next((way for begin, way in _WAYS.items() if code.startswith(begin)), _DOCTOR)
    return Alarm(code, what, reverse(name), label)


def _figures(page: Overview, officers: Sequence[object]) -> list[Figure]:
    entries = sum(one.entry_count for one in page.waiting)
    held = [one for one in page.logs if one.state in (LOG_FROZEN, LOG_OFFERED)]
    found = [
        Figure(entries, _("entries not yet delivered"), "outbox", "warn" if entries else ""),
        Figure(len(officers), _("alarms that officers end"), "officers", ""),
        Figure(len(page.matters), _("matters to look at first"), "matters", ""),
        Figure(len(held), _("logs that stand still"), "logs", "warn" if held else ""),
    ]
    if page.claims:
        found.append(Figure(len(page.claims), _("disputed claims"), "claims", "warn"))
    return found
