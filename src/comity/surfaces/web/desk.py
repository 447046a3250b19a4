"""What a page may use of the process that serves it.

The application puts it into each request, so that one process can serve several nodes and
nothing is global.

Floor: surfaces.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Never

from django.http import HttpRequest

from comity.clocks.calendar import Calendar, OfficeHours
from comity.node.base.context import Node
from comity.node.base.finding import Finding

KEY: Final = "comity.desk"
"""Where the desk stands in the WSGI environment."""

LEND: Final = "comity.lend"
"""Where a `Lend` stands in it, if the server can keep a connection open."""

type Lend = Callable[[str, str, str, Mapping[str, str]], bool]
"""Keeps the connection of a request as a stream: (whose page it is, the path that the page would
ask, the tag of what it has, what else to ask with, as variables of WSGI): whether there is room."""

type ProposeCalendar = Callable[[str, tuple[int, ...], OfficeHours | None, str], Calendar]


def _no_calendar(
    _country: str, _years: tuple[int, ...], _office: OfficeHours | None, _zone: str
) -> Never:
    raise AssertionError


def _no_calls() -> Never:
    raise AssertionError


def _untold(_event: str, _facts: Mapping[str, str]) -> None:
    pass


def _no_typesetter(_data: bytes, _at_ms: int) -> Never:
    raise AssertionError


def _room(_size_bytes: int, _is_hotline: bool) -> None:  # noqa: FBT001 -- as the port says
    pass


@dataclass(frozen=True, slots=True)
class Ports:
    """What a page may need of the world beside the node.

    Attributes:
        typeset: (data of a letter or file, its date in milliseconds): it as a PDF.
            Faults: `adapters.letter.failed`.
        require_room: (bytes, whether for the hotline): Fault `node.store.full` where the disk
            has no room for them beside its reserve.
    """

    typeset: Callable[[bytes, int], bytes] = _no_typesetter
    require_room: Callable[[int, bool], None] = _room


@dataclass(frozen=True, slots=True)
class Desk:
    """One opened node and who serves it.

    Attributes:
        node: for every use case.
        version: of this program.
        page_seen: called when somebody has a page in front of them, so that `serve` knows
            whether to wake somebody elsewhere.
        kept: what a page remembers of its last answers, so that asking again costs little;
            another process has to answer the same without.
        database: Django's alias of the database of the node, where users and sessions stand.
        propose_calendar: gives the calendar of a country: its ISO 3166 code, years, office
            hours or None, its zone or "".  Faults: those of `adapters.calendars`.
        ports: to the rest of the world.
        described: gives openapi.json: what programs call.
        doctor: gives what the machine says of the home: disk, permissions, ports, clock.
        told: writes a line of the journal: an event and its facts.
        noted: notes a step of the local log about what was refused, and its facts; a page that is
            looked at changes nothing else.  Faults: `node.store.*`.
    """

    node: Node
    version: str
    page_seen: Callable[[], object] = lambda: None
    database: str = "default"
    propose_calendar: ProposeCalendar = _no_calendar
    ports: Ports = field(default_factory=Ports)
    kept: dict[object, str] = field(default_factory=dict, repr=False, compare=False)
    described: Callable[[], Mapping[str, Any]] = _no_calls
    doctor: Callable[[], Sequence[Finding]] = tuple
    told: Callable[[str, Mapping[str, str]], object] = _untold
    noted: Callable[[str, Mapping[str, str]], object] = _untold


def of(request: HttpRequest) -> Desk:
    """Return the desk that serves a request."""
    desk = request.META[KEY]
    assert isinstance(desk, Desk)
    return desk
