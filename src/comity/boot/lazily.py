"""What takes long to load, loaded when it is first used.

Floor: boot.
"""

from collections.abc import Sequence

from comity.clocks.calendar import Calendar, OfficeHours


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
