"""What a page may use of the process that serves it.

The application puts it into each request, so that one process can serve several nodes and
nothing is global.

Floor: surfaces.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Never

from django.http import HttpRequest

from comity.clocks.calendar import Calendar, OfficeHours
from comity.node.context import Node

KEY: Final = "comity.desk"
"""Where the desk stands in the WSGI environment."""

type ProposeCalendar = Callable[[str, tuple[int, ...], OfficeHours | None], Calendar]


def _no_calendar(_country: str, _years: tuple[int, ...], _office: OfficeHours | None) -> Never:
    raise AssertionError


@dataclass(frozen=True, slots=True)
class Desk:
    """One opened node and who serves it.

    Attributes:
        node: for every use case.
        version: of this program.
        page_seen: called when somebody has a page in front of him, so that `serve` knows
            whether to wake somebody elsewhere.
        database: Django's alias of the database of the node, where users and sessions stand.
        propose_calendar: gives the calendar of a country: its ISO 3166 code, years, office
            hours or None.  Faults: those of `adapters.calendars`.
    """

    node: Node
    version: str
    page_seen: Callable[[], None] = lambda: None
    database: str = "default"
    propose_calendar: ProposeCalendar = _no_calendar


def of(request: HttpRequest) -> Desk:
    """Return the desk that serves a request."""
    desk = request.META[KEY]
    assert isinstance(desk, Desk)
    return desk
