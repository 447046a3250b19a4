"""Alarms: told once as a line of the log, kept standing until cleared.

    raise_alarm -> told, and stands with its words:  the newest 256 of a code
                                   as a number:      those before, which a peer may make many
    standing    -> the words, and of each code how many more stand

Nothing is written to the store here, since an alarm may be raised inside a transaction:
the ticker of `serve` copies what stands into records that other processes read.

Floor: adapters.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

WORDED_MAX: Final = 256
"""Alarms of one code that stand with their words: they are looked at and written each second."""

OLDER_MAX: Final = 65_536
"""Alarms of one code that are known besides, by eight bytes each; those before are forgotten."""

type Tell = Callable[[str, str], None]
"""Called with (code, what) when an alarm is new."""


@dataclass(slots=True)
class _Kind:
    """What stands of one code.

    Attributes:
        worded: the newest, oldest first.
        older: hashes of those before, oldest first.
        has_forgotten: whether there were more than that.
    """

    worded: dict[str, None] = field(default_factory=dict)
    older: dict[int, None] = field(default_factory=dict)
    has_forgotten: bool = False

    def add(self, what: str) -> bool:
        """Let an alarm stand; return whether it is new."""
        if what in self.worded or hash(what) in self.older:
            return False
        self.worded[what] = None
        if len(self.worded) > WORDED_MAX:
            self.older[hash(_drop_oldest(self.worded))] = None
        if len(self.older) > OLDER_MAX:
            _drop_oldest(self.older)
            self.has_forgotten = True
        return True

    def drop(self, what: str) -> None:
        """Let an alarm stand no more."""
        self.worded.pop(what, None)
        self.older.pop(hash(what), None)

    def told(self) -> list[str]:
        """Return what stands, in words."""
        if not self.older and not self.has_forgotten:
            return sorted(self.worded)
        count = f"{len(self.older)} or more" if self.has_forgotten else str(len(self.older))
        more = f"{count} older alarms of this code stand too; the log of the node has them."
        return [more, *sorted(self.worded)]


class StandingAlarms:
    """Alarms of one process."""

    def __init__(self, tell: Tell) -> None:
        """Start with none.

        Args:
            tell: writes a line; must not raise.
        """
        self._tell = tell
        self._lock = threading.Lock()
        self._kinds: dict[str, _Kind] = {}

    def raise_alarm(self, code: str, what: str) -> None:
        """See `comity.node.base.ports.Alarms`."""
        with self._lock:
            is_new = self._kinds.setdefault(code, _Kind()).add(what)
        if is_new:
            self._tell(code, what)

    def clear(self, code: str, what: str = "") -> None:
        """See `comity.node.base.ports.Alarms`."""
        with self._lock:
            if not what:
                self._kinds.pop(code, None)
            elif code in self._kinds:
                self._kinds[code].drop(what)

    def standing(self) -> list[tuple[str, str]]:
        """Return the (code, what) of all that stand, sorted; of many, the newest and how many."""
        with self._lock:
            return [
                (code, what) for code in sorted(self._kinds) for what in self._kinds[code].told()
            ]


def _drop_oldest[K](among: dict[K, None]) -> K:
    oldest = next(iter(among))
    del among[oldest]
    return oldest
