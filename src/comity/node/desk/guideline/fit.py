"""Whether a joint text can be read here: nobody proposes or adopts what nobody can count by.

Floor: node.
"""

from functools import lru_cache
from typing import Final

from comity.clocks import calendar_text
from comity.clocks.calendar import Calendar
from comity.joint.guideline import acts, document
from comity.joint.guideline.model import Guideline
from comity.kernel.fault import Fault, quoted
from comity.node.room import calendars

_READ_MAX: Final = 8
"""Texts that stay read: pages show parts of one again and again, and reading takes long; longer
still, of one that a partner proposed and that does not fit."""


def read(name: str, data: bytes, file: str = "") -> Guideline | Calendar:
    """Read a joint text by what its name says that it is.

    Args:
        name: of the text: `guideline`, or `calendar.<party>`.
        data: plain YAML.
        file: where it stands, for what is said about it.

    Raises:
        Fault: `node.text.name-unknown`, `kernel.yaml.malformed`.
        Unfit: `guideline.document.unfit` or `clocks.calendar.unfit`, with the first problems.
    """
    found = _read(name, data, file or name)
    if isinstance(found, Fault):
        raise found.with_traceback(None)  # else each look would add its own to what is kept
    return found


@lru_cache(maxsize=_READ_MAX)
def _read(name: str, data: bytes, file: str) -> Guideline | Calendar | Fault:
    try:
        if name == acts.MAIN:
            return document.parse(data, file)
        if name.startswith(calendars.PREFIX):
            return calendar_text.parse(data, file)
    except Fault as fault:
        return fault
    return Fault(
        code="node.text.name-unknown",
        what=f"No joint text is called {quoted(name)}.",
        fix="Name `guideline`, or `calendar.` and the party whose days it has: `calendar.fr`.",
    )


def version_of(text: Guideline | Calendar) -> str:
    """Return what its authors call a version."""
    return text.version


def earliest_ms(text: Guideline | Calendar) -> int:
    """Return from when a text wants to be in force at the earliest, or 0."""
    return text.in_force_from_ms if isinstance(text, Guideline) else 0
