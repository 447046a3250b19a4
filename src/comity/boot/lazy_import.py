"""What takes long to load, loaded when it is first used.

Floor: boot.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol, override

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from comity.clocks.calendar import Calendar, OfficeHours
    from comity.node.base.context import Node
    from comity.node.base.rooms import Room, Rooms
    from comity.node.base.sources import Fetched
    from comity.surfaces.cli.context import Settings


class Line(Protocol):
    """A line to webhooks, as `comity.node.base.ports.Hooks`, that is closed at the end."""

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        """Send a body once and return the status of the answer."""
        ...

    def close(self) -> None:
        """Close what is open."""
        ...


def hooks(settings: Settings) -> Line:
    """Return the line to programs."""
    from comity.adapters.http_hooks import HttpHooks  # noqa: PLC0415 -- httpx takes long to load, and few nodes have webhooks
    from comity.boot import configuration  # noqa: PLC0415 -- as above

    return HttpHooks(configuration.networks(settings))


def mail(settings: Settings) -> Line:
    """Return the line to people who asked for notices by mail."""
    from comity.adapters.smtp_hooks import SmtpHooks  # noqa: PLC0415 -- few nodes send mail
    from comity.boot import configuration  # noqa: PLC0415 -- as above

    return SmtpHooks(configuration.relay(settings))


def notify(settings: Settings) -> Line:
    """Return the line to devices that a library rings."""
    from comity.adapters.notify_hooks import NotifyHooks  # noqa: PLC0415 -- few nodes have it
    from comity.boot import configuration  # noqa: PLC0415 -- as above

    return NotifyHooks(settings.notify_schemes.split(), configuration.networks(settings))


def letter(data: bytes, at_ms: int) -> bytes:
    """Return a letter as a PDF.

    Raises:
        Fault: `adapters.letter.failed`.
    """
    from comity.adapters import typeset  # noqa: PLC0415 -- a compiler and its fonts

    return typeset.letter(data, at_ms)


def calendar(
    country: str,
    years: Sequence[int],
    office: OfficeHours | None,
    zone: str = "",
    calendar_id: str = "",
) -> Calendar:
    """Return the calendar of a country, to be read and corrected.

    Raises:
        Fault: those of `adapters.calendars.propose`.
    """
    from comity.adapters import calendars  # noqa: PLC0415 -- half a second of tables

    return calendars.propose(country, years, zone=zone, calendar_id=calendar_id, office=office)


def described() -> Mapping[str, Any]:
    """Return openapi.json of this program.  The addresses of programs are loaded."""
    from comity.surfaces.api import app  # noqa: PLC0415 -- pages are made without it

    return app.described()


def paper() -> Node:
    """Return a node in memory that belongs to nobody: it reads what a file discloses."""
    from comity.boot import pack_node as papers  # noqa: PLC0415 -- for packs alone

    return papers.node()


class LazySources:
    """The line to sources, loaded when something is first pulled."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def get(self, url: str, headers: Mapping[str, str], bytes_max: int) -> Fetched:
        """See `comity.node.base.sources.Sources`."""
        from comity.adapters.http_sources import HttpSources  # noqa: PLC0415 -- httpx takes long to load
        from comity.boot import configuration  # noqa: PLC0415 -- as above

        line = HttpSources(configuration.networks(self._settings))
        return line.get(url, headers, bytes_max)


class LazyCodes:
    """Codes of officers' apps, by a secret key that is read when the first is shown."""

    def __init__(self, secret_key: Callable[[], str]) -> None:
        self._secret_key = secret_key

    def period(self, sealed: str, code: str, at_ms: int) -> int | None:
        """See `comity.node.base.codes.Codes`."""
        from comity.adapters.one_time_codes import OneTimeCodes  # noqa: PLC0415 -- as above

        return OneTimeCodes(self._secret_key()).period(sealed, code, at_ms)


class LazyRooms(Mapping[str, "Room"]):
    """The rooms that this program has, loaded when a node first asks for one.

    A command that shows how a node stands folds no matter.
    """

    def __init__(self) -> None:
        self._found: Rooms | None = None

    def _rooms(self) -> Rooms:
        if self._found is None:
            self._found = rooms()
        return self._found

    @override
    def __getitem__(self, kind: str) -> Room:
        return self._rooms()[kind]

    @override
    def __iter__(self) -> Iterator[str]:
        return iter(self._rooms())

    @override
    def __len__(self) -> int:
        return len(self._rooms())


def rooms() -> Rooms:
    """Return the rooms that this program has."""
    from comity.boot.rooms import ROOMS  # noqa: PLC0415 -- rooms take a while to load

    return ROOMS
