"""The port to codes of officers' apps, which count once: see `comity.node.room.second_factor`.

Floor: node.
"""

from typing import Protocol


class Codes(Protocol):
    """Reads the codes that apps show (RFC 6238)."""

    def period(self, sealed: str, code: str, at_ms: int) -> int | None:
        """Return the number of the period whose code this is, or None for another.

        Args:
            sealed: the secret of the app, as it is kept.
            code: six digits.
            at_ms: an instant; the periods on either side of its own count too.

        Raises:
            Fault: `officer.factor.lost`.
        """
        ...


class NoCodes:
    """Nobody has an app of codes here: no code is good."""

    def period(self, sealed: str, code: str, at_ms: int) -> int | None:
        """See `Codes`."""
        del sealed, code, at_ms
        return None
