"""Whether the files of this program are still those that it was started from.

What is loaded late, and each process that makes pages, is read from the files as they are then.
After an upgrade under a program that runs that is half of one version and half of another.

Floor: boot.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Final

import comity
from comity.node.base.ports import Alarms

REPLACED: Final = "boot.program.replaced"
_WHAT: Final = "The files of this program were replaced while it runs: start it anew."

type _Files = frozenset[tuple[str, int, int]]


class Files:
    """The files of the package as they were at the start."""

    def __init__(self, alarms: Alarms, folder: Path = Path(comity.__file__).parent) -> None:
        self._alarms = alarms
        self._folder = folder
        self._before = _seen(folder)

    def look(self) -> None:
        """Raise an alarm where they are others, though they may say the same."""
        is_same = _seen(self._folder) == self._before
        tell: Callable[[str, str], None] = (
            self._alarms.clear if is_same else self._alarms.raise_alarm
        )
        tell(REPLACED, _WHAT)


def _seen(folder: Path) -> _Files:
    """Return name, number and time of each source file."""
    found = set()
    for path in folder.rglob("*.py"):
        try:
            one = path.stat()
        except FileNotFoundError:  # it is replaced just now
            continue
        found.add((str(path), one.st_ino, one.st_mtime_ns))
    return frozenset(found)
