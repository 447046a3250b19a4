"""A list of hashes sorted by what rolls know: identified victim, known, disputed, unknown.

Floor: joint (pure).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from comity.joint.roll.entries import Entry, Roll

IDENTIFIED: Final = "identified"
KNOWN: Final = "known"
DISPUTED: Final = "disputed"
UNKNOWN: Final = "unknown"

HEAPS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        IDENTIFIED: {"en": "Victim identified", "zh": "被害人已识别"},
        KNOWN: {"en": "Known", "zh": "已知"},
        DISPUTED: {"en": "Disputed", "zh": "有争议"},
        UNKNOWN: {"en": "Unknown: to be looked at", "zh": "未知、需要查看"},
    }
)
"""From what needs no eyes to what does."""


@dataclass(frozen=True, slots=True)
class Found:
    """Why a hash is known.

    Attributes:
        roll: id of the roll.
        edition: of the roll, as it was loaded.
        entry: that it matches exactly.
        is_disputed: whether a reader says that it does not belong there.
    """

    roll: str
    edition: int
    entry: Entry
    is_disputed: bool


@dataclass(frozen=True, slots=True)
class Loaded:
    """A roll as this State has loaded it.

    Attributes:
        id: of the roll.
        roll: its entries.
        disputed: ids on which somebody voted down, and that are there still.
    """

    id: str
    roll: Roll
    disputed: frozenset[str] = frozenset()


class Index:
    """Entries of rolls by their hash; what was withdrawn is in none."""

    def __init__(self, rolls: Iterable[Loaded]) -> None:
        """Read some rolls."""
        self._by_value: dict[str, list[Found]] = {}
        for one in rolls:
            for entry in one.roll.present.values():
                found = Found(one.id, one.roll.number, entry, entry.id in one.disputed)
                self._by_value.setdefault(entry.value, []).append(found)

    def find(self, value: str) -> tuple[Found, ...]:
        """Return what is known of a hash, in whatever roll."""
        return tuple(self._by_value.get(value, ()))

    def sort(self, values: Iterable[str]) -> dict[str, list[str]]:
        """Return hashes by heap, each once, in their order."""
        heaps: dict[str, list[str]] = {name: [] for name in HEAPS}
        for one in dict.fromkeys(values):
            heaps[heap_of(self.find(one))].append(one)
        return heaps


def heap_of(found: Iterable[Found]) -> str:
    """Return the heap of a hash: identified in any roll, else known, else disputed alone."""
    known = [*found]
    sure = [one for one in known if not one.is_disputed]
    if any(one.entry.identified == "1" for one in sure):
        return IDENTIFIED
    if sure:
        return KNOWN
    return DISPUTED if known else UNKNOWN
