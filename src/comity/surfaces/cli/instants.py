"""Instants that a person gives to a command.

Floor: surfaces.
"""

from datetime import datetime

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
