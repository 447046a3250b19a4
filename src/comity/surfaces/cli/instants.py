"""Instants and days that a person gives to a command.

Floor: surfaces.
"""

from datetime import UTC, date, datetime

from comity.kernel.fault import Fault, quoted


def read(text: str) -> int:
    """Return the instant of `2026-11-24T17:12:00+08:00`, milliseconds since 1970 UTC.

    Raises:
        Fault: `surfaces.cli.instant`.
    """
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise Fault(
            code="surfaces.cli.instant",
            what=f"{quoted(text)} is no instant with its zone.",
            fix="Write it like 2026-11-24T17:12:00+08:00.",
        )
    return int(at.timestamp() * 1_000)


def day_ms(text: str) -> int:
    """Return the first instant of the day `2026-11-24` of UTC, milliseconds since 1970 UTC.

    Raises:
        Fault: `surfaces.review.date`.
    """
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Fault(
            code="surfaces.review.date",
            what=f"{quoted(text)} is no date.",
            fix="Write it like 2026-01-01; days are those of UTC.",
        ) from None
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) * 1_000
