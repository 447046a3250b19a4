"""Alarms: told once as a line of the log, kept standing until cleared.

Nothing is written to the store here, since an alarm may be raised inside a transaction:
the ticker of `serve` copies what stands into records that other processes read.

Floor: adapters.
"""

import threading
from collections.abc import Callable

type Tell = Callable[[str, str], None]
"""Called with (code, what) when an alarm is new."""


class StandingAlarms:
    """Alarms of one process."""

    def __init__(self, tell: Tell) -> None:
        """Start with none.

        Args:
            tell: writes a line; must not raise.
        """
        self._tell = tell
        self._lock = threading.Lock()
        self._standing: set[tuple[str, str]] = set()

    def raise_alarm(self, code: str, what: str) -> None:
        """See `comity.node.ports.Alarms`."""
        with self._lock:
            is_new = (code, what) not in self._standing
            self._standing.add((code, what))
        if is_new:
            self._tell(code, what)

    def clear(self, code: str, what: str = "") -> None:
        """See `comity.node.ports.Alarms`."""
        with self._lock:
            self._standing = {
                alarm for alarm in self._standing if alarm[0] != code or what not in ("", alarm[1])
            }

    def standing(self) -> list[tuple[str, str]]:
        """Return the (code, what) of all that stand, sorted."""
        with self._lock:
            return sorted(self._standing)
